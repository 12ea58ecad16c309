//! Epochs: every session opened up to one is dead, at once and on every replica, for whoever reads a session reads them
//! in the same statement. The table has a row for each mini-program at most, and one for all.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::{epochs, sessions};
use crate::clock::Instant;
use crate::error::Result;

/// The appid that stands for all mini-programs.
pub const EVERY_APP: &str = "";

/// Whether a session is older than an epoch of its mini-program, for the database. Part of what is live.
///
/// Whether there is any epoch is asked first: that concerns no row, so it is looked up once a statement, and mostly all.
#[diesel::dsl::auto_type]
pub(super) fn recalled() -> _ {
    let any = diesel::dsl::exists(epochs::table.select(epochs::appid));
    let of_all: diesel::dsl::Eq<epochs::appid, &'static str> = epochs::appid.eq(EVERY_APP);
    let own: diesel::dsl::Eq<epochs::appid, sessions::appid> = epochs::appid.eq(sessions::appid);
    let since: diesel::dsl::GtEq<epochs::at, sessions::created_at> = epochs::at.ge(sessions::created_at);
    any.and(diesel::dsl::exists(epochs::table.filter(of_all.or(own)).filter(since)))
}

/// The same at a moment that is over, as far as the epoch has not been moved on since.
#[diesel::dsl::auto_type]
pub(super) fn recalled_by(then: Instant) -> _ {
    let of_all: diesel::dsl::Eq<epochs::appid, &'static str> = epochs::appid.eq(EVERY_APP);
    let own: diesel::dsl::Eq<epochs::appid, sessions::appid> = epochs::appid.eq(sessions::appid);
    let since: diesel::dsl::GtEq<epochs::at, sessions::created_at> = epochs::at.ge(sessions::created_at);
    let before: diesel::dsl::LtEq<epochs::at, Instant> = epochs::at.le(then);
    diesel::dsl::exists(epochs::table.filter(of_all.or(own)).filter(since).filter(before))
}

/// Makes all sessions of a mini-program ([`EVERY_APP`]: of all) dead that are open now; the epoch.
///
/// It is after the newest session there is: a replica whose clock is ahead may have opened one. By a millisecond, for the
/// newest is known by its public id, which has no order within one; and after every epoch so far, for sessions are opened
/// right after those.
pub fn advance(conn: &mut Conn, appid: &str, now: Instant) -> Result<Instant> {
    let newest: Option<Instant> =
        sessions::table.order(sessions::sid.desc()).select(sessions::created_at).first(conn).optional()?;
    let newest = newest.map(|newest| newest + Duration::from_millis(1));
    let latest: Option<Instant> =
        epochs::table.order(epochs::at.desc()).select(epochs::at).first(conn).optional()?;
    let after = latest.map(|latest| latest + Duration::from_micros(1));
    let at = newest.into_iter().chain(after).fold(now, Instant::max);
    both!(conn => diesel::insert_into(epochs::table)
        .values((epochs::appid.eq(appid), epochs::at.eq(at)))
        .on_conflict(epochs::appid)
        .do_update()
        .set(epochs::at.eq(at))
        .execute(conn))?;
    Ok(at)
}

/// The time from which a session counts that is opened now: after the epochs of its mini-program, though they may be
/// ahead of this clock. The table is empty, or has a row or two.
pub(super) fn opened_at(conn: &mut Conn, appid: &str, now: Instant) -> Result<Instant> {
    let own = epochs::appid.eq(EVERY_APP).or(epochs::appid.eq(appid));
    let found: Vec<Instant> = both!(conn => epochs::table.filter(own).select(epochs::at).load(conn))?;
    Ok(found.into_iter().fold(now, |opened_at, epoch| opened_at.max(epoch + Duration::from_micros(1))))
}

/// The epochs there are: appid and moment.
pub fn all(conn: &mut Conn) -> Result<Vec<(String, Instant)>> {
    Ok(epochs::table.order(epochs::appid).load(conn)?)
}
