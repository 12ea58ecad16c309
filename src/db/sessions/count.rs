//! How many sessions a filter lets through. No page counts to the end: of what is counted for one, either there is an index
//! that holds everything that is asked, or only the newest rows are looked at.

pub mod own;
pub mod past;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::edge::{Edge, Rows, ordered};
use super::list::{Filter, Listed, Order, rows};
use super::narrow::of_rows;
use super::{Liveness, Session};
use crate::db::conn::{Conn, SECONDS, unhurried};
use crate::db::page::{BoundedCount, Start};
use crate::db::schema::sessions;
use crate::error::Result;

impl Session {
    /// How many sessions a list has, for the line above it: to a bound, and among the newest only where what fits may be rare.
    pub fn count(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<BoundedCount> {
        let query = sessions::table.select(diesel::dsl::sql::<BigInt>("CAST(1 AS BIGINT)")).into_boxed();
        let edge = Edge::find(conn, filter, filter.order(), &Start::First, liveness)?;
        let counted = BoundedCount::of(conn, to_count(query, filter, edge.as_ref(), liveness))?;
        Ok(if edge.is_some() { counted.among_newest() } else { counted })
    }

    /// The same with the first `size` sessions of the list: how many, and some of those used last.
    pub fn count_with_newest(
        conn: &mut Conn,
        filter: &Filter,
        size: usize,
        liveness: Liveness,
    ) -> Result<(BoundedCount, Vec<Listed>)> {
        let (order, start) = (filter.order(), Start::First);
        let edge = Edge::find(conn, filter, order, &start, liveness)?;
        let query = sessions::table.select(diesel::dsl::sql::<BigInt>("CAST(1 AS BIGINT)")).into_boxed();
        let counted = BoundedCount::of(conn, to_count(query, filter, edge.as_ref(), liveness))?;
        let screen = Self::list_up_to(conn, filter, order, &start, edge.as_ref(), size, liveness)?;
        Ok((if edge.is_some() { counted.among_newest() } else { counted }, screen.rows))
    }

    /// How many sessions the list of a filter has, to the last one: for a job, never for a page. Fails when that takes too long.
    pub fn count_all(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<i64> {
        let is_by_end = filter.expires != (None, None);
        let order = if is_by_end { Order::ExpiresUp } else { filter.order() };
        let mut query = sessions::table.into_boxed();
        for one in of_rows(filter, order, liveness) {
            query = query.filter(one);
        }
        unhurried(conn, SECONDS, |conn| Ok(query.select(diesel::dsl::count_star()).get_result(conn)?))
    }
}

/// The rows that a count reads: those of the list, without the edge.
fn to_count<'a, T>(
    query: Rows<'a, T>,
    filter: &Filter,
    edge: Option<&Edge>,
    liveness: Liveness,
) -> Rows<'a, T> {
    let order = filter.order();
    let mut query = rows(query, filter, order, &Start::First, edge, liveness);
    if let Some(edge) = edge {
        query = query.filter(sessions::sid.ne(edge.sid.clone()));
    }
    if !filter.is_among_few() {
        // which index is to be read
        query = ordered(query, order, &Start::First);
    }
    query.limit(BoundedCount::LIMIT)
}
