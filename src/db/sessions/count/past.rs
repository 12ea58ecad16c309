//! How many sessions were live at a moment that is over. Their rows still tell: whoever was idle or over by then was never
//! used again, and what ended later has the time of its end.

use diesel::dsl::{count_star, not};
use diesel::prelude::*;

use super::super::{Liveness, Session};
use crate::db::conn::{A_MINUTE, Conn, unhurried};
use crate::db::epochs::recalled_by;
use crate::db::schema::sessions;
use crate::error::Result;

impl Session {
    /// How many sessions were live at `liveness.now`, to the last one: for a job, never for a page. One statement reads the
    /// index of those that are open, and the rows of those that ended since.
    ///
    /// It is what [`Session::count`] said then. Where a mini-program was recalled twice since, those of the first time count
    /// until they were swept.
    pub fn count_at(conn: &mut Conn, liveness: Liveness) -> Result<i64> {
        let there = || {
            sessions::table
                .filter(sessions::created_at.le(liveness.now))
                .filter(sessions::expires_at.gt(liveness.now))
                .filter(sessions::last_seen_at.gt(liveness.idle_since))
                .filter(not(recalled_by(liveness.now)))
                .select(count_star())
        };
        let open = there().filter(sessions::ended_at.is_null());
        let ended_later = there()
            .filter(sessions::ended_at.is_not_null())
            .filter(sessions::ended_at.assume_not_null().gt(liveness.now));
        let both = diesel::select((open.single_value(), ended_later.single_value()));
        let (open, ended_later): (Option<i64>, Option<i64>) =
            unhurried(conn, A_MINUTE, |conn| Ok(both.get_result(conn)?))?;
        Ok(open.unwrap_or(0) + ended_later.unwrap_or(0))
    }
}
