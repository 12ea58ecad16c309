//! `menwei revoke`: what it revokes holds for a process that serves.

use std::process::Output;

use super::{Process, menwei};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{APPID, START, wechat};

fn run(db: &TestDatabase, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = menwei(folder.path(), db.url(), "https://api.example.com");
    command.arg("revoke").args(arguments).output().unwrap()
}

on_each_database! {
    async fn what_the_operator_revokes_is_refused_by_the_next_request(db: TestDatabase) {
        let folder = tempfile::tempdir().unwrap();
        let simulator = wechat(&menwei::clock::Clock::fixed(START));
        let serving = Process::start(menwei(folder.path(), db.url(), &simulator.api_base()), folder.path());
        for which in [&["--all", "--note", "restored a backup"][..], &["--app", APPID]] {
            let token = serving.login(&format!("anna-{}", which.len()));
            assert_eq!(serving.state(&token), "live");
            let ran = run(&db, which);
            assert!(ran.status.success(), "{ran:?}");
            assert_eq!(serving.state(&token), "session_revoked");
            // whoever logs in afterwards is let in
            assert_eq!(serving.state(&serving.login(&format!("bob-{}", which.len()))), "live");
        }
        let noted = db.plain().rows("audit").concat();
        assert!(noted.contains("emergency.carry_out") && noted.contains("restored a backup"), "{noted}");
    }

    async fn nothing_is_revoked_by_a_typing_error(db: TestDatabase) {
        for wrong in [&["--app", "wx0000000000000000"][..], &[], &["--all", "--app", APPID]] {
            assert_eq!(run(&db, wrong).status.code(), Some(2), "{wrong:?}");
        }
    }
}
