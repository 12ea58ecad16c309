//! After which moment something of a session must lie that no epoch made dead. Whatever is live was used, and expires, after
//! it was opened, and it was opened after the epochs that concern it: a list that begins there reads no row that an epoch
//! made dead, however many of them wait to be swept.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text};

use crate::clock::Instant;
use crate::db::epochs::EVERY_APP;
use crate::db::types::Moment;

/// The latest of a moment, the epoch of all mini-programs and that of one: a value that the database reads once a statement.
#[derive(Clone, Debug)]
pub(in crate::db) struct Since {
    floor: Instant,
    appid: String,
    /// After which there must be an epoch of such a kind, or else there is nothing to be found.
    guard: Option<(Epochs, Instant)>,
}

/// Epochs that a list may have to pass over rows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Epochs {
    /// Of single mini-programs: what they made dead stands among what is live in the others.
    OfOne,
    /// Of single mini-programs and of all: in the order of their ends, what is dead stands everywhere.
    Any,
}

/// Later than anything: 9999-12-31.
const NEVER: Instant = Instant::from_seconds(253_402_214_400);

impl Since {
    /// `floor`, or a later epoch of all, or of that mini-program.
    pub(in crate::db) fn of(floor: Instant, appid: Option<&str>) -> Self {
        Self { floor, appid: appid.unwrap_or(EVERY_APP).to_owned(), guard: None }
    }

    /// The same when there is such an epoch after that moment, else never.
    pub(super) fn guarded(self, guard: Option<(Epochs, Instant)>) -> Self {
        Self { guard, ..self }
    }
}

impl Expression for Since {
    type SqlType = Moment;
}

impl<Source> AppearsOnTable<Source> for Since {}

impl<Source> SelectableExpression<Source> for Since {}

impl<Grouping> ValidGrouping<Grouping> for Since {
    type IsAggregate = is_aggregate::Never;
}

impl QueryId for Since {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for Since
where
    DB: Backend + HasSqlType<Moment> + HasSqlType<Text>,
    Instant: ToSql<Moment, DB>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("(SELECT MAX(since.at) FROM (SELECT ");
        out.push_bind_param::<Moment, _>(&self.floor)?;
        out.push_sql(" AS at UNION ALL SELECT epochs.at FROM epochs WHERE epochs.appid IN ('', ");
        out.push_bind_param::<Text, _>(&self.appid)?;
        out.push_sql(")");
        if let Some((kind, after)) = &self.guard {
            // as a bound that nothing reaches: SQLite asks a condition that concerns no row of each row
            out.push_sql(" UNION ALL SELECT ");
            out.push_bind_param::<Moment, _>(&NEVER)?;
            out.push_sql(" WHERE NOT EXISTS (SELECT 1 FROM epochs WHERE epochs.at > ");
            out.push_bind_param::<Moment, _>(after)?;
            if *kind == Epochs::OfOne {
                out.push_sql(" AND epochs.appid <> ''");
            }
            out.push_sql(")");
        }
        out.push_sql(") AS since)");
        Ok(())
    }
}
