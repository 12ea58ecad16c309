//! The server against clients that mean no good, over real sockets.

mod answers;
mod clients;
mod slow;
mod smuggling;
mod stop;

use std::time::Duration;

use actix_web::http::Method;
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, web::Data};
use futures_util::stream;
use menwei::api::error::ApiError;
use menwei::api::json::Json;
use menwei::error::{Error, Fault};
use menwei::http::ClientAddress;
use menwei::http::body;
use menwei::http::request_id::Current;
use menwei::http::route::resource;
use menwei::server::Gate;

use crate::support::running::{Running, gate};

/// A server with the routes below and short times.
fn server() -> Running {
    Running::start(short("[server]\ntrusted_proxies = []"), routes)
}

/// How long a gate of these tests waits: longer than a busy machine keeps a worker from its work, or it would cut off who
/// did nothing wrong.
const WAIT: Duration = Duration::from_millis(1500);

/// A gate that loses its patience soon.
fn short(settings: &str) -> Gate {
    let mut gate = gate(settings);
    gate.limits.head = WAIT;
    gate.limits.keep_alive = WAIT;
    gate.limits.body = WAIT;
    gate.limits.unread_answer = WAIT;
    gate.limits.drain = Duration::ZERO;
    gate.limits.stop = Duration::from_secs(1);
    gate
}

fn routes(app: &mut ServiceConfig) {
    app.service(resource(
        "/api/things/{id}",
        [
            (Method::GET, web::to(|| async { HttpResponse::Ok().body("thing") })),
            (
                Method::POST,
                web::to(|json: Json<serde_json::Value>| async move { HttpResponse::Ok().json(json.0) }),
            ),
        ],
    ))
    .route("/api/bytes", web::post().to(count_bytes))
    .route("/api/panic", web::get().to(unwind))
    .route("/api/slow", web::get().to(slow))
    .route("/api/endless", web::get().to(|| async { HttpResponse::Ok().streaming(endless()) }))
    .route("/api/frozen", web::get().to(|| async { failed(Error::UserFrozen { until: None }) }))
    .route("/api/unknown", web::get().to(|| async { failed(Error::SessionUnknown) }))
    .route("/api/busy", web::get().to(|| async { failed(Error::Busy) }))
    .route("/api/invalid", web::get().to(|| async { failed(Error::field("nickName", Fault::TooLong(64))) }))
    .route("/api/broken", web::get().to(|| async { failed(Error::storage("password=hunter2 in a cause")) }))
    .route("/api/number/{n}", web::get().to(|n: web::Path<u8>| async move { n.to_string() }))
    .route("/page", web::get().to(|| async { HttpResponse::Ok().content_type("text/html").body("<p>") }))
    .route("/me", web::get().to(|caller: ClientAddress| async move { caller.0.to_string() }))
    .route("/id", web::get().to(|current: Current, _gate: Data<Gate>| async move { current.id.to_string() }));
}

fn failed(error: Error) -> Result<HttpResponse, ApiError> {
    Err(ApiError::from(error))
}

/// Unwinds as a panic does, without the hook: writing a backtrace can take longer than a client waits.
async fn unwind() -> &'static str {
    if true { std::panic::resume_unwind(Box::new("on purpose")) } else { "" }
}

async fn count_bytes(request: HttpRequest, payload: web::Payload) -> Result<String, ApiError> {
    Ok(body::read(&request, &mut payload.into_inner(), 1000).await?.len().to_string())
}

/// Longer than any connection may stand still.
async fn slow() -> &'static str {
    tokio::time::sleep(2 * WAIT + WAIT / 2).await;
    "slow"
}

fn endless() -> impl futures_util::Stream<Item = Result<Bytes, actix_web::Error>> {
    stream::repeat_with(|| Ok(Bytes::from_static(&[b'x'; 16_384])))
}
