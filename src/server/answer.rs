//! What happens around every request, from the outside inwards: its name, its place on the connection, its body's
//! deadline, the net under panics; then the face of bare errors, the headers, and one line in the log.

use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{self, Bytes};
use actix_web::{Error, HttpResponse};
use futures_util::FutureExt as _;
use tokio::time::Instant;

use super::connection::UnderWay;
use super::{Gate, headers};
use crate::api::error::Problem;
use crate::http::body;
use crate::http::request_id::{self, Current};

/// Answers one request.
pub(super) async fn answer<B: MessageBody + 'static>(
    gate: web::Data<Gate>,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<Sending>, Error> {
    let visit = Visit::of(&gate, &request);
    let under_way = UnderWay::begin(&request);
    body::hold(&mut request, gate.limits.body);
    let handled = AssertUnwindSafe(async { next.call(request).await }).catch_unwind();
    match visit.current.clone().scope(handled).await {
        Ok(Ok(response)) => {
            let (request, response) = response.into_parts();
            let response = visit.dress(&gate, response.map_into_boxed_body());
            let route = is_logged(response.status()).then(|| request.match_pattern()).flatten();
            visit.log(route.as_deref(), response.status());
            let sending = response.map_body(|_, body| Sending { body, under_way });
            Ok(ServiceResponse::new(request, sending))
        }
        Ok(Err(error)) => Err(visit.lost(&gate, error.error_response())),
        // the panic itself was logged by the hook that logger.rs sets
        Err(_panic) => Err(visit.lost(&gate, HttpResponse::InternalServerError().finish())),
    }
}

/// What is known of a request before it is handled.
struct Visit {
    current: Current,
    method: Method,
    is_page: bool,
    start: Instant,
}

impl Visit {
    fn of(gate: &Gate, request: &ServiceRequest) -> Self {
        Self {
            current: Current::of(&gate.trusted_proxies, gate.clock.now(), request),
            method: request.method().clone(),
            is_page: request.path() == "/" || request.path().starts_with("/admin"),
            start: Instant::now(),
        }
    }

    /// An answer that has no request any more, as actix wants it: an error that holds it.
    fn lost(&self, gate: &Gate, response: HttpResponse) -> Error {
        let response = self.dress(gate, response);
        self.log(None, response.status());
        InternalError::from_response("answered", response).into()
    }

    /// Gives a bare error its body, and any answer its headers.
    fn dress(&self, gate: &Gate, response: HttpResponse) -> HttpResponse {
        let mut response = if is_bare_error(&response) { self.face(gate, response) } else { response };
        let is_https = gate.is_https;
        headers::put(response.headers_mut(), is_https);
        if let Ok(id) = HeaderValue::from_str(&self.current.id) {
            response.headers_mut().insert(request_id::HEADER.clone(), id);
        }
        response
    }

    /// The body of an error that actix made: a page for people, problem+json for programs.
    fn face(&self, gate: &Gate, response: HttpResponse) -> HttpResponse {
        let status = response.status();
        let (kind, text) = match gate.error_page.filter(|_| self.is_page) {
            Some(page) => ("text/html; charset=utf-8", page(status, &self.current)),
            None => ("application/problem+json", Problem::http(status).text(&self.current)),
        };
        let mut response = response.set_body(BoxBody::new(text));
        response.headers_mut().remove(CONTENT_LENGTH);
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }

    /// One line: the route's pattern, never the path, which holds ids, nor the query.
    fn log(&self, route: Option<&str>, status: StatusCode) {
        let micros = u64::try_from(self.start.elapsed().as_micros()).unwrap_or(u64::MAX);
        log::log!(
            target: "menwei::access", level(status),
            request_id = &*self.current.id,
            method = known(&self.method),
            route = route.unwrap_or("-"),
            status = status.as_u16(),
            micros = micros;
            "answered"
        );
    }
}

/// Our own faults are warnings; everything else is the day's work.
fn level(status: StatusCode) -> log::Level {
    if status.is_server_error() { log::Level::Warn } else { log::Level::Info }
}

/// Whether a request that ended so is logged: the pattern of its route takes a search.
fn is_logged(status: StatusCode) -> bool {
    log::log_enabled!(target: "menwei::access", level(status))
}

/// A method's name, unless its sender made it up.
fn known(method: &Method) -> &'static str {
    let all = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
    all.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

/// Whether an error has no body of ours: actix makes them empty or in plain text.
fn is_bare_error(response: &HttpResponse) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error())
        && response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

/// An answer's body that tells its connection when it moves on and when it is through.
pub(super) struct Sending {
    body: BoxBody,
    under_way: UnderWay,
}

impl MessageBody for Sending {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.under_way.moved();
        Pin::new(&mut self.body).poll_next(cx)
    }
}
