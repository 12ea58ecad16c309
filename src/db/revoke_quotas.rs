//! How many sessions somebody may revoke on a day, counted in the transaction that revokes them.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::revoke_quotas;
use crate::clock::Instant;
use crate::error::Result;

/// The day in China, counted from 1970.
fn day(now: Instant) -> i64 {
    (now + Duration::from_hours(8)).day()
}

/// How many sessions that person revoked today.
pub fn used(conn: &mut Conn, staff_id: i64, now: Instant) -> Result<i64> {
    let used: Option<i64> =
        revoke_quotas::table.find((staff_id, day(now))).select(revoke_quotas::used).first(conn).optional()?;
    Ok(used.unwrap_or(0))
}

/// Counts `more` sessions; false when that would be more than `most` today, and then nothing may be done.
pub fn take(conn: &mut Conn, staff_id: i64, more: i64, most: i64, now: Instant) -> Result<bool> {
    let today = (staff_id, day(now));
    let new =
        (revoke_quotas::staff_id.eq(today.0), revoke_quotas::day.eq(today.1), revoke_quotas::used.eq(0));
    both!(conn => diesel::insert_into(revoke_quotas::table)
        .values(new)
        .on_conflict_do_nothing()
        .execute(conn))?;
    let taken = diesel::update(revoke_quotas::table.find(today))
        .filter(revoke_quotas::used.le(most - more))
        .set(revoke_quotas::used.eq(revoke_quotas::used + more))
        .execute(conn)?;
    Ok(taken > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let midnight = Instant::from_seconds(16 * 3600);
        assert_eq!(day(midnight) - day(midnight - Duration::from_secs(1)), 1);
    }
}
