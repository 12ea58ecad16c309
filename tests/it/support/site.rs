//! The whole of menwei on a free port, with the simulator as WeChat and a clock that stands.

use std::net::TcpListener;
use std::time::Duration;

use menwei::clock::{Clock, Instant};
use menwei::config::{App, Config};
use menwei::db::Database;
use menwei::secret::KeyRing;
use menwei::site::Site;
use menwei::wechat::simulator::{self, Settings};
use serde_json::Value;
use tempfile::TempDir;

use super::raw::{Answer, Raw, with_body};
use super::running::Running;

pub const APPID: &str = "wx0123456789abcdef";
pub const SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// A second mini-program.
pub const OTHER_APPID: &str = "wxfedcba9876543210";
/// When tests begin.
pub const START: Instant = Instant::from_seconds(1_700_000_000);

/// A site that runs until it is dropped; WeChat goes first, so that no login is left hanging.
pub struct TestSite {
    pub simulator: simulator::Running,
    pub running: Running,
    pub site: Site,
    pub clock: Clock,
    /// Where its avatars are.
    pub folder: TempDir,
}

/// One login.
#[derive(Clone, Debug)]
pub struct Login {
    pub token: String,
    pub uid: String,
    pub sid: String,
    pub body: Value,
}

/// One mini-program.
pub fn app(appid: &str) -> App {
    App { name: "测试".to_owned(), ..App::new(appid, SECRET.into()) }
}

/// A stand-in for WeChat that knows every appid.
pub fn wechat(clock: &Clock) -> simulator::Running {
    simulator::start(
        TcpListener::bind("127.0.0.1:0").unwrap(),
        Settings { unionid: true, ..Settings::default() },
        clock.clone(),
    )
    .unwrap()
}

impl TestSite {
    /// With one mini-program and the usual settings.
    pub fn new(db: &Database) -> Self {
        Self::with(db, |_| {})
    }

    /// With settings changed.
    pub fn with(db: &Database, change: impl FnOnce(&mut Config)) -> Self {
        Self::at(db, Clock::fixed(START), change)
    }

    /// With a clock of the test's own.
    pub fn at(db: &Database, clock: Clock, change: impl FnOnce(&mut Config)) -> Self {
        let simulator = wechat(&clock);
        let mut config = Config::parse("[server]\nworkers = 2\nshutdown_seconds = 1", &[]).unwrap();
        config.wechat.api_base = simulator.api_base();
        // patience for a machine that is busy with other tests
        config.wechat.deadline = Duration::from_secs(10);
        config.apps = vec![app(APPID)];
        let folder = tempfile::tempdir().unwrap();
        config.avatar.directory = folder.path().join("avatars");
        change(&mut config);
        let site = Site::new(config, clock.clone(), db.clone(), KeyRing::generate().unwrap()).unwrap();
        let running = Running::start(site.gate(), site.routes());
        Self { simulator, running, site, clock, folder }
    }

    /// A new connection.
    pub fn connect(&self) -> Raw {
        self.running.connect()
    }

    /// Any request, with a token or without.
    pub fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        self.connect().ask(&request(method, path, token, body))
    }

    pub fn get(&self, path: &str, token: &str) -> Answer {
        self.ask("GET", path, Some(token), None)
    }

    pub fn delete(&self, path: &str, token: &str) -> Answer {
        self.ask("DELETE", path, Some(token), None)
    }

    pub fn post(&self, path: &str, token: &str, body: &Value) -> Answer {
        self.ask("POST", path, Some(token), Some(body))
    }

    /// `GET /api/me`.
    pub fn me(&self, token: &str) -> Answer {
        self.get("/api/me", token)
    }

    /// `POST /api/login` with a code, whatever comes of it.
    pub fn try_login(&self, code: &str) -> Answer {
        self.ask("POST", "/api/login", None, Some(&serde_json::json!({ "code": code })))
    }

    /// A login that succeeds.
    pub fn login(&self, code: &str) -> Login {
        let answer = self.try_login(code);
        assert_eq!(answer.status, 200, "{answer:?}");
        self.read(&answer)
    }

    /// What a login answered, with the session's id.
    pub fn read(&self, answer: &Answer) -> Login {
        let body = answer.json();
        let token = text(&body, "/token");
        let me = self.me(&token);
        assert_eq!(me.status, 200, "{me:?}");
        Login { uid: text(&body, "/user/id"), sid: text(&me.json(), "/session/sid"), token, body }
    }

    /// Whether the session is accepted, else the code of the refusal.
    pub fn state(&self, token: &str) -> String {
        let answer = self.me(token);
        if answer.status == 200 { "live".to_owned() } else { code(&answer) }
    }
}

/// A request with a JSON body, or none.
pub fn request(method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> String {
    let authorization = token.map(|token| format!("Authorization: Bearer {token}"));
    let kind = body.map(|_| "Content-Type: application/json".to_owned());
    let lines: Vec<&str> = [&authorization, &kind].into_iter().filter_map(Option::as_deref).collect();
    with_body(method, path, &lines, body.map(Value::to_string).as_deref())
}

/// The text at a JSON pointer.
pub fn text(json: &Value, pointer: &str) -> String {
    let found = json.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_else(|| panic!("no text at {pointer}: {json}")).to_owned()
}

/// The stable code of a refusal, which must be a whole problem.
pub fn code(answer: &Answer) -> String {
    let problem = answer.json();
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    assert_eq!(problem["status"], answer.status);
    assert_eq!(problem["requestId"], answer.header("x-request-id"));
    assert_eq!(answer.header("cache-control"), "no-store");
    for field in ["type", "title", "detail"] {
        assert!(!text(&problem, &format!("/{field}")).is_empty(), "{field}: {problem}");
    }
    text(&problem, "/code")
}

/// Checks status and code of a refusal.
#[track_caller]
pub fn refused(answer: &Answer, status: u16, expected: &str) {
    assert_eq!((answer.status, code(answer).as_str()), (status, expected), "{answer:?}");
}
