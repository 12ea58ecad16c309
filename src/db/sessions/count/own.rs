//! How many sessions a filter lets through, for who is about to end them all, and how many of them are the team's own.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Liveness, Session, to_count};
use crate::db::conn::Conn;
use crate::db::page::counted::Counted;
use crate::db::page::{BoundedCount, Start};
use crate::db::schema::sessions;
use crate::db::sessions::edge::Edge;
use crate::db::sessions::list::{Filter, Listed, Order, sids};
use crate::error::Result;

/// The client that is WeChat's tool for developers.
pub const DEVTOOLS: &str = "devtools";
/// The version that WeChat gives to development, trial and review versions.
pub const UNRELEASED: &str = "0";

/// How many sessions there are to end, and how many of them are rather the team's own than a customer's. No account is marked
/// as a test account; what runs in WeChat's tool or is a version that was never released can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountWithOwn {
    /// All of them, as far as a list counts.
    pub all: BoundedCount,
    /// Of those that were counted, how many are in the tool for developers.
    pub devtools: i64,
    /// Of those that were counted, how many are of development, trial and review versions.
    pub unreleased: i64,
}

impl CountWithOwn {
    /// What is said when the database was too slow to count.
    pub const MANY: Self = Self { all: BoundedCount::MANY, devtools: 0, unreleased: 0 };
}

const COLUMNS: &str = "COUNT(*), COUNT(CASE WHEN client = 'devtools' THEN 1 END), \
     COUNT(CASE WHEN app_version = '0' THEN 1 END)";

/// What is about to be ended.
#[derive(Debug)]
pub struct Concerned {
    /// How many sessions; an error when the database was too slow to count them.
    pub count: Result<CountWithOwn>,
    /// Some of the newest.
    pub newest: Vec<Listed>,
    /// Some of the oldest.
    pub oldest: Vec<Listed>,
}

impl Session {
    /// Live sessions that are about to be ended: counted, and `size` at most of both ends of their list.
    pub fn concerned(conn: &mut Conn, filter: &Filter, size: usize, liveness: Liveness) -> Result<Concerned> {
        // few are found by an index of their own
        let order = if filter.is_among_few() { Order::CreatedDown } else { Order::ExpiresDown };
        let [of_count, first, last] = Edge::find_three(conn, filter, order, liveness)?;
        let count = count_up_to(conn, filter, of_count.as_ref(), liveness);
        let newest = sids(filter, order, &Start::First, first.as_ref(), size, liveness);
        let newest: Vec<String> = newest.load(conn)?;
        let oldest = sids(filter, order, &Start::Last, last.as_ref(), size, liveness);
        let mut oldest: Vec<String> = oldest.load(conn)?;
        // they were read from the end, and one more than is shown
        oldest.truncate(size);
        oldest.reverse();
        let found = Self::find_listed(conn, &[newest.as_slice(), &oldest].concat())?;
        let of = |sids: Vec<String>| {
            sids.iter()
                .take(size)
                .filter_map(|sid| found.iter().find(|row| row.session.sid == *sid).cloned())
                .collect()
        };
        Ok(Concerned { count, newest: of(newest), oldest: of(oldest) })
    }
}

fn count_up_to(
    conn: &mut Conn,
    filter: &Filter,
    edge: Option<&Edge>,
    liveness: Liveness,
) -> Result<CountWithOwn> {
    let query = sessions::table.select((sessions::client, sessions::app_version)).into_boxed();
    let query = to_count(query, filter, edge, liveness);
    let (found, devtools, unreleased): (i64, i64, i64) =
        Counted::<_, (BigInt, BigInt, BigInt)>::new(COLUMNS, query).get_result(conn)?;
    let all = BoundedCount::to(BoundedCount::BOUND, found);
    Ok(CountWithOwn { all: if edge.is_some() { all.among_newest() } else { all }, devtools, unreleased })
}
