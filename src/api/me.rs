//! `GET /api/me`: who am I. The cheapest call: one seek in the database.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::openapi::refusals::{NoSession, NoStorage, Refusals};
use crate::avatar;
use crate::clock::Instant;
use crate::state::State;

#[derive(Serialize, ToSchema)]
#[schema(as = MeAnswer)]
struct Answer<'a> {
    /// The caller.
    user: Me<'a>,
    /// The session that the token stands for.
    session: Session<'a>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me<'a> {
    /// The user's public id.
    #[schema(example = "018f4e2a-7c1b-7d3e-9a5f-0123456789ab")]
    id: &'a str,
    /// Empty until the user says.
    #[schema(example = "小明")]
    nick_name: &'a str,
    /// Empty until the user shares one.
    #[schema(example = "")]
    avatar_url: &'a str,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MySession)]
#[serde(rename_all = "camelCase")]
struct Session<'a> {
    /// The session's public id, which is no secret.
    #[schema(example = "018f4e2b-1a2b-7c3d-8e4f-0123456789ab")]
    sid: &'a str,
    /// When it was opened.
    created_at: Instant,
    /// When it ends at the latest.
    expires_at: Instant,
}

/// Who am I: the caller and their session.
///
/// The cheapest call, for asking whether a token still works.
#[utoipa::path(get, path = "/api/me", tag = "session", operation_id = "me", security(("token" = [])), responses(
    (status = 200, description = "The caller.", body = Answer<'_>),
    Refusals<(NoSession, NoStorage)>,
))]
pub async fn get(caller: Caller, state: web::Data<State>) -> HttpResponse {
    let row = &caller.row;
    let avatar_url = avatar::url(&row.avatar_url, &state.config);
    HttpResponse::Ok().json(Answer {
        user: Me { id: &row.uid, nick_name: &row.nickname, avatar_url: &avatar_url },
        session: Session { sid: &row.sid, created_at: row.created_at, expires_at: row.expires_at },
    })
}
