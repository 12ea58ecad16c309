//! Sessions of mini-program users: opened at login, looked up by every request, ended once and for good.
//!
//! A row is never deleted or inserted again by its session: a late write of a request that began before a revocation
//! finds the row ended and changes nothing.

pub mod count;
mod edge;
pub mod end;
pub mod list;
mod narrow;
pub mod network;
pub mod open;
pub(in crate::db) mod since;
pub mod walk;

use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::Binary;

use super::conn::{Conn, both};
use super::epochs::recalled;
use super::schema::{sessions, users};
use super::statement::statement;
use super::types::Moment;
use super::users::Status;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::secret::TokenDigest;

/// A session's row, without its key: nothing here can be used to impersonate anybody.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Public id: UUID version 7.
    pub sid: String,
    /// Whose it is.
    pub user_id: i64,
    /// Under which identity it was opened.
    pub identity_id: i64,
    /// In which mini-program.
    pub appid: String,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was last used, to within [`super::touches::EVERY`].
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// The client's address at login.
    pub ip: String,
    /// The client's User-Agent at login, at most 512 bytes.
    pub user_agent: String,
    /// `ios`, `android`, `windows`, `mac`, `harmony`, `devtools` or `other`.
    pub client: String,
    /// Device model and system, as the client tells; may be empty.
    pub device: String,
    /// WeChat's version, as the client tells; may be empty.
    pub wechat_version: String,
    /// The mini-program's version out of the Referer; `0` is a development or trial version; may be empty.
    pub app_version: String,
    /// When it was ended before its time.
    pub ended_at: Option<Instant>,
    /// Who ended it: a member of staff's name, `user`, or `system`.
    pub ended_by: Option<String>,
    /// Why: a reason code.
    pub ended_reason: Option<String>,
    /// What the member of staff noted.
    pub ended_note: Option<String>,
    /// Whether it is older than an epoch: then it is dead, ended or not.
    #[diesel(select_expression = recalled())]
    pub is_recalled: bool,
}

/// What is at a moment the state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// A request with its token would be accepted.
    Live,
    /// It was ended.
    Ended,
    /// It is older than an epoch: all sessions were revoked at once.
    Recalled,
    /// It reached its absolute end.
    Expired,
    /// It was not used for too long.
    Idle,
    /// Its user is frozen or deleted.
    Barred,
}

/// The moment, and the idle limit, that decide what is live.
#[derive(Clone, Copy, Debug)]
pub struct Liveness {
    /// When.
    pub now: Instant,
    /// Sessions last used at or before this are idle.
    pub idle_since: Instant,
}

impl Liveness {
    /// What is live at `now` when sessions may be idle for `idle`.
    #[must_use]
    pub fn at(now: Instant, idle: Duration) -> Self {
        Self { now, idle_since: now - idle }
    }

    /// Whether a session has neither reached its end nor been idle for too long.
    #[must_use]
    pub fn is_lasting(self, expires_at: Instant, last_seen_at: Instant) -> bool {
        expires_at > self.now && last_seen_at > self.idle_since
    }
}

/// Live, for the database: "would authenticate a request right now". Needs `sessions` joined with `users`.
/// Twin of [`Session::state`] and [`CallerRow::admit`]; a property test holds them equal.
#[diesel::dsl::auto_type]
pub(super) fn live(now: Instant, idle_since: Instant) -> _ {
    let own: live_rows = live_rows(now, idle_since);
    own.and(
        users::status
            .eq("active")
            .or(users::status.eq("frozen").and(users::frozen_until.le(now).assume_not_null())),
    )
}

/// The part of [`live`] that a session's own row tells. Enough to count by: a user who is kept out has no open session.
#[diesel::dsl::auto_type]
pub(in crate::db) fn live_rows(now: Instant, idle_since: Instant) -> _ {
    let open: diesel::dsl::IsNull<sessions::ended_at> = sessions::ended_at.is_null();
    let lasting: diesel::dsl::Gt<sessions::expires_at, Instant> = sessions::expires_at.gt(now);
    let used: diesel::dsl::Gt<sessions::last_seen_at, Instant> = sessions::last_seen_at.gt(idle_since);
    open.and(lasting).and(used).and(diesel::dsl::not(recalled()))
}

statement! {
    /// See [`Session::touch`].
    Touch {
        "UPDATE sessions SET last_seen_at = " at: Instant as Moment,
        " WHERE ended_at IS NULL AND digest = " digest: Vec<u8> as Binary,
        " AND last_seen_at < " before: Instant as Moment,
    }
}

impl Session {
    /// What this session is at that moment, its user having that status.
    #[must_use]
    pub fn state(&self, user: Status, liveness: Liveness) -> State {
        if self.ended_at.is_some() {
            State::Ended
        } else if self.is_recalled {
            State::Recalled
        } else if self.expires_at <= liveness.now {
            State::Expired
        } else if self.last_seen_at <= liveness.idle_since {
            State::Idle
        } else if user.is_barred(liveness.now) {
            State::Barred
        } else {
            State::Live
        }
    }

    /// The session of that token, whatever its state, with what a request needs to know of its user.
    pub fn find_caller(conn: &mut Conn, digest: &TokenDigest) -> Result<Option<CallerRow>> {
        let found = both!(conn => sessions::table
            .inner_join(users::table)
            .filter(sessions::digest.eq(digest.as_bytes()))
            .select(CallerRow::as_select())
            .get_result(conn)
            .optional());
        Ok(found?)
    }

    /// The session of that public id.
    pub fn find(conn: &mut Conn, sid: &str) -> Result<Option<Self>> {
        Ok(sessions::table
            .filter(sessions::sid.eq(sid))
            .select(Self::as_select())
            .get_result(conn)
            .optional()?)
    }

    /// Notes that a session was used. Only ever updates: a session that is gone or ended stays so.
    pub(super) fn touch(conn: &mut Conn, digest: &TokenDigest, at: Instant) -> Result<()> {
        let touch = Touch { at, digest: digest.as_bytes().to_vec(), before: at };
        both!(conn => touch.execute(conn))?;
        Ok(())
    }
}

/// What every authenticated request reads, in one seek: the session and its user.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct CallerRow {
    /// The session's public id.
    pub sid: String,
    /// The user's key.
    pub user_id: i64,
    /// The identity's key.
    pub identity_id: i64,
    /// The mini-program.
    pub appid: String,
    /// When the session was opened.
    pub created_at: Instant,
    /// When it was last used.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// When it was ended.
    pub ended_at: Option<Instant>,
    /// The user's public id.
    #[diesel(select_expression = users::uid)]
    pub uid: String,
    /// The user's nickname.
    #[diesel(select_expression = users::nickname)]
    pub nickname: String,
    /// The user's avatar.
    #[diesel(select_expression = users::avatar_url)]
    pub avatar_url: String,
    /// The user's status and the end of a freeze.
    #[diesel(select_expression = (users::status, users::frozen_until))]
    pub status: Status,
    /// Whether the session is older than an epoch.
    #[diesel(select_expression = recalled())]
    pub is_recalled: bool,
}

impl CallerRow {
    /// Lets the request pass, or says why not.
    ///
    /// # Errors
    /// [`Error::SessionRevoked`] or [`Error::SessionExpired`].
    pub fn admit(&self, liveness: Liveness) -> Result<()> {
        if self.ended_at.is_some() || self.is_recalled || self.status.is_barred(liveness.now) {
            Err(Error::SessionRevoked)
        } else if liveness.is_lasting(self.expires_at, self.last_seen_at) {
            Ok(())
        } else {
            Err(Error::SessionExpired)
        }
    }
}
