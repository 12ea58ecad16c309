//! One connection, to either database.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, InstrumentationEvent, TransactionManager as _};
use diesel::prelude::*;
use diesel::r2d2::R2D2Connection;
use diesel::{PgConnection, SqliteConnection};
use secrecy::{ExposeSecret as _, SecretString};

use crate::error::{Error, Result};

/// A connection to Postgres or SQLite.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// Postgres.
    Postgres(PgConnection),
    /// SQLite, bundled.
    Sqlite(SqliteConnection),
}

/// Runs one text of a query on whichever engine `$conn` is. Only for what the two say differently in types
/// (`ON CONFLICT`, `FOR UPDATE`): everything else goes through [`Conn`] itself.
macro_rules! both {
    ($conn:ident => $query:expr) => {
        match $conn {
            $crate::db::Conn::Postgres($conn) => $query,
            $crate::db::Conn::Sqlite($conn) => $query,
        }
    };
}
pub(crate) use both;

/// Which database a URL names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// `postgres://` or `postgresql://`
    Postgres,
    /// `sqlite://`
    Sqlite,
}

/// Makes connections, and tells r2d2 whether they are alive.
///
/// Ours, because diesel's own takes any string for a SQLite file and keeps Postgres' reason for itself.
#[derive(Clone, Debug)]
pub struct Connector {
    url: SecretString,
    engine: Engine,
    statement_timeout: Duration,
    statements: Arc<AtomicU64>,
}

/// How long [`unhurried`] may take, as Postgres is told.
pub(super) const A_MINUTE: &str = "SET LOCAL statement_timeout = '60s'";
/// The same where other jobs wait meanwhile.
pub(super) const SECONDS: &str = "SET LOCAL statement_timeout = '5s'";

/// Reads what may take longer than a page's statements: for the background, where nobody waits.
pub(super) fn unhurried<T>(
    conn: &mut Conn,
    patience: &'static str,
    work: impl FnOnce(&mut Conn) -> Result<T>,
) -> Result<T> {
    if matches!(conn, Conn::Sqlite(_)) {
        return work(conn);
    }
    #[expect(clippy::disallowed_methods, reason = "Postgres, and only reading")]
    conn.transaction(|conn| {
        diesel::sql_query(patience).execute(conn)?;
        work(conn)
    })
}

impl Connector {
    /// A connector for a URL that the configuration accepted.
    ///
    /// # Errors
    /// When its scheme is none of the two.
    pub fn new(url: &SecretString, statement_timeout: Duration) -> Result<Self> {
        let text = url.expose_secret();
        let engine = if text.starts_with("sqlite://") {
            Engine::Sqlite
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Engine::Postgres
        } else {
            return Err(Error::storage("database.url must begin with sqlite:// or postgres://"));
        };
        Ok(Self { url: url.clone(), engine, statement_timeout, statements: Arc::default() })
    }

    /// Which database it connects to.
    #[must_use]
    pub const fn engine(&self) -> Engine {
        self.engine
    }

