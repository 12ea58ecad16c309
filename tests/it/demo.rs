//! `menwei demo`, as somebody uses it who just cloned the repository.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::support::raw::{Answer, Raw};

/// A demo that runs, until it is dropped.
pub struct Demo {
    process: Child,
    lines: BufReader<ChildStdout>,
    printed: String,
}

impl Demo {
    /// Starts one, and reads what it prints until it serves.
    fn start(arguments: &[&str]) -> Self {
        Self::of("200", arguments)
    }

    /// The same with so many users.
    pub fn of(users: &str, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_menwei"))
            .args(["demo", "--users", users, "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("Ctrl-C") {
            assert!(lines.read_line(&mut printed).unwrap() > 0, "it ended early: {printed}");
        }
        Self { process, lines, printed }
    }

    /// The password of the account of that role.
    pub fn password(&self, role: &str) -> String {
        let row = self.printed.lines().find(|line| line.trim().starts_with(&format!("demo-{role} ")));
        row.and_then(|row| row.split_whitespace().nth(1)).unwrap().to_owned()
    }

    pub fn address(&self) -> SocketAddr {
        let (_, rest) = self.printed.split_once("http://").unwrap();
        rest.split('/').next().unwrap().parse().unwrap()
    }

    /// The body of the printed login, as a shell makes it.
    fn login_body(&self) -> String {
        let line =
            self.printed.lines().find(|line| line.trim().starts_with("curl") && line.contains("/login"));
        let (_, body) = line.unwrap().split_once("-d '").unwrap();
        body.trim_end_matches('\'').replace("'$(date +%s)'", "1800000000")
    }

    /// Ends it as Ctrl-C does; whether it ended well.
    fn interrupt(mut self) -> bool {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let ended = self.process.wait().unwrap();
        // nothing was left in the pipe that somebody would have had to read
        let mut rest = String::new();
        self.lines.read_line(&mut rest).unwrap();
        ended.success() && rest.is_empty()
    }

    fn folder(&self) -> PathBuf {
        let (_, rest) = self.printed.split_once("users, ").unwrap();
        rest.split(" (").next().unwrap().into()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn send(address: SocketAddr, head: &str, body: &str) -> Answer {
    let mut raw = Raw::connect(address);
    let length = body.len();
    raw.send(format!("{head}\r\nHost: demo\r\nContent-Length: {length}\r\n\r\n{body}"));
    raw.answer()
}

#[test]
fn the_printed_login_works_and_its_token_is_known() {
    let demo = Demo::start(&[]);
    let login = send(
        demo.address(),
        "POST /api/login HTTP/1.1\r\nContent-Type: application/json",
        &demo.login_body(),
    );
    assert_eq!(login.status, 200, "{}", login.body);
    let token = login.json()["token"].as_str().unwrap().to_owned();
    let me = send(demo.address(), &format!("GET /api/me HTTP/1.1\r\nAuthorization: Bearer {token}"), "");
    assert_eq!((me.status, &me.json()["user"]["id"]), (200, &login.json()["user"]["id"]));
}

#[test]
fn four_accounts_are_printed_and_nothing_stays_behind() {
    let demo = Demo::start(&[]);
    for role in ["support", "admin", "auditor", "owner"] {
        let rows = demo.printed.lines().filter(|line| line.trim().starts_with(&format!("demo-{role} ")));
        let passwords: Vec<&str> = rows.filter_map(|row| row.split_whitespace().nth(1)).collect();
        assert!(matches!(passwords[..], [password] if password.len() >= 15), "{}", demo.printed);
    }
    let folder = demo.folder();
    assert!(folder.join("menwei.db").exists());
    assert!(demo.interrupt());
    assert!(!folder.exists());
}

#[test]
fn a_directory_that_was_named_is_kept_and_not_filled_twice() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("demo").display().to_string();
    assert!(Demo::start(&["--dir", &folder]).interrupt());
    assert!(place.path().join("demo/menwei.db").exists());
    let again = Command::new(env!("CARGO_BIN_EXE_menwei"))
        .args(["demo", "--listen", "127.0.0.1:0", "--dir", &folder])
        .output()
        .unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("another directory"));
}

#[test]
fn a_port_that_is_taken_is_told_with_advice() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output =
        Command::new(env!("CARGO_BIN_EXE_menwei")).args(["demo", "--listen", &address]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--listen 127.0.0.1:0"));
}

/// The demo's folders, and what a filling that is interrupted leaves in one that was named.
#[test]
fn ctrl_c_while_it_is_filled_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    for named in [false, true] {
        let kept = place.path().join("kept");
        let kept_name = kept.display().to_string();
        let named: &[&str] = if named { &["--dir", &kept_name] } else { &[] };
        let demo = Command::new(env!("CARGO_BIN_EXE_menwei"))
            // more than can be stored before it is interrupted
            .args(["demo", "--users", "5000000", "--listen", "127.0.0.1:0"])
            .args(named)
            .env("TMPDIR", place.path())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let holds_database = || {
            let folders = std::fs::read_dir(place.path()).unwrap();
            folders.filter(|folder| folder.as_ref().unwrap().path().join("menwei.db").exists()).count() > 0
        };
        while !holds_database() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        let id = demo.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        let ended = demo.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&ended.stderr).contains("nothing stays behind"));
        assert!(!holds_database());
    }
    let left: Vec<_> = std::fs::read_dir(place.path()).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["kept"], "the folder that was named is not the demo's");
}
