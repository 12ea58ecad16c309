//! `POST /api/login`: a login code becomes a session.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ApiError;
use super::json::Json;
use super::openapi::refusals::{BadJson, NoLogin, NoStorage, Refusals};
use super::sign_in::{Client, Opened, SignIn};
use super::user::UserView;
use crate::state::State;

/// What the client sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    /// What `wx.login` gave: once, 5 minutes.
    #[schema(
        min_length = 1,
        max_length = 128,
        pattern = "^[!-~]+$",
        example = "0a3Xyz000abcde1fgh2000ijk3lXyz0m"
    )]
    pub(super) code: String,
    /// Which mini-program; may be left out when one is configured.
    #[schema(example = "wx0123456789abcdef")]
    pub(super) app_id: Option<String>,
}

/// What the client gets for a code.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenedSession)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// For `Authorization: Bearer …`: shown here only.
    #[schema(example = "AQGi0dLLO4hMgUuzAc1jWQmBuJZf9kqYfOyNn7sOe8sc")]
    pub token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds until the session ends at the latest.
    #[schema(example = 2_592_000)]
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

/// What a client gets that is logged in.
#[derive(Serialize, ToSchema)]
#[schema(as = LoginAnswer)]
#[serde(rename_all = "camelCase")]
pub(super) struct Answer {
    #[serde(flatten)]
    session: Session,
    /// Who logged in.
    user: UserView,
    /// Whether this was their first login.
    is_new: bool,
}

impl Answer {
    /// The answer for a session that was opened.
    pub(super) fn of(opened: Opened, state: &State) -> Self {
        let session = Session::of(&opened, state);
        Self { session, is_new: opened.is_new, user: UserView::of(opened.user, &state.config) }
    }
}

/// Exchanges a login code for a session.
///
/// WeChat says whose the code is; the user is found or created, and a session is opened. A code that arrives twice from
/// one address within 15 seconds gets the first answer again.
#[utoipa::path(post, path = "/api/login", tag = "session", operation_id = "login", request_body = Login, responses(
    (status = 200, description = "The session.", body = Answer),
    Refusals<(BadJson, NoLogin, NoStorage)>,
))]
pub async fn post(
    request: HttpRequest,
    sign_in: web::Data<SignIn>,
    Json(login): Json<Login>,
) -> Result<HttpResponse, ApiError> {
    let opened = sign_in.run(login.app_id.as_deref(), &login.code, Client::of(&request)).await?;
    Ok(HttpResponse::Ok().json(Answer::of(opened, &sign_in.state)))
}
