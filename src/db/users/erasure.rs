//! Erasing a deleted account: nothing stays that says who it was.
//!
//! What stays is a number, the public id and three times, so that the log of logins, which the law wants kept for six
//! months (网络安全法), and the audit trail still hang together; and, for a frozen user, keyed digests that keep them out.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use diesel::prelude::*;

use super::withdraw::Field;
use super::{Status, User};
use crate::clock::Instant;
use crate::db::Database;
use crate::db::audit::{Audit, Entry};
use crate::db::conn::Conn;
use crate::db::hourly::recounts;
use crate::db::identities::Identity;
use crate::db::schema::{identities, push_events, sessions, unionid_conflicts, users};
use crate::db::sweep::BATCH;
use crate::db::tombstones::Tombstone;
use crate::db::user_notes::UserNote;
use crate::error::Result;
use crate::secret::KeyRing;

/// How far an erasure got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erasure {
    /// The account is erased.
    Done,
    /// Only a batch of its sessions is; the next call goes on.
    More,
    /// It is not due: it was restored, or another process was faster.
    NotDue,
}

impl User {
    /// The accounts that are due, the longest waiting first; at most 100.
    fn due_for_erasure(conn: &mut Conn, now: Instant) -> Result<Vec<i64>> {
        Ok(users::table
            .filter(users::erase_at.assume_not_null().le(now))
            .filter(users::erase_at.is_not_null())
            .order((users::erase_at, users::id))
            .select(users::id)
            .limit(100)
            .load(conn)?)
    }

    /// Erases an account that is due, or one batch of its sessions when there are many.
    pub fn erase(conn: &mut Conn, id: i64, keys: &KeyRing, now: Instant) -> Result<Erasure> {
        if Self::hold(conn, id)? != Status::Deleted {
            return Ok(Erasure::NotDue);
        }
        let user = Self::get(conn, id)?;
        if user.erase_at.is_none_or(|erase_at| erase_at > now) {
            return Ok(Erasure::NotDue);
        }
        if !erase_sessions(conn, id, now)? {
            return Ok(Erasure::More);
        }
        let known = Identity::of_users(conn, &[id])?;
        let freeze = user.freeze_at(now);
        if let Some(freeze) = &freeze {
            Tombstone::raise(conn, &user.uid, freeze, &known, keys, now)?;
        }
        forget_waiting_pushes(conn, &known)?;
        // whatever users shared goes by this one verb, wherever it is kept
        Self::withdraw(conn, id, Field::ALL)?;
        UserNote::erase(conn, id)?;
        // what was recorded of the identities goes with them; that others are the same person is no longer known either
        let same_person = unionid_conflicts::other_user_id.assume_not_null().eq(id);
        diesel::delete(unionid_conflicts::table.filter(same_person)).execute(conn)?;
        diesel::delete(identities::table.filter(identities::user_id.eq(id))).execute(conn)?;
        diesel::update(users::table.find(id))
            .set((
                users::erase_at.eq(None::<Instant>),
                users::erased_at.eq(now),
                users::status_before.eq(None::<String>),
                users::frozen_until.eq(None::<Instant>),
                users::frozen_reason.eq(None::<String>),
            ))
            .execute(conn)?;
        recounts::mark(conn, [user.created_at], now)?;
        let entry = Entry {
            actor: "system".to_owned(),
            action: "account.erase".to_owned(),
            target: format!("user:{}", user.uid),
            result: "ok".to_owned(),
            detail: serde_json::json!({ "stillFrozen": freeze.is_some() }).to_string(),
            ..Entry::default()
        };
        Audit::append(conn, &entry, now)?;
        Ok(Erasure::Done)
    }
}

/// Removes a batch of a user's sessions; whether none is left.
fn erase_sessions(conn: &mut Conn, id: i64, now: Instant) -> Result<bool> {
    let some: Vec<(Vec<u8>, Option<Instant>)> = sessions::table
        .filter(sessions::user_id.eq(id))
        .select((sessions::digest, sessions::ended_at))
        .limit(BATCH)
        .load(conn)?;
    let (some, ended): (Vec<Vec<u8>>, Vec<Option<Instant>>) = some.into_iter().unzip();
    recounts::mark(conn, ended.into_iter().flatten(), now)?;
    let removed = diesel::delete(sessions::table.filter(sessions::digest.eq_any(&some))).execute(conn)?;
    Ok(i64::try_from(removed).unwrap_or(BATCH) < BATCH)
}

/// A push about the user that still waits finds nobody, and need not say whom it meant. Those worked off say nothing.
fn forget_waiting_pushes(conn: &mut Conn, known: &[Identity]) -> Result<()> {
    for identity in known {
        let about = push_events::table
            .filter(push_events::done_at.is_null())
            .filter(push_events::appid.eq(&identity.appid))
            .filter(push_events::openid.assume_not_null().eq(&identity.openid));
        diesel::update(about).set(push_events::openid.eq(None::<String>)).execute(conn)?;
    }
    Ok(())
}

impl Database {
    /// Erases one account whole, when it is due; whether it was.
    ///
    /// # Errors
    /// When the database is out of reach: what is left is done the next time.
    pub async fn erase(&self, id: i64, keys: &Arc<KeyRing>, now: Instant) -> Result<bool> {
        loop {
            let keys = Arc::clone(keys);
            match self.write(move |conn| User::erase(conn, id, &keys, now)).await? {
                Erasure::Done => {
                    self.0.log_holds_erased.store(true, Ordering::Relaxed);
                    return Ok(true);
                }
                Erasure::NotDue => return Ok(false),
                Erasure::More => {}
            }
        }
    }

    /// The accounts that are due for erasure now, at most 100.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn due_for_erasure(&self, now: Instant) -> Result<Vec<i64>> {
        self.read(move |conn| User::due_for_erasure(conn, now)).await
    }

    /// After an erasure: writes SQLite's log into the file and empties it, for old pages of the log still say what
    /// `secure_delete` has overwritten in the file. False: somebody is reading, try again later. On Postgres VACUUM and
    /// the recycling of its log do it in their own time.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn empty_log(&self) -> Result<bool> {
        if !self.0.log_holds_erased.swap(false, Ordering::Relaxed) {
            return Ok(true);
        }
        let emptied = self.read(checkpoint).await;
        if !matches!(emptied, Ok(true)) {
            self.0.log_holds_erased.store(true, Ordering::Relaxed);
        }
        emptied
    }
}

/// Whether the whole log was written back.
fn checkpoint(conn: &mut Conn) -> Result<bool> {
    let Conn::Sqlite(conn) = conn else { return Ok(true) };
    // writers wait meanwhile: for a moment, not for a slow reader
    diesel::sql_query("PRAGMA busy_timeout = 100").execute(conn)?;
    let outcome = diesel::sql_query("PRAGMA wal_checkpoint(TRUNCATE)").get_result::<Checkpoint>(conn);
    diesel::sql_query("PRAGMA busy_timeout = 2000").execute(conn)?;
    Ok(outcome?.busy == 0)
}

#[derive(QueryableByName)]
struct Checkpoint {
    /// 1: it could not be done whole.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    busy: i32,
}
