//! `/api/sessions`: a user's own sessions, listed and ended (OWASP ASVS 7.5.2).

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::Caller;
use super::error::ApiError;
use super::openapi::refusals::{NoSession, NoStorage, NotThere, Refusals};
use crate::clock::Instant;
use crate::db::page::Start;
use crate::db::sessions::Session;
use crate::db::sessions::end::Ending;
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::error::Error;
use crate::state::State;

#[derive(Serialize, ToSchema)]
#[schema(as = SessionList)]
struct Answer {
    /// The live sessions, the newest first.
    sessions: Vec<View>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
#[serde(rename_all = "camelCase")]
struct View {
    /// The session's public id, which is no secret.
    #[schema(example = "018f4e2b-1a2b-7c3d-8e4f-0123456789ab")]
    sid: String,
    /// The mini-program.
    #[schema(example = "wx0123456789abcdef")]
    app_id: String,
    /// When it was opened.
    created_at: Instant,
    /// When it was last used.
    last_seen_at: Instant,
    /// When it ends at the latest.
    expires_at: Instant,
    /// Model and system as the client told them; may be empty.
    #[schema(example = "iPhone · iOS 17.5")]
    device: String,
    /// The address of its login.
    #[schema(example = "203.0.113.7")]
    ip: String,
    /// Whether it is the one that asks.
    current: bool,
}

#[derive(Serialize, ToSchema)]
struct Ended {
    /// Always `success`.
    #[schema(example = "success")]
    status: &'static str,
    /// How many sessions were ended.
    ended: usize,
}

impl Ended {
    const fn of(ended: usize) -> Self {
        Self { status: "success", ended }
    }
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

/// Lists the caller's live sessions.
///
/// The newest first; never more than the cap per user.
#[utoipa::path(get, path = "/api/sessions", tag = "session", operation_id = "listSessions", security(("token" = [])), responses(
    (status = 200, description = "The sessions.", body = Answer),
    Refusals<(NoSession, NoStorage)>,
))]
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
#[utoipa::path(delete, path = "/api/sessions", tag = "session", operation_id = "endOtherSessions", security(("token" = [])), responses(
    (status = 200, description = "They are ended.", body = Ended),
    Refusals<(NoSession, NoStorage)>,
))]
pub async fn delete_others(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let (ending, liveness) = (Ending::by_user(state.now()), state.liveness());
    let end = move |conn: &mut _| {
        Session::end_all(conn, caller.row.user_id, Some(&caller.digest), &ending, liveness)
    };
    let ended = state.db.write(end).await?;
    Ok(HttpResponse::Ok().json(Ended::of(ended.len())))
}

/// Ends one of the caller's sessions.
///
/// Somebody else's is not found, like one that never was.
#[utoipa::path(delete, path = "/api/sessions/{sid}", tag = "session", operation_id = "endSession", security(("token" = [])),
    params(("sid" = String, Path, description = "The session's public id.", example = "018f4e2b-1a2b-7c3d-8e4f-0123456789ab")),
    responses(
        (status = 200, description = "It is ended.", body = Ended),
        Refusals<(NoSession, NotThere, NoStorage)>,
    ),
)]
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
    Ok(HttpResponse::Ok().json(Ended::of(1)))
}
