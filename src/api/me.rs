//! `GET /api/me`: who am I. The cheapest call: one seek in the database.

use actix_web::HttpResponse;
use serde::Serialize;

use super::caller::Caller;
use crate::clock::Instant;

#[derive(Serialize)]
struct Answer<'a> {
    user: Me<'a>,
    session: Session<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Me<'a> {
    id: &'a str,
    nick_name: &'a str,
    avatar_url: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Session<'a> {
    sid: &'a str,
    created_at: Instant,
    expires_at: Instant,
}

/// Answers the caller's user and session.
pub async fn get(caller: Caller) -> HttpResponse {
    let row = &caller.row;
    HttpResponse::Ok().json(Answer {
        user: Me { id: &row.uid, nick_name: &row.nickname, avatar_url: &row.avatar_url },
        session: Session { sid: &row.sid, created_at: row.created_at, expires_at: row.expires_at },
    })
}
