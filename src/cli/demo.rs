//! `menwei demo`: everything in one process, with users to look at.

mod chance;
mod devices;
mod fill;
mod history;
mod names;
mod people;
mod progress;
mod staff;
mod visits;

use std::fs::{self, DirBuilder};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use self::fill::{Deed, Stop};
use super::{Failure, say, serve, start_log};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::error::Error;
use crate::rollup::Rollup;
use crate::secret::{self, KeyRing};
use crate::server;
use crate::site::Site;
use crate::wechat::simulator::{self, Settings};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How many users there are
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    users: u32,
    /// Keep the data in this directory, which must hold no demo yet; else it is gone at the end
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Two mini-programs that nobody has.
pub const APPS: [(&str, &str); 2] =
    [("wxde300000000000a1", "早市 Morning market"), ("wxde300000000000b2", "借书 Library")];

/// Fills a fresh database, prints how to look at it, and serves until Ctrl-C.
pub(super) fn run(asked: &Arguments, config: Config, clock: Clock) -> Result<(), Failure> {
    let listener = serve::listen(asked.listen).map_err(|why| match why {
        Failure::Failed(why) => {
            Failure::Failed(format!("{why}\n端口被占用？换一个 Is the port taken? Try --listen 127.0.0.1:0"))
        }
        usage @ Failure::Usage(_) => usage,
    })?;
    let address = listener.local_addr()?;
    let mut place = Place::make(asked.dir.as_deref())?;
    let simulator = simulator::start(TcpListener::bind("127.0.0.1:0")?, simulated(), clock.clone())?;
    let config = settings(config, &place.path, address, &simulator.api_base())?;
    start_log(&config, &clock)?;
    let (site, accounts) = interruptibly(|stop| prepare(config, clock, asked.users, stop))?;
    let _claim = site.state.db.claim()?;
    place.is_filled = true;
    serve::serve_on(&site, listener, || say(&welcome(&site, &accounts, asked, &place)))
}

/// A site whose database is full of users, and the accounts of its staff.
fn prepare(
    config: Config,
    clock: Clock,
    users: u32,
    stop: &Stop,
) -> Result<(Site, Vec<staff::Account>), Failure> {
    let deeds = fill_database(&config, &clock, users, stop)?;
    let site = Site::open(config, clock)?;
    let accounts = staff::create(&site, site.state.now() - people::PAST)?;
    fill::record(&site.state.db, &deeds, stop)?;
    count_hours(&site, stop)?;
    Ok((site, accounts))
}

/// Counts the hours of the past, so that whoever opens the overview at once sees its charts.
fn count_hours(site: &Site, stop: &Stop) -> crate::error::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let rollup = Rollup::new(site.state.clone())?;
        let stopped = async {
            while stop.check().is_ok() {
                actix_web::rt::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::select! {
            counted = rollup.once() => counted,
            () = stopped => stop.check(),
        }
    })
}

/// Stores users with their sessions and logins in a database that is empty. Returned is what staff did with them.
///
/// # Errors
/// When the database or the key file cannot be used, and when it is told to stop.
pub fn fill_database(
    config: &Config,
    clock: &Clock,
    users: u32,
    stop: &Stop,
) -> crate::error::Result<Vec<Deed>> {
    let keys = KeyRing::open_or_create(&config.key_file).map_err(Error::storage)?;
    let rules = visits::Rules { now: clock.now(), session: config.session };
    let wanted = fill::Wanted {
        count: usize::try_from(users).unwrap_or(0),
        appids: APPS.map(|(appid, _)| appid),
        keys: &keys,
        rules,
    };
    fill::fill(&config.database, &wanted, stop)
}

/// Does long work on a thread of its own and tells it to stop on Ctrl-C or SIGTERM, so that it ends as it should.
fn interruptibly<T: Send>(work: impl FnOnce(&Stop) -> Result<T, Failure> + Send) -> Result<T, Failure> {
    let stop = Stop::default();
    std::thread::scope(|scope| {
        let (is_stopped, worker) = actix_web::rt::System::new().block_on(async {
            // heard from here on: before there is anything to leave behind
            let told = server::told_to_stop();
            let (sender, done) = tokio::sync::oneshot::channel::<()>();
            let worker = scope.spawn(|| {
                let outcome = work(&stop);
                // nobody waits any more once a signal came
                let _ = sender.send(());
                outcome
            });
            let is_stopped = tokio::select! {
                _ = told => true,
                _ = done => false,
            };
            (is_stopped, worker)
        });
        if is_stopped {
            stop.now();
        }
        let outcome =
            worker.join().map_err(|_panic| Failure::Failed("the demo was not filled".to_owned()))?;
        if is_stopped {
            Err(Failure::Failed("已取消，没有留下任何东西 Stopped; nothing stays behind".to_owned()))
        } else {
            outcome
        }
    })
}

