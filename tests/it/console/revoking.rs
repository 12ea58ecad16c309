//! What is revoked in the console is refused by the API, and stays on record.

use serde_json::json;

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::named::pages_with_the_name;
use crate::support::site::{TestSite, refused};

on_each_database! {
    async fn a_session_revoked_in_the_console_is_refused_by_the_next_request(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, two) = (site.login("alice-1"), site.login("alice-2"));
        let mut browser = Browser::of(&site, "chen", "support").await;
        let path = format!("/admin/sessions/{}/revoke", one.sid);
        assert!(browser.get(&path).body.contains("logged in again automatically"));
        let nameless = browser.send(&path, &[("note", "no reason given")]);
        assert_eq!(nameless.status, 422);
        assert!(nameless.body.contains("Choose one") && nameless.body.contains("no reason given"));
        assert_eq!(site.state(&one.token), "live");
        assert_eq!(browser.send(&path, &[("reason", "device_lost"), ("note", "rang us")]).status, 303);
        refused(&site.me(&one.token), 401, "session_revoked");
        assert_eq!(site.state(&two.token), "live");
        let page = browser.follow(&format!("/admin/sessions/{}", one.sid)).body;
        assert!(browser.notice().starts_with("Revoked 1 session."), "{}", browser.notice());
        assert!(page.contains("chen, Device lost") && page.contains("rang us"));
    }

    async fn each_row_leads_to_its_revocation_for_those_who_may(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, two) = (site.login("alice-1"), site.login("bob-1"));
        let mut support = Browser::of(&site, "lin", "support").await;
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        for path in ["/admin/sessions".to_owned(), format!("/admin/users/{}", one.uid)] {
            let page = support.get(&path).body;
            let four = one.sid.get(one.sid.len() - 4..).unwrap();
            let link = format!("<a href=\"/admin/sessions/{}/revoke\" aria-label=\"Revoke session ending in {four}\">Revoke</a>", one.sid);
            assert_eq!(page.matches(&link).count(), 1, "{path}: {page}");
            assert!(!auditor.get(&path).body.contains(&format!("{}/revoke", one.sid)), "{path}");
        }
        let path = format!("/admin/sessions/{}/revoke", two.sid);
        support.get(&path);
        assert_eq!(support.send(&path, &[("reason", "test")]).status, 303);
        // of what has ended there is nothing to revoke
        let page = support.follow("/admin/sessions?state=all").body;
        assert!(page.contains(&two.sid) && !page.contains(&path), "{page}");
    }

    async fn the_second_of_two_is_told_who_was_faster(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let path = format!("/admin/sessions/{}/revoke", user.sid);
        let mut first = Browser::of(&site, "chen", "admin").await;
        let mut second = Browser::of(&site, "wang", "admin").await;
        first.get(&path);
        second.get(&path);
        assert_eq!(first.send(&path, &[("reason", "test")]).status, 303);
        let late = second.send(&path, &[("reason", "other")]);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("chen revoked"));
        // pressing one's own button twice is no conflict
        first.get("/admin/users");
        assert_eq!(first.send(&path, &[("reason", "test")]).status, 303);
    }

    async fn ticked_sessions_are_revoked_once_however_often_the_button_is_pressed(db: TestDatabase) {
        let site = TestSite::new(&db);
        let users = ["alice-1", "bob-1", "carol-1"].map(|code| site.login(code));
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.get("/admin/sessions");
        let nothing = browser.send("/admin/sessions/selection", &[("back", "/admin/sessions?sort=-created")]);
        assert_eq!(nothing.header("location"), "/admin/sessions?sort=-created");
        browser.follow("/admin/sessions?sort=-created");
        let summary = "<a href=\"#sid\">Select at least one session</a>";
        assert!(browser.page.contains(summary) && browser.page.contains("id=\"sid\""), "{}", browser.page);
        assert!(browser.page.contains("<title>Error: "), "{}", browser.page);
        assert!(!browser.get("/admin/sessions").body.contains(summary), "it is said once");
        let ticks = [("sid", users[0].sid.as_str()), ("sid", &users[1].sid), ("sid", &users[1].sid)];
        let kept = browser.send("/admin/sessions/selection", &ticks);
        let confirm = kept.header("location").to_owned();
        assert!(!confirm.contains(&users[0].sid));
        assert!(browser.get(&confirm).body.contains("Revoke 2 sessions?"));
        for _ in 0..3 {
            browser.get("/admin/users");
            assert_eq!(browser.send(&confirm, &[("reason", "suspected_theft")]).status, 303);
            browser.follow("/admin/sessions");
            assert!(browser.notice().starts_with("Revoked 2 sessions."), "{}", browser.notice());
        }
        assert_eq!(users.map(|user| site.state(&user.token)), ["session_revoked", "session_revoked", "live"]);
        let other = Browser::of(&site, "wang", "admin").await.get(&confirm);
        assert_eq!(other.status, 303, "a selection is its owner's");
    }

    async fn of_two_who_revoke_all_of_a_user_the_second_is_told_who_was_faster(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        site.login("alice-2");
        let path = format!("/admin/users/{}/revoke", user.uid);
        let page = format!("/admin/users/{}", user.uid);
        let mut first = Browser::of(&site, "chen", "admin").await;
        let mut second = Browser::of(&site, "wang", "admin").await;
        let key = between(&first.get(&path).body, "name=\"key\" value=\"", "\"").unwrap().to_owned();
        second.get(&path);
        for _ in 0..2 {
            first.get("/admin/users");
            assert_eq!(first.send(&path, &[("reason", "test"), ("key", &key)]).header("location"), page);
            first.get(&page);
            assert!(first.notice().starts_with("Revoked 2 sessions."), "{}", first.notice());
        }
        let late = second.send(&path, &[("reason", "other")]);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("chen revoked"), "{}", late.body);
        let by = db.plain().lines("SELECT DISTINCT ended_by AS line FROM sessions");
        assert_eq!(by, ["chen"], "nothing is overwritten");
        // a login comes back; the same form does nothing to it
        site.clock.advance(std::time::Duration::from_secs(60));
        let again = site.login("alice-3");
        first.get("/admin/users");
        first.send(&path, &[("reason", "test"), ("key", &key)]);
        assert_eq!(site.state(&again.token), "live");
        // what the user ended is nobody's deed
        assert!(matches!(site.ask("POST", "/api/logout", Some(&again.token), None).status, 200 | 204));
        second.get("/admin/users");
        assert_eq!(second.send(&path, &[("reason", "other")]).status, 303);
    }

    async fn what_is_gone_is_counted_apart(db: TestDatabase) {
        let site = TestSite::new(&db);
        let users = ["alice-1", "bob-1", "carol-1"].map(|code| site.login(code));
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.get("/admin/sessions");
        let ticks = users.each_ref().map(|user| ("sid", user.sid.as_str()));
        let confirm = browser.send("/admin/sessions/selection", &ticks).header("location").to_owned();
        browser.get(&confirm);
        assert!(matches!(site.ask("POST", "/api/logout", Some(&users[1].token), None).status, 200 | 204));
        db.plain().execute(&format!("DELETE FROM sessions WHERE sid = '{}'", users[2].sid)).unwrap();
        assert_eq!(browser.send(&confirm, &[("reason", "test")]).status, 303);
        browser.follow("/admin/sessions?state=all");
        assert!(browser.notice().starts_with("Revoked 1 session; 1 had ended before. 1 is gone altogether."), "{}", browser.notice());
    }

    async fn revoking_all_of_a_user_and_freezing_keeps_them_out_until_unfrozen(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, two) = (site.login("alice-1"), site.login("alice-2"));
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let user = format!("/admin/users/{}", one.uid);
        assert!(browser.get(&format!("{user}/revoke")).body.contains("Revoke all 2 sessions of WeChat user?"));
        let fields = [("reason", "violation"), ("also", "freeze")];
        assert_eq!(browser.send(&format!("{user}/revoke"), &fields).status, 303);
        refused(&site.me(&one.token), 401, "session_revoked");
        refused(&site.me(&two.token), 401, "session_revoked");
        refused(&site.try_login("alice-3"), 403, "user_frozen");
        let page = browser.follow(&user).body;
        assert!(page.contains("This user is frozen") && page.contains("Violation"));
        assert_eq!(browser.get(&format!("{user}/freeze")).status, 303);
        browser.get(&format!("{user}/unfreeze"));
        assert_eq!(browser.send(&format!("{user}/unfreeze"), &[("reason", "other")]).status, 303);
        assert_eq!(site.state(&one.token), "session_revoked", "an unfreeze revives nothing");
        assert_eq!(site.try_login("alice-4").status, 200);
    }

    async fn a_freeze_with_one_ticked_session_counts_and_names_all_that_ended(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut users: Vec<_> = ["alice-1", "alice-2", "alice-3", "alice-4", "alice-5"].map(|code| site.login(code)).into();
        users.push(site.login("bob-1"));
        let left = users.remove(1);
        assert!(matches!(site.ask("POST", "/api/logout", Some(&left.token), None).status, 200 | 204));
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.get("/admin/sessions");
        let ticks = [("sid", users[0].sid.as_str()), ("sid", &left.sid), ("sid", &users[4].sid)];
        let confirm = browser.send("/admin/sessions/selection", &ticks).header("location").to_owned();
        browser.get(&confirm);
        assert_eq!(browser.send(&confirm, &[("reason", "violation"), ("also", "freeze")]).status, 303);
        browser.follow("/admin/sessions?state=all");
        assert!(browser.notice().starts_with("Revoked 5 sessions; 1 had ended before. Froze 2 users."), "{}", browser.notice());
        let sql = "SELECT detail AS line FROM audit WHERE action = 'session.revoke' ORDER BY id";
        let mut named: Vec<String> = Vec::new();
        for detail in db.plain().lines(sql) {
            let detail: serde_json::Value = serde_json::from_str(&detail).unwrap();
            named.extend(detail["sessions"].as_array().unwrap().iter().map(|sid| sid.as_str().unwrap().to_owned()));
        }
        let mut ended: Vec<String> = users.iter().map(|user| user.sid.clone()).collect();
        named.sort();
        ended.sort();
        assert_eq!(named, ended);
        // a freeze alone names them, too
        let carol = [site.login("carol-1"), site.login("carol-2")];
        let freeze = format!("/admin/users/{}/freeze", carol[0].uid);
        browser.get(&freeze);
        assert_eq!(browser.send(&freeze, &[("reason", "violation")]).status, 303);
        let kept = db.plain().lines("SELECT detail AS line FROM audit WHERE action = 'user.freeze' ORDER BY id").pop().unwrap();
        assert!(carol.iter().all(|login| kept.contains(&login.sid)), "{kept}");
    }

    async fn a_freeze_with_an_end_ends_by_itself(db: TestDatabase) {
        let site = TestSite::new(&db);
        let one = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let freeze = format!("/admin/users/{}/freeze", one.uid);
        browser.get(&freeze);
        assert_eq!(browser.send(&freeze, &[("reason", "violation"), ("until", "forever")]).status, 400);
        assert_eq!(site.me(&one.token).status, 200, "nothing was done");
        browser.get(&freeze);
        assert_eq!(browser.send(&freeze, &[("reason", "violation"), ("until", "1h")]).status, 303);
        let kept_out = site.try_login("alice-2");
        refused(&kept_out, 403, "user_frozen");
        let end = site.clock.now() + std::time::Duration::from_secs(3600);
        assert_eq!(kept_out.json()["until"], end.rfc3339());
        site.clock.advance(std::time::Duration::from_secs(3601));
        assert_eq!(site.try_login("alice-3").status, 200);
        assert_ne!(site.me(&one.token).status, 200, "its end revives nothing");
    }

    async fn a_hostile_nickname_is_text_on_every_page(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let name = "\"><img src=x onerror=alert(1)>'";
        let sent = site.post("/api/userProfile", &user.token, &json!({ "nickName": name }));
        assert_eq!(sent.status, 200, "{sent:?}");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for page in pages_with_the_name(&user, "onerror") {
            let body = browser.get(&page).body;
            assert!(body.contains("onerror=alert(1)") && !body.contains("<img"), "{page}");
        }
    }
}
