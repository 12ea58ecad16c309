//! Failed sign-ins, counted by account and by network: shared by all processes, kept over restarts.
//!
//! After a few free tries each failure doubles the wait (NIST SP 800-63B: at most 100 in a row; OWASP Authentication
//! Cheat Sheet: no lock-out for good, or a stranger could keep staff out).

use std::time::Duration;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::throttles;
use crate::clock::Instant;
use crate::error::Result;

/// Failures that cost nothing: people mistype.
const FREE: i64 = 5;
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_mins(15);
/// After this long without a failure the count begins anew.
const FORGET: Duration = Duration::from_hours(24);

/// The failures of one account or one network. The key is a digest: names are not kept twice.
#[derive(Clone, Copy, Debug)]
pub struct Throttle;

impl Throttle {
    /// Until when these keys must wait; none when they need not.
    pub fn blocked_until(conn: &mut Conn, keys: &[[u8; 32]], now: Instant) -> Result<Option<Instant>> {
        let keys: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
        Ok(throttles::table
            .filter(throttles::key.eq_any(keys))
            .filter(throttles::blocked_until.gt(now))
            .select(throttles::blocked_until)
            .load::<Instant>(conn)?
            .into_iter()
            .max())
    }

    /// Counts a failure.
    pub fn fail(conn: &mut Conn, key: &[u8; 32], now: Instant) -> Result<()> {
        let fresh = (
            throttles::key.eq(key.as_slice()),
            throttles::failures.eq(0_i64),
            throttles::last_at.eq(now),
            throttles::blocked_until.eq(now),
        );
        both!(conn => diesel::insert_into(throttles::table).values(fresh).on_conflict_do_nothing().execute(conn))?;
        let counted = throttles::table.find(key.as_slice()).select((throttles::failures, throttles::last_at));
        let (failures, last_at): (i64, Instant) = match conn {
            Conn::Postgres(conn) => counted.for_update().get_result(conn)?,
            Conn::Sqlite(conn) => counted.get_result(conn)?,
        };
        let failures = if now.since(last_at) > FORGET { 1 } else { failures + 1 };
        diesel::update(throttles::table.find(key.as_slice()))
            .set((
                throttles::failures.eq(failures),
                throttles::last_at.eq(now),
                throttles::blocked_until.eq(now + wait(failures)),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Forgets the failures of an account that proved itself.
    pub fn clear(conn: &mut Conn, key: &[u8; 32]) -> Result<()> {
        diesel::delete(throttles::table.find(key.as_slice())).execute(conn)?;
        Ok(())
    }

    /// Writes to the database without leaving anything: to see whether it can be written to. A row comes and goes,
    /// since a change of nothing also succeeds on a disk that is full.
    pub(super) fn probe(conn: &mut Conn) -> Result<()> {
        let nobody = [0_u8; 32];
        let row = (
            throttles::key.eq(nobody.as_slice()),
            throttles::failures.eq(0_i64),
            throttles::last_at.eq(Instant::EPOCH),
            throttles::blocked_until.eq(Instant::EPOCH),
        );
        both!(conn => diesel::insert_into(throttles::table).values(row).on_conflict_do_nothing().execute(conn))?;
        diesel::delete(throttles::table.find(nobody.as_slice())).execute(conn)?;
        Ok(())
    }
}

/// How long to wait after that many failures: 2, 4, 8 … seconds from the sixth on.
fn wait(failures: i64) -> Duration {
    let over = u32::try_from((failures - FREE).clamp(0, 30)).unwrap_or(0);
    if over == 0 { Duration::ZERO } else { Duration::from_secs(1 << over).min(LONGEST) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_within_a_quarter_of_an_hour() {
        let waits: Vec<u64> = [1, 5, 6, 7, 10, 15, 1000].map(|failures| wait(failures).as_secs()).to_vec();
        assert_eq!(waits, [0, 0, 2, 4, 32, 900, 900]);
    }
}
