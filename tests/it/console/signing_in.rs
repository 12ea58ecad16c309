//! The way in, the way out, and what ends a console session.

use std::time::Duration;

use menwei::db::setup_links::SetupLink;
use menwei::db::staff::Staff;
use menwei::secret::token::one_time;

use crate::support::browser::{Browser, PASSWORD, between, staff};
use crate::support::database::on_each_database;
use crate::support::site::{START, TestSite};

/// A page without what differs in every answer.
fn plain(page: &str) -> String {
    let token = between(page, "name=\"csrf\" value=\"", "\"").unwrap_or_default();
    let request = between(page, "<code>", "</code>").unwrap_or_default();
    page.replace(token, "").replace(request, "")
}

async fn link(site: &TestSite, staff_id: Option<i64>) -> String {
    let (secret, digest) = one_time().unwrap();
    let now = site.clock.now();
    let make = move |conn: &mut _| SetupLink::create(conn, &digest, staff_id, now);
    site.site.state.db.write(make).await.unwrap();
    format!("/admin/setup/{secret}")
}

/// A site that believes `X-Forwarded-For`.
fn behind_a_proxy(db: &menwei::db::Database) -> TestSite {
    TestSite::with(db, |config| {
        let text = "[server]\ntrusted_proxies = ['127.0.0.1']";
        config.server.trusted_proxies =
            menwei::config::Config::parse(text, &[]).unwrap().server.trusted_proxies;
    })
}

