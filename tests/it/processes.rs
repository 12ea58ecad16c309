//! The real binary: several at once, ended without warning, and what it leaves on disk.

mod bulk;
mod erasing;
mod killed;
mod leaks;
mod replicas;
mod revoke;
mod staff;
mod starved;
mod trail;
mod withdrawn;

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::raw::{Answer, PATIENCE, Raw};
use crate::support::site::{APPID, SECRET, request, text};

/// `menwei serve` on a free port; killed when it is dropped.
pub struct Process {
    child: Child,
    pub address: SocketAddr,
}

/// Where the binary is and what it needs, apart from its database and its WeChat.
pub fn menwei(folder: &Path, database: &str, api_base: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_menwei"));
    command
        .env_clear()
        .current_dir(folder)
        .env("MENWEI_DATABASE_URL", database)
        .env("MENWEI_WECHAT_API_BASE", api_base)
        .env("MENWEI_WECHAT_DEADLINE_MS", "10000")
        .env("MENWEI_KEYS_FILE", folder.join("menwei.key"))
        .env("MENWEI_AVATAR_DIRECTORY", folder.join("avatars"))
        .env("MENWEI_SERVER_LISTEN", "127.0.0.1:0")
        .env("MENWEI_SERVER_WORKERS", "2")
        .env("MENWEI_SESSION_PER_USER", "1000")
        .env("MENWEI_LOG_FORMAT", "json")
        .env("MENWEI_APP", format!("{APPID}:{SECRET}"));
    command
}

impl Process {
    /// Starts `command serve`; its output goes to files in `folder`.
    pub fn start(mut command: Command, folder: &Path) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);

        let log = folder.join(format!("serve-{}.log", NEXT.fetch_add(1, Ordering::Relaxed)));
        let output = File::create(&log).unwrap();
        command.arg("serve").stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
        let mut child = command.spawn().unwrap();
        let begun = Instant::now();
        let address = loop {
            if let Some(address) = listening(&log) {
                break address;
            }
            let ended = child.try_wait().unwrap();
            let said = || std::fs::read_to_string(&log).unwrap_or_default();
            assert!(ended.is_none() && begun.elapsed() < PATIENCE, "menwei did not start: {}", said());
            std::thread::sleep(Duration::from_millis(10));
        };
        Self { child, address }
    }

    pub fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        Raw::connect(self.address).ask(&request(method, path, token, body))
    }

    /// A login that succeeds; its token.
    pub fn login(&self, code: &str) -> String {
        let answer = self.ask("POST", "/api/login", None, Some(&json!({ "code": code })));
        assert_eq!(answer.status, 200, "{answer:?}");
        text(&answer.json(), "/token")
    }

    /// `live`, or the code of the refusal.
    pub fn state(&self, token: &str) -> String {
        let answer = self.ask("GET", "/api/me", Some(token), None);
        if answer.status == 200 { "live".to_owned() } else { text(&answer.json(), "/code") }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Its memory by the system's books, in KiB: `VmRSS` now, `VmHWM` the most so far.
    pub fn memory(&self, what: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with(what)).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// SIGKILL: nothing is finished, nothing is written.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; whether it ended well.
    pub fn stop(mut self) -> bool {
        Command::new("kill").arg(self.id().to_string()).status().unwrap();
        self.child.wait().unwrap().success()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The address that the log tells, once it does.
fn listening(log: &PathBuf) -> Option<SocketAddr> {
    let text = String::from_utf8_lossy(&std::fs::read(log).ok()?).into_owned();
    let line = text.lines().find(|line| line.contains("\"message\":\"listening\""))?;
    serde_json::from_str::<Value>(line).ok()?["listen"].as_str()?.parse().ok()
}