    /// The file of a SQLite database.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.url.expose_secret().strip_prefix("sqlite://")
    }

    /// A new connection, set up.
    ///
    /// # Errors
    /// The driver's own reason, without the URL, which may hold a password.
    pub fn connect(&self) -> Result<Conn> {
        let mut conn = match self.path() {
            Some(path) => Self::connect_sqlite(path).map(Conn::Sqlite),
            None => self.connect_postgres().map(Conn::Postgres),
        }?;
        let statements = Arc::clone(&self.statements);
        let count = move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::StartQuery { .. }) {
                statements.fetch_add(1, Ordering::Relaxed);
            }
        };
        match &mut conn {
            Conn::Postgres(conn) => conn.set_instrumentation(count),
            Conn::Sqlite(conn) => conn.set_instrumentation(count),
        }
        Ok(conn)
    }

    /// How many statements its connections were given so far, once they were set up; the beginnings and ends of transactions
    /// count as well.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// A new connection that on SQLite can only read: there all writes go through the one writer.
    ///
    /// # Errors
    /// As [`Connector::connect`].
    pub fn connect_reader(&self) -> Result<Conn> {
        let mut conn = self.connect()?;
        if let Conn::Sqlite(conn) = &mut conn {
            diesel::connection::SimpleConnection::batch_execute(conn, "PRAGMA query_only = ON")?;
        }
        Ok(conn)
    }

    fn connect_sqlite(path: &str) -> Result<SqliteConnection> {
        let mut conn =
            SqliteConnection::establish(path).map_err(|why| Error::storage(format!("{path}: {why}")))?;
        // busy_timeout first: the switch to WAL itself can find the file locked.
        // synchronous=FULL: with NORMAL a power loss undoes the last commits, and a revoked session lives again.
        // The WAL is written back every 64 MB, not every 4: logins then share their page writes.
        // No mmap: a read error of the disk would then be a signal that ends the process, not an error.
        // temp_store=MEMORY: the savepoint of each write would copy its pages into a file in /tmp, four times as many
        // writes as the WAL takes, and of pages that belong nowhere else.
        diesel::connection::SimpleConnection::batch_execute(
            &mut conn,
            "PRAGMA busy_timeout = 2000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
             PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 16000; \
             PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16000;",
        )
        .map_err(|why| Error::storage(format!("{path}: {why}")))?;
        Ok(conn)
    }

    fn connect_postgres(&self) -> Result<PgConnection> {
        let url = self.url.expose_secret();
        let joint = if url.contains('?') { '&' } else { '?' };
        let timeout = if url.contains("connect_timeout") { "" } else { "&connect_timeout=2" };
        let url =
            format!("{url}{joint}application_name=menwei&tcp_user_timeout=5000&keepalives_idle=5{timeout}");
        let mut conn = PgConnection::establish(&url)
            .map_err(|why| Error::storage(without_password(&why.to_string())))?;
        let millis = self.statement_timeout.as_millis();
        // statements here end after some thousand rows: to compile one, or to start workers for it, takes longer than that
        diesel::connection::SimpleConnection::batch_execute(
            &mut conn,
            &format!(
                "SET statement_timeout = {millis}; SET lock_timeout = {millis}; \
                 SET idle_in_transaction_session_timeout = 5000; SET synchronous_commit = on; \
                 SET jit = off; SET max_parallel_workers_per_gather = 0;"
            ),
        )
        .map_err(Error::from)?;
        Ok(conn)
    }
}

/// libpq's messages name host, port, database and user, never the password; a malformed URL is quoted whole, though.
fn without_password(message: &str) -> &str {
    if message.contains("://") { "the URL cannot be understood" } else { message }
}

/// A connection in a pool. One that failed is not asked again: a backend that was told to end says so once and looks
/// well, and after a failover an old primary still answers, but takes no writes.
pub struct Pooled {
    /// The connection.
    pub conn: Conn,
    /// Whether it failed for a reason that may lie in itself.
    pub has_failed: bool,
}

impl r2d2::ManageConnection for Connector {
    type Connection = Pooled;
    type Error = Error;

    fn connect(&self) -> Result<Pooled> {
        Ok(Pooled { conn: self.connect_reader()?, has_failed: false })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<()> {
        pooled.conn.ping().map_err(Error::from)
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.has_failed || std::thread::panicking() || pooled.conn.is_broken()
    }
}

impl From<diesel::result::Error> for Error {
    fn from(cause: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind as Kind;
        use diesel::result::Error as Cause;

        match &cause {
            Cause::NotFound => Self::NotFound,
            Cause::DatabaseError(Kind::UniqueViolation, _) => Self::Conflict("unique"),
            Cause::DatabaseError(Kind::ForeignKeyViolation, _) => Self::Conflict("foreign key"),
            Cause::DatabaseError(Kind::CheckViolation | Kind::NotNullViolation, _)
            | Cause::QueryBuilderError(_)
            | Cause::DeserializationError(_)
            | Cause::SerializationError(_)
            | Cause::InvalidCString(_) => Self::Query(cause.to_string().into()),
            _ => Self::storage(cause),
        }
    }
}

/// Runs `work` as one transaction: all of it, or nothing.
///
/// On SQLite it begins IMMEDIATE: a deferred transaction that reads and then writes fails at once when another
/// writer was faster, whatever the busy timeout.
///
/// # Errors
/// Those of `work`, and those of the commit: then nothing was done.
pub(super) fn transaction<T>(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
    match conn {
        Conn::Postgres(conn) => AnsiTransactionManager::begin_transaction(conn)?,
        Conn::Sqlite(conn) => AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?,
    }
    let outcome = work(conn);
    match outcome {
        Ok(value) => both!(conn => AnsiTransactionManager::commit_transaction(conn))
            .map(|()| value)
            .map_err(Error::from),
        Err(why) => {
            if let Err(rollback) = both!(conn => AnsiTransactionManager::rollback_transaction(conn)) {
                log::warn!("rollback failed: {rollback}");
            }
            Err(why)
        }
    }
}
