//! The doors to the data. Everything that speaks SQL lives below here.
//!
//! [`Database::lookup`] reads one row by its key: inline on SQLite, where that takes microseconds, off the worker on
//! Postgres. [`Database::read`] is everything longer, always off the worker. [`Database::write`] is one transaction:
//! on SQLite it shares its commit with whatever else is waiting, so that durability costs one fsync a batch.

pub mod audit;
pub mod avatars;
pub mod bulk;
#[expect(missing_docs, reason = "items that MultiConnection derives")]
pub mod conn;
pub mod emergencies;
pub mod epochs;
pub mod facts;
pub mod hourly;
pub mod identities;
pub mod jobs;
pub mod leases;
pub mod logins;
pub mod migrate;
pub mod nickname_grams;
pub mod page;
mod pool;
pub mod push_events;
pub mod reveals;
pub mod reviews;
pub mod revoke_quotas;
mod schema;
pub mod second_factors;
pub mod selections;
pub mod sessions;
pub mod setup_links;
pub mod staff;
pub mod staff_sessions;
mod statement;
pub mod sweep;
pub mod throttles;
pub mod tombstones;
pub mod touches;
pub mod types;
pub mod user_notes;
pub mod users;
mod writer;

use std::cell::RefCell;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

pub use conn::{Conn, Engine};

use crate::config;
use crate::error::{Error, Result};
use conn::Connector;
use pool::Pool;
use touches::Touches;
use writer::Writer;

/// A database that is open. Clones share everything.
#[derive(Clone)]
pub struct Database(Arc<Inner>);

struct Inner {
    /// Tells databases of one process apart, for the connections that threads keep.
    id: u64,
    connector: Connector,
    pool: Pool,
    /// SQLite only.
    writer: Option<Writer>,
    touches: Touches,
    /// Whether SQLite's log may hold what was erased: also from before this process.
    log_holds_erased: AtomicBool,
}

thread_local! {
    /// This thread's connections for [`Database::lookup`] on SQLite.
    static LOOKUPS: RefCell<Vec<(u64, Conn)>> = const { RefCell::new(Vec::new()) };
}

impl Database {
    /// Opens the database that the settings name; makes the file and its folder on SQLite. Touches no schema.
    ///
    /// # Errors
    /// When it cannot be reached, or this SQLite is older than 3.51.3, which can corrupt its log.
    pub fn open(settings: &config::Database) -> Result<Self> {
        static NEXT: AtomicU64 = AtomicU64::new(0);

        let connector = Connector::new(&settings.url, settings.statement_timeout)?;
        if let Some(path) = connector.path() {
            create_file(Path::new(path))?;
        }
        let mut first = connector.connect()?;
        refuse_old_sqlite(&mut first)?;
        let writer = match connector.engine() {
            Engine::Sqlite => Some(Writer::start(connector.clone(), first)?),
            Engine::Postgres => None,
        };
        let pool = Pool::new(connector.clone(), settings.pool);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let (touches, log_holds_erased) = (Touches::default(), AtomicBool::new(true));
        Ok(Self(Arc::new(Inner { id, connector, pool, writer, touches, log_holds_erased })))
    }

