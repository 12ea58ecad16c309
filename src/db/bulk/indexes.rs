//! Indexes that are put away while a table is filled, and made again from what is in it: a sort instead of a seek a row.

use diesel::connection::SimpleConnection as _;
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::db::conn::Conn;
use crate::error::Result;

/// The indexes of the tables that are filled, but those of keys.
const ON_SQLITE: &str = "SELECT name, sql AS definition FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL \
     AND tbl_name IN ('users', 'identities', 'sessions', 'logins', 'nickname_grams') ORDER BY name";
const ON_POSTGRES: &str = "SELECT indexname::text AS name, indexdef AS definition FROM pg_indexes \
     WHERE schemaname = current_schema() \
     AND tablename IN ('users', 'identities', 'sessions', 'logins', 'nickname_grams') \
     AND NOT EXISTS (SELECT FROM pg_constraint WHERE conname = indexname) ORDER BY indexname";

/// An index, as the database itself describes it.
#[derive(QueryableByName)]
pub(super) struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

impl Index {
    /// Drops every index that guards no key, and says how to make it again.
    pub(super) fn put_away(conn: &mut Conn) -> Result<Vec<Self>> {
        let all: Vec<Self> = match conn {
            Conn::Sqlite(conn) => diesel::sql_query(ON_SQLITE).load(conn)?,
            Conn::Postgres(conn) => diesel::sql_query(ON_POSTGRES).load(conn)?,
        };
        for index in &all {
            execute(conn, &format!("DROP INDEX {}", index.name))?;
        }
        Ok(all)
    }

    /// Makes it.
    pub(super) fn make(&self, conn: &mut Conn) -> Result<()> {
        execute(conn, &self.definition)
    }
}

fn execute(conn: &mut Conn, statement: &str) -> Result<()> {
    match conn {
        Conn::Sqlite(conn) => conn.batch_execute(statement)?,
        Conn::Postgres(conn) => conn.batch_execute(statement)?,
    }
    Ok(())
}
