//! Without a freeze: there, deleted, restored, erased.

use std::time::Duration;

use serde_json::json;

use super::{DAY, delete, delete_by, erase, restore, trail, until};
use crate::support::database::on_each_database;
use crate::support::site::{START, TestSite, refused};

on_each_database! {
    async fn a_deletion_ends_every_session_at_once_on_every_server_and_says_when_it_erases(db: TestDatabase) {
        let (site, twin) = (TestSite::new(&db), TestSite::with(&db.again(), |_| {}));
        let (one, two, bob) = (site.login("alice-1"), site.login("alice-2"), site.login("bob-1"));
        assert_eq!(twin.state(&two.token), "live");
        let answer = delete(&site, &one.token);
        let erased_at = (START + DAY * 7).rfc3339();
        assert_eq!((answer.status, answer.json()), (200, json!({ "status": "success", "erasedAt": erased_at })));
        for server in [&site, &twin] {
            refused(&server.me(&one.token), 401, "session_revoked");
            refused(&server.me(&two.token), 401, "session_revoked");
            assert_eq!(server.state(&bob.token), "live");
        }
        let login = site.try_login("alice-3");
        refused(&login, 403, "account_deleted");
        assert_eq!(until(&login), json!(erased_at));
        // once more, by whichever way, is the same: the time does not move
        site.clock.advance(DAY);
        refused(&delete(&site, &one.token), 401, "session_revoked");
        assert_eq!(delete_by(&site, "alice-4").json()["erasedAt"], json!(erased_at));
        assert_eq!(trail(&mut db.plain(), &one.uid), ["user account.delete"]);
        assert_eq!(erase(&site).await, 0);
        let ended = "SELECT DISTINCT ended_by || ' ' || ended_reason AS line FROM sessions WHERE ended_at IS NOT NULL";
        assert_eq!(db.plain().lines(ended), ["user deleted"]);
    }

    async fn in_time_a_restore_brings_back_what_was_there_and_logs_in(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let named = site.post("/api/userProfile", &alice.token, &json!({ "nickName": "小明" }));
        assert_eq!(named.status, 200);
        assert_eq!(delete(&site, &alice.token).status, 200);
        site.clock.advance((DAY * 7).saturating_sub(Duration::from_secs(1)));
        let answer = restore(&site, "alice-2");
        assert_eq!(answer.status, 200, "{answer:?}");
        let back = site.read(&answer);
        assert_eq!((back.uid.as_str(), &answer.json()["user"]["nickName"]), (alice.uid.as_str(), &json!("小明")));
        assert_eq!(answer.json()["isNew"], json!(false));
        refused(&site.me(&alice.token), 401, "session_revoked");
        // a client that asks again is logged in again
        assert_eq!(site.read(&restore(&site, "alice-3")).uid, alice.uid);
        assert_eq!(trail(&mut db.plain(), &alice.uid), ["user account.delete", "user account.restore"]);
        site.clock.advance(DAY);
        assert_eq!(erase(&site).await, 0);
        assert_eq!(site.login("alice-4").uid, alice.uid);
    }

    async fn when_its_time_is_over_an_account_is_erased_and_a_login_begins_anew(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        assert_eq!(delete(&site, &alice.token).status, 200);
        site.clock.advance(DAY * 7);
        // due, not done yet: neither back nor in
        refused(&restore(&site, "alice-2"), 404, "account_not_found");
        refused(&site.try_login("alice-3"), 403, "account_deleted");
        assert_eq!(erase(&site).await, 1);
        assert_eq!(erase(&site).await, 0);
        refused(&restore(&site, "alice-4"), 404, "account_not_found");
        refused(&delete_by(&site, "alice-5"), 404, "account_not_found");
        let anew = site.login("alice-6");
        assert!(anew.uid != alice.uid && anew.body["isNew"] == json!(true));
        assert_eq!(trail(&mut db.plain(), &alice.uid), ["user account.delete", "system account.erase"]);
        let row = format!(
            "SELECT status || ' ' || nickname || ' ' || (SELECT COUNT(*) FROM sessions s WHERE s.user_id = u.id) || ' ' \
             || (SELECT COUNT(*) FROM identities i WHERE i.user_id = u.id) || ' ' \
             || (SELECT COUNT(*) FROM logins l WHERE l.user_id = u.id) AS line FROM users u WHERE uid = '{}'",
            alice.uid
        );
        // the log of logins stays for its time: the login, and the two that were refused
        assert_eq!(db.plain().lines(&row), ["deleted  0 0 3"]);
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM tombstones"), 0);
    }

    async fn without_a_cooling_off_a_deletion_erases_at_once(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.account.cooling_off = Duration::ZERO);
        let alice = site.login("alice-1");
        assert_eq!(delete(&site, &alice.token).json()["erasedAt"], json!(START.rfc3339()));
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM identities"), 0);
        assert_eq!(erase(&site).await, 0);
        assert_ne!(site.login("alice-2").uid, alice.uid);
    }

    async fn an_account_with_many_sessions_is_erased_in_batches(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.account.cooling_off = Duration::ZERO);
        let alice = site.login("alice-1");
        let blob = |number: &str| if db.folder().is_some() { format!("CAST('k' || {number} AS BLOB)") } else { format!("('k' || {number})::bytea") };
        let numbers = "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 1203)";
        db.plain().execute(&format!(
            "{numbers} INSERT INTO sessions (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, \
             user_agent, client, device, wechat_version, app_version, ended_at) SELECT {}, 's' || n, s.user_id, s.identity_id, s.appid, \
             s.created_at, s.last_seen_at, s.expires_at, s.ip, '', '', '', '', '', s.created_at FROM n, sessions s WHERE s.sid = '{}'",
            blob("n"), alice.sid
        )).unwrap();
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM sessions"), 1204);
        assert_eq!(delete(&site, &alice.token).status, 200);
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM sessions"), 0);
    }

    async fn a_profile_that_arrives_after_the_deletion_stays_outside(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let body = json!({ "nickName": "张三" });
        let whole = crate::support::site::request("POST", "/api/userProfile", Some(&alice.token), Some(&body));
        let (begin, end) = whole.split_at(whole.len() - 5);
        let mut slow = site.connect();
        slow.send(begin);
        std::thread::sleep(Duration::from_millis(100));
        assert_eq!(delete(&site, &alice.token).status, 200);
        slow.send(end);
        refused(&slow.answer(), 401, "session_revoked");
        assert_eq!(db.plain().lines("SELECT nickname AS line FROM users"), [""]);
    }

    async fn whoever_proves_nothing_deletes_nothing(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        refused(&site.ask("DELETE", "/api/account", None, None), 401, "session_missing");
        refused(&site.ask("DELETE", "/api/account", None, Some(&json!({}))), 401, "session_missing");
        refused(&site.ask("DELETE", "/api/account", Some("nonsense"), None), 401, "session_unknown");
        refused(&delete_by(&site, "stranger-1"), 404, "account_not_found");
        refused(&restore(&site, "stranger-2"), 404, "account_not_found");
        refused(&delete_by(&site, ""), 400, "invalid_request");
        // a login's code is worth nothing here once it was used
        refused(&delete_by(&site, "alice-1"), 400, "code_used");
        assert_eq!(site.state(&alice.token), "live");
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM users"), 1);
    }

    async fn a_deletion_by_code_that_arrives_twice_is_told_twice_that_it_is_done(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let first = delete_by(&site, "alice-2");
        assert_eq!(first.status, 200, "{first:?}");
        let asked = site.simulator.calls();
        site.clock.advance(Duration::from_secs(15));
        let again = delete_by(&site, "alice-2");
        assert_eq!((again.status, again.json()), (200, first.json()));
        site.clock.advance(Duration::from_millis(1));
        refused(&delete_by(&site, "alice-2"), 400, "code_used");
        assert_eq!(site.simulator.calls(), asked);
        assert_eq!(trail(&mut db.plain(), &alice.uid), ["user account.delete"]);
        // it opens no session, and a code that opened one deletes nothing
        refused(&site.try_login("alice-2"), 400, "code_used");
        site.login("bob-1");
        refused(&delete_by(&site, "bob-1"), 400, "code_used");
    }
}
