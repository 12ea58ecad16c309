//! What stands in a database, as text: to see that nothing changed, and to look for what must not be there.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Text};
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use secrecy::ExposeSecret as _;

use super::database::TestDatabase;
use super::raw::PATIENCE;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// A connection of a test's own, past menwei.
pub enum Plain {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Plain {
    /// To the database at a URL of menwei's.
    pub fn connect(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => {
                let mut conn = SqliteConnection::establish(path).unwrap();
                conn.batch_execute("PRAGMA busy_timeout = 5000").unwrap();
                Self::Sqlite(conn)
            }
            None => Self::Postgres(PgConnection::establish(url).unwrap()),
        }
    }

    /// One text a row; the query names it `line`.
    pub fn lines(&mut self, query: &str) -> Vec<String> {
        let found: Vec<Line> = match self {
            Self::Sqlite(conn) => sql_query(query).load(conn),
            Self::Postgres(conn) => sql_query(query).load(conn),
        }
        .unwrap_or_else(|why| panic!("{query}: {why}"));
        found.into_iter().map(|row| row.line).collect()
    }

    /// One number; the query names it `number`.
    pub fn number(&mut self, query: &str) -> i64 {
        let found: Number = match self {
            Self::Sqlite(conn) => sql_query(query).get_result(conn),
            Self::Postgres(conn) => sql_query(query).get_result(conn),
        }
        .unwrap_or_else(|why| panic!("{query}: {why}"));
        found.number
    }

    /// Runs statements.
    pub fn execute(&mut self, statements: &str) -> diesel::QueryResult<()> {
        match self {
            Self::Sqlite(conn) => conn.batch_execute(statements),
            Self::Postgres(conn) => conn.batch_execute(statements),
        }
    }

    /// The tables of menwei's schema.
    pub fn tables(&mut self) -> Vec<String> {
        let query = match self {
            Self::Sqlite(_) => {
                "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                 AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1"
            }
            Self::Postgres(_) => {
                "SELECT tablename::text AS line FROM pg_tables WHERE schemaname = 'public' \
                 AND tablename NOT LIKE '\\_\\_%' ORDER BY 1"
            }
        };
        self.lines(query)
    }

    /// Every row of a table, each as one text, in order.
    pub fn rows(&mut self, table: &str) -> Vec<String> {
        let query = match self {
            Self::Postgres(_) => format!("SELECT row_to_json(t)::text AS line FROM {table} t ORDER BY 1"),
            Self::Sqlite(_) => {
                let columns =
                    format!("SELECT 'quote(' || name || ')' AS line FROM pragma_table_info('{table}')");
                let columns = self.lines(&columns).join(" || ' ' || ");
                format!("SELECT {columns} AS line FROM {table} ORDER BY 1")
            }
        };
        self.lines(&query)
    }
}

impl TestDatabase {
    /// Its URL.
    pub fn url(&self) -> &str {
        self.settings.url.expose_secret()
    }

    /// A connection past menwei.
    pub fn plain(&self) -> Plain {
        Plain::connect(self.url())
    }

    /// Waits until so many transactions of this Postgres database wait for a lock.
    pub fn await_waiting(&self, count: i64) {
        let begun = std::time::Instant::now();
        let query = "SELECT COUNT(DISTINCT a.pid) AS number FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid \
                     WHERE NOT l.granted AND a.datname = current_database()";
        while self.plain().number(query) < count {
            assert!(begun.elapsed() < PATIENCE, "nobody waits");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    }

    /// Everything in it, by table.
    pub fn dump(&self) -> BTreeMap<String, Vec<String>> {
        let mut plain = self.plain();
        plain.tables().into_iter().map(|table| (table.clone(), plain.rows(&table))).collect()
    }

    /// Everything but the log of attempts to log in.
    pub fn dump_without_logins(&self) -> BTreeMap<String, Vec<String>> {
        let mut dump = self.dump();
        dump.remove("logins").unwrap();
        dump
    }
}
