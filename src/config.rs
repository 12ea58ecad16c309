//! Every setting: its name, default, bounds and meaning. The only place that reads the environment.
//!
//! A TOML file, over it variables `MENWEI_<SECTION>_<KEY>`; a secret can come from a file, `<key>_file`.
//! All faults are found in one go, so that an operator corrects them in one go.

pub mod account;
pub mod admin;
pub mod apps;
pub mod avatar;
pub mod clients;
pub mod environment;
pub mod network;
pub mod push;
pub mod reader;
pub mod wechat;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;

pub use account::{Account, Retention};
pub use admin::Admin;
pub use apps::App;
pub use avatar::Avatar;
pub use clients::Client;
pub use environment::Environment;
pub use network::Network;
pub use push::Push;
use reader::Reader;
pub use wechat::WeChat;

/// All settings, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where and how menwei listens.
    pub server: Server,
    /// Where data lives.
    pub database: Database,
    /// The mini-programs that log in here.
    pub apps: Vec<App>,
    /// The services that may ask about sessions.
    pub clients: Vec<Client>,
    /// How WeChat is called.
    pub wechat: WeChat,
    /// Where uploaded avatars are kept.
    pub avatar: Avatar,
    /// How long sessions of mini-programs live.
    pub session: Session,
    /// How long a deleted account can be restored.
    pub account: Account,
    /// How long rows are kept.
    pub retention: Retention,
    /// The file of the keys that seal what is stored.
    pub key_file: PathBuf,
    /// Switches of the JSON API.
    pub api: Api,
    /// The console.
    pub admin: Admin,
    /// Logs.
    pub log: Log,
    /// The files of secrets (`<key>_file`) that everybody on this machine can read.
    pub exposed: Vec<String>,
    /// Whether this is `menwei demo`: no setting, the console says so.
    pub is_demo: bool,
}

/// `[server]`
#[derive(Clone, Debug)]
pub struct Server {
    /// `listen`: address and port. Default `127.0.0.1:8080`.
    pub listen: SocketAddr,
    /// `public_url`: how browsers reach menwei; `https` makes cookies Secure. Default `http://<listen>`.
    pub public_url: String,
    /// `trusted_proxies`: networks whose `X-Forwarded-For` is believed, from the right. Default none.
    pub trusted_proxies: Vec<Network>,
    /// `workers`: threads that answer requests, 1 to 64. Default the cores, at most 8.
    pub workers: usize,
    /// `shutdown_seconds`: how long requests under way may take at a stop, 1 to 300. Default 10.
    pub shutdown: Duration,
}

/// `[database]`
#[derive(Clone, Debug)]
pub struct Database {
    /// `url`: `sqlite://<path>` or `postgres://…`. Default `sqlite://data/menwei.db`.
    pub url: SecretString,
    /// `pool`: connections to the database, 1 to 200. Default 8.
    pub pool: u32,
    /// `statement_timeout_ms`: the longest a statement may take on Postgres, 100 to 60000. Default 2000.
    pub statement_timeout: Duration,
}

/// `[session]`
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// `lifetime`: from login to the end, whatever happens, 1 minute to 400 days. Default `30d`.
    pub lifetime: Duration,
    /// `idle`: the longest without a request, 1 minute to 400 days. Default `7d`.
    pub idle: Duration,
    /// `per_user`: live sessions a user may have; one more ends the oldest. 1 to 1000. Default 10.
    pub per_user: i64,
}

/// `[api]`
#[derive(Clone, Copy, Debug)]
pub struct Api {
    /// `session_key_alias`: also answer `session_key` (our token) to clients of the old tutorial. Default false.
    pub session_key_alias: bool,
}

/// `[log]`
#[derive(Clone, Debug)]
pub struct Log {
    /// `level`: `off`, `error`, `warn`, `info`, `debug` or `trace`, or `env_logger`'s filter. Default `info`;
    /// `RUST_LOG` goes over it.
    pub level: String,
    /// `format`: `text` or `json` lines. Default `text`.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Every fault of a configuration, each a sentence that names its setting.
#[derive(Debug, thiserror::Error)]
pub struct Faults(pub Vec<String>);

impl fmt::Display for Faults {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the configuration has faults:")?;
        self.0.iter().try_for_each(|fault| write!(out, "\n  - {fault}"))
    }
}

