//! Failed sign-ins, counted by account and by network: shared by all processes, kept over restarts.
//!
//! After a few free tries each failure doubles the wait (NIST SP 800-63B: at most 100 in a row; OWASP Authentication
//! Cheat Sheet: no lock-out for good, or a stranger could keep staff out). Who fails waits: an account's failures from
//! one network say nothing against its owner in another.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::throttles;
use crate::clock::Instant;
use crate::error::Result;

/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_mins(15);
/// After this long without a failure the count begins anew.
pub const FORGET: Duration = Duration::from_hours(24);

/// What is counted under: a digest, so that names are not kept twice, and how many failures cost nothing.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// A keyed digest of an account's name or of a network.
    pub digest: [u8; 32],
    /// Failures that cost nothing: people mistype, and offices share an address.
    pub free: i64,
    /// Whether a try must wait while this key has to; else it is only counted.
    pub holds: bool,
    /// Whether tries count that had to wait for another key.
    pub counts_refused: bool,
}

impl Key {
    /// A key that holds, and counts the tries that are made.
    #[must_use]
    pub const fn new(digest: [u8; 32], free: i64) -> Self {
        Self { digest, free, holds: true, counts_refused: false }
    }
}

/// The failures of accounts and networks.
#[derive(Clone, Copy, Debug)]
pub struct Throttle;

impl Throttle {
    /// Counts a try before it is made, so that a thousand at once are a thousand; until when to wait if one of the
    /// keys must, and then only those count that do so all the same. A key that waits counts nothing: its wait ends. A
    /// try that succeeds is taken back by [`Throttle::forgive`].
    pub fn attempt(conn: &mut Conn, keys: &[Key], now: Instant) -> Result<Option<Instant>> {
        let mut counted = Vec::new();
        let mut until = None;
        for key in keys {
            let (failures, last_at, blocked_until) = Self::hold(conn, &key.digest, now)?;
            if blocked_until > now && key.holds {
                until = until.max(Some(blocked_until));
                continue;
            }
            let failures = if now.since(last_at) > FORGET { 1 } else { failures + 1 };
            counted.push((key, failures));
        }
        for (key, failures) in counted.into_iter().filter(|(key, _)| until.is_none() || key.counts_refused) {
            diesel::update(throttles::table.find(key.digest.as_slice()))
                .set((
                    throttles::failures.eq(failures),
                    throttles::last_at.eq(now),
                    throttles::blocked_until.eq(now + wait(failures - key.free)),
                ))
                .execute(conn)?;
        }
        Ok(until)
    }

    /// The row of a key, made if need be, and held until the transaction ends.
    fn hold(conn: &mut Conn, digest: &[u8; 32], now: Instant) -> Result<(i64, Instant, Instant)> {
        let fresh = (
            throttles::key.eq(digest.as_slice()),
            throttles::failures.eq(0_i64),
            throttles::last_at.eq(now),
            throttles::blocked_until.eq(now),
        );
        both!(conn => diesel::insert_into(throttles::table).values(fresh).on_conflict_do_nothing().execute(conn))?;
        let row = throttles::table.find(digest.as_slice()).select((
            throttles::failures,
            throttles::last_at,
            throttles::blocked_until,
        ));
        Ok(match conn {
            Conn::Postgres(conn) => row.for_update().get_result(conn)?,
            Conn::Sqlite(conn) => row.get_result(conn)?,
        })
    }

    /// The failures of each of these keys: since the last success, and none when the last is long ago.
    pub fn failures(conn: &mut Conn, keys: &[[u8; 32]], now: Instant) -> Result<Vec<i64>> {
        let wanted: Vec<&[u8]> = keys.iter().map(<[u8; 32]>::as_slice).collect();
        let found: Vec<(Vec<u8>, i64)> = throttles::table
            .filter(throttles::key.eq_any(wanted))
            .filter(throttles::last_at.ge(now - FORGET))
            .select((throttles::key, throttles::failures))
            .load(conn)?;
        let of = |key: &[u8; 32]| {
            found.iter().find(|(other, _)| other == key).map_or(0, |(_, failures)| *failures)
        };
        Ok(keys.iter().map(of).collect())
    }

    /// Takes a try back that was none: it succeeded, or we could not look.
    pub fn forgive(conn: &mut Conn, keys: &[Key], now: Instant) -> Result<()> {
        for key in keys {
            diesel::update(throttles::table.find(key.digest.as_slice()))
                .filter(throttles::failures.gt(0))
                .set((throttles::failures.eq(throttles::failures - 1), throttles::blocked_until.eq(now)))
                .execute(conn)?;
        }
        Ok(())
    }

    /// Forgets the failures of an account that proved itself.
    pub fn clear(conn: &mut Conn, key: &Key) -> Result<()> {
        diesel::delete(throttles::table.find(key.digest.as_slice())).execute(conn)?;
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

/// How long to wait after that many failures over the free ones: 2, 4, 8 … seconds.
fn wait(over: i64) -> Duration {
    match u32::try_from(over.clamp(0, 30)) {
        Ok(over @ 1..) => Duration::from_secs(1 << over).min(LONGEST),
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_stay_within_a_quarter_of_an_hour() {
        let waits: Vec<u64> = [-4, 0, 1, 2, 5, 10, 1000].map(|over| wait(over).as_secs()).to_vec();
        assert_eq!(waits, [0, 0, 2, 4, 32, 900, 900]);
    }
}
