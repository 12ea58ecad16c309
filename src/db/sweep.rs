//! What is removed when its time is over: a batch a transaction, found by an index or in the order of the keys.
//!
//! The audit trail is in none of this: it is never removed.

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{
    logins, push_events, selections, sessions, setup_links, staff_sessions, throttles, tombstones,
};
use crate::clock::Instant;
use crate::error::Result;

/// Rows that one transaction removes at most.
pub const BATCH: i64 = 500;

/// What can be swept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Sessions that were ended.
    Ended,
    /// Sessions that reached their absolute end without being ended.
    Expired,
    /// Attempts to log in.
    Logins,
    /// Console sessions that expired.
    StaffSessions,
    /// One-time links that expired.
    SetupLinks,
    /// What staff ticked and did not confirm in time.
    Selections,
    /// Failed sign-ins that no longer count.
    Throttles,
    /// Pushes that were worked off.
    Pushes,
    /// Freezes of erased users whose end has come.
    Tombstones,
}

/// Removes a batch of the rows that fit, by their key; how many.
macro_rules! remove {
    ($conn:ident, $table:ident, $key:ident: $type:ty, $fits:expr) => {{
        let keys: Vec<$type> = $table::table.filter($fits).select($table::$key).limit(BATCH).load($conn)?;
        Ok(diesel::delete($table::table.filter($table::$key.eq_any(keys))).execute($conn)?)
    }};
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Ended,
        Self::Expired,
        Self::Logins,
        Self::StaffSessions,
        Self::SetupLinks,
        Self::Selections,
        Self::Throttles,
        Self::Pushes,
        Self::Tombstones,
    ];

    /// Removes a batch of what was over before that moment; how many rows. Less than [`BATCH`]: nothing is left.
    pub fn sweep(self, conn: &mut Conn, before: Instant) -> Result<usize> {
        match self {
            Self::Ended => {
                let old =
                    sessions::ended_at.is_not_null().and(sessions::ended_at.assume_not_null().lt(before));
                remove!(conn, sessions, digest: Vec<u8>, old)
            }
            Self::Expired => {
                let old = sessions::ended_at.is_null().and(sessions::expires_at.lt(before));
                remove!(conn, sessions, digest: Vec<u8>, old)
            }
            Self::Logins => sweep_logins(conn, before),
            Self::StaffSessions => {
                remove!(conn, staff_sessions, digest: Vec<u8>, staff_sessions::expires_at.lt(before))
            }
            Self::SetupLinks => {
                remove!(conn, setup_links, digest: Vec<u8>, setup_links::expires_at.lt(before))
            }
            Self::Selections => remove!(conn, selections, id: String, selections::expires_at.lt(before)),
            Self::Throttles => {
                let old = throttles::last_at.lt(before).and(throttles::blocked_until.lt(before));
                remove!(conn, throttles, key: Vec<u8>, old)
            }
            Self::Pushes => {
                let old = push_events::done_at.is_not_null();
                let old = old.and(push_events::done_at.assume_not_null().lt(before));
                remove!(conn, push_events, id: i64, old)
            }
            Self::Tombstones => {
                let old = tombstones::frozen_until.is_not_null();
                let old = old.and(tombstones::frozen_until.assume_not_null().lt(before));
                remove!(conn, tombstones, digest: Vec<u8>, old)
            }
        }
    }
}

/// The log's keys ascend with time: only the first rows are looked at.
fn sweep_logins(conn: &mut Conn, before: Instant) -> Result<usize> {
    let first: Vec<(i64, Instant)> =
        logins::table.order(logins::id).limit(BATCH).select((logins::id, logins::at)).load(conn)?;
    let old: Vec<i64> = first.into_iter().filter(|(_, at)| *at < before).map(|(id, _)| id).collect();
    Ok(diesel::delete(logins::table.filter(logins::id.eq_any(old))).execute(conn)?)
}