impl Config {
    /// The settings of `file` (else `MENWEI_CONFIG`, else `./menwei.toml` if it is there), with the environment
    /// over it.
    ///
    /// # Errors
    /// All faults at once.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn load(file: Option<&Path>) -> Result<Self, Faults> {
        let environment: Vec<(String, String)> =
            std::env::vars().filter(|(name, _)| name.starts_with("MENWEI_") || name == "RUST_LOG").collect();
        let named =
            environment.iter().find(|(name, _)| name == "MENWEI_CONFIG").map(|(_, path)| PathBuf::from(path));
        let file = file.map(Path::to_path_buf).or(named).or_else(|| {
            let usual = PathBuf::from("menwei.toml");
            usual.exists().then_some(usual)
        });
        let text = file.map_or(Ok(String::new()), |path| {
            std::fs::read_to_string(&path).map_err(|why| Faults(vec![format!("{}: {why}", path.display())]))
        })?;
        Self::parse(&text, &environment)
    }

    /// The settings of a TOML text with variables over it.
    ///
    /// # Errors
    /// All faults at once.
    pub fn parse(text: &str, environment: &[(String, String)]) -> Result<Self, Faults> {
        let mut from = Reader::new(text, environment)?;
        let server = server(&mut from);
        let public_url = server.public_url.clone();
        let config = Self {
            server,
            database: Database {
                url: from.secret("database.url").unwrap_or_else(|| "sqlite://data/menwei.db".into()),
                pool: from.number("database.pool", 8, 1..=200),
                statement_timeout: from.millis("database.statement_timeout_ms", 2000, 100..=60_000),
            },
            apps: apps::read(&mut from),
            clients: clients::read(&mut from),
            wechat: WeChat::read(&mut from),
            avatar: Avatar::read(&mut from),
            session: Session {
                lifetime: from.span("session.lifetime", "30d", "1m", "400d"),
                idle: from.span("session.idle", "7d", "1m", "400d"),
                per_user: from.number("session.per_user", 10, 1..=1000),
            },
            account: Account::read(&mut from),
            retention: Retention::read(&mut from),
            key_file: from.text("keys.file").map_or_else(|| PathBuf::from("data/menwei.key"), PathBuf::from),
            api: Api { session_key_alias: from.switch("api.session_key_alias", false) },
            admin: Admin::read(&mut from, &public_url),
            log: Log {
                level: log_level(&mut from),
                format: from.choice("log.format", &[("text", LogFormat::Text), ("json", LogFormat::Json)]),
            },
            exposed: from.exposed(),
            is_demo: false,
        };
        database_url(&config.database.url, &mut from);
        from.finish()?;
        Ok(config)
    }

    /// The mini-program that a client means: by its appId, or the only one when it names none.
    #[must_use]
    pub fn app(&self, appid: Option<&str>) -> Option<&App> {
        match (appid, self.apps.as_slice()) {
            (Some(appid), apps) => apps.iter().find(|app| app.appid == appid),
            (None, [only]) => Some(only),
            (None, _) => None,
        }
    }

    /// The appids within which a unionid means one user: `app`'s own and those that are linked with it. None when `app`
    /// is linked with nobody.
    #[must_use]
    pub fn linked(&self, app: &App) -> Vec<String> {
        let is_linked = |other: &&App| other.is_linked_with(app);
        self.apps.iter().filter(is_linked).map(|other| other.appid.clone()).collect()
    }

    /// What the mini-programs are called.
    pub fn app_names(&self) -> impl Iterator<Item = &str> {
        self.apps.iter().map(|app| app.name.as_str())
    }

    /// Whether browsers reach the console over https, so that its cookie can be Secure.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }

    /// Whether `server.public_url` is an address that only this machine reaches.
    #[must_use]
    pub fn is_local(&self) -> bool {
        is_loopback(&self.server.public_url)
    }
}

fn server(from: &mut Reader) -> Server {
    let listen = from.parsed("server.listen", "an address and a port, such as 127.0.0.1:8080");
    let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
    let public_url = from.base_url("server.public_url").unwrap_or_else(|| format!("http://{listen}"));
    if public_url.starts_with("http://") && !is_loopback(&public_url) {
        from.fault("server.public_url", "must be https: over http only loopback addresses are safe");
    }
    let trusted_proxies = from.list("server.trusted_proxies", "networks such as 10.0.0.0/8", Network::parse);
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let workers = match from.number("server.workers", 0, 0..=64) {
        0 => cores,
        workers => workers,
    };
    let shutdown = Duration::from_secs(from.number("server.shutdown_seconds", 10, 1..=300));
    Server { listen, public_url, trusted_proxies, workers, shutdown }
}

fn log_level(from: &mut Reader) -> String {
    let usual = from.text("log.level").unwrap_or_else(|| "info".to_owned());
    from.variable("RUST_LOG").filter(|level| !level.is_empty()).unwrap_or(usual)
}

fn is_loopback(url: &str) -> bool {
    let authority =
        url.split_once("://").map_or(url, |(_scheme, rest)| rest).split('/').next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _port)| host);
    host == "localhost"
        || host
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .is_ok_and(|ip| ip.is_loopback() || ip.is_unspecified())
}

