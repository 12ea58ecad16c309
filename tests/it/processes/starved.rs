use std::os::unix::process::CommandExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{Process, menwei};
use crate::support::dump::Plain;
use crate::support::raw::PATIENCE;
use crate::support::site::{START, text, wechat};

/// The binary under `ulimit -f`: SQLite's log cannot grow over 400 KiB, as on a disk that is full. The soft limit is
/// lifted again from outside.
#[test]
fn a_disk_that_is_full_fails_writes_and_not_reads_and_heals_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
    let simulator = wechat(&menwei::clock::Clock::fixed(START));
    let menwei = menwei(folder.path(), &url, &simulator.api_base());
    // the schema first, as it is larger than the disk
    let mut migrate = Command::new(menwei.get_program());
    copy_environment(&menwei, &mut migrate);
    assert!(migrate.arg("migrate").output().unwrap().status.success());
    let mut limited = Command::new("bash");
    copy_environment(&menwei, &mut limited);
    limited.args(["-c", "trap '' XFSZ; ulimit -S -f 400; exec \"$0\" \"$@\""]).arg(menwei.get_program());
    limited.env("MENWEI_LOG_LEVEL", "info,menwei::access=off").process_group(0);
    let process = Process::start(limited, folder.path());
    let mut tokens = Vec::new();
    let mut login = |number: usize| {
        let answer =
            process.ask("POST", "/api/login", None, Some(&json!({ "code": format!("u{number}-1") })));
        if answer.status == 200 {
            tokens.push(text(&answer.json(), "/token"));
        } else {
            assert_eq!((answer.status, text(&answer.json(), "/code").as_str()), (503, "storage_unavailable"));
        }
        answer.status == 200
    };
    // one that splits a page of an index needs more room than the next: full is what takes none of ten
    let mut refused = 0;
    let full = (0..2000).find(|number| {
        refused = if login(*number) { 0 } else { refused + 1 };
        refused == 10
    });
    assert!(full.is_some(), "the disk never was full");
    assert_eq!(process.state(tokens.last().unwrap()), "live");
    // a logout is smaller than a login: some may find the last free pages, and then hold
    let kept = tokens.iter().rposition(|token| {
        let logout = process.ask("POST", "/api/logout", Some(token), None).status;
        assert_eq!(
            logout == 503,
            process.state(token) == "live",
            "a logout says whether it failed: {logout}"
        );
        logout == 503
    });
    tokens.truncate(kept.expect("a full disk took every logout") + 1);
    assert_eq!(process.ask("GET", "/livez", None, None).status, 200);
    // a probe is smaller than a login and kept for a second: it may still find the last free page
    let begun = Instant::now();
    while process.ask("GET", "/readyz", None, None).status == 200 {
        assert!(begun.elapsed() < PATIENCE, "ready with a full disk");
        std::thread::sleep(Duration::from_millis(300));
    }
    let lifted =
        Command::new("prlimit").args(["--pid", &process.id().to_string(), "--fsize=unlimited"]).status();
    assert!(lifted.unwrap().success());
    let login = |number: usize| process.login(&format!("again{number}-1"));
    assert_eq!(process.state(&login(1)), "live");
    let begun = Instant::now();
    while process.ask("GET", "/readyz", None, None).status != 200 {
        assert!(begun.elapsed() < PATIENCE, "not ready though the disk has room");
        std::thread::sleep(Duration::from_millis(300));
    }
    for token in &tokens {
        assert_eq!(process.state(token), "live");
    }
    assert!(process.stop());
    let mut plain = Plain::connect(&url);
    assert_eq!(plain.lines("SELECT integrity_check AS line FROM pragma_integrity_check"), ["ok"]);
}

fn copy_environment(from: &Command, to: &mut Command) {
    to.env_clear().env("PATH", "/usr/bin:/bin");
    to.current_dir(from.get_current_dir().unwrap());
    to.envs(from.get_envs().filter_map(|(name, value)| Some((name, value?))));
}
