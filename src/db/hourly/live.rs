//! How many sessions were live at the end of each hour: counted once, when the hour is over, or afterwards.

use std::time::Duration;

use diesel::prelude::*;

use super::{HOUR, Kind, hour_of};
use crate::clock::Instant;
use crate::db::conn::{Conn, both};
use crate::db::schema::hourly;
use crate::error::Result;

/// How many ends of hours are counted: what the overview shows.
pub const SHOWN: u32 = 24;
/// How long after its end an hour is counted: logins that waited for their commit are in by then.
const WAIT: Duration = Duration::from_mins(1);

/// The beginnings of the last hours that are over and were not counted, the newest first.
pub fn missing(conn: &mut Conn, now: Instant) -> Result<Vec<Instant>> {
    let end = hour_of(now - WAIT);
    let counted: Vec<Instant> = hourly::table
        .filter(hourly::begins_at.ge(end - HOUR * SHOWN))
        .filter(hourly::kind.eq(Kind::Live.code()))
        .select(hourly::begins_at)
        .load(conn)?;
    Ok((1..=SHOWN).map(|back| end - HOUR * back).filter(|hour| !counted.contains(hour)).collect())
}

/// Keeps what was counted, unless another process did before.
pub fn write(conn: &mut Conn, hour: Instant, amount: i64) -> Result<()> {
    both!(conn => diesel::insert_into(hourly::table)
        .values((
            hourly::begins_at.eq(hour),
            hourly::kind.eq(Kind::Live.code()),
            hourly::name.eq(""),
            hourly::appid.eq(""),
            hourly::amount.eq(amount),
        ))
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}
