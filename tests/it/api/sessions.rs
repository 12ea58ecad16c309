use std::time::Duration;

use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::raw::with_body;
use crate::support::site::{TestSite, refused, text};

on_each_database! {
    async fn a_user_sees_their_live_sessions_newest_first(db: TestDatabase) {
        let site = TestSite::new(&db);
        let agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) MicroMessenger/8.0.50(0x18003231)";
        let headers = [&*format!("User-Agent: {agent}"), "Content-Type: application/json"];
        let body = r#"{"code":"alice-1"}"#;
        let first = site.connect().ask(&with_body("POST", "/api/login", &headers, Some(body)));
        let first = site.read(&first);
        site.clock.advance(Duration::from_secs(1));
        let ended = site.login("alice-2");
        site.ask("POST", "/api/logout", Some(&ended.token), None);
        site.clock.advance(Duration::from_secs(1));
        let last = site.login("alice-3");
        site.login("bob-1");
        let shown = site.get("/api/sessions", &last.token).json();
        let sids: Vec<String> = (0..2).map(|at| text(&shown, &format!("/sessions/{at}/sid"))).collect();
        assert_eq!(sids, [last.sid, first.sid]);
        assert_eq!(shown["sessions"].as_array().unwrap().len(), 2);
        assert_eq!([&shown["sessions"][0]["current"], &shown["sessions"][1]["current"]], [true, false]);
        assert_eq!(shown["sessions"][1]["device"], "iPhone · iOS 17.5.1");
        assert_eq!(shown["sessions"][1]["ip"], "127.0.0.1");
        assert_eq!(shown["sessions"][1]["appId"], crate::support::site::APPID);
        assert_eq!(text(&shown, "/sessions/1/createdAt"), "2023-11-14T22:13:20.000Z");
        assert_eq!(text(&shown, "/sessions/1/expiresAt"), "2023-12-14T22:13:20.000Z");
        assert!(!shown.to_string().contains(&last.token) && !shown.to_string().contains("session_key"));
    }

    async fn a_user_ends_one_of_their_sessions_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, other) = (site.login("alice-1"), site.login("alice-2"));
        let path = format!("/api/sessions/{}", other.sid);
        assert_eq!(site.delete(&path, &one.token).json(), json!({ "status": "success", "ended": 1 }));
        refused(&site.me(&other.token), 401, "session_revoked");
        refused(&site.delete(&path, &one.token), 404, "not_found");
        assert_eq!(site.state(&one.token), "live");
    }

    async fn a_session_of_somebody_else_is_not_found_by_any_verb(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        let before = db.dump();
        refused(&site.delete(&format!("/api/sessions/{}", bob.sid), &alice.token), 404, "not_found");
        for method in ["GET", "POST", "PUT", "PATCH"] {
            let path = format!("/api/sessions/{}", bob.sid);
            refused(&site.ask(method, &path, Some(&alice.token), None), 405, "method_not_allowed");
        }
        assert_eq!(db.dump(), before);
        assert_eq!(site.state(&bob.token), "live");
    }

    async fn what_is_no_session_id_is_not_found_on_either_engine(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let long = "x".repeat(2000);
        for sid in ["%00", "a%00b", "%ff", "%F0%9F%8C%B8", "1", "..%2F..", "%25", "'%20OR%201=1--", &long] {
            refused(&site.delete(&format!("/api/sessions/{sid}"), &alice.token), 404, "not_found");
        }
        assert_eq!(site.state(&alice.token), "live");
    }

    async fn ending_all_others_spares_this_one_and_other_users(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, two, this) = (site.login("alice-1"), site.login("alice-2"), site.login("alice-3"));
        let bob = site.login("bob-1");
        assert_eq!(site.delete("/api/sessions", &this.token).json(), json!({ "status": "success", "ended": 2 }));
        assert_eq!(site.delete("/api/sessions", &this.token).json(), json!({ "status": "success", "ended": 0 }));
        for ended in [one, two] {
            refused(&site.me(&ended.token), 401, "session_revoked");
        }
        assert_eq!([site.state(&this.token), site.state(&bob.token)], ["live", "live"]);
    }
}
