//! How the database is: for the page that says so.

use diesel::prelude::*;
use diesel::sql_types::Text;

use super::conn::{Conn, Engine};
use super::{Database, migrate};
use crate::error::Result;

diesel::define_sql_function! {
    /// SQLite's version.
    fn sqlite_version() -> Text;
}
diesel::define_sql_function! {
    /// A setting of Postgres.
    fn current_setting(name: Text) -> Text;
}
diesel::define_sql_function! {
    /// The name of the Postgres database.
    fn current_database() -> Text;
}
diesel::define_sql_function! {
    /// The size of a Postgres database in bytes.
    fn pg_database_size(name: Text) -> BigInt;
}

/// What a database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Which database it is.
    pub engine: Engine,
    /// Its version: `3.51.3`, `17.2`.
    pub version: String,
    /// How large it is, in bytes: on SQLite the file and its log.
    pub size: u64,
    /// The last step that the schema took.
    pub schema: String,
}

/// How busy the ways to the database are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressure {
    /// Connections that there may be.
    pub most: u32,
    /// Connections that are open.
    pub open: u32,
    /// Those of them that nobody uses.
    pub idle: u32,
    /// Writes that wait for SQLite's writer; none on Postgres.
    pub waiting: Option<usize>,
}

impl Database {
    /// What the database says of itself: three statements.
    ///
    /// # Errors
    /// When it is out of reach.
    pub async fn facts(&self) -> Result<Facts> {
        let (engine, file) = (self.engine(), self.0.connector.path().map(str::to_owned));
        self.read(move |conn| {
            let (version, size) = match conn {
                Conn::Sqlite(conn) => (diesel::select(sqlite_version()).get_result(conn)?, 0),
                Conn::Postgres(conn) => {
                    diesel::select((current_setting("server_version"), pg_database_size(current_database())))
                        .get_result::<(String, i64)>(conn)?
                }
            };
            let size = file.map_or_else(|| u64::try_from(size).unwrap_or(0), |file| size_of(&file));
            Ok(Facts { engine, version, size, schema: migrate::current(conn)? })
        })
        .await
    }

    /// How busy the ways to it are, now.
    #[must_use]
    pub fn pressure(&self) -> Pressure {
        let (most, open, idle) = self.0.pool.state();
        Pressure { most, open, idle, waiting: self.0.writer.as_ref().map(super::writer::Writer::waiting) }
    }
}

fn size_of(file: &str) -> u64 {
    let length = |path: String| std::fs::metadata(path).map_or(0, |file| file.len());
    length(file.to_owned()) + length(format!("{file}-wal"))
}
