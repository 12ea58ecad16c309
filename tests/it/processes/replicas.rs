use serde_json::json;

use super::{Process, menwei};
use crate::support::database::TestDatabase;
use crate::support::site::{START, text, wechat};

#[test]
fn a_session_that_one_process_ended_is_refused_by_the_next_request_to_another() {
    let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
    let simulator = wechat(&menwei::clock::Clock::fixed(START));
    let start = || Process::start(menwei(folder.path(), db.url(), &simulator.api_base()), folder.path());
    let (one, other) = (start(), start());
    for round in 0..20 {
        let (here, there) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let [first, second, third] = [0, 1, 2].map(|number| here.login(&format!("alice-{round}-{number}")));
        assert_eq!([here.state(&first), there.state(&first), there.state(&second)], ["live"; 3]);
        // a logout, one of one's own, all others: each is known over there at once
        assert_eq!(here.ask("POST", "/api/logout", Some(&first), None).status, 200);
        assert_eq!(there.state(&first), "session_revoked");
        let me = there.ask("GET", "/api/me", Some(&second), None).json();
        let path = format!("/api/sessions/{}", text(&me, "/session/sid"));
        assert_eq!(here.ask("DELETE", &path, Some(&third), None).status, 200);
        assert_eq!(there.state(&second), "session_revoked");
        let fourth = there.login(&format!("alice-{round}-4"));
        assert_eq!(there.ask("DELETE", "/api/sessions", Some(&fourth), None).json()["ended"], json!(1));
        assert_eq!([here.state(&third), here.state(&fourth)], ["session_revoked", "live"]);
        here.ask("POST", "/api/logout", Some(&fourth), None);
    }
    assert!(one.stop() && other.stop());
}

#[test]
fn a_sqlite_file_is_served_by_one_process_only() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
    let first = Process::start(menwei(folder.path(), &url, "http://127.0.0.1:1"), folder.path());
    let second = menwei(folder.path(), &url, "http://127.0.0.1:1").arg("serve").output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another process"), "{second:?}");
    assert_eq!(first.ask("GET", "/readyz", None, None).status, 200);
    assert!(first.stop());
}
