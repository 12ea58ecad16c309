//! Everything about the caller, and nothing else.

use serde_json::json;

use super::freeze;
use crate::support::database::on_each_database;
use crate::support::site::{APPID, TestSite, refused, text};

on_each_database! {
    async fn an_export_holds_all_that_is_known_of_the_caller_and_nothing_of_others(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (old, alice, bob) = (site.login("alice-1"), site.login("alice-2"), site.login("bob-1"));
        assert_eq!(site.post("/api/userProfile", &alice.token, &json!({ "nickName": "小明", "city": "广州" })).status, 200);
        assert_eq!(site.post("/api/phone", &alice.token, &json!({ "code": "alice-p1" })).status, 200);
        assert_eq!(site.ask("POST", "/api/logout", Some(&old.token), None).status, 200);
        // staff freeze the user and let them in again: a note and a name that are none of theirs
        freeze(&site, &alice.uid, None).await;
        assert!(super::unfreeze(&site, &alice.uid).await);
        let alice = site.login("alice-3");
        let answer = site.get("/api/account/export", &alice.token);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"account.json\"");
        assert_eq!(answer.header("cache-control"), "no-store");
        let document = answer.json();
        assert_eq!(text(&document, "/user/id"), alice.uid);
        assert_eq!((&document["user"]["nickName"], &document["user"]["city"]), (&json!("小明"), &json!("广州")));
        assert!(text(&document, "/user/phone").starts_with("+86138"));
        let openids = db.plain().lines(&format!(
            "SELECT i.openid AS line FROM identities i JOIN users u ON u.id = i.user_id WHERE u.uid = '{}'", alice.uid
        ));
        assert_eq!(document["identities"].as_array().unwrap().len(), 1);
        assert_eq!((text(&document, "/identities/0/openId"), text(&document, "/identities/0/appId")), (openids[0].clone(), APPID.to_owned()));
        let mut ended: Vec<_> = document["sessions"].as_array().unwrap().iter().map(|one| one["endedBy"].to_string()).collect();
        // sessions of one moment stand in no order
        ended.sort();
        assert_eq!(ended, ["\"staff\"", "\"user\"", "null"]);
        let sids: Vec<_> = document["sessions"].as_array().unwrap().iter().map(|one| one["sid"].clone()).collect();
        assert!(sids.contains(&json!(alice.sid)));
        assert_eq!(document["logins"].as_array().unwrap().len(), 3);
        assert_eq!(document["shortened"], json!([]));
        for hidden in [bob.uid.as_str(), "anna", "a note of staff", "sessionKey", "digest", alice.token.as_str()] {
            assert!(!answer.body.contains(hidden), "{hidden}");
        }
    }

    async fn an_export_tells_what_was_done_with_the_account_without_names(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        assert_eq!(super::delete(&site, &alice.token).status, 200);
        let alice = site.read(&super::restore(&site, "alice-2"));
        let mut chen = crate::support::browser::Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/users/{}/revoke", alice.uid);
        chen.get(&path);
        assert_eq!(chen.send(&path, &[("reason", "device_lost"), ("note", "rang us")]).status, 303);
        let alice = site.login("alice-3");
        let answer = site.get("/api/account/export", &alice.token);
        let events: Vec<String> = answer.json()["events"].as_array().unwrap().iter()
            .map(|event| format!("{} {} {}", text(event, "/by"), text(event, "/action"), text(event, "/reason")))
            .collect();
        assert_eq!(events, ["staff session.revoke device_lost", "user account.restore ", "user account.delete "]);
        assert!(!answer.body.contains("chen") && !answer.body.contains("rang us"));
    }

    async fn a_long_history_is_cut_and_the_export_says_so(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        db.plain().execute(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000) \
             INSERT INTO logins (at, appid, user_id, result, latency_ms, ip, request_id) \
             SELECT l.at, l.appid, l.user_id, 'code_used', 1, l.ip, '' FROM n, logins l",
        ).unwrap();
        let document = site.get("/api/account/export", &alice.token).json();
        assert_eq!(document["logins"].as_array().unwrap().len(), 10_000);
        assert_eq!(document["shortened"], json!(["logins"]));
        refused(&site.ask("GET", "/api/account/export", None, None), 401, "session_missing");
    }
}