    /// Which database this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        self.0.connector.engine()
    }

    /// Reads one row by its key.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Storage`] when the database is out of reach.
    pub async fn lookup<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        match self.engine() {
            Engine::Sqlite => self.inline(work),
            Engine::Postgres => self.0.pool.run(work).await,
        }
    }

    fn inline<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        LOOKUPS.with_borrow_mut(|kept| {
            let place = if let Some(place) = kept.iter().position(|(id, _)| *id == self.0.id) {
                place
            } else {
                kept.push((self.0.id, self.0.connector.connect_reader()?));
                kept.len() - 1
            };
            let (_, conn) = kept.get_mut(place).ok_or(Error::Internal("no connection"))?;
            let outcome = work(conn);
            if matches!(outcome, Err(Error::Storage(_))) {
                // a connection that failed is not asked again: the file may have been replaced
                kept.swap_remove(place);
            }
            outcome
        })
    }

    /// Reads whatever is more than one row by its key.
    ///
    /// # Errors
    /// Those of `work`; [`Error::Storage`] when the database is out of reach or every connection is taken.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        self.0.pool.run(work).await
    }

    /// Runs `work` as one transaction and answers after it is durable.
    ///
    /// # Errors
    /// Those of `work`, and then nothing was written; [`Error::Storage`] when the database is out of reach, its
    /// queue is full, or the commit failed.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        match &self.0.writer {
            Some(writer) => writer.run(work).await,
            None => self.0.pool.run(|conn| conn::transaction(conn, work)).await,
        }
    }

    /// The same for a command that has no runtime: waits on this thread, on a connection of its own.
    ///
    /// # Errors
    /// As [`Database::write`].
    pub fn write_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        conn::transaction(&mut self.0.connector.connect()?, work)
    }

    /// Reads for a command that has no runtime: on this thread, on a connection of its own, in no transaction.
    ///
    /// # Errors
    /// As [`Database::read`].
    pub fn read_now<T>(&self, work: impl FnOnce(&mut Conn) -> Result<T>) -> Result<T> {
        work(&mut self.0.connector.connect_reader()?)
    }

    /// Whether a write can be done now.
    ///
    /// # Errors
    /// Why it cannot.
    pub async fn probe(&self) -> Result<()> {
        self.write(throttles::Throttle::probe).await
    }

    /// Brings the schema up to date; see [`migrate`].
    ///
    /// # Errors
    /// When a step fails, or the schema is newer than this binary.
    pub fn migrate(&self) -> Result<Vec<String>> {
        let _lock = self.lock_file("migrate")?;
        migrate::run(&mut self.0.connector.connect()?)
    }

    /// The steps that [`Database::migrate`] would take.
    ///
    /// # Errors
    /// As [`Database::migrate`].
    pub fn pending_migrations(&self) -> Result<Vec<String>> {
        migrate::pending(&mut self.0.connector.connect()?)
    }

    /// Marks this process as the one that serves a SQLite file, until the claim is dropped. Two servers would not
    /// see each other's batches. On Postgres any number may serve.
    ///
    /// # Errors
    /// When another process serves it.
    pub fn claim(&self) -> Result<Option<File>> {
        let Some(path) = self.0.connector.path() else { return Ok(None) };
        let file = open_lock(path, "serve")?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(why) => Err(Error::storage(format!(
                "{path} is served by another process ({why}): use Postgres for several"
            ))),
        }
    }

    fn lock_file(&self, purpose: &str) -> Result<Option<File>> {
        let Some(path) = self.0.connector.path() else { return Ok(None) };
        let file = open_lock(path, purpose)?;
        file.lock().map_err(|why| Error::storage(format!("{path}: {why}")))?;
        Ok(Some(file))
    }

    /// How many statements the database was given since it was opened.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.0.connector.statements()
    }

    /// The sessions that were used since they were last written down.
    #[must_use]
    pub fn touches(&self) -> &Touches {
        &self.0.touches
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Database({:?})", self.engine())
    }
}

/// SQLite gives its log the rights of the file: made here, so that nobody else can read either.
fn create_file(path: &Path) -> Result<()> {
    let refuse = |why: std::io::Error| Error::storage(format!("{}: {why}", path.display()));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(refuse)?;
    }
    OpenOptions::new().append(true).create(true).mode(0o600).open(path).map_err(refuse)?;
    Ok(())
}

fn open_lock(path: &str, purpose: &str) -> Result<File> {
    let lock = PathBuf::from(format!("{path}.{purpose}.lock"));
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o600)
        .open(&lock)
        .map_err(|why| Error::storage(format!("{}: {why}", lock.display())))
}

fn refuse_old_sqlite(conn: &mut Conn) -> Result<()> {
    use diesel::prelude::*;

    diesel::define_sql_function! { fn sqlite_version() -> diesel::sql_types::Text; }

    let Conn::Sqlite(conn) = conn else { return Ok(()) };
    let version: String = diesel::select(sqlite_version()).get_result(conn)?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    if parts.as_slice() < [3, 51, 3].as_slice() {
        return Err(Error::storage(format!(
            "SQLite {version} can corrupt its log: 3.51.3 or later is needed"
        )));
    }
    Ok(())
}
