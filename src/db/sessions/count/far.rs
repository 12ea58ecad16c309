//! How many sessions a filter lets through, for who is about to end them all: counted in the database, far beyond what a
//! list says, in one statement that an index answers.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::{Liveness, Session};
use crate::db::conn::Conn;
use crate::db::page::BoundedCount;
use crate::db::page::counted::Counted;
use crate::db::schema::sessions;
use crate::db::sessions::list::{Filter, StateFilter, of_rows};
use crate::error::Result;

/// How far is counted: some tenths of a second.
const FAR: i64 = 1_000_000;

/// The client that is WeChat's tool for developers.
pub const DEVTOOLS: &str = "devtools";
/// The version that WeChat gives to development, trial and review versions.
pub const UNRELEASED: &str = "0";

/// How many sessions there are to end, and how many of them are rather the team's own than a customer's. No account is marked
/// as a test account; what runs in WeChat's tool or is a version that was never released can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FarCount {
    /// All of them.
    pub all: BoundedCount,
    /// Of those that were counted, how many are in the tool for developers.
    pub devtools: i64,
    /// Of those that were counted, how many are of development, trial and review versions.
    pub unreleased: i64,
}

const COLUMNS: &str = "COUNT(*), COUNT(CASE WHEN client = 'devtools' THEN 1 END), \
     COUNT(CASE WHEN app_version = '0' THEN 1 END)";

impl Session {
    /// Counts to [`FAR`] sessions.
    pub fn count_far(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<FarCount> {
        let mut query = sessions::table.select((sessions::client, sessions::app_version)).into_boxed();
        for one in of_rows(filter, liveness) {
            query = query.filter(one);
        }
        if filter.user_id.is_none() && filter.state == StateFilter::Live {
            // an order that says which index holds everything that is asked
            query = query.order(sessions::last_seen_at.desc());
        }
        let (found, devtools, unreleased): (i64, i64, i64) =
            Counted::<_, (BigInt, BigInt, BigInt)>::new(COLUMNS, query.limit(FAR + 1)).get_result(conn)?;
        Ok(FarCount { all: BoundedCount::to(FAR, found), devtools, unreleased })
    }
}
