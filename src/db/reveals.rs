//! How many masked fields each member of staff has seen today: one count for all processes.

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::reveal_counts;
use crate::error::Result;

/// The counts of one member of staff.
#[derive(Clone, Copy, Debug)]
pub struct Reveals {
    /// Whose.
    pub staff_id: i64,
    /// How many a day has.
    pub most: i64,
}

impl Reveals {
    /// Counts one more on that day (`2026-08-01`); how many there are then, or none when the day has no more.
    /// Days before are forgotten: the audit trail has them.
    pub fn take(self, conn: &mut Conn, day: &str) -> Result<Option<i64>> {
        let own = reveal_counts::staff_id.eq(self.staff_id);
        diesel::delete(reveal_counts::table.filter(own).filter(reveal_counts::day.lt(day))).execute(conn)?;
        let fresh = (own, reveal_counts::day.eq(day), reveal_counts::reveals.eq(0_i64));
        both!(conn => diesel::insert_into(reveal_counts::table).values(fresh).on_conflict_do_nothing().execute(conn))?;
        let row = reveal_counts::table.filter(own).filter(reveal_counts::day.eq(day));
        // the row is locked by its update: two processes count one after the other
        Ok(diesel::update(row.filter(reveal_counts::reveals.lt(self.most)))
            .set(reveal_counts::reveals.eq(reveal_counts::reveals + 1))
            .returning(reveal_counts::reveals)
            .get_result(conn)
            .optional()?)
    }

    /// How many are left on that day.
    pub fn left(self, conn: &mut Conn, day: &str) -> Result<i64> {
        let used: Option<i64> = reveal_counts::table
            .find((self.staff_id, day))
            .select(reveal_counts::reveals)
            .get_result(conn)
            .optional()?;
        Ok((self.most - used.unwrap_or(0)).max(0))
    }
}
