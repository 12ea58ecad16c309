//! Filling a database with users who never logged in: for the demo and for benchmarks.
//!
//! A million users take a minute or two, because rows go in many at a time and indexes are made at the end. What is
//! stored is what the API would have stored: the same rows, the same index of names, the same seals.

mod indexes;
mod person;
mod rows;

pub use person::{BulkUser, Freeze};

use diesel::connection::{AnsiTransactionManager, SimpleConnection as _, TransactionManager as _};
use diesel::prelude::*;

use super::conn::{Conn, Connector, both};
use super::logins::NewLogin;
use super::migrate;
use super::schema::{identities, logins, nickname_grams, sessions, users};
use super::sessions::end::Ending;
use super::sessions::open::NewSession;
use super::users::sign_in::Vouched;
use crate::config;
use crate::error::Result;
use crate::secret::KeyRing;
use indexes::Index;
use person::Waiting;
use rows::{EndingRow, SessionRow, store};

/// Rows in one statement: more cost more to write out than they save.
const ROWS: usize = 200;
/// Keys of names in one statement; they have two columns.
const KEYS: usize = 1000;

/// A database that is being filled, in one transaction, by one connection. Dropped before its end it is worth nothing:
/// on Postgres nothing was stored, a SQLite file must be thrown away.
pub struct Filling {
    conn: Conn,
    indexes: Vec<Index>,
    next_user: i64,
    next_identity: i64,
    people: Vec<Waiting>,
    sessions: Vec<SessionRow>,
    logins: Vec<NewLogin>,
}

impl Filling {
    /// Brings the schema up to date and puts the indexes away. On SQLite nobody else may have the file open.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub fn begin(settings: &config::Database) -> Result<Self> {
        let connector = Connector::new(&settings.url, settings.statement_timeout)?;
        let mut conn = connector.connect()?;
        migrate::run(&mut conn)?;
        match &mut conn {
            // there is nothing that a rollback would have to bring back
            Conn::Sqlite(conn) => conn.batch_execute(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
                 PRAGMA foreign_keys = OFF; PRAGMA cache_size = -256000;",
            )?,
            Conn::Postgres(conn) => conn.batch_execute(
                "SET statement_timeout = 0; SET synchronous_commit = off; SET maintenance_work_mem = '256MB';",
            )?,
        }
        let indexes = begin(&mut conn)?;
        let highest_user: Option<i64> =
            users::table.select(diesel::dsl::max(users::id)).get_result(&mut conn)?;
        let highest_identity: Option<i64> =
            identities::table.select(diesel::dsl::max(identities::id)).get_result(&mut conn)?;
        Ok(Self {
            conn,
            indexes,
            next_user: highest_user.unwrap_or(0) + 1,
            next_identity: highest_identity.unwrap_or(0) + 1,
            people: Vec::new(),
            sessions: Vec::new(),
            logins: Vec::new(),
        })
    }

    /// Takes a user with one identity; the keys of both. Users come in the order in which they first logged in.
    ///
    /// # Errors
    /// The database's.
    pub fn user(&mut self, user: BulkUser, vouched: &Vouched<'_>, keys: &KeyRing) -> Result<(i64, i64)> {
        let ids = (self.next_user, self.next_identity);
        self.people.push(Waiting::new(ids, user, vouched, keys)?);
        self.next_user += 1;
        self.next_identity += 1;
        if self.people.len() >= ROWS {
            self.store_people()?;
        }
        Ok(ids)
    }

    /// Takes a session as it was at its last use, and its end, when it was ended. Does not enforce the cap per user.
    /// Sessions come in the order in which they were opened, after their users.
    ///
    /// # Errors
    /// The database's.
    pub fn session(&mut self, session: NewSession, ending: Option<&Ending>) -> Result<()> {
        self.sessions.push((session, EndingRow::of(ending)));
        if self.sessions.len() >= ROWS { self.store_sessions() } else { Ok(()) }
    }

    /// Takes an attempt to log in; they come in the order of their times, after the users.
    ///
    /// # Errors
    /// The database's.
    pub fn login(&mut self, login: NewLogin) -> Result<()> {
        self.logins.push(login);
        if self.logins.len() >= ROWS { self.store_logins() } else { Ok(()) }
    }

    /// How many indexes [`Filling::finish`] makes.
    #[must_use]
    pub fn index_count(&self) -> usize {
        self.indexes.len()
    }

    /// Makes the indexes and commits; `made` is called after each index, and an error of it ends the work.
    ///
    /// # Errors
    /// The database's, and those of `made`.
    pub fn finish(mut self, mut made: impl FnMut(usize) -> Result<()>) -> Result<()> {
        self.store_people()?;
        self.store_sessions()?;
        self.store_logins()?;
        for (place, index) in self.indexes.iter().enumerate() {
            index.make(&mut self.conn)?;
            made(place + 1)?;
        }
        if let Conn::Postgres(conn) = &mut self.conn {
            for table in ["users", "identities"] {
                conn.batch_execute(&format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', 'id'), greatest(1, (SELECT max(id) FROM {table})))"
                ))?;
            }
        }
        let conn = &mut self.conn;
        both!(conn => AnsiTransactionManager::commit_transaction(conn))?;
        match conn {
            Conn::Sqlite(conn) => {
                conn.batch_execute("PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL")?;
            }
            // what autovacuum would do in its own time
            Conn::Postgres(conn) => conn.batch_execute("VACUUM (ANALYZE)")?,
        }
        Ok(())
    }

    fn store_people(&mut self) -> Result<()> {
        let people = std::mem::take(&mut self.people);
        let rows: Vec<_> = people.iter().map(Waiting::user_row).collect();
        store!(&mut self.conn, users::table, rows);
        let rows: Vec<_> = people.iter().map(Waiting::identity_row).collect();
        store!(&mut self.conn, identities::table, rows);
        let mut grams: Vec<_> = people.iter().flat_map(Waiting::grams).collect();
        grams.sort_unstable();
        for chunk in grams.chunks(KEYS) {
            let rows: Vec<_> = chunk
                .iter()
                .map(|(gram, id)| (nickname_grams::gram.eq(gram), nickname_grams::user_id.eq(id)))
                .collect();
            store!(&mut self.conn, nickname_grams::table, rows);
        }
        Ok(())
    }

    fn store_sessions(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.sessions);
        store!(&mut self.conn, sessions::table, rows);
        Ok(())
    }

    fn store_logins(&mut self) -> Result<()> {
        let rows = std::mem::take(&mut self.logins);
        store!(&mut self.conn, logins::table, rows);
        Ok(())
    }
}

fn begin(conn: &mut Conn) -> Result<Vec<Index>> {
    let conn = &mut *conn;
    both!(conn => AnsiTransactionManager::begin_transaction(conn))?;
    Index::put_away(conn)
}
