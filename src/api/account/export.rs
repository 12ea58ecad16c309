//! `GET /api/account/export`: everything menwei knows about the caller, as one document (PIPL Art. 45).
//!
//! In clear, for it is theirs. Without what is nobody's to have: session keys, digests, and who of the staff did
//! something and what they noted.

use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::caller::Caller;
use crate::api::error::ApiError;
use crate::api::openapi::refusals::{NoSession, NoStorage, Refusals};
use crate::api::user::UserView;
use crate::avatar;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::identities::Identity;
use crate::db::logins::Login;
use crate::db::page::Start;
use crate::db::reviews::Review;
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;
use crate::db::users::phone::StoredPhone;
use crate::error::Result;
use crate::state::State;

/// How many sessions, logins and events there are at most: the newest. Who logs in fifty times a day has them all, for as
/// long as they are kept; beyond that the document would be no file for a phone.
const MOST: usize = 10_000;

#[derive(Serialize, ToSchema)]
#[schema(as = ExportDocument)]
#[serde(rename_all = "camelCase")]
struct Document {
    exported_at: Instant,
    /// The lists that are cut to the newest 10,000.
    shortened: Vec<&'static str>,
    user: Person,
    /// What the user wants to be called or seen as, until it is let pass.
    proposals: Vec<Proposal>,
    identities: Vec<OwnIdentity>,
    sessions: Vec<OwnSession>,
    logins: Vec<OwnLogin>,
    events: Vec<Event>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExportPerson)]
#[serde(rename_all = "camelCase")]
struct Person {
    /// The phone number in it is in clear: `+8613800001234`.
    #[serde(flatten)]
    view: UserView,
    last_login_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExportProposal)]
#[serde(rename_all = "camelCase")]
struct Proposal {
    /// `nickname` or `avatar`.
    kind: &'static str,
    value: String,
    /// `pending`, `review` or `risky`.
    state: &'static str,
    created_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExportOwnIdentity)]
#[serde(rename_all = "camelCase")]
struct OwnIdentity {
    app_id: String,
    open_id: String,
    union_id: Option<String>,
    created_at: Instant,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExportOwnSession)]
#[serde(rename_all = "camelCase")]
struct OwnSession {
    sid: String,
    app_id: String,
    created_at: Instant,
    last_seen_at: Instant,
    expires_at: Instant,
    ip: String,
    user_agent: String,
    client: String,
    device: String,
    wechat_version: String,
    app_version: String,
    ended_at: Option<Instant>,
    /// `user`, `system` or `staff`.
    ended_by: Option<&'static str>,
    ended_reason: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExportOwnLogin)]
#[serde(rename_all = "camelCase")]
struct OwnLogin {
    at: Instant,
    app_id: String,
    sid: Option<String>,
    result: String,
    wx_errcode: Option<i64>,
    ip: String,
}

/// What was done with the account, by whomever.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportEvent)]
#[serde(rename_all = "camelCase")]
struct Event {
    at: Instant,
    action: String,
    /// `user`, `wechat`, `system` or `staff`.
    by: &'static str,
    reason: String,
}

/// What is read for it.
struct Whole {
    user: User,
    phone: StoredPhone,
    reviews: Vec<Review>,
    identities: Vec<Identity>,
    sessions: Vec<Listed>,
    logins: Vec<Login>,
    events: Vec<Audit>,
}

impl Whole {
    fn read(conn: &mut Conn, user_id: i64, liveness: Liveness) -> Result<Self> {
        let user = User::get(conn, user_id)?;
        let filter = Filter { user_id: Some(user_id), ..Filter::of(StateFilter::All) };
        // one more than is shown tells whether there are more
        let first = Start::First;
        let sessions = Session::list(conn, &filter, Order::CreatedDown, &first, MOST + 1, liveness)?;
        Ok(Self {
            phone: User::phone(conn, user_id)?,
            reviews: Review::of_user(conn, user_id)?,
            identities: Identity::of_users(conn, &[user_id])?,
            sessions: sessions.rows,
            logins: Login::of_user(conn, user_id, i64::try_from(MOST + 1).unwrap_or(i64::MAX))?,
            events: Audit::of_target(conn, &format!("user:{}", user.uid), MOST + 1)?,
            user,
        })
    }
}

