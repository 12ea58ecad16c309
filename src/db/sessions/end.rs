//! Ending sessions: once, with who, when and why.

use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::{Binary, Text};

use super::{Liveness, Session, live, live_rows};
use crate::clock::Instant;
use crate::db::conn::{Conn, both};
use crate::db::schema::{sessions, users};
use crate::db::statement::statement;
use crate::db::types::Moment;
use crate::error::Result;
use crate::secret::TokenDigest;

/// Who ends sessions, when and why.
#[derive(Clone, Debug, AsChangeset)]
#[diesel(table_name = sessions)]
pub struct Ending {
    /// When.
    pub ended_at: Instant,
    /// A member of staff's name, `user`, or `system`.
    pub ended_by: String,
    /// A reason code.
    pub ended_reason: String,
    /// What staff noted; may be empty.
    pub ended_note: String,
}

impl Ending {
    /// Menwei itself ends a session: `displaced` over the cap, `expired` when it is swept, `cancelled` when
    /// the user cancelled in WeChat.
    #[must_use]
    pub fn by_system(now: Instant, reason: &str) -> Self {
        let (ended_by, ended_reason) = ("system".to_owned(), reason.to_owned());
        Self { ended_at: now, ended_by, ended_reason, ended_note: String::new() }
    }

    /// The user deletes their account: `deleted`.
    #[must_use]
    pub fn by_deletion(now: Instant) -> Self {
        Self { ended_reason: "deleted".to_owned(), ..Self::by_user(now) }
    }

    /// The user ends a session of their own: `logout`.
    #[must_use]
    pub fn by_user(now: Instant) -> Self {
        let (ended_by, ended_reason) = ("user".to_owned(), "logout".to_owned());
        Self { ended_at: now, ended_by, ended_reason, ended_note: String::new() }
    }
}

/// What became of sessions that were to be revoked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Revoked {
    /// Live before, ended now.
    pub revoked: usize,
    /// Ended or expired before.
    pub already: usize,
    /// Not there at all.
    pub gone: usize,
}

statement! {
    /// See [`Session::end`].
    End {
        "UPDATE sessions SET ended_at = " ended_at: Instant as Moment,
        ", ended_by = " ended_by: String as Text,
        ", ended_reason = " ended_reason: String as Text,
        ", ended_note = " ended_note: String as Text,
        " WHERE ended_at IS NULL AND digest = " digest: Vec<u8> as Binary,
    }
}

impl Session {
    /// Ends the session of that key; whether it was open until now.
    pub fn end(conn: &mut Conn, digest: &TokenDigest, ending: &Ending) -> Result<bool> {
        let Ending { ended_at, ended_by, ended_reason, ended_note } = ending.clone();
        let end = End { ended_at, ended_by, ended_reason, ended_note, digest: digest.as_bytes().to_vec() };
        let ended = both!(conn => end.execute(conn))?;
        Ok(ended > 0)
    }

    /// Ends the sessions of these public ids: whoever is first wins, nobody's record is overwritten. What became of them, and
    /// which were revoked.
    pub fn end_each(
        conn: &mut Conn,
        sids: &[String],
        ending: &Ending,
        liveness: Liveness,
    ) -> Result<(Revoked, Vec<String>)> {
        let asked: HashSet<&String> = sids.iter().collect();
        // always in one order: two transactions that end or touch the same rows must not wait for each other
        let found: Vec<(Vec<u8>, String)> = sessions::table
            .filter(sessions::sid.eq_any(sids))
            .order(sessions::digest)
            .select((sessions::digest, sessions::sid))
            .load(conn)?;
        let live: Vec<String> = sessions::table
            .inner_join(users::table)
            .filter(sessions::sid.eq_any(sids))
            .filter(live(liveness.now, liveness.idle_since))
            .select(sessions::sid)
            .load(conn)?;
        let live: HashSet<String> = live.into_iter().collect();
        let (there, mut revoked) = (found.len(), Vec::new());
        for (digest, sid) in found {
            if Self::end(conn, &TokenDigest::from_bytes(digest), ending)? && live.contains(&sid) {
                revoked.push(sid);
            }
        }
        let already = there - revoked.len();
        Ok((Revoked { revoked: revoked.len(), already, gone: asked.len() - there }, revoked))
    }

    /// Ends every open session of a user, but for `except`; the public ids of those that were live.
    ///
    /// Those that only expired are ended, too, as `expired`: a longer idle limit must not bring them back.
    pub fn end_all(
        conn: &mut Conn,
        user_id: i64,
        except: Option<&TokenDigest>,
        ending: &Ending,
        liveness: Liveness,
    ) -> Result<Vec<String>> {
        let spared: &[u8] = except.map_or(&[], TokenDigest::as_bytes);
        let revoked = diesel::update(sessions::table)
            .filter(sessions::user_id.eq(user_id))
            .filter(live_rows(liveness.now, liveness.idle_since))
            .filter(sessions::digest.ne(spared))
            .set(ending)
            .returning(sessions::sid)
            .get_results(conn)?;
        diesel::update(sessions::table)
            .filter(sessions::user_id.eq(user_id))
            .filter(sessions::ended_at.is_null())
            .filter(sessions::digest.ne(spared))
            .set(Ending::by_system(liveness.now, "expired"))
            .execute(conn)?;
        Ok(revoked)
    }

    /// Ends one session of a user by its public id; whether there was such an open one.
    pub fn end_own(conn: &mut Conn, user_id: i64, sid: &str, ending: &Ending) -> Result<bool> {
        let ended = diesel::update(sessions::table)
            .filter(sessions::sid.eq(sid))
            .filter(sessions::user_id.eq(user_id))
            .filter(sessions::ended_at.is_null())
            .set(ending)
            .execute(conn)?;
        Ok(ended > 0)
    }
}
