//! The schema's steps, embedded in the binary: one set for each database, of the same names.

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sqlite::Sqlite;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::conn::Conn;
use crate::error::{Error, Result};

const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Two processes that start together must not both migrate; any number that nobody else uses.
const ADVISORY_LOCK: i64 = 0x6d65_6e77_6569;

/// Takes the steps that are missing; their names.
///
/// On Postgres under an advisory lock, which lives as long as the connection: give it one of its own.
///
/// # Errors
/// When a step fails (it is then undone whole), or the schema is newer than this binary.
pub fn run(conn: &mut Conn) -> Result<Vec<String>> {
    if let Conn::Postgres(conn) = conn {
        diesel::sql_query("SET lock_timeout = '30s'").execute(conn)?;
        diesel::sql_query("SET statement_timeout = 0").execute(conn)?;
        diesel::sql_query("SELECT pg_advisory_lock($1)")
            .bind::<diesel::sql_types::BigInt, _>(ADVISORY_LOCK)
            .execute(conn)?;
    }
    let pending = pending(conn)?;
    match conn {
        Conn::Postgres(conn) => conn.run_pending_migrations(POSTGRES).map(drop),
        Conn::Sqlite(conn) => conn.run_pending_migrations(SQLITE).map(drop),
    }
    .map_err(Error::storage)?;
    Ok(pending)
}

/// The names of the steps that are missing.
///
/// # Errors
/// When the schema has steps that this binary does not know: an older menwei must not run on a newer schema.
pub fn pending(conn: &mut Conn) -> Result<Vec<String>> {
    let (applied, known) = match conn {
        Conn::Postgres(conn) => (conn.applied_migrations(), names::<Pg>(&POSTGRES)?),
        Conn::Sqlite(conn) => (conn.applied_migrations(), names::<Sqlite>(&SQLITE)?),
    };
    let applied: Vec<String> = applied.map_err(Error::storage)?.iter().map(ToString::to_string).collect();
    if let Some(unknown) = applied.iter().find(|version| !known.iter().any(|(own, _)| own == *version)) {
        return Err(Error::storage(format!(
            "the schema is newer than this menwei: step {unknown} is unknown"
        )));
    }
    Ok(known.into_iter().filter(|(version, _)| !applied.contains(version)).map(|(_, name)| name).collect())
}

diesel::table! {
    /// Where diesel notes the steps that were taken. Its own reader would make the table, which a reader of ours may not.
    __diesel_schema_migrations (version) {
        /// The step.
        version -> Text,
    }
}

/// The version of the last step that was taken.
///
/// # Errors
/// When the database is out of reach, or no step was taken.
pub fn current(conn: &mut Conn) -> Result<String> {
    use __diesel_schema_migrations::dsl::{__diesel_schema_migrations as steps, version};

    Ok(steps.select(version).order(version.desc()).limit(1).get_result(conn)?)
}

/// Version and name of every embedded step, in order.
fn names<B: diesel::backend::Backend>(source: &EmbeddedMigrations) -> Result<Vec<(String, String)>> {
    let mut steps: Vec<(String, String)> = MigrationSource::<B>::migrations(source)
        .map_err(Error::storage)?
        .iter()
        .map(|step| (step.name().version().to_string(), step.name().to_string()))
        .collect();
    steps.sort();
    Ok(steps)
}

/// Undoes every step, last first: for tests.
///
/// # Errors
/// When a step fails.
pub fn revert(conn: &mut Conn) -> Result<()> {
    match conn {
        Conn::Postgres(conn) => conn.revert_all_migrations(POSTGRES).map(drop),
        Conn::Sqlite(conn) => conn.revert_all_migrations(SQLITE).map(drop),
    }
    .map_err(Error::storage)
}