on_each_database! {
    async fn the_first_owner_comes_in_by_a_link_that_works_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let link = link(&site, None).await;
        let mut browser = Browser::new(&site);
        assert_eq!(browser.get(&link).status, 200);
        let short = browser.send(&link, &[("name", "chen"), ("password", "short"), ("again", "short")]);
        assert_eq!(short.status, 422);
        assert!(short.body.contains("At least 15 characters"));
        let forbidden = browser.send(&link, &[("name", "admin"), ("password", PASSWORD), ("again", PASSWORD)]);
        assert_eq!(forbidden.status, 422);
        let differs = browser.send(&link, &[("name", "chen"), ("password", PASSWORD), ("again", "x")]);
        assert!(differs.body.contains("The two passwords differ"));
        let made = browser.send(&link, &[("name", "chen"), ("password", PASSWORD), ("again", PASSWORD)]);
        assert_eq!(made.status, 303, "{}", made.body);
        assert!(browser.follow("/admin").body.contains("Audit log"));
        assert_eq!(Browser::new(&site).get(&link).status, 410);
    }

    async fn a_link_is_over_after_a_day(db: TestDatabase) {
        let site = TestSite::new(&db);
        let link = link(&site, None).await;
        site.clock.advance(Duration::from_secs(24 * 3600 + 1));
        assert_eq!(Browser::new(&site).get(&link).status, 410);
    }

    async fn a_wrong_password_an_unknown_name_and_a_disabled_account_look_the_same(db: TestDatabase) {
        let site = TestSite::new(&db);
        staff(&site, "chen", "admin").await;
        staff(&site, "lina", "admin").await;
        let now = site.clock.now();
        let disable = move |conn: &mut _| {
            let (account, _) = Staff::find_by_name(conn, "lina")?.unwrap();
            Staff::disable(conn, account.id, now)
        };
        site.site.state.db.write(disable).await.unwrap();
        let mut browser = Browser::new(&site);
        browser.get("/admin/login");
        let mut seen = |name: &str, password: &str| {
            let answer = browser.sign_in(name, password);
            let differs = ["x-request-id", "date", "content-length"];
            let headers: Vec<_> =
                answer.headers.iter().filter(|(name, _)| !differs.contains(&name.as_str())).cloned().collect();
            (answer.status, headers, plain(&answer.body).replace(name, "…"))
        };
        let wrong = seen("chen", "not the password at all");
        assert_eq!(wrong.0, 422);
        for (name, password) in [("nobody", PASSWORD), ("lina", "not the password at all"), ("lina", PASSWORD)] {
            assert_eq!(seen(name, password), wrong, "{name} {password}");
        }
    }

    async fn too_many_failures_must_wait_and_the_wait_ends(db: TestDatabase) {
        let site = TestSite::new(&db);
        staff(&site, "chen", "admin").await;
        let mut browser = Browser::new(&site);
        let limited = (0..40).map(|_| browser.sign_in("chen", "not the password at all")).find(|one| one.status == 429);
        let limited = limited.expect("no limit");
        assert!(limited.header("retry-after").parse::<u64>().unwrap() >= 1);
        assert_eq!(browser.sign_in("chen", PASSWORD).status, 429);
        site.clock.advance(Duration::from_secs(16 * 60));
        assert_eq!(browser.sign_in("chen", PASSWORD).status, 303);
    }

    async fn a_stranger_who_guesses_makes_nobody_wait_but_themself(db: TestDatabase) {
        let site = behind_a_proxy(&db);
        for (name, role) in [("chen", "owner"), ("lin", "admin")] {
            staff(&site, name, role).await;
        }
        let from = |address: &'static str| {
            let mut browser = Browser::new(&site);
            browser.forwarded_for = Some(address);
            browser
        };
        let mut stranger = from("198.51.100.1");
        let answers: Vec<u16> = (0..20).map(|_| stranger.sign_in("chen", "not the password at all").status).collect();
        assert!(answers[..5].iter().all(|status| *status == 422) && answers[10..].iter().all(|status| *status == 429));
        // the right password does not help whoever has to wait, and tells them nothing
        assert_eq!(stranger.sign_in("chen", PASSWORD).status, 429);
        assert_eq!(from("203.0.113.5").sign_in("chen", PASSWORD).status, 303, "from anywhere else");
        // unknown names wait the same way
        let unknown: Vec<u16> = (0..8).map(|_| from("198.51.100.2").sign_in("nobody", "not the password").status).collect();
        assert_eq!(unknown[..5], [422; 5]);
        assert_eq!(unknown[7], 429);
        // tries that had to wait count for the network: other names are not safe from it either
        let last = (0..40).map(|_| stranger.sign_in("chen", "not the password at all")).last().unwrap();
        assert_eq!(last.status, 429);
        assert_eq!(stranger.sign_in("lin", PASSWORD).status, 429);
        assert_eq!(from("203.0.113.5").sign_in("lin", PASSWORD).status, 303);
    }

    async fn many_networks_are_held_back_but_not_the_one_that_the_owner_came_from(db: TestDatabase) {
        let site = behind_a_proxy(&db);
        Browser::of(&site, "chen", "owner").await;
        let addresses: Vec<&'static str> = (0..15).map(|number| &*format!("198.51.100.{number}").leak()).collect();
        for address in &addresses {
            let mut stranger = Browser::new(&site);
            stranger.forwarded_for = Some(address);
            for _ in 0..4 {
                stranger.sign_in("chen", "not the password at all");
            }
        }
        let mut elsewhere = Browser::new(&site);
        elsewhere.forwarded_for = Some("203.0.113.5");
        let held = elsewhere.sign_in("chen", PASSWORD);
        assert_eq!(held.status, 429, "over all networks there is a cap");
        assert!(db.plain().number("SELECT MAX(failures) AS number FROM throttles") < 100, "NIST SP 800-63B");
        assert_eq!(Browser::new(&site).sign_in("chen", PASSWORD).status, 303, "from where they came last");
    }

    async fn the_cookie_is_new_at_sign_in_and_dead_after_sign_out(db: TestDatabase) {
        let site = TestSite::new(&db);
        staff(&site, "chen", "admin").await;
        let mut browser = Browser::new(&site);
        browser.cookies.insert("menwei".to_owned(), "chosen-by-somebody-else".to_owned());
        let answer = browser.sign_in("chen", PASSWORD);
        let cookie = answer.headers.iter().find(|(name, value)| name == "set-cookie" && value.starts_with("menwei="));
        let cookie = &cookie.expect("no cookie").1;
        for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(flag), "{cookie}");
        }
        assert!(!cookie.contains("Domain") && !cookie.contains("chosen-by-somebody-else"));
        let kept = browser.cookies.clone();
        assert_eq!(browser.get("/admin/users").status, 200);
        let out = browser.send("/admin/logout", &[]);
        assert_eq!(out.status, 303);
        assert!(!out.header("clear-site-data").is_empty());
        let mut thief = Browser::new(&site);
        thief.cookies = kept;
        assert!(thief.get("/admin/users").header("location").starts_with("/admin/login"));
    }

    async fn a_console_session_ends_when_idle_and_at_its_end(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (idle, life) = (site.site.state.config.admin.idle, site.site.state.config.admin.session_lifetime);
        let second = Duration::from_secs(1);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        site.clock.advance(idle.checked_sub(second).unwrap());
        assert_eq!(browser.get("/admin/users").status, 200);
        site.clock.advance(idle + second);
        assert_eq!(browser.get("/admin/users").status, 303);
        browser.sign_in("chen", PASSWORD);
        let steps = life.as_secs() / (idle.as_secs() / 2);
        for _ in 1..steps {
            site.clock.advance(idle / 2);
            assert_eq!(browser.get("/admin/users").status, 200);
        }
        site.clock.advance(idle / 2 + second);
        assert_eq!(browser.get("/admin/users").status, 303, "outlived {life:?} since {START:?}");
    }

    async fn somebody_who_is_disabled_or_gets_a_new_password_is_out_at_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "wang", "owner").await;
        let mut browser = Browser::of(&site, "chen", "admin").await;
        assert_eq!(browser.get("/admin/users").status, 200);
        let now = site.clock.now();
        let disable = move |conn: &mut _| {
            let (account, _) = Staff::find_by_name(conn, "chen")?.unwrap();
            Staff::disable(conn, account.id, now)
        };
        site.site.state.db.write(disable).await.unwrap();
        assert_eq!(browser.get("/admin/users").status, 303);
        assert_eq!(browser.sign_in("chen", PASSWORD).status, 422);
        let change = move |conn: &mut _| {
            let (account, phc) = Staff::find_by_name(conn, "wang")?.unwrap();
            Staff::set_password(conn, account.id, &phc.unwrap(), now)
        };
        site.site.state.db.write(change).await.unwrap();
        assert_eq!(owner.get("/admin/audit").status, 303);
    }

    async fn sign_in_leads_on_to_pages_of_the_console_only(db: TestDatabase) {
        let site = TestSite::new(&db);
        staff(&site, "chen", "admin").await;
        for (next, to) in [("/admin/users?q=a", "/admin/users?q=a"), ("//evil.example", "/admin"), ("/admin/\\x", "/admin")] {
            let mut browser = Browser::new(&site);
            browser.get("/admin/login");
            let answer = browser.send("/admin/login", &[("name", "chen"), ("password", PASSWORD), ("next", next)]);
            assert_eq!(answer.header("location"), to, "{next}");
        }
        let away = Browser::new(&site).get("/admin/users?q=a");
        assert_eq!(away.header("location"), "/admin/login?next=%2Fadmin%2Fusers%3Fq%3Da");
    }
}
