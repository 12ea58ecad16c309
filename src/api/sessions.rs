//! `/api/sessions`: a user's own sessions, listed and ended (OWASP ASVS 7.5.2).

use actix_web::{HttpResponse, web};
use serde::Serialize;
use serde_json::json;

use super::caller::Caller;
use super::error::ApiError;
use crate::clock::Instant;
use crate::db::page::Start;
use crate::db::sessions::Session;
use crate::db::sessions::end::Ending;
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::error::Error;
use crate::state::State;

#[derive(Serialize)]
struct Answer {
    sessions: Vec<View>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    sid: String,
    app_id: String,
    created_at: Instant,
    last_seen_at: Instant,
    expires_at: Instant,
    device: String,
    ip: String,
    current: bool,
}

impl View {
    fn of(listed: Listed, current: &str) -> Self {
        let session = listed.session;
        Self {
            current: session.sid == current,
            sid: session.sid,
            app_id: session.appid,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            device: session.device,
            ip: session.ip,
        }
    }
}

/// Lists the caller's live sessions, the newest first: never more than the cap per user.
pub async fn get(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let filter = Filter { user_id: Some(caller.row.user_id), ..Filter::of(StateFilter::Live) };
    let most = usize::try_from(state.config.session.per_user).unwrap_or(usize::MAX);
    let liveness = state.liveness();
    let read =
        move |conn: &mut _| Session::list(conn, &filter, Order::CreatedDown, &Start::First, most, liveness);
    let screen = state.db.read(read).await?;
    let sessions = screen.rows.into_iter().map(|listed| View::of(listed, &caller.row.sid)).collect();
    Ok(HttpResponse::Ok().json(Answer { sessions }))
}

/// Ends all of the caller's sessions but this one.
pub async fn delete_others(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let (ending, liveness) = (Ending::by_user(state.now()), state.liveness());
    let end = move |conn: &mut _| {
        Session::end_all(conn, caller.row.user_id, Some(&caller.digest), &ending, liveness)
    };
    let ended = state.db.write(end).await?;
    Ok(HttpResponse::Ok().json(json!({ "status": "success", "ended": ended })))
}

/// Ends one of the caller's sessions. Somebody else's is not found, like one that never was: no oracle.
pub async fn delete(
    caller: Caller,
    state: web::Data<State>,
    sid: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    // what is no id is not asked for: Postgres refuses texts that SQLite takes, such as one with a NUL
    uuid::Uuid::try_parse(&sid).map_err(|_no_id| Error::NotFound)?;
    let ending = Ending::by_user(state.now());
    let ended = state.db.write(move |conn| Session::end_own(conn, caller.row.user_id, &sid, &ending)).await?;
    if !ended {
        return Err(Error::NotFound.into());
    }
    Ok(HttpResponse::Ok().json(json!({ "status": "success", "ended": 1 })))
}
