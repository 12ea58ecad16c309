use menwei::db::Database;
use serde_json::{Value, json};

use super::{Sent, event, site, taken};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{APPID, Login, TestSite, refused};

/// What menwei holds of a user: nickname, avatar, whether a phone number, city, and keys of the search.
type Held = (String, String, bool, String, i64);

/// A user who shared everything; the phone number straight into the table, in a shape of its own.
fn sharing(site: &TestSite, db: &TestDatabase, code: &str, name: &str) -> (Login, String) {
    let login = site.login(code);
    let profile = json!({ "nickName": name, "avatarUrl": "https://img.example.com/a.png", "city": "广州", "gender": 2 });
    assert_eq!(site.post("/api/userProfile", &login.token, &profile).status, 200);
    let blob = if db.folder().is_some() { "X'01'" } else { "'\\x01'::bytea" };
    let mut plain = db.plain();
    let uid = &login.uid;
    plain
        .execute(&format!(
            "UPDATE users SET phone_sealed = {blob}, phone_index = {blob}, phone_code = {blob} \
             WHERE uid = '{uid}'"
        ))
        .unwrap();
    let openid = plain.lines(&format!(
        "SELECT i.openid AS line FROM identities i JOIN users u ON u.id = i.user_id WHERE u.uid = '{uid}'"
    ));
    (login, openid[0].clone())
}

fn held(db: &TestDatabase, uid: &str) -> Held {
    let mut plain = db.plain();
    let of = |what: &str| format!("SELECT {what} AS line FROM users WHERE uid = '{uid}'");
    let texts: Vec<String> =
        ["nickname", "avatar_url", "city"].iter().map(|what| plain.lines(&of(what)).remove(0)).collect();
    let phone = plain.number(&format!(
        "SELECT COUNT(*) AS number FROM users WHERE uid = '{uid}' AND (phone_sealed IS NOT NULL OR phone_index IS NOT NULL \
         OR phone_code IS NOT NULL)"
    ));
    let grams = plain.number(&format!(
        "SELECT COUNT(*) AS number FROM nickname_grams WHERE user_id = (SELECT id FROM users WHERE uid = '{uid}')"
    ));
    let folded = plain.lines(&of("nickname_folded")).remove(0);
    assert_eq!(folded.is_empty(), texts[0].is_empty());
    (texts[0].clone(), texts[1].clone(), phone > 0, texts[2].clone(), grams)
}

/// Sends an event and works it off.
async fn done(site: &TestSite, db: &Database, nonce: &str, event: &Value) {
    taken(&Sent::secure(nonce, &event.to_string(), APPID).to(site));
    assert_eq!(db.work_off_pushes(site.site.state.liveness()).await.unwrap(), 1);
}

/// The last entry of the audit trail: action, actor, target, detail.
fn entry(db: &TestDatabase) -> (String, Value) {
    let query = "SELECT action || ' ' || actor || ' ' || role || ' ' || result || ' ' || target || '\n' || detail AS line \
                 FROM audit ORDER BY id DESC LIMIT 1";
    let line = db.plain().lines(query).remove(0);
    let (head, detail) = line.split_once('\n').unwrap();
    (head.to_owned(), serde_json::from_str(detail).unwrap())
}

