//! `POST /api/login`: a login code becomes a session.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::json::Json;
use super::sign_in::{Client, Opened, SignIn};
use super::user::UserView;
use crate::state::State;

/// What the client sends.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// What `wx.login` gave: once, 5 minutes.
    code: String,
    /// Which mini-program; may be left out when one is configured.
    app_id: Option<String>,
}

/// What the client gets for a code.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// For `Authorization: Bearer …`: shown here only.
    pub token: String,
    /// Always `Bearer`.
    pub token_type: &'static str,
    /// Seconds until the session ends at the latest.
    pub expires_in: u64,
    /// How many older sessions of the user were ended to make room.
    pub displaced: usize,
    /// The token once more, for clients of the old tutorial: never WeChat's `session_key`.
    #[serde(rename = "session_key", skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
}

impl Session {
    /// The answer for a session that was opened.
    #[must_use]
    pub fn of(opened: &Opened, state: &State) -> Self {
        let token = opened.token.reveal();
        Self {
            token_type: "Bearer",
            expires_in: opened.expires_at.since(state.now()).as_secs(),
            displaced: opened.displaced,
            alias: state.config.api.session_key_alias.then(|| token.clone()),
            token,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    #[serde(flatten)]
    session: Session,
    user: UserView,
    is_new: bool,
}

/// Exchanges the code with WeChat, finds or creates the user, opens a session.
pub async fn post(
    request: HttpRequest,
    sign_in: web::Data<SignIn>,
    Json(login): Json<Login>,
) -> Result<HttpResponse, ApiError> {
    let opened = sign_in.run(login.app_id.as_deref(), &login.code, Client::of(&request)).await?;
    let session = Session::of(&opened, &sign_in.state);
    Ok(HttpResponse::Ok().json(Answer { session, is_new: opened.is_new, user: opened.user.into() }))
}
