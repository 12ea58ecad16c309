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

    async fn a_page_about_a_wrong_method_speaks_the_readers_language_and_says_which_there_are(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.cookies.insert("menwei-preferences".to_owned(), "zh-CN.dark".to_owned());
        let answer = browser.get("/admin/logout");
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"));
        assert!(answer.body.contains("lang=\"zh-CN\" data-theme=\"dark\"") && answer.body.contains("chen"), "{}", answer.body);
    }

    async fn a_page_that_says_why_not_leads_back(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let mut other = Browser::of(&site, "wang", "admin").await;
        let back = |page: &str| crate::support::browser::between(page, "<p class=\"submit\"><a class=\"button\" href=\"", "\"").map(str::to_owned);
        for (path, status, to) in [
            ("/admin/users?sotr=x".to_owned(), 400, "/admin/users"),
            ("/admin/logins?x=1".to_owned(), 400, "/admin/logins"),
            (format!("/admin/users/{}", "0".repeat(32)), 404, "/admin/users"),
        ] {
            let answer = browser.get(&path);
            assert_eq!((answer.status, back(&answer.body).as_deref()), (status, Some(to)), "{path}");
        }
        let freeze = format!("/admin/users/{}/freeze", user.uid);
        browser.get(&freeze);
        other.get(&freeze);
        assert_eq!(browser.send(&freeze, &[("reason", "test")]).status, 303);
        let late = other.send(&freeze, &[("reason", "test")]);
        assert_eq!((late.status, back(&late.body)), (409, Some(format!("/admin/users/{}", user.uid))));
        // to nobody in particular: no list that a stranger may not open
        assert!(!Browser::new(&site).get("/admin/users/a/b/c").body.contains("href=\"/admin/users\""));
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
