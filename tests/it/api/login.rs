use std::time::Duration;

use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::raw::get;
use crate::support::site::{TestSite, code, refused, text};

on_each_database! {
    async fn a_login_opens_a_session_and_finds_the_user_again(db: TestDatabase) {
        let site = TestSite::new(&db);
        let answer = site.try_login("alice-1");
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"));
        assert_eq!(answer.header("cache-control"), "no-store");
        let first = site.read(&answer);
        assert_eq!(first.body["tokenType"], "Bearer");
        assert_eq!(first.body["expiresIn"], 30 * 86_400);
        assert_eq!((&first.body["isNew"], &first.body["displaced"]), (&json!(true), &json!(0)));
        assert_eq!(first.body["user"]["nickName"], "");
        let second = site.login("alice-2");
        assert_eq!((second.body["isNew"].clone(), second.uid == first.uid), (json!(false), true));
        assert!(second.token != first.token && second.sid != first.sid);
        assert_ne!(site.login("bob-1").uid, first.uid);
        assert_eq!(site.state(&first.token), "live");
    }

    async fn me_tells_user_and_session(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let me = site.me(&login.token).json();
        assert_eq!((text(&me, "/user/id"), text(&me, "/session/sid")), (login.uid, login.sid));
        assert_eq!(text(&me, "/session/createdAt"), "2023-11-14T22:13:20.000Z");
        assert_eq!(text(&me, "/session/expiresAt"), "2023-12-14T22:13:20.000Z");
    }

    async fn a_logout_ends_this_session_only(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, other) = (site.login("alice-1"), site.login("alice-2"));
        let answer = site.ask("POST", "/api/logout", Some(&one.token), None);
        assert_eq!((answer.status, text(&answer.json(), "/status").as_str()), (200, "success"));
        refused(&site.me(&one.token), 401, "session_revoked");
        refused(&site.ask("POST", "/api/logout", Some(&one.token), None), 401, "session_revoked");
        assert_eq!(site.state(&other.token), "live");
    }

    async fn every_failure_of_wechat_has_its_status_and_code_and_leaves_no_user(db: TestDatabase) {
        // status, code, Retry-After; a site each, since the breaker would open
        let table = [
            ("errcode40029", 400, "code_invalid", ""),
            ("errcode40163", 400, "code_used", ""),
            ("errcode40226", 403, "wechat_user_blocked", ""),
            ("errcode45011", 429, "rate_limited", "60"),
            ("busy", 503, "wechat_busy", "2"),
            ("close", 503, "wechat_unavailable", "2"),
            ("http502", 503, "wechat_unavailable", "2"),
            ("hang", 504, "wechat_timeout", ""),
            ("drip", 504, "wechat_timeout", ""),
            ("html", 502, "wechat_bad_response", ""),
            ("cut", 502, "wechat_bad_response", ""),
            ("big", 502, "wechat_bad_response", ""),
            ("redirect", 502, "wechat_bad_response", ""),
            ("noopenid", 502, "wechat_bad_response", ""),
            ("errcode12345", 502, "wechat_error", ""),
            ("errcode40013", 503, "wechat_misconfigured", ""),
            ("errcode40125", 503, "wechat_misconfigured", ""),
            ("errcode40164", 503, "wechat_misconfigured", ""),
        ];
        let before = db.dump_without_logins();
        for (fault, status, expected, retry_after) in table {
            let site = TestSite::with(&db, |config| config.wechat.deadline = Duration::from_millis(400));
            let answer = site.try_login(&format!("{fault}-alice-1"));
            refused(&answer, status, expected);
            assert_eq!(answer.header("retry-after"), retry_after, "{fault}");
            let errcode = if expected == "wechat_error" { json!(12345) } else { json!(null) };
            assert_eq!(answer.json()["wxErrcode"], errcode, "{fault}");
        }
        assert_eq!(db.dump_without_logins(), before);
        let results = db.plain().lines("SELECT result AS line FROM logins ORDER BY id");
        assert_eq!(results, table.map(|(_, _, code, _)| code));
    }

    async fn a_wechat_out_of_reach_is_unavailable_and_the_code_may_come_again(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.wechat.api_base = "http://127.0.0.1:1".to_owned());
        for _ in 0..2 {
            refused(&site.try_login("alice-1"), 503, "wechat_unavailable");
        }
    }

    async fn a_code_that_comes_again_shares_its_session_for_fifteen_seconds(db: TestDatabase) {
        let site = TestSite::new(&db);
        let first = site.login("alice-1");
        site.clock.advance(Duration::from_secs(15));
        assert_eq!(site.login("alice-1").token, first.token);
        site.clock.advance(Duration::from_millis(1));
        refused(&site.try_login("alice-1"), 400, "code_used");
        assert_eq!(site.simulator.calls(), 1);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM sessions"), 1);
    }

    async fn a_code_that_comes_again_from_elsewhere_is_used(db: TestDatabase) {
        let site = TestSite::with(&db, |config| {
            config.server.trusted_proxies = vec![menwei::config::Network::parse("127.0.0.1").unwrap()];
        });
        let from = |address: &str| {
            let body = r#"{"code":"alice-1"}"#;
            let headers = [&*format!("X-Forwarded-For: {address}"), "Content-Type: application/json"];
            site.connect().ask(&crate::support::raw::with_body("POST", "/api/login", &headers, Some(body)))
        };
        assert_eq!(from("192.0.2.1").status, 200);
        refused(&from("192.0.2.2"), 400, "code_used");
        assert_eq!(from("192.0.2.1").status, 200);
        assert_eq!(site.simulator.calls(), 1);
    }

    async fn a_code_is_no_way_back_into_a_session_that_was_ended(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        site.ask("POST", "/api/logout", Some(&login.token), None);
        refused(&site.try_login("alice-1"), 400, "code_used");
        let profile = json!({ "code": "alice-1", "nickName": "张三" });
        refused(&site.ask("POST", "/api/userProfile", None, Some(&profile)), 400, "code_used");
    }

    async fn errors_speak_the_readers_language(db: TestDatabase) {
        let site = TestSite::new(&db);
        let detail = |language: &str| {
            let answer = site.connect().ask(&get("/api/me", &[&format!("Accept-Language: {language}")]));
            assert_eq!(code(&answer), "session_missing");
            text(&answer.json(), "/detail")
        };
        let (chinese, english) = (detail("zh-CN,zh;q=0.9"), detail("en"));
        assert!(!chinese.is_ascii() && english.is_ascii(), "{chinese} / {english}");
    }

    async fn head_answers_like_get_without_a_body(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let mut client = site.connect();
        client.send(format!(
            "HEAD /api/me HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\r\n",
            login.token
        ));
        let answer = client.rest();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("\r\n\r\n"), "{answer}");
    }
}
