//! Nothing is changed by a request that no page of ours made.

use crate::support::browser::Browser;
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

fn paths(sid: &str, uid: &str) -> Vec<String> {
    vec![
        format!("/admin/sessions/{sid}/revoke"),
        format!("/admin/users/{uid}/revoke"),
        format!("/admin/users/{uid}/freeze"),
        format!("/admin/users/{uid}/unfreeze"),
        "/admin/sessions/selection".to_owned(),
        "/admin/sessions/revoke".to_owned(),
        "/admin/lookup".to_owned(),
        "/admin/preferences".to_owned(),
        "/admin/login".to_owned(),
        "/admin/logout".to_owned(),
    ]
}

on_each_database! {
    async fn forms_of_other_sites_and_without_our_token_are_refused(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut other = Browser::of(&site, "wang", "admin").await;
        other.get("/admin/users");
        let foreign = other.token();
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.get("/admin/users");
        let own = browser.token();
        let fields = [("reason", "test"), ("sid", user.sid.as_str()), ("term", "alice"), ("note", "kept note")];
        for path in paths(&user.sid, &user.uid) {
            for token in ["", "AAAA", foreign.as_str()] {
                let answer = browser.post(&path, &[&[("csrf", token)], &fields[..]].concat());
                assert_eq!(answer.status, 419, "{path} with token {token:?}");
                assert!(answer.body.contains("value=\"kept note\""), "{path} lost what was filled in");
            }
            for from in ["cross-site", "same-site", "none"] {
                browser.site = from;
                let answer = browser.post(&path, &[&[("csrf", own.as_str())], &fields[..]].concat());
                assert_eq!(answer.status, 403, "{path} from {from}");
            }
            browser.site = "same-origin";
        }
        assert_eq!(site.state(&user.token), "live");
        assert_eq!(browser.get("/admin/users").status, 200);
    }

    async fn a_form_that_expired_is_sent_again_by_one_click(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/sessions/{}/revoke", user.sid);
        let fields = [("reason", "test"), ("note", "说明")];
        assert_eq!(browser.post(&path, &fields).status, 419);
        assert!(browser.page.contains("name=\"note\" value=\"说明\""));
        assert_eq!(browser.send(&path, &fields).status, 303);
        assert_eq!(site.state(&user.token), "session_revoked");
    }

    async fn pages_are_not_kept_and_carry_their_policy(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for (path, status) in [("/admin/users", 200), ("/admin/nope", 404), ("/admin/users?x=1", 400), ("/admin/logout", 405)] {
            let answer = browser.get(path);
            assert_eq!(answer.status, status, "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            assert!(answer.header("content-security-policy").contains("require-trusted-types-for 'script'"), "{path}");
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        }
    }

    async fn a_choice_of_language_and_light_is_remembered(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.get("/admin/users");
        let answer = browser.send("/admin/preferences", &[("language", "zh-CN"), ("back", "/admin/sessions?state=all")]);
        assert_eq!(answer.header("location"), "/admin/sessions?state=all");
        assert!(browser.get("/admin/users").body.contains("<html lang=\"zh-CN\">"));
        browser.send("/admin/preferences", &[("theme", "dark"), ("back", "//evil.example")]);
        assert!(browser.get("/admin/users").body.contains("<html lang=\"zh-CN\" data-theme=\"dark\">"));
        let mut elsewhere = Browser::new(&site);
        elsewhere.sign_in("chen", crate::support::browser::PASSWORD);
        assert!(elsewhere.get("/admin/users").body.contains("<html lang=\"zh-CN\">"));
    }
}
