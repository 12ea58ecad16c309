//! `menwei staff`: what it refuses leaves no trace.

use std::process::Output;

use menwei::db::staff::Staff;

use super::menwei;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::START;

fn run(db: &TestDatabase, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut command = menwei(folder.path(), db.url(), "https://api.example.com");
    command.arg("staff").args(arguments).output().unwrap()
}

fn entries(db: &TestDatabase) -> Vec<String> {
    db.plain().lines("SELECT action || ' ' || target AS line FROM audit ORDER BY id")
}

on_each_database! {
    async fn the_last_owner_stays_and_nobody_unknown_gets_a_password(db: TestDatabase) {
        let make = |conn: &mut _| {
            let id = Staff::create(conn, "chen", "owner", START)?;
            Staff::set_password(conn, id, "a hash", START)
        };
        db.write(make).await.unwrap();
        let unknown = run(&db, &["passwd", "nobody"]);
        assert_eq!(unknown.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&unknown.stderr).contains("nobody: no such account"), "{unknown:?}");
        assert_eq!(entries(&db), Vec::<String>::new());
        let invited = run(&db, &["add", "wang", "--role", "owner"]);
        assert!(invited.status.success(), "{invited:?}");
        let last = run(&db, &["disable", "chen"]);
        assert_eq!(last.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&last.stderr).contains("the last owner who can sign in"), "{last:?}");
        assert_eq!(entries(&db), ["staff.add staff:wang"]);
        let link = run(&db, &["passwd", "chen"]);
        assert!(String::from_utf8_lossy(&link.stdout).contains("/admin/setup/"), "{link:?}");
        let listed = run(&db, &["list"]);
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        assert!(listed.contains("chen\towner\tactive") && listed.contains("wang\towner\tinvited"), "{listed}");
    }
}
