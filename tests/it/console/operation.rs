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
            let fact = |name: &str| between(&page, &format!("<dt>{name}</dt><dd><bdi>"), "</bdi>").unwrap_or_default();
            let is_sqlite = db.folder().is_some();
            assert!(fact("Kind").starts_with(if is_sqlite { "SQLite 3." } else { "Postgres " }), "{page}");
            let size: f64 = fact("Size").split(' ').next().unwrap().parse().unwrap();
            assert!(size > 0.0 && fact("Size").ends_with('B'), "{page}");
            let schema = fact("Schema version");
            assert!(schema.starts_with("20") && schema.len() == 14 && schema.bytes().all(|one| one.is_ascii_digit()), "{schema}");
            assert!(fact("Connections").contains(" open, ") && fact("Connections").ends_with("at most"), "{page}");
            assert_eq!(fact("Writes waiting"), if is_sqlite { "0" } else { "" });
            assert!(fact("Last backup").starts_with("Unknown") && page.contains(if is_sqlite { "VACUUM INTO" } else { "pg_dump" }), "{page}");
        }
    }

    async fn an_owner_is_told_what_a_first_login_needs(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "wang", "owner").await;
        let page = owner.get("/admin").body;
        for text in [
            "How it is set up",
            "A mini-program is configured",
            "Set server.public_url to an https address",
            "compared with WeChat",
            "The server&#39;s clock was not compared",
            "You are the only one who can sign in",
        ] {
            assert!(page.contains(text), "{text}: {page}");
        }
        assert_eq!(page.matches("href=\"/admin/apps\"").count(), 3, "in the menu, for the secret, for the clock");
        site.login("alice-1");
        let page = owner.get("/admin").body;
        assert!(page.contains("The server&#39;s clock is WeChat&#39;s") && !page.contains("was not compared"), "{page}");
        // of users there is nothing to see
        assert!(!page.contains("/admin/users") && !page.contains("/admin/sessions"), "{page}");
    }

    async fn a_mini_program_says_whether_it_can_be_used_and_how_old_its_secret_is(db: TestDatabase) {
        let at = menwei::clock::Instant::from_seconds(1_690_000_000);
        for (secret, secret_at, texts) in [
            (SECRET, None, ["In use: users can log in", "Set, age unknown"]),
            (SECRET, Some(at), ["In use: users can log in", "its file was changed on 2023-07-22"]),
            ("", None, ["Not usable", "Not set"]),
        ] {
            let site = TestSite::with(&db, |config| {
                config.apps[0].secret = secret.into();
                config.apps[0].secret_at = secret_at;
            });
            let page = Browser::of(&site, &format!("zhou{}{}", secret.len(), secret_at.is_some()), "auditor").await.get("/admin/apps").body;
            assert!(texts.iter().all(|text| page.contains(text)), "{texts:?}: {page}");
        }
    }

    async fn a_session_says_how_it_came_and_what_became_of_it(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/sessions/{}", user.sid);
        let history = |page: &str| between(page, "<ol class=\"timeline\">", "</ol>").unwrap().to_owned();
        let events = |page: &str| history(page).split("<strong>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect::<Vec<_>>();
        let page = browser.get(&path).body;
        assert_eq!(events(&page), ["Signed in"]);
        assert!(history(&page).contains("from 127.0.0.1") && page.contains("Succeeded; WeChat took"), "{page}");
        site.clock.advance(std::time::Duration::from_mins(10));
        assert_eq!(site.me(&user.token).status, 200);
        db.flush_touches().await.unwrap();
        assert_eq!(events(&browser.get(&path).body), ["Last used", "Signed in"]);
        let revoke = format!("{path}/revoke");
        browser.get(&revoke);
        assert_eq!(browser.send(&revoke, &[("reason", "device_lost")]).status, 303);
        let page = browser.get(&path).body;
        assert_eq!(events(&page), ["Ended", "Last used", "Signed in"]);
        assert!(history(&page).contains("chen, Device lost"), "{page}");
        let left = site.login("bob-1");
        site.clock.advance(site.site.state.config.session.idle);
        browser.sign_in("chen", crate::support::browser::PASSWORD);
        let page = browser.get(&format!("/admin/sessions/{}", left.sid)).body;
        assert_eq!(events(&page), ["Idle for too long", "Signed in"]);
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
