//! Hours that are counted again although they were counted for good: an erasure took rows away that they had, and a number
//! must be that of its list.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{PAST, hour_of};
use crate::clock::Instant;
use crate::db::conn::{Conn, both};
use crate::db::schema::hourly_recounts as marks;
use crate::error::Result;

/// An hour that was marked.
#[derive(Clone, Copy, Debug, Queryable)]
pub struct Mark {
    /// When the hour began.
    pub hour: Instant,
    /// When it was marked last.
    pub at: Instant,
}

/// Marks the hours of these moments, as far as they are shown, in the transaction that takes rows of theirs away.
pub fn mark(conn: &mut Conn, moments: impl IntoIterator<Item = Instant>, now: Instant) -> Result<()> {
    let hours: BTreeSet<Instant> =
        moments.into_iter().map(hour_of).filter(|hour| *hour >= now - PAST).collect();
    for hour in hours {
        both!(conn => diesel::insert_into(marks::table)
            .values((marks::begins_at.eq(hour), marks::marked_at.eq(now)))
            .on_conflict(marks::begins_at)
            .do_update()
            .set(marks::marked_at.eq(now))
            .execute(conn))?;
    }
    Ok(())
}

/// The marked hours before that one: those that will not be counted again by themselves.
pub fn before(conn: &mut Conn, next_at: Instant) -> Result<Vec<Mark>> {
    Ok(marks::table.filter(marks::begins_at.lt(next_at)).order(marks::begins_at).load(conn)?)
}

impl Mark {
    /// Takes the mark away, unless the hour was marked again since.
    pub fn clear(self, conn: &mut Conn) -> Result<()> {
        let own = marks::begins_at.eq(self.hour).and(marks::marked_at.le(self.at));
        diesel::delete(marks::table.filter(own)).execute(conn)?;
        Ok(())
    }
}
