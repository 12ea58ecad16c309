//! Console sessions: behind the cookie of a member of staff. The key is the digest of the cookie's value.

use std::time::Duration;

use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{staff, staff_sessions};
use super::staff::Staff;
use super::staff::proved::Proved;
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

/// What makes a session live: not ended, not past idle or absolute end, its member of staff not disabled.
#[auto_type(no_type_alias)]
fn live(now: Instant, idle: Duration) -> _ {
    let last: Instant = now - idle;
    staff_sessions::ended_at
        .is_null()
        .and(staff_sessions::expires_at.gt(now))
        .and(staff_sessions::last_seen_at.gt(last))
        .and(staff::disabled_at.is_null())
}

impl StaffSession {
    /// Opens a console session for somebody who proved to be of that account, if it can still be signed in to by what
    /// they proved. Their sessions that are past their end are ended with it: a clock that is set back later does not
    /// bring those back.
    ///
    /// # Errors
    /// [`Error::Conflict`](crate::error::Error::Conflict) when it cannot.
    pub fn open(conn: &mut Conn, new: &NewStaffSession, proved: &Proved, idle: Duration) -> Result<()> {
        proved.hold(conn, new.staff_id)?;
        let now = new.created_at;
        let is_over = staff_sessions::expires_at.le(now).or(staff_sessions::last_seen_at.le(now - idle));
        diesel::update(staff_sessions::table)
            .filter(staff_sessions::staff_id.eq(new.staff_id))
            .filter(staff_sessions::ended_at.is_null())
            .filter(is_over)
            .set((staff_sessions::ended_at.eq(now), staff_sessions::ended_reason.eq("expired")))
            .execute(conn)?;
        diesel::insert_into(staff_sessions::table).values(new).execute(conn)?;
        Ok(())
    }

    /// The live session of that cookie.
    pub fn find_live(
        conn: &mut Conn,
        digest: &TokenDigest,
        now: Instant,
        idle: Duration,
    ) -> Result<Option<Self>> {
        Ok(staff_sessions::table
            .inner_join(staff::table)
            .filter(staff_sessions::digest.eq(digest.as_bytes()))
            .filter(live(now, idle))
            .select(Self::as_select())
            .get_result(conn)
            .optional()?)
    }

    /// Whether the session of that public id is live, and its member of staff still has that role.
    pub fn is_live(conn: &mut Conn, sid: &str, role: &str, now: Instant, idle: Duration) -> Result<bool> {
        let found: Option<String> = staff_sessions::table
            .inner_join(staff::table)
            .filter(staff_sessions::sid.eq(sid))
            .filter(live(now, idle))
            .select(staff::role)
            .get_result(conn)
            .optional()?;
        Ok(found.is_some_and(|found| found == role))
    }

    /// Gives a session another cookie; whether it was still there. With it goes what the session carries, and when it
    /// ends, if that moves. UPDATE only, as [`StaffSession::store`].
    pub fn renew(
        conn: &mut Conn,
        (old, new): (&TokenDigest, &TokenDigest),
        state: &str,
        expires_at: Option<Instant>,
    ) -> Result<bool> {
        let own = staff_sessions::table
            .filter(staff_sessions::digest.eq(old.as_bytes()))
            .filter(staff_sessions::ended_at.is_null());
        let change = (staff_sessions::digest.eq(new.as_bytes()), staff_sessions::state.eq(state));
        let moved = match expires_at {
            Some(at) => diesel::update(own).set((change, staff_sessions::expires_at.eq(at))).execute(conn)?,
            None => diesel::update(own).set(change).execute(conn)?,
        };
        Ok(moved > 0)
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
