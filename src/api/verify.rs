//! `GET /verify`: forward authentication, for a proxy that stands before another service (nginx `auth_request`,
//! Traefik `forwardAuth`, Caddy `forward_auth`).
//!
//! The proxy passes the client's headers on; 2xx lets the request through, with the headers of this answer put on it,
//! and 401 is the client's own answer. No secret is shared: who asks learns only what their token already is.

use actix_web::HttpResponse;
use actix_web::http::header::HeaderName;

use super::caller::Caller;
use super::openapi::refusals::{NoSession, NoStorage, Refusals};

/// The user's public id.
static USER: HeaderName = HeaderName::from_static("x-menwei-user");
/// The mini-program's appid.
static APP: HeaderName = HeaderName::from_static("x-menwei-app");
/// The session's public id.
static SESSION: HeaderName = HeaderName::from_static("x-menwei-session");

/// Lets a proxy ask who calls (forward authentication).
///
/// 204 lets the request through, 401 is the client's own answer. All three headers are always there, so that a proxy that copies them overwrites whatever
/// the client sent under their names.
#[utoipa::path(get, path = "/verify", tag = "services", operation_id = "verify", security(("token" = [])), responses(
    (status = 204, description = "A live session.", headers(
        ("X-Menwei-User" = String, description = "The user's public id."),
        ("X-Menwei-App" = String, description = "The mini-program's appid."),
        ("X-Menwei-Session" = String, description = "The session's public id."),
    )),
    Refusals<(NoSession, NoStorage)>,
))]
pub async fn get(caller: Caller) -> HttpResponse {
    let row = &caller.row;
    HttpResponse::NoContent()
        .insert_header((USER.clone(), row.uid.as_str()))
        .insert_header((APP.clone(), row.appid.as_str()))
        .insert_header((SESSION.clone(), row.sid.as_str()))
        .finish()
}
