//! What happened in each hour, counted in the background, so that no page scans the log of logins.
//!
//! An hour is counted whole, from its rows, and written over what was counted before: counting twice changes nothing. It
//! is counted again until [`SETTLED`] after its end, for rows that were committed late. What was live at its end is counted
//! once, see [`live`]. An erasure has hours counted again, see [`recounts`]. [`crate::rollup`] does the rounds.

pub mod count;
pub mod live;
pub mod recounts;

use std::collections::BTreeMap;
use std::time::Duration;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::{hourly, hourly_head};
use crate::clock::Instant;
use crate::error::Result;

/// An hour.
pub const HOUR: Duration = Duration::from_hours(1);
/// How long after its end an hour is counted again: longer than any write waits for its commit.
pub const SETTLED: Duration = Duration::from_mins(10);
/// How far back the first count goes: what the overview shows, and a day more.
pub const PAST: Duration = Duration::from_hours(8 * 24);
/// How long hours are kept: a year, and a month to compare with.
const KEPT: Duration = Duration::from_hours(400 * 24);
/// The upper ends of the buckets that latencies are counted in, in milliseconds; the last one takes all that is longer.
pub const BUCKETS: [i64; 13] = [25, 50, 75, 100, 150, 200, 300, 500, 1000, 2000, 3000, 5000, i64::MAX];

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Attempts to log in, by result.
    Login,
    /// The same, by WeChat's `errcode` where it gave one.
    Errcode,
    /// The same, by how long WeChat took, where it answered or ran out of time.
    Latency,
    /// New users.
    User,
    /// Sessions that were ended, by reason.
    Ended,
    /// Sessions that were live at the end of the hour.
    Live,
}

impl Kind {
    const ALL: [Self; 6] = [Self::Login, Self::Errcode, Self::Latency, Self::User, Self::Ended, Self::Live];

    /// The word in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Errcode => "errcode",
            Self::Latency => "latency",
            Self::User => "user",
            Self::Ended => "ended",
            Self::Live => "live",
        }
    }
}

/// One number of one hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// When the hour began.
    pub hour: Instant,
    /// What was counted.
    pub kind: Kind,
    /// Which of them: a result, an errcode, a bucket, a reason; empty for new users and live sessions.
    pub name: String,
    /// Of which mini-program; empty for new users and live sessions.
    pub appid: String,
    /// How many.
    pub amount: i64,
}

/// What one hour holds: by kind, name and mini-program.
pub type Counts = BTreeMap<(Kind, String, String), i64>;

/// How far the counting came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = hourly_head)]
pub struct Head {
    /// Hours before this one are counted for good.
    pub next_at: Instant,
    /// When the ones since were last counted.
    pub counted_at: Instant,
}

/// The beginning of the hour of that moment.
#[must_use]
pub const fn hour_of(at: Instant) -> Instant {
    Instant::from_seconds(at.seconds().div_euclid(3600) * 3600)
}

impl Head {
    /// How far the counting came; none before the first round.
    pub fn read(conn: &mut Conn) -> Result<Option<Self>> {
        Ok(hourly_head::table.find(1).select(Self::as_select()).get_result(conn).optional()?)
    }

    /// Writes an hour over what was counted of it before, and how far the counting came.
    pub fn write(self, conn: &mut Conn, hour: Instant, counts: &Counts) -> Result<()> {
        let before = hourly::begins_at.eq(hour).and(hourly::kind.ne(Kind::Live.code()));
        diesel::delete(hourly::table.filter(before)).execute(conn)?;
        diesel::delete(hourly::table.filter(hourly::begins_at.lt(hour - KEPT))).execute(conn)?;
        for ((kind, name, appid), amount) in counts {
            diesel::insert_into(hourly::table)
                .values((
                    hourly::begins_at.eq(hour),
                    hourly::kind.eq(kind.code()),
                    hourly::name.eq(name),
                    hourly::appid.eq(appid),
                    hourly::amount.eq(*amount),
                ))
                .execute(conn)?;
        }
        let head = (
            hourly_head::id.eq(1),
            hourly_head::next_at.eq(self.next_at),
            hourly_head::counted_at.eq(self.counted_at),
        );
        let made = both!(conn => diesel::insert_into(hourly_head::table)
            .values(head)
            .on_conflict_do_nothing()
            .execute(conn))?;
        if made == 0 {
            diesel::update(hourly_head::table.find(1)).set(head).execute(conn)?;
        }
        Ok(())
    }
}

/// The numbers of the hours from `since` on, and of sessions that were ended from `ended_since` on, with when they were
/// counted: one statement, some hundred rows. No time before the first count.
pub fn since(
    conn: &mut Conn,
    since: Instant,
    ended_since: Instant,
) -> Result<(Option<Instant>, Vec<Number>)> {
    type Row = (Instant, Option<(Instant, String, String, String, i64)>);

    let wanted = hourly::begins_at
        .ge(since)
        .or(hourly::kind.eq(Kind::Ended.code()).and(hourly::begins_at.ge(ended_since)));
    let rows: Vec<Row> = hourly_head::table
        .left_join(hourly::table.on(wanted))
        .select((
            hourly_head::counted_at,
            (hourly::begins_at, hourly::kind, hourly::name, hourly::appid, hourly::amount).nullable(),
        ))
        .load(conn)?;
    let counted_at = rows.first().map(|(at, _)| *at);
    let number = |(hour, kind, name, appid, amount): (Instant, String, String, String, i64)| {
        let kind = Kind::ALL.into_iter().find(|one| one.code() == kind)?;
        Some(Number { hour, kind, name, appid, amount })
    };
    Ok((counted_at, rows.into_iter().filter_map(|(_, row)| row.and_then(number)).collect()))
}
