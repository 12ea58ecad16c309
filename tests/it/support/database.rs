//! A database of its own for each test, on either engine, with the schema in it.

use std::ops::Deref;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, sql_query, sql_types::Text};
use menwei::config;
use menwei::db::Database;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::postgres;

/// Writes each test once and runs it on both engines, as `<name>::sqlite` and `<name>::postgres`:
///
/// ```ignore
/// on_each_database! {
///     async fn a_user_is_found_again(db: TestDatabase) { … }
/// }
/// ```
macro_rules! on_each_database {
    ($($(#[$about:meta])* async fn $name:ident($db:ident: TestDatabase) $body:block)+) => {
        $(
            $(#[$about])*
            async fn $name($db: $crate::support::database::TestDatabase) $body

            mod $name {
                use $crate::support::database::TestDatabase;

                #[actix_web::test]
                async fn sqlite() {
                    super::$name(TestDatabase::sqlite()).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    super::$name(TestDatabase::postgres()).await;
                }
            }
        )+
    };
}
pub(crate) use on_each_database;

/// An open, migrated database; gone with its files when it is dropped. Reads as a [`Database`].
pub struct TestDatabase {
    database: Database,
    /// Opens it once more: `Database::open(&db.settings)`.
    pub settings: config::Database,
    place: Place,
}

/// Where it is.
enum Place {
    Folder(TempDir),
    Postgres(String),
}

impl TestDatabase {
    /// SQLite in a fresh folder.
    pub fn sqlite() -> Self {
        let db = Self::empty_sqlite();
        db.migrate().unwrap();
        db
    }

    /// The same without a schema.
    pub fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
        Self::open(url, Place::Folder(folder))
    }

    /// Postgres: a copy of the template.
    pub fn postgres() -> Self {
        Self::copied(template())
    }

    /// A Postgres database without a schema.
    pub fn empty_postgres() -> Self {
        Self::copied("template0")
    }

    fn copied(template: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);

        let name = format!("menwei_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let place = Place::Postgres(name.clone());
        admin(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Self::open(postgres::url_of(&name), place)
    }

    fn open(url: String, place: Place) -> Self {
        let settings = settings(url);
        let database = Database::open(&settings).unwrap();
        Self { database, settings, place }
    }

    /// A second server's view of the same database.
    pub fn again(&self) -> Database {
        Database::open(&self.settings).unwrap()
    }

    /// The folder of the SQLite file, its log and its locks; none on Postgres.
    pub fn folder(&self) -> Option<&Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Postgres(_) => None,
        }
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.database
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Postgres(name) = self
            && let Ok(mut server) = PgConnection::establish(postgres::url())
        {
            // a leftover spoils no other test, and a second panic would hide the first
            let _ = server.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// Settings for `url`, with patience for a machine that is busy with other tests.
fn settings(url: String) -> config::Database {
    config::Database { url: url.into(), pool: 4, statement_timeout: Duration::from_secs(20) }
}

fn admin(statement: &str) {
    let mut server = PgConnection::establish(postgres::url()).unwrap();
    server.batch_execute(statement).unwrap_or_else(|why| panic!("{statement}: {why}"));
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    datname: String,
}

/// The name of a migrated database that tests copy. It is named after the migrations, so that processes share it and a
/// changed schema gets a new one; templates of other schemas are dropped.
fn template() -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("menwei_template_{}", fingerprint());
        let mut server = PgConnection::establish(postgres::url()).unwrap();
        // until the connection ends; any number that menwei itself does not lock
        server.batch_execute("SELECT pg_advisory_lock(7465737400)").unwrap();
        let query = "SELECT datname::text FROM pg_database WHERE datname LIKE 'menwei\\_template\\_%'";
        let found: Vec<Name> = sql_query(query).load(&mut server).unwrap();
        for old in found.iter().filter(|found| found.datname != name) {
            server.batch_execute(&format!("DROP DATABASE {}", old.datname)).unwrap();
        }
        if !found.iter().any(|found| found.datname == name) {
            // under another name until it is whole
            let draft = format!("menwei_draft_{}", std::process::id());
            server.batch_execute(&format!("CREATE DATABASE {draft}")).unwrap();
            Database::open(&settings(postgres::url_of(&draft))).unwrap().migrate().unwrap();
            rename(&mut server, &draft, &name);
        }
        name
    })
}

/// Renames a database as soon as its last connection has gone: a pool ends its connections on threads of its own.
fn rename(server: &mut PgConnection, old: &str, new: &str) {
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{old}'");
    let outcome = (0..100).find_map(|_| {
        server.batch_execute(&end).unwrap();
        let outcome = server.batch_execute(&format!("ALTER DATABASE {old} RENAME TO {new}"));
        std::thread::sleep(Duration::from_millis(20));
        outcome.ok()
    });
    outcome.unwrap_or_else(|| panic!("{old} is still in use"));
}

fn fingerprint() -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/postgres");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|step| step.unwrap().path().join("up.sql")).collect();
    files.sort();
    let mut digest = Sha256::new();
    for file in &files {
        digest.update(file.as_os_str().as_encoded_bytes());
        digest.update(std::fs::read(file).unwrap());
    }
    menwei::secret::hex(&digest.finalize()[..6])
}
