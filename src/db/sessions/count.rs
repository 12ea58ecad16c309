//! How many sessions a filter lets through. No page counts to the end: of what is counted for one, either there is an index
//! that holds everything that is asked, or only the newest rows are looked at.

pub mod own;
pub mod past;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::edge::{Edge, Rows, rows_before};
use super::list::{Filter, Listed, Order, StateFilter};
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
        let mut query = sessions::table.into_boxed();
        for one in of_rows(filter, liveness) {
            query = query.filter(one);
        }
        unhurried(conn, SECONDS, |conn| Ok(query.select(diesel::dsl::count_star()).get_result(conn)?))
    }
}

/// The rows that a count reads. Users are not asked: whoever is kept out has no session that is open.
fn to_count<'a, T>(
    mut query: Rows<'a, T>,
    filter: &Filter,
    edge: Option<&Edge>,
    liveness: Liveness,
) -> Rows<'a, T> {
    let order = filter.order();
    for one in of_rows(&filter.between(order, &Start::First, edge), liveness) {
        query = query.filter(one);
    }
    if let Some(edge) = edge {
        query = query.filter(rows_before(edge, order));
    }
    // an order that says which index holds everything that is asked
    query = match filter.state {
        _ if filter.is_among_few() => query,
        StateFilter::Live | StateFilter::Idle => query.order(sessions::last_seen_at.desc()),
        StateFilter::Expired => query.order(sessions::expires_at.desc()),
        StateFilter::Ended | StateFilter::Recalled | StateFilter::All => query,
    };
    if order == Order::CreatedDown && !filter.is_among_few() {
        let (from, until) = filter.sids();
        query = match from.filter(|_| edge.is_none()) {
            Some(from) => query.filter(sessions::sid.ge(from)),
            None => query,
        };
        query = match until {
            Some(until) => query.filter(sessions::sid.lt(until)),
            None => query,
        };
    }
    query.limit(BoundedCount::LIMIT)
}
