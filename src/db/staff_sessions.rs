//! Console sessions: behind the cookie of a member of staff. The key is the digest of the cookie's value.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{staff, staff_sessions};
use super::staff::Staff;
use crate::clock::Instant;
use crate::error::Result;
use crate::secret::TokenDigest;

/// A console session that is about to be opened.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = staff_sessions, treat_none_as_default_value = false)]
pub struct NewStaffSession {
    /// The digest of the cookie's value.
    pub digest: Vec<u8>,
    /// Public id.
    pub sid: String,
    /// Whose it is.
    pub staff_id: i64,
    /// What the session carries, as JSON: a text for every name.
    pub state: String,
    /// Now.
    pub created_at: Instant,
    /// Now.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// The browser's address.
    pub ip: String,
    /// The browser's User-Agent.
    pub user_agent: String,
}

/// A console session that is live, with its member of staff.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff_sessions)]
pub struct StaffSession {
    /// Public id.
    pub sid: String,
    /// What the session carries, as JSON.
    pub state: String,
    /// When it was last used, to within a minute.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// Whose it is.
    #[diesel(embed)]
    pub staff: Staff,
}

/// A console session, as its member of staff sees it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff_sessions)]
pub struct OpenSession {
    /// Public id.
    pub sid: String,
    /// When it was opened.
    pub created_at: Instant,
    /// When it was last used, to within a minute.
    pub last_seen_at: Instant,
    /// The browser's address.
    pub ip: String,
    /// The browser's User-Agent.
    pub user_agent: String,
}

/// How often a console session's last use is written at most.
pub const TOUCH_EVERY: Duration = Duration::from_mins(1);

impl StaffSession {
    /// Opens a console session.
    pub fn open(conn: &mut Conn, new: &NewStaffSession) -> Result<()> {
        diesel::insert_into(staff_sessions::table).values(new).execute(conn)?;
        Ok(())
    }

    /// The live session of that cookie: not ended, not past idle or absolute end, its member of staff not disabled.
    pub fn find_live(
        conn: &mut Conn,
        digest: &TokenDigest,
        now: Instant,
        idle: Duration,
    ) -> Result<Option<Self>> {
        Ok(staff_sessions::table
            .inner_join(staff::table)
            .filter(staff_sessions::digest.eq(digest.as_bytes()))
            .filter(staff_sessions::ended_at.is_null())
            .filter(staff_sessions::expires_at.gt(now))
            .filter(staff_sessions::last_seen_at.gt(now - idle))
            .filter(staff::disabled_at.is_null())
            .select(Self::as_select())
            .get_result(conn)
            .optional()?)
    }

    /// Stores what the session carries; whether it was still there. Never inserts: a session that was ended while a
    /// request ran must not come back.
    pub fn store(conn: &mut Conn, digest: &TokenDigest, state: &str) -> Result<bool> {
        let stored = diesel::update(staff_sessions::table)
            .filter(staff_sessions::digest.eq(digest.as_bytes()))
            .filter(staff_sessions::ended_at.is_null())
            .set(staff_sessions::state.eq(state))
            .execute(conn)?;
        Ok(stored > 0)
    }

    /// Notes that the session is in use.
    pub fn touch(conn: &mut Conn, digest: &TokenDigest, now: Instant) -> Result<()> {
        diesel::update(staff_sessions::table)
            .filter(staff_sessions::digest.eq(digest.as_bytes()))
            .filter(staff_sessions::ended_at.is_null())
            .filter(staff_sessions::last_seen_at.lt(now))
            .set(staff_sessions::last_seen_at.eq(now))
            .execute(conn)?;
        Ok(())
    }

    /// Ends the session of that cookie.
    pub fn end(conn: &mut Conn, digest: &TokenDigest, reason: &str, now: Instant) -> Result<()> {
        diesel::update(staff_sessions::table)
            .filter(staff_sessions::digest.eq(digest.as_bytes()))
            .filter(staff_sessions::ended_at.is_null())
            .set((staff_sessions::ended_at.eq(now), staff_sessions::ended_reason.eq(reason)))
            .execute(conn)?;
        Ok(())
    }

    /// The live sessions of a member of staff, the latest used first: at most 50.
    pub fn open_of(conn: &mut Conn, staff_id: i64, now: Instant, idle: Duration) -> Result<Vec<OpenSession>> {
        Ok(staff_sessions::table
            .filter(staff_sessions::staff_id.eq(staff_id))
            .filter(staff_sessions::ended_at.is_null())
            .filter(staff_sessions::expires_at.gt(now))
            .filter(staff_sessions::last_seen_at.gt(now - idle))
            .order(staff_sessions::last_seen_at.desc())
            .select(OpenSession::as_select())
            .limit(50)
            .load(conn)?)
    }

    /// Ends the sessions of a member of staff but their own, or only the one of `wanted` among them; how many.
    pub fn end_others(
        conn: &mut Conn,
        staff_id: i64,
        own: &str,
        wanted: Option<&str>,
        reason: &str,
        now: Instant,
    ) -> Result<usize> {
        let others = staff_sessions::table
            .filter(staff_sessions::staff_id.eq(staff_id))
            .filter(staff_sessions::ended_at.is_null())
            .filter(staff_sessions::sid.ne(own));
        let change = (staff_sessions::ended_at.eq(now), staff_sessions::ended_reason.eq(reason));
        Ok(match wanted {
            Some(sid) => {
                diesel::update(others.filter(staff_sessions::sid.eq(sid))).set(change).execute(conn)?
            }
            None => diesel::update(others).set(change).execute(conn)?,
        })
    }
}
