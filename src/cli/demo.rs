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

use super::{Failure, say, serve, start_log};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::secret;
use crate::site::Site;
use crate::wechat::simulator::{self, Settings};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// How many users there are
    #[arg(long, value_name = "N", default_value_t = 3000, value_parser = clap::value_parser!(u32).range(1..=200_000))]
    users: u32,
    /// Keep the data in this directory, which must hold no demo yet; else it is gone at the end
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Two mini-programs that nobody has.
const APPS: [(&str, &str); 2] =
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
    let place = Place::make(asked.dir.as_deref())?;
    let simulator = simulator::start(TcpListener::bind("127.0.0.1:0")?, simulated(), clock.clone())?;
    let config = settings(config, &place.path, address, &simulator.api_base())?;
    start_log(&config, &clock)?;
    let site = Site::open(config, clock)?;
    let _claim = site.state.db.claim()?;
    let accounts = staff::create(&site, site.state.now() - people::PAST)?;
    let appids = APPS.map(|(appid, _)| appid);
    fill::fill(&site, usize::try_from(asked.users).unwrap_or(0), appids)?;
    serve::serve_on(&site, listener, || say(&welcome(&site, &accounts, asked, &place)))
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
    let apps = APPS.map(|(appid, name)| config::App {
        appid: appid.to_owned(),
        secret: SECRET.into(),
        name: name.to_owned(),
        platform: None,
        push: config::Push::default(),
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
        Ok(Self { path, is_kept })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.is_kept
            && let Err(why) = fs::remove_dir_all(&self.path)
        {
            log::warn!("{}: {why}", self.path.display());
        }
    }
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