fn database_url(url: &SecretString, from: &mut Reader) {
    use secrecy::ExposeSecret as _;

    let url = url.expose_secret();
    let known = ["sqlite://", "postgres://", "postgresql://"];
    if !known.iter().any(|scheme| url.starts_with(scheme)) {
        from.fault("database.url", "must begin with sqlite:// or postgres://");
    }
    let asks_tls = ["sslmode=require", "sslmode=verify-ca", "sslmode=verify-full"];
    if cfg!(feature = "bundled-libpq") && asks_tls.iter().any(|mode| url.contains(mode)) {
        from.fault(
            "database.url",
            "asks for TLS, which this build has not: cargo build --no-default-features --features system-libpq",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn faults(text: &str, pairs: &[(&str, &str)]) -> Vec<String> {
        Config::parse(text, &variables(pairs)).map_or_else(|faults| faults.0, |_| Vec::new())
    }

    #[test]
    fn an_empty_file_is_a_whole_configuration() {
        let config = Config::parse("", &[]).unwrap();
        assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(config.session.lifetime, Duration::from_secs(30 * 86_400));
        assert!(config.apps.is_empty() && !config.is_https());
    }

    #[test]
    fn the_environment_goes_over_the_file() {
        let text = "[session]\nlifetime = '10d'\nidle = '1h'";
        let config = Config::parse(text, &variables(&[("MENWEI_SESSION_LIFETIME", "2d")])).unwrap();
        assert_eq!(config.session.lifetime, Duration::from_secs(2 * 86_400));
        assert_eq!(config.session.idle, Duration::from_secs(3600));
    }

    #[test]
    fn rust_log_goes_over_the_log_level() {
        let level = |pairs| Config::parse("[log]\nlevel = 'warn'", &variables(pairs)).unwrap().log.level;
        assert_eq!(level(&[]), "warn");
        assert_eq!(level(&[("RUST_LOG", "")]), "warn");
        assert_eq!(level(&[("RUST_LOG", "menwei=debug"), ("MENWEI_LOG_LEVEL", "error")]), "menwei=debug");
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let text = "[server]\nlisten = 'here'\nlistne = 1\n[database]\nurl = 'mysql://x'\npool = 0\n[sesion]\nidle = 3";
        let faults = faults(text, &[("MENWEI_LOG_FORMAT", "xml"), ("MENWEI_LOG_FROMAT", "json")]);
        for name in [
            "server.listen",
            "server.listne",
            "database.url",
            "database.pool",
            "sesion",
            "log.format",
            "MENWEI_LOG_FROMAT",
        ] {
            assert!(faults.iter().any(|fault| fault.contains(name)), "{name} in {faults:?}");
        }
    }

    #[test]
    fn a_secret_can_come_from_a_file_but_not_from_both() {
        use secrecy::ExposeSecret as _;

        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "s3cret\n").unwrap();
        let text =
            format!("[[app]]\nappid = 'wx0000000000000001'\nsecret_file = '{}'", file.path().display());
        assert_eq!(Config::parse(&text, &[]).unwrap().apps[0].secret.expose_secret(), "s3cret");
        assert_eq!(faults(&format!("{text}\nsecret = 'x'"), &[]).len(), 1);
    }

    #[test]
    fn files_of_secrets_that_everybody_can_read_are_named() {
        use std::os::unix::fs::PermissionsExt as _;

        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().display();
        let text = format!("[[app]]\nappid = 'wx0000000000000001'\nsecret_file = '{path}'");
        std::fs::write(file.path(), "s3cret\n").unwrap();
        for (mode, exposed) in [(0o600, vec![]), (0o640, vec![]), (0o644, vec![path.to_string()])] {
            std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(Config::parse(&text, &[]).unwrap().exposed, exposed, "{mode:o}");
        }
        let text = format!("[database]\nurl_file = '{path}'");
        std::fs::write(file.path(), "sqlite://x.db").unwrap();
        assert_eq!(Config::parse(&text, &[]).unwrap().exposed, [path.to_string()]);
    }

    #[test]
    fn no_fault_and_no_debug_output_shows_a_secret() {
        let text = "[database]\nurl = 'mysql://me:canary@db'\n[[app]]\nappid = 'bad'\nsecret = 'canary'";
        assert!(!faults(text, &[("MENWEI_APP", "canary")]).concat().contains("canary"));
        let config = Config::parse("", &variables(&[("MENWEI_APP", "wx0000000000000003:canary")])).unwrap();
        assert!(!format!("{config:?}").contains("canary"));
    }

    #[test]
    fn plain_http_is_for_loopback_only() {
        assert_eq!(faults("[server]\npublic_url = 'http://login.example.com'", &[]).len(), 1);
        assert!(faults("[server]\npublic_url = 'http://localhost:9000'", &[]).is_empty());
        assert!(Config::parse("[server]\npublic_url = 'https://login.example.com'", &[]).unwrap().is_https());
    }
}