fn simulated() -> Settings {
    let apps = APPS.map(|(appid, _)| (appid.to_owned(), SECRET.into()));
    Settings { apps: apps.to_vec(), ..Settings::default() }
}

/// The AppSecret that the stand-in knows.
const SECRET: &str = "the demo has no secret";

/// The demo's settings: of those that were given, only what concerns the process itself.
fn settings(given: Config, folder: &Path, address: SocketAddr, api_base: &str) -> Result<Config, Failure> {
    let usual = Config::parse("", &[])?;
    let apps = APPS.map(|(appid, name)| {
        let app = config::App::new(appid, SECRET.into());
        config::App { name: name.to_owned(), ..app }
    });
    // what is to be read on the screen must not drown in a line for each request
    let level = if given.log.level == usual.log.level { "warn".to_owned() } else { given.log.level };
    Ok(Config {
        server: config::Server {
            listen: address,
            public_url: format!("http://{address}"),
            workers: given.server.workers,
            ..usual.server
        },
        database: config::Database {
            url: format!("sqlite://{}", folder.join(DATABASE).display()).into(),
            ..usual.database
        },
        apps: apps.to_vec(),
        wechat: config::WeChat { api_base: api_base.to_owned(), ..usual.wechat },
        avatar: config::Avatar { directory: folder.join("avatars"), ..usual.avatar },
        key_file: folder.join("menwei.key"),
        log: config::Log { level, format: given.log.format },
        is_demo: true,
        ..usual
    })
}

const DATABASE: &str = "menwei.db";

/// Where the demo's files are.
struct Place {
    path: PathBuf,
    is_kept: bool,
    /// Before, the database is of no use to anybody.
    is_filled: bool,
}

impl Place {
    /// The directory that was asked for, or a fresh one that nobody else can read.
    fn make(asked: Option<&Path>) -> Result<Self, Failure> {
        let is_kept = asked.is_some();
        let path = match asked {
            Some(path) => path.to_path_buf(),
            None => {
                std::env::temp_dir().join(format!("menwei-demo-{}", secret::hex(&secret::random::<6>()?)))
            }
        };
        let shown = path.display();
        if path.join(DATABASE).exists() {
            return Err(Failure::Usage(format!(
                "{shown} 里已有数据库，请换一个目录\n{shown} holds a database already: name another directory"
            )));
        }
        DirBuilder::new()
            .recursive(is_kept)
            .mode(0o700)
            .create(&path)
            .map_err(|why| Failure::Failed(format!("{shown}: {why}")))?;
        Ok(Self { path, is_kept, is_filled: false })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let removed = match (self.is_kept, self.is_filled) {
            (true, true) => Ok(()),
            (true, false) => remove_database(&self.path),
            (false, _) => fs::remove_dir_all(&self.path),
        };
        if let Err(why) = removed {
            log::warn!("{}: {why}", self.path.display());
        }
    }
}

/// Removes the file and what SQLite and we keep beside it; the folder is not ours.
fn remove_database(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(DATABASE) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// What to open, who to be, what to type.
fn welcome(site: &Site, accounts: &[staff::Account], asked: &Arguments, place: &Place) -> String {
    let url = &site.state.config.server.public_url;
    let [(appid, _), _] = APPS;
    let users = asked.users;
    let folder = place.path.display();
    let kept = if place.is_kept { "保留 kept" } else { "退出即删 removed at the end" };
    let table = staff::Account::table(accounts);
    let login = format!(
        r#"curl -s {url}/api/login -H 'Content-Type: application/json' -d '{{"appId":"{appid}","code":"anna-'$(date +%s)'"}}'"#
    );
    format!(
        "\n门卫演示 menwei demo: {users} 个用户 users, {folder} ({kept})\n\n\
         控制台 Console: {url}/admin\n\
         \n账号 Accounts:\n{table}\n\
         小程序登录 Log in as a mini-program does (code: 名字-随意 NAME-anything):\n\n  {login}\n\n\
         我是谁 Who am I:\n\n  TOKEN=$({login} | sed 's/.*\"token\":\"\\([^\"]*\\)\".*/\\1/')\n  \
         curl -s {url}/api/me -H \"Authorization: Bearer $TOKEN\"\n\n\
         在控制台撤销这个会话，再问一次：401 Revoke that session in the console and ask again: 401\n\
         Ctrl-C 结束 ends it"
    )
}
