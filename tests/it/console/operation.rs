//! Mini-programs, the system, help.

use menwei::config::Config;

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::site::{APPID, SECRET, TestSite};

on_each_database! {
    async fn an_owner_asks_wechat_and_nobody_sees_the_secret(db: TestDatabase) {
        let site = TestSite::new(&db);
        let test = format!("/admin/apps/{APPID}/test");
        let mut owner = Browser::of(&site, "wang", "owner").await;
        let page = owner.get("/admin/apps").body;
        assert!(page.contains(APPID) && page.contains(&test) && !page.contains(SECRET));
        assert_eq!(owner.send(&test, &[]).status, 303);
        let page = owner.get("/admin/apps").body;
        assert!(page.contains("WeChat takes AppID, AppSecret"), "{page}");
        assert!(owner.follow("/admin/audit?action=app.test").body.contains("1 result<"));
        assert_eq!(owner.post(&test, &[]).status, 419);
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let page = auditor.get("/admin/apps").body;
        assert!(page.contains("Only an owner can run the test") && !page.contains(&test) && !page.contains(SECRET));
        assert_eq!(auditor.send(&test, &[]).status, 403);
        assert_eq!(owner.send("/admin/apps/wx0000000000000000/test", &[]).status, 404);
    }

    async fn the_system_page_says_how_one_is_seen(db: TestDatabase) {
        let trusted = |proxies: &str| {
            Config::parse(&format!("[server]\ntrusted_proxies = [{proxies}]"), &[]).unwrap().server.trusted_proxies
        };
        for (proxies, header, expected) in [
            ("", None, "A direct connection"),
            ("", Some("203.0.113.9"), "X-Forwarded-For is ignored"),
            ("'127.0.0.1'", Some("203.0.113.9"), "X-Forwarded-For from a trusted proxy"),
        ] {
            let site = TestSite::with(&db, |config| config.server.trusted_proxies = trusted(proxies));
            let name = format!("chen{}{}", proxies.len(), header.is_some());
            let mut browser = Browser::of(&site, &name, "auditor").await;
            browser.forwarded_for = header;
            let page = browser.get("/admin/system").body;
            assert!(page.contains(expected), "{expected}: {page}");
            let is_trusted = !proxies.is_empty();
            let seen = between(&page, "We see you as</dt><dd><bdi>", "</bdi>").unwrap();
            assert_eq!(seen, if is_trusted { "203.0.113.9" } else { "127.0.0.1" });
            let engine = if db.folder().is_some() { "SQLite 3." } else { "Postgres " };
            assert!(page.contains(engine), "{page}");
        }
    }

    async fn the_clock_is_compared_with_that_of_wechats_last_answer(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "zhou", "auditor").await;
        assert!(!browser.get("/admin/system").body.contains("Clock compared with WeChat"), "nothing is known yet");
        site.login("alice-1");
        let page = browser.get("/admin/system").body;
        let by = between(&page, "<dt>Clock compared with WeChat&#39;s</dt><dd><bdi>", "</bdi>");
        assert_eq!(by, Some("The same, within 2 seconds"), "{page}");
    }

    async fn single_keys_can_be_switched_off(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "support").await;
        assert!(!browser.get("/admin/help").body.contains("data-keys"));
        let back = ("back", "/admin/help");
        let answer = browser.send("/admin/preferences", &[("shortcuts", "off"), back]);
        assert_eq!((answer.status, answer.header("location")), (303, "/admin/help"));
        assert!(browser.get("/admin/users").body.contains("data-keys=\"off\""));
        // another preference leaves it alone
        browser.send("/admin/preferences", &[("theme", "dark"), ("back", "/admin/help")]);
        let page = browser.get("/admin/help").body;
        assert!(page.contains("data-keys=\"off\"") && page.contains("data-theme=\"dark\""));
        browser.send("/admin/preferences", &[("shortcuts", "on"), back]);
        assert!(!browser.get("/admin/users").body.contains("data-keys"));
    }
}
