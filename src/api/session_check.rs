//! `POST /api/session/check`: whether WeChat still takes the session key that belongs to the caller's session.
//!
//! For clients that are about to send encrypted data: when it says no, `wx.login` and a login come first. Our own session
//! is not touched by the answer.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::ApiError;
use super::open_data::Known;
use super::openapi::refusals::{NoSession, NoSessionCheck, NoStorage, Refusals};
use crate::state::State;
use crate::wechat::Wxa;

#[derive(Serialize, ToSchema)]
#[schema(as = SessionCheck)]
struct Answer {
    /// Whether WeChat still takes it.
    valid: bool,
}

/// Asks WeChat whether its session key is still valid.
///
/// For clients that are about to send encrypted data: when it says no, `wx.login` and a login come first. The session here
/// is not touched by the answer.
#[utoipa::path(post, path = "/api/session/check", tag = "session", operation_id = "checkSession", security(("token" = [])), responses(
    (status = 200, description = "WeChat's word.", body = Answer),
    Refusals<(NoSession, NoSessionCheck, NoStorage)>,
))]
pub async fn post(
    caller: Caller,
    state: web::Data<State>,
    wxa: web::Data<Wxa>,
) -> Result<HttpResponse, ApiError> {
    let known = Known::get(&state, caller.row.identity_id).await?;
    let valid = match known.keys.first() {
        Some(key) => wxa.check_session(known.app(&state)?, &known.identity.openid, key).await?,
        None => false,
    };
    Ok(HttpResponse::Ok().json(Answer { valid }))
}
