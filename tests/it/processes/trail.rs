//! `menwei audit`: what it prints, and with which exit code it ends.

use std::process::Output;

use menwei::clock::Instant;
use menwei::db::audit::{Audit, Entry};
use serde_json::Value;

use super::menwei;
use crate::support::database::{TestDatabase, on_each_database};

fn run(db: &TestDatabase, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = menwei(folder.path(), db.url(), "https://api.example.com");
    command.arg("audit").args(arguments).output().unwrap()
}

fn said(output: &[u8]) -> String {
    String::from_utf8(output.to_vec()).unwrap()
}

on_each_database! {
    async fn the_trail_is_checked_and_exported_by_command(db: TestDatabase) {
        for number in 0..3 {
            let entry = Entry { actor: "安娜".into(), note: format!("no. {number}\n\"quoted\""), ..Entry::default() };
            let now = Instant::from_micros(1_700_000_000_123_456);
            db.write(move |conn| Audit::append(conn, &entry, now)).await.unwrap();
        }
        let whole = run(&db, &["verify"]);
        assert!(whole.status.success(), "{}", said(&whole.stderr));
        let text = said(&whole.stdout);
        let time = "2023-11-14T22:13:20.123456Z";
        assert!(text.contains(&format!("the audit trail is whole: 3 entries, from {time} to {time}")), "{text}");
        let link = text.lines().find_map(|line| line.strip_prefix("last link: ")).unwrap();
        assert!(run(&db, &["verify", "--noted", link]).status.success());
        let lines: Vec<Value> =
            said(&run(&db, &["export"]).stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!((&lines[1]["number"], &lines[1]["note"]), (&2.into(), &"no. 1\n\"quoted\"".into()));
        assert_eq!(lines[2]["previous"], lines[1]["hash"]);
        assert_eq!(link, format!("3:{}", lines[2]["hash"].as_str().unwrap()));

        db.plain().execute(if db.folder().is_some() {
            "DROP TRIGGER audit_is_append_only_update; UPDATE audit SET note = 'x' WHERE id = 2"
        } else {
            "SET session_replication_role = replica; UPDATE audit SET note = 'x' WHERE id = 2"
        }).unwrap();
        let broken = run(&db, &["verify"]);
        assert_eq!(broken.status.code(), Some(1));
        let text = said(&broken.stderr);
        assert!(text.contains("broken at entry 2: its hash is not that of its contents"), "{text}");
        assert_eq!(run(&db, &["verify", "--noted", "nonsense"]).status.code(), Some(2));
    }
}