/// Everything that is held about the caller, as a file to keep.
///
/// The newest 10,000 of each list; `shortened` names those that have more. The phone number is in clear.
#[utoipa::path(get, path = "/api/account/export", tag = "account", operation_id = "exportAccount", security(("token" = [])), responses(
    (status = 200, description = "The file.", body = Document),
    Refusals<(NoSession, NoStorage)>,
))]
pub async fn get(caller: Caller, state: web::Data<State>) -> Result<HttpResponse, ApiError> {
    let (user_id, liveness) = (caller.row.user_id, state.liveness());
    let whole = state.db.read(move |conn| Whole::read(conn, user_id, liveness)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"account.json\""))
        .json(document(whole, &state, liveness.now)))
}

fn document(whole: Whole, state: &State, now: Instant) -> Document {
    let lengths =
        [("sessions", whole.sessions.len()), ("logins", whole.logins.len()), ("events", whole.events.len())];
    let phone = whole.phone.open(&state.keys).map(|phone| phone.e164().to_string());
    Document {
        exported_at: now,
        shortened: lengths.iter().filter(|(_, length)| *length > MOST).map(|(name, _)| *name).collect(),
        proposals: whole.reviews.into_iter().map(|review| Proposal::of(review, state)).collect(),
        identities: whole.identities.into_iter().map(OwnIdentity::from).collect(),
        sessions: whole.sessions.into_iter().take(MOST).map(OwnSession::from).collect(),
        logins: whole.logins.into_iter().take(MOST).map(OwnLogin::from).collect(),
        events: whole.events.into_iter().take(MOST).map(Event::from).collect(),
        user: Person {
            last_login_at: whole.user.last_login_at,
            view: UserView { phone, ..UserView::of(whole.user, &state.config) },
        },
    }
}

/// Who did something, without names of staff.
fn by(name: &str) -> &'static str {
    match name {
        "user" => "user",
        "system" => "system",
        _ => "staff",
    }
}

impl Proposal {
    fn of(review: Review, state: &State) -> Self {
        Self {
            kind: review.kind().code(),
            state: review.state().code(),
            value: avatar::url(&review.value, &state.config),
            created_at: review.created_at,
        }
    }
}

impl From<Identity> for OwnIdentity {
    fn from(identity: Identity) -> Self {
        Self {
            app_id: identity.appid,
            open_id: identity.openid,
            union_id: identity.unionid,
            created_at: identity.created_at,
        }
    }
}

impl From<Listed> for OwnSession {
    fn from(listed: Listed) -> Self {
        let session = listed.session;
        Self {
            sid: session.sid,
            app_id: session.appid,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            expires_at: session.expires_at,
            ip: session.ip,
            user_agent: session.user_agent,
            client: session.client,
            device: session.device,
            wechat_version: session.wechat_version,
            app_version: session.app_version,
            ended_at: session.ended_at,
            ended_by: session.ended_by.as_deref().map(by),
            ended_reason: session.ended_reason,
        }
    }
}

impl From<Login> for OwnLogin {
    fn from(login: Login) -> Self {
        Self {
            at: login.at,
            app_id: login.appid,
            sid: login.sid,
            result: login.result,
            wx_errcode: login.errcode,
            ip: login.ip,
        }
    }
}

impl From<Audit> for Event {
    fn from(entry: Audit) -> Self {
        let by = if entry.role == "wechat" { "wechat" } else { by(&entry.actor) };
        Self { at: entry.at, action: entry.action, by, reason: entry.reason }
    }
}
