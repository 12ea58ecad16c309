//! Lists of attempts to log in: filtered, by keyset, each order backed by an index.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Login;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::page::{BoundedCount, Condition, Screen, Start, condition, keyset, rows_for};
use crate::db::schema::{logins, users};
use crate::error::Result;

/// Which attempts by what came of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Those that opened a session.
    Ok,
    /// The others.
    Failed,
}

/// What a list is narrowed to; `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By what came of them.
    pub outcome: Option<Outcome>,
    /// By WeChat's `errcode`.
    pub errcode: Option<i64>,
    /// To one mini-program.
    pub appid: Option<String>,
    /// By one user.
    pub user_id: Option<i64>,
    /// From … until before …; what is given twice must hold twice.
    pub at: Vec<(Option<Instant>, Option<Instant>)>,
}

/// Where a screen ends: the time and the key.
pub type Key = (Instant, i64);

/// An attempt with the name of its user.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = logins)]
pub struct Listed {
    /// The attempt.
    #[diesel(embed)]
    pub login: Login,
    /// Our id of the request.
    pub request_id: String,
    /// Its user's public id and nickname, when it is known who tried.
    #[diesel(select_expression = (users::uid, users::nickname).nullable())]
    pub user: Option<(String, String)>,
}

impl Listed {
    /// Where this row stands in a list.
    #[must_use]
    pub const fn key(&self) -> Key {
        (self.login.at, self.login.id)
    }
}

type Source = diesel::dsl::LeftJoinQuerySource<logins::table, users::table>;

/// The filter as conditions that all must hold. What tells failures is said literally, as the partial index says it.
fn conditions(filter: &Filter) -> Vec<Condition<Source>> {
    let mut all: Vec<Condition<Source>> = Vec::new();
    let mut add = |one: Option<Condition<Source>>| all.extend(one);
    add(filter.outcome.map(|outcome| match outcome {
        Outcome::Ok => condition(logins::result.eq("ok")),
        Outcome::Failed => condition(sql::<Bool>("logins.result <> 'ok'")),
    }));
    add(filter.errcode.map(|code| condition(logins::errcode.assume_not_null().eq(code))));
    add(filter.appid.clone().map(|appid| condition(logins::appid.eq(appid))));
    add(filter.user_id.map(|user| condition(logins::user_id.assume_not_null().eq(user))));
    for (from, until) in &filter.at {
        add(from.map(|from| condition(logins::at.ge(from))));
        add(until.map(|until| condition(logins::at.lt(until))));
    }
    all
}

impl Login {
    /// One screen of attempts, `size` at most, newest first.
    pub fn list(conn: &mut Conn, filter: &Filter, start: &Start<Key>, size: usize) -> Result<Screen<Listed>> {
        let mut query = logins::table.left_join(users::table).select(Listed::as_select()).into_boxed();
        for one in conditions(filter) {
            query = query.filter(one);
        }
        let query = keyset!(down query, start, logins::at, logins::id);
        Ok(Screen::new(query.limit(rows_for(size)).load(conn)?, size, start))
    }

    /// How many attempts a filter lets through, counted up to a bound.
    pub fn count(conn: &mut Conn, filter: &Filter) -> Result<BoundedCount> {
        let mut query = logins::table.left_join(users::table).select(logins::id).into_boxed();
        for one in conditions(filter) {
            query = query.filter(one);
        }
        // in the list's order, so that Postgres reads an index instead of looking through the table
        BoundedCount::of(conn, query.order(logins::at.desc()).limit(BoundedCount::LIMIT))
    }
}
