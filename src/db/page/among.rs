//! `<column> IN (<rows>)` for a boxed query of rows, which diesel's own `IN` does not take on either of two databases.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::expression::{AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate};
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::Bool;

/// Whether the value of a column is among those of a query. The query is read first, once.
#[derive(Clone, Copy, Debug)]
pub(in crate::db) struct Among<Column, Rows> {
    column: Column,
    rows: Rows,
}

impl<Column, Rows> Among<Column, Rows> {
    /// `rows` must select what is of the column's type.
    pub(in crate::db) const fn of(column: Column, rows: Rows) -> Self {
        Self { column, rows }
    }
}

impl<Column, Rows> Expression for Among<Column, Rows> {
    type SqlType = Bool;
}

impl<Column: AppearsOnTable<Source>, Rows, Source> AppearsOnTable<Source> for Among<Column, Rows> {}

impl<Column: SelectableExpression<Source>, Rows, Source> SelectableExpression<Source>
    for Among<Column, Rows>
{
}

impl<Column, Rows, Grouping> ValidGrouping<Grouping> for Among<Column, Rows> {
    type IsAggregate = is_aggregate::No;
}

impl<Column, Rows> QueryId for Among<Column, Rows> {
    type QueryId = ();

    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB, Column, Rows> QueryFragment<DB> for Among<Column, Rows>
where
    DB: Backend,
    Column: QueryFragment<DB>,
    Rows: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" IN (");
        self.rows.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
