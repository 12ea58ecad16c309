//! `POST /introspect` (RFC 7662): another service of the team asks whether a token's session is live, and whose it is.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::caller::Caller;
use super::client::ClientForm;
use super::error::ApiError;
use crate::db::sessions::CallerRow;
use crate::error::Error;
use crate::state::State;

/// RFC 7662 §2.2: of a token that is not live nothing is said but that.
#[derive(Serialize)]
struct Refused {
    active: bool,
}

#[derive(Serialize)]
struct Live<'a> {
    active: bool,
    /// The user's public id.
    sub: &'a str,
    /// The mini-program's appid.
    client_id: &'a str,
    /// The session's public id.
    sid: &'a str,
    /// When the session was opened, in seconds since 1970 UTC.
    iat: i64,
    /// When it ends at the latest, in seconds since 1970 UTC; it may be revoked at any time before.
    exp: i64,
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

/// Answers `{active: true, …}` for a live session of any mini-program, else `{active: false}`.
pub async fn post(state: web::Data<State>, form: ClientForm) -> Result<HttpResponse, ApiError> {
    match Caller::of_token(&state, form.need("token")?).await {
        Ok(caller) => Ok(HttpResponse::Ok().json(Live::of(&caller.row))),
        Err(Error::SessionUnknown | Error::SessionExpired | Error::SessionRevoked) => {
            Ok(HttpResponse::Ok().json(Refused { active: false }))
        }
        Err(why) => Err(why.into()),
    }
}
