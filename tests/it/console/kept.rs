//! What was filled in when the session ended: kept in the page, sent again by one click, and no secret among it.

use std::time::Duration;

use crate::support::browser::{Browser, PASSWORD};
use crate::support::database::on_each_database;
use crate::support::second_factor::{code, enrol};
use crate::support::site::{TestSite, refused};

/// More than a console session may be idle.
const AWAY: Duration = Duration::from_mins(31);

/// Sends the sign-in form of the page that is shown, with the form that it carries.
fn sign_in_here(browser: &mut Browser, name: &str, password: &str) -> crate::support::raw::Answer {
    let fields = carried(&browser.page);
    let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    all.extend([("name", name), ("password", password), ("next", "")]);
    browser.send("/admin/login", &all)
}

/// The form that a page carries along.
fn carried(page: &str) -> Vec<(&'static str, String)> {
    let mut fields = Vec::new();
    for field in ["action", "kept"] {
        let mark = format!("name=\"{field}\" value=\"");
        fields.extend(
            page.split(&mark).skip(1).map(|rest| (field, rest.split('"').next().unwrap().to_owned())),
        );
    }
    fields
}

on_each_database! {
    async fn a_form_outlives_the_session_and_is_sent_again_by_one_click(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/users/{}/freeze", user.uid);
        browser.get(&path);
        site.clock.advance(AWAY);
        let fields = [("reason", "violation"), ("note", "说明 & \"quotes\""), ("until", "24h")];
        let asked = browser.send(&path, &fields);
        assert_eq!((asked.status, asked.header("cache-control")), (419, "no-store"), "{}", asked.body);
        assert!(asked.body.contains("Your session has ended") && asked.body.contains("type=\"password\""));
        assert_eq!(sign_in_here(&mut browser, "chen", "not the password at all").status, 422);
        let page = sign_in_here(&mut browser, "chen", PASSWORD);
        assert_eq!(page.status, 200, "{}", page.body);
        for text in ["name=\"note\" value=\"说明 &#38; &#34;quotes&#34;\"", "name=\"until\" value=\"24h\"", "Submit again"] {
            assert!(page.body.contains(text), "{text}: {}", page.body);
        }
        assert!(page.body.contains(&format!("action=\"{path}\"")));
        assert_eq!(site.try_login("alice-2").status, 200, "nothing was done yet");
        assert_eq!(browser.send(&path, &fields).status, 303, "the token is that of the new session");
        refused(&site.try_login("alice-3"), 403, "user_frozen");
    }

    async fn the_second_factor_carries_the_form_on(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        enrol(&site, &mut browser);
        let path = format!("/admin/sessions/{}/revoke", user.sid);
        browser.get(&path);
        site.clock.advance(AWAY);
        assert_eq!(browser.send(&path, &[("reason", "test"), ("note", "kept note")]).status, 419);
        let half = sign_in_here(&mut browser, "chen", PASSWORD);
        assert!(half.status == 200 && half.body.contains("Enter your code"), "{}", half.body);
        assert!(!half.body.contains("Submit again"), "nothing before the code");
        let fields = carried(&browser.page);
        let code = code(&site, "chen");
        let mut all: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.push(("code", &code));
        let page = browser.send("/admin/login/second", &all);
        assert!(page.status == 200 && page.body.contains("value=\"kept note\""), "{}", page.body);
        assert_eq!(browser.send(&path, &[("reason", "test"), ("note", "kept note")]).status, 303);
        assert_eq!(site.state(&user.token), "session_revoked");
    }

    async fn no_password_and_no_code_stands_in_the_page_that_keeps_a_form(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for (path, field) in [
            ("/admin/account/password", "password"),
            ("/admin/account/password", "again"),
            ("/admin/account/totp", "code"),
            ("/admin/reauth", "password"),
        ] {
            browser.sign_in("chen", PASSWORD);
            browser.get("/admin/users");
            site.clock.advance(AWAY);
            let answer = browser.send(path, &[(field, "s3cret value"), ("action", "/admin/lookup"), ("kept", "term=alice")]);
            assert_eq!(answer.status, 419, "{path}");
            assert!(!answer.body.contains("s3cret"), "{path} shows the {field}");
        }
        // what waited for the proof still waits
        assert!(browser.page.contains("name=\"action\" value=\"/admin/lookup\"") && browser.page.contains("term=alice"));
    }

    async fn nothing_is_kept_of_what_no_page_of_ours_sent(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut nobody = Browser::new(&site);
        for (from, token) in [("cross-site", "AAAA"), ("same-site", "AAAA"), ("same-origin", "")] {
            nobody.site = from;
            let answer = nobody.post("/admin/lookup", &[("csrf", token), ("term", "echo-me")]);
            assert_eq!((answer.status, answer.header("location")), (303, "/admin/login"), "{from} {token:?}");
            assert!(!answer.body.contains("echo-me"));
        }
        // a page elsewhere cannot be the target of a form that waits
        nobody.site = "same-origin";
        nobody.get("/admin/login");
        for action in ["//evil.example", "https://evil.example/admin/", "/admin/logout"] {
            let fields = [("name", "x"), ("password", "y"), ("action", action), ("kept", "a=b")];
            let page = nobody.send("/admin/login", &fields);
            assert!(page.status == 422 && !page.body.contains("name=\"action\""), "{action}");
        }
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM staff_sessions"), 0);
    }
}
