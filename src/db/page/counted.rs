//! Counting what a query gives, in the database: a row for each number instead of ten thousand ids.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;

use super::BoundedCount;
use crate::db::conn::{Conn, MultiBackend};
use crate::error::Result;

/// `SELECT <columns> FROM (<rows>) AS counted`, with columns of the SQL type `T`.
pub(in crate::db) struct Counted<Q, T> {
    columns: &'static str,
    rows: Q,
    sql_type: PhantomData<T>,
}

impl<Q, T> Counted<Q, T> {
    /// `columns` are aggregates of what `rows` selects. They are part of the statement as they stand.
    pub(in crate::db) const fn new(columns: &'static str, rows: Q) -> Self {
        Self { columns, rows, sql_type: PhantomData }
    }
}

impl<DB: Backend, Q: QueryFragment<DB>, T> QueryFragment<DB> for Counted<Q, T> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        out.push_sql("SELECT ");
        out.push_sql(self.columns);
        out.push_sql(" FROM (");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(") AS counted");
        Ok(())
    }
}

impl<Q, T> QueryId for Counted<Q, T> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, T> Query for Counted<Q, T> {
    type SqlType = T;
}

impl<Q, T> RunQueryDsl<Conn> for Counted<Q, T> {}

/// `SELECT (<first>), (<second>), (<third>)`: three queries of one value each, of the SQL types `T`, at once.
pub(in crate::db) struct Values<A, B, C, T>((A, B, C), PhantomData<T>);

impl<A, B, C, T> Values<A, B, C, T> {
    pub(in crate::db) const fn of(first: A, second: B, third: C) -> Self {
        Self((first, second, third), PhantomData)
    }
}

impl<DB, A, B, C, T> QueryFragment<DB> for Values<A, B, C, T>
where
    DB: Backend,
    A: QueryFragment<DB>,
    B: QueryFragment<DB>,
    C: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (first, second, third) = &self.0;
        out.push_sql("SELECT (");
        first.walk_ast(out.reborrow())?;
        out.push_sql("), (");
        second.walk_ast(out.reborrow())?;
        out.push_sql("), (");
        third.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

impl<A, B, C, T> QueryId for Values<A, B, C, T> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<A, B, C, T> Query for Values<A, B, C, T> {
    type SqlType = T;
}

impl<A, B, C, T> RunQueryDsl<Conn> for Values<A, B, C, T> {}

impl BoundedCount {
    /// Counts the rows of a query, which is limited to [`BoundedCount::LIMIT`].
    pub(in crate::db) fn of<Q: QueryFragment<MultiBackend>>(conn: &mut Conn, rows: Q) -> Result<Self> {
        let found: i64 = Counted::<_, BigInt>::new("COUNT(*)", rows).get_result(conn)?;
        Ok(Self::to(Self::BOUND, found))
    }
}