on_each_database! {
    async fn a_revocation_clears_exactly_what_it_names(db: TestDatabase) {
        let site = site(&db, true);
        let avatar = "https://img.example.com/a.png";
        let cases: [(&str, (&str, &str, bool), Value); 6] = [
            ("6", ("", "", true), json!(["nickName", "avatarUrl"])),
            ("19", ("", avatar, true), json!(["nickName"])),
            ("20", ("小明", "", true), json!(["avatarUrl"])),
            ("8", ("小明", avatar, false), json!(["phone"])),
            ("1", ("小明", avatar, true), json!([])),
            ("", ("小明", avatar, true), json!([])),
        ];
        let (other, _) = sharing(&site, &db, "other-1", "小红");
        let untouched = held(&db, &other.uid);
        for (place, (revoke_info, (name, avatar, phone), cleared)) in cases.into_iter().enumerate() {
            let (login, openid) = sharing(&site, &db, &format!("user{place}-1"), "小明");
            let before = held(&db, &login.uid);
            done(&site, &db, &place.to_string(), &event("user_authorization_revoke", &openid, revoke_info)).await;
            let after = held(&db, &login.uid);
            let grams = if name.is_empty() { 0 } else { before.4 };
            assert!(before.4 > 0);
            assert_eq!(after, (name.to_owned(), avatar.to_owned(), phone, "广州".to_owned(), grams), "{revoke_info}");
            assert_eq!(site.state(&login.token), "live");
            let (head, detail) = entry(&db);
            assert_eq!(head, format!("wechat.authorization_revoked system wechat ok user:{}", login.uid));
            assert_eq!(detail["cleared"], cleared);
            assert!(!detail.to_string().contains(&openid) && detail["appId"] == APPID);
        }
        assert_eq!(held(&db, &other.uid), untouched);
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM push_events WHERE openid IS NOT NULL"), 0);
    }

    async fn a_change_of_the_profile_in_wechat_clears_nickname_and_avatar(db: TestDatabase) {
        let site = site(&db, true);
        let (login, openid) = sharing(&site, &db, "alice-1", "小明");
        done(&site, &db, "1", &event("user_info_modified", &openid, "")).await;
        assert_eq!(held(&db, &login.uid), (String::new(), String::new(), true, "广州".to_owned(), 0));
        assert_eq!(site.state(&login.token), "live");
        assert_eq!(entry(&db).0, format!("wechat.info_modified system wechat ok user:{}", login.uid));
    }

    async fn a_cancellation_ends_every_session_and_clears_the_profile(db: TestDatabase) {
        let site = site(&db, true);
        let second = site.login("alice-1");
        assert_eq!(site.ask("POST", "/api/logout", Some(&second.token), None).status, 200);
        let (login, openid) = sharing(&site, &db, "alice-2", "小明");
        let (bob, _) = sharing(&site, &db, "bob-1", "小红");
        let third = site.login("alice-3");
        done(&site, &db, "1", &event("user_authorization_cancellation", &openid, "")).await;
        assert_eq!(held(&db, &login.uid), (String::new(), String::new(), false, String::new(), 0));
        for ended in [&login, &third] {
            refused(&site.me(&ended.token), 401, "session_revoked");
        }
        assert_eq!(site.state(&bob.token), "live");
        let ended = "SELECT ended_by || ' ' || ended_reason AS line FROM sessions WHERE ended_at IS NOT NULL ORDER BY 1";
        assert_eq!(db.plain().lines(ended), ["system cancelled", "system cancelled", "user logout"]);
        let (head, detail) = entry(&db);
        assert_eq!(head, format!("wechat.authorization_cancelled system wechat ok user:{}", login.uid));
        assert_eq!((&detail["ended"], &detail["erasure"]), (&json!(2), &json!("due")));
        // erased by the next round of the job: nobody is left who could take it back
        refused(&crate::account::restore(&site, "alice-4"), 404, "account_not_found");
        assert_eq!(crate::account::erase(&site).await, 1);
        let dump = format!("{:?}", db.dump());
        assert!(!dump.contains(&openid) && dump.contains(&bob.uid));
        assert_eq!(site.state(&bob.token), "live");
        assert_ne!(site.login("alice-5").uid, login.uid);
    }

    async fn a_cancellation_brings_an_erasure_forward_and_a_frozen_user_stays_out(db: TestDatabase) {
        let site = site(&db, true);
        let (alice, openid) = sharing(&site, &db, "alice-1", "小明");
        crate::account::freeze(&site, &alice.uid, None).await;
        let deletion = site.ask("DELETE", "/api/account", None, Some(&json!({ "code": "alice-2" })));
        assert_eq!(deletion.status, 200);
        assert_eq!(crate::account::erase(&site).await, 0);
        // a push that waits may not keep the openid either
        taken(&Sent::secure("1", &event("user_authorization_cancellation", &openid, "").to_string(), APPID).to(&site));
        taken(&Sent::secure("2", &event("user_info_modified", &openid, "").to_string(), APPID).to(&site));
        db.plain().execute("UPDATE push_events SET done_at = received_at WHERE event = 'user_info_modified'").unwrap();
        assert_eq!(db.work_off_pushes(site.site.state.liveness()).await.unwrap(), 1);
        db.plain().execute("UPDATE push_events SET done_at = NULL WHERE event = 'user_info_modified'").unwrap();
        assert_eq!(crate::account::erase(&site).await, 1);
        assert!(!format!("{:?}", db.dump()).contains(&openid));
        assert_eq!(db.work_off_pushes(site.site.state.liveness()).await.unwrap(), 1);
        refused(&site.try_login("alice-3"), 403, "user_frozen");
    }

    async fn a_push_that_was_answered_outlives_the_process(db: TestDatabase) {
        let first = site(&db, true);
        let (login, openid) = sharing(&first, &db, "alice-1", "小明");
        let event = event("user_authorization_revoke", &openid, "6");
        taken(&Sent::secure("1", &event.to_string(), APPID).to(&first));
        let liveness = first.site.state.liveness();
        drop(first);
        assert_eq!(held(&db, &login.uid).0, "小明");
        // two processes at once: one does it
        let (one, two) = (db.again(), db.again());
        let (one, two) = tokio::join!(one.work_off_pushes(liveness), two.work_off_pushes(liveness));
        assert_eq!(one.unwrap() + two.unwrap(), 1);
        assert_eq!(held(&db, &login.uid).0, "");
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM audit"), 1);
    }

    async fn an_event_about_nobody_is_only_recorded(db: TestDatabase) {
        let site = site(&db, true);
        let mut without = event("user_info_modified", "", "");
        without.as_object_mut().unwrap().remove("OpenID");
        for (nonce, event) in [("1", without), ("2", event("user_authorization_cancellation", "oNobody", ""))] {
            done(&site, &db, nonce, &event).await;
            assert!(entry(&db).0.ends_with("system wechat ok "));
        }
        done(&site, &db, "3", &event("debug_demo", "oNobody", "")).await;
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM audit"), 2);
    }
}
