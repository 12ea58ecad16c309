//! Updates that stay prepared.
//!
//! Diesel keeps prepared SELECTs and INSERTs, but prepares an UPDATE anew each time (`unsafe_to_cache_prepared` in its
//! `UpdateStatement`), and a query that goes through [`Conn`](super::Conn) is written out as text each time. What every
//! login or request does is therefore run on the connection itself, by [`both`](super::conn::both), and such updates are
//! statements of fixed text.

/// A statement of fixed text: each piece of it, then the value that is bound after it, with its Rust and its SQL type.
macro_rules! statement {
    ($(#[$about:meta])* $name:ident { $($text:literal $field:ident: $rust:ty as $sql:ty,)+ }) => {
        $(#[$about])*
        struct $name {
            $($field: $rust,)+
        }

        impl<DB> diesel::query_builder::QueryFragment<DB> for $name
        where
            DB: diesel::backend::Backend $(+ diesel::sql_types::HasSqlType<$sql>)+,
            $($rust: diesel::serialize::ToSql<$sql, DB>,)+
        {
            fn walk_ast<'b>(
                &'b self,
                mut out: diesel::query_builder::AstPass<'_, 'b, DB>,
            ) -> diesel::QueryResult<()> {
                $(
                    out.push_sql($text);
                    out.push_bind_param::<$sql, _>(&self.$field)?;
                )+
                Ok(())
            }
        }

        impl diesel::query_builder::QueryId for $name {
            type QueryId = Self;
            const HAS_STATIC_QUERY_ID: bool = true;
        }

        impl<C> diesel::query_dsl::RunQueryDsl<C> for $name {}
    };
}
pub(super) use statement;
