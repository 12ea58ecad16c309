//! The databases: made, or taken from the time before.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use menwei::cli::demo::{self, Stop};
use menwei::clock::Clock;
use menwei::config::Config;
use menwei::db::Database;
use menwei::db::audit::{Audit, Entry};
use menwei::db::jobs::{Kind, NewJob};
use menwei::db::sessions::list::{Filter, StateFilter};
use menwei::db::users::User;

/// On what.
#[derive(Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    /// As it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "Postgres",
        }
    }
}

/// Where the databases are; gone with this, unless a folder was named.
pub struct Place {
    folder: PathBuf,
    is_kept: bool,
    /// The URL of a database of the Postgres server, and its process when it is ours.
    postgres: std::cell::OnceCell<(String, Option<Child>)>,
}

impl Place {
    /// The folder that was named, or one of our own under `target/`.
    pub fn make(asked: Option<&Path>) -> Result<Self> {
        let own = || Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("console-{}", std::process::id()));
        let folder = asked.map_or_else(own, Path::to_path_buf);
        fs::create_dir_all(&folder)?;
        Ok(Self { folder, is_kept: asked.is_some(), postgres: std::cell::OnceCell::new() })
    }

    /// The settings of a site with so many users; fills its database unless it is there.
    pub fn site(&self, engine: Engine, users: u32) -> Result<Config> {
        let folder = self.folder.join(format!("{}-{users}", engine.name()));
        fs::create_dir_all(&folder)?;
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.join("menwei.db").display()),
            Engine::Postgres => self.postgres_database(users)?,
        };
        let apps: Vec<String> = demo::APPS
            .iter()
            .map(|(appid, name)| format!("[[app]]\nappid = '{appid}'\nname = '{name}'\nsecret = 'bench'"))
            .collect();
        let text = format!(
            "[database]\nurl = '{url}'\n[keys]\nfile = '{}'\n[log]\nlevel = 'warn'\n[server]\nworkers = 2\n{}",
            folder.join("menwei.key").display(),
            apps.join("\n")
        );
        let config = Config::parse(&text, &[])?;
        let db = Database::open(&config.database)?;
        db.migrate()?;
        let found = db.write_now(User::estimate)?;
        drop(db);
        if found == 0 {
            demo::fill_database(&config, &Clock::System, users, &Stop::default())?;
            fill_trail(&Database::open(&config.database)?, users / 20)?;
        }
        Ok(config)
    }

    fn postgres_database(&self, users: u32) -> Result<String> {
        if self.postgres.get().is_none() {
            // nobody else could have started one meanwhile
            let _ = self.postgres.set(start_postgres()?);
        }
        let (server, _) = self.postgres.get().context("no Postgres")?;
        let name = format!("menwei_console_{users}");
        // `postgres://user@/postgres?host=…`: the same server, another database
        let (path, options) = server.split_once('?').unwrap_or((server, ""));
        let (path, _) = path.rsplit_once('/').context("a URL with a database")?;
        let listed = psql(server, &format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'"))?;
        if listed.trim() == "0" {
            psql(server, &format!("CREATE DATABASE {name}"))?;
        }
        Ok(format!("{path}/{name}?{options}"))
    }
}

/// So many entries of the trail over the last month, and a screen of jobs.
fn fill_trail(db: &Database, entries: u32) -> Result<()> {
    let now = Clock::System.now();
    let step = Duration::from_hours(30 * 24) / entries.max(1);
    let numbers: Vec<u32> = (0..entries).collect();
    for some in numbers.chunks(1000) {
        db.write_now(|conn| {
            for number in some {
                let (reason, result) = (["", "test", "device_lost"], ["ok", "ok", "ok", "denied"]);
                let place = usize::try_from(*number).unwrap_or(0);
                let entry = Entry {
                    actor: format!("demo-{}", place % 7),
                    action: ["session.revoke", "user.freeze", "users.look_up"]
                        .get(place % 3)
                        .copied()
                        .unwrap_or_default()
                        .to_owned(),
                    target: format!("staff:demo-{}", place % 5),
                    reason: reason.get(place / 7 % 3).copied().unwrap_or_default().to_owned(),
                    result: result.get(place / 11 % 4).copied().unwrap_or_default().to_owned(),
                    ..Entry::default()
                };
                Audit::append(conn, &entry, now - step * (entries - number))?;
            }
            Ok(())
        })?;
    }
    db.write_now(|conn| {
        for number in 0..60 {
            let created_at = now + Duration::from_millis(number);
            let new = NewJob {
                jid: menwei::secret::public_id(created_at)?,
                kind: Kind::Revoke,
                query: "client=ios".to_owned(),
                filter: Filter::of(StateFilter::Live),
                found: None,
                reason: "test".to_owned(),
                note: String::new(),
                ticket: String::new(),
                created_by: "bench".to_owned(),
                created_at,
            };
            new.create(conn, &Entry::default())?;
        }
        Ok(())
    })?;
    Ok(())
}

fn psql(server: &str, statement: &str) -> Result<String> {
    let output = Command::new("psql").args(["-XAtc", statement, server]).output().context("psql")?;
    ensure!(output.status.success(), "psql: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

/// `tests/postgres` prints the URL of its cluster, and ends it when its input ends: with this process.
fn start_postgres() -> Result<(String, Option<Child>)> {
    #[expect(clippy::disallowed_methods, reason = "not a setting of menwei")]
    if let Some(url) = std::env::var("TEST_POSTGRES_URL").ok().filter(|url| !url.is_empty()) {
        return Ok((url, None));
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/postgres");
    let mut cluster = Command::new(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .process_group(0)
        .spawn()
        .context(script)?;
    let mut url = String::new();
    BufReader::new(cluster.stdout.take().context("no output")?).read_line(&mut url)?;
    ensure!(!url.trim().is_empty(), "{script} started no Postgres: it says why above");
    Ok((url.trim().to_owned(), Some(cluster)))
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_kept {
            // what cannot be removed is told by the next `cargo clean`
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}
