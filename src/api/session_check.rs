//! `POST /api/session/check`: whether WeChat still takes the session key that belongs to the caller's session.
//!
//! For clients that are about to send encrypted data: when it says no, `wx.login` and a login come first. Our own session
//! is not touched by the answer.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::caller::Caller;
use super::error::ApiError;
use super::open_data::Known;
use crate::state::State;
use crate::wechat::Wxa;

#[derive(Serialize)]
struct Answer {
    valid: bool,
}

/// Asks WeChat with the newest session key that is stored; without one nothing is valid.
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
