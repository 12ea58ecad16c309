//! The real binary on Postgres with the simulator as WeChat, and the log of what it answered.

use std::collections::BTreeSet;
use std::time::Duration;

use menwei::api::openapi;
use menwei::clock::Clock;
use menwei::http::Language;
use menwei::wechat::simulator;
use serde_json::Value;
use tempfile::TempDir;

use crate::processes::{Process, menwei};
use crate::support::database::TestDatabase;
use crate::support::dump::Plain;
use crate::support::postgres;
use crate::support::raw::{Answer, Raw};
use crate::support::site::{APPID, OTHER_APPID, SECRET, wechat};

pub const CLIENT: (&str, &str) = ("orders", "orders-secret-0123456789");
pub const PUSH_TOKEN: &str = "PushToken2026";

/// A method, a path as the document has it, a status.
pub type Seen = (String, String, u16);

pub struct Rig {
    pub process: Process,
    pub db: TestDatabase,
    folder: TempDir,
    /// Ends last, so that nothing is left hanging.
    simulator: simulator::Running,
}

impl Rig {
    pub fn start() -> Self {
        let (db, simulator, folder) =
            (TestDatabase::postgres(), wechat(&Clock::System), tempfile::tempdir().unwrap());
        let settings = format!(
            "[[app]]\nappid = '{APPID}'\nsecret = '{SECRET}'\npush_token = '{PUSH_TOKEN}'\n\
             [[client]]\nid = '{}'\nsecret = '{}'\n",
            CLIENT.0, CLIENT.1
        );
        std::fs::write(folder.path().join("menwei.toml"), settings).unwrap();
        let mut command = menwei(folder.path(), db.url(), &simulator.api_base());
        // a WeChat that hangs is met several times
        command.env_remove("MENWEI_APP").env("MENWEI_WECHAT_DEADLINE_MS", "1500");
        let process = Process::start(command, folder.path());
        Self { process, db, folder, simulator }
    }

    /// A second process on the same data, for another mini-program.
    pub fn of_another_app(&self) -> Process {
        let mut command = menwei(self.folder.path(), self.db.url(), &self.simulator.api_base());
        command.env("MENWEI_APP", format!("{OTHER_APPID}:{SECRET}"));
        Process::start(command, self.folder.path())
    }

    pub fn ask(&self, request: &str) -> Answer {
        Raw::connect(self.process.address).ask(request)
    }

    /// From now on the database is out of reach.
    pub fn cut_off(&self) {
        let name = self.db.plain().lines("SELECT current_database()::text AS line").remove(0);
        let mut server = Plain::connect(postgres::url());
        server.execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).unwrap();
        server.lines(&format!(
            "SELECT pg_terminate_backend(pid)::text AS line FROM pg_stat_activity WHERE datname = '{name}'"
        ));
    }

    /// What the log says was answered, after everything that is asked for is in it.
    pub fn seen(&self) -> BTreeSet<Seen> {
        std::thread::sleep(Duration::from_millis(200));
        let logs = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let log = logs.filter(|path| path.extension().is_some_and(|kind| kind == "log"));
        let text: String = log.map(|path| std::fs::read_to_string(path).unwrap()).collect();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines
            .filter(|line| line["target"] == "menwei::access")
            .map(|line| {
                let text = |key: &str| line[key].as_str().unwrap().to_owned();
                let status = line["status"].as_u64().and_then(|status| status.try_into().ok());
                (text("method"), text("route"), status.unwrap())
            })
            .collect()
    }
}

/// One operation of the document.
pub struct Operation {
    pub method: String,
    pub path: String,
    pub own: Value,
}

impl Operation {
    /// All of them.
    pub fn all() -> Vec<Self> {
        let paths = openapi::document(Language::English)["paths"].as_object().unwrap();
        let all = paths.iter().flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(|(method, own)| Self {
                method: method.to_uppercase(),
                path: path.clone(),
                own: own.clone(),
            })
        });
        all.collect()
    }

    /// Whether it says that it answers this.
    pub fn has(&self, status: u16) -> bool {
        self.own["responses"].get(status.to_string()).is_some()
    }

    /// Everything that it says it answers.
    pub fn said(&self) -> BTreeSet<Seen> {
        let statuses = self.own["responses"].as_object().unwrap().keys();
        statuses.map(|status| (self.method.clone(), self.path.clone(), status.parse().unwrap())).collect()
    }

    /// The kind of body that it takes first; empty without one.
    pub fn kind(&self) -> String {
        let content = self.own["requestBody"]["content"].as_object();
        content.and_then(|content| content.keys().next().cloned()).unwrap_or_default()
    }
}
