//! `POST /introspect` (RFC 7662): another service of the team asks whether a token's session is live, and whose it is.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::client::ClientForm;
use super::error::ApiError;
use super::openapi::refusals::{BadForm, NoClient, NoStorage, Refusals};
use crate::db::sessions::CallerRow;
use crate::error::Error;
use crate::state::State;

/// What the form holds; it is read field by field.
#[derive(ToSchema)]
#[schema(as = IntrospectForm)]
#[expect(dead_code, reason = "only the document reads it")]
struct Asked {
    /// The token that came to the service.
    #[schema(min_length = 1)]
    token: String,
    /// Instead of HTTP Basic: the service's id.
    client_id: Option<String>,
    /// Instead of HTTP Basic: its secret.
    client_secret: Option<String>,
    /// Ignored, as RFC 7662 has it; none may stand there twice.
    #[serde(flatten)]
    others: HashMap<String, String>,
}

/// RFC 7662 §2.2: of a token that is not live nothing is said but that.
#[derive(Serialize)]
struct Refused {
    active: bool,
}

/// Of a token that is not live, only `active` is there.
#[derive(Serialize, ToSchema)]
#[schema(as = Introspection)]
struct Live<'a> {
    /// Whether the session is live.
    active: bool,
    /// The user's public id.
    #[schema(example = "018f4e2a-7c1b-7d3e-9a5f-0123456789ab", required = false)]
    sub: &'a str,
    /// The mini-program's appid.
    #[schema(example = "wx0123456789abcdef", required = false)]
    client_id: &'a str,
    /// The session's public id.
    #[schema(example = "018f4e2b-1a2b-7c3d-8e4f-0123456789ab", required = false)]
    sid: &'a str,
    /// When the session was opened, in seconds since 1970 UTC.
    #[schema(required = false)]
    iat: i64,
    /// When it ends at the latest, in seconds since 1970 UTC; it may be revoked at any time before.
    #[schema(required = false)]
    exp: i64,
    /// Always `Bearer`.
    #[schema(example = "Bearer", required = false)]
    token_type: &'static str,
}

impl<'a> Live<'a> {
    fn of(row: &'a CallerRow) -> Self {
        Self {
            active: true,
            sub: &row.uid,
            client_id: &row.appid,
            sid: &row.sid,
            iat: row.created_at.seconds(),
            exp: row.expires_at.seconds(),
            token_type: "Bearer",
        }
    }
}

/// Tells another service of the team whose a token is (RFC 7662).
///
/// `{active: true, …}` for a live session of any mini-program, else `{active: false}`. Counts as a use of the session.
#[utoipa::path(post, path = "/introspect", tag = "services", operation_id = "introspect", security(("client" = [])),
    request_body(content = Asked, content_type = "application/x-www-form-urlencoded"), responses(
        (status = 200, description = "What there is to know of the token.", body = Live<'_>),
        Refusals<(BadForm, NoClient, NoStorage)>,
    ),
)]
pub async fn post(state: web::Data<State>, form: ClientForm) -> Result<HttpResponse, ApiError> {
    match Caller::of_token(&state, form.need("token")?).await {
        Ok(caller) => Ok(HttpResponse::Ok().json(Live::of(&caller.row))),
        Err(Error::SessionUnknown | Error::SessionExpired | Error::SessionRevoked) => {
            Ok(HttpResponse::Ok().json(Refused { active: false }))
        }
        Err(why) => Err(why.into()),
    }
}
