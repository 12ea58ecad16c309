//! The second factor, the proof before what is dangerous, and one's own sessions.

use std::time::Duration;

use crate::support::browser::{Browser, PASSWORD, between, each, staff};
use crate::support::database::on_each_database;
use crate::support::second_factor::{code, code_of};
use crate::support::site::TestSite;

const NEW_PASSWORD: &str = "marble trumpet 9 lagoon";

/// Sets a second factor up; the recovery codes.
fn enrol(site: &TestSite, browser: &mut Browser) -> Vec<String> {
    let page = browser.get("/admin/account/totp");
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(page.body.contains("<svg") && page.body.contains("authenticator"));
    let typed = between(&page.body, "<code class=\"long\">", "</code>").unwrap().replace(' ', "");
    let wrong = browser.send("/admin/account/totp", &[("code", "000000")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("The code is wrong"));
    let again = between(&browser.page, "<code class=\"long\">", "</code>").unwrap().replace(' ', "");
    assert_eq!(typed, again, "the same secret as long as it waits");
    let shown = browser.send("/admin/account/totp", &[("code", &code_of(site, &typed))]);
    assert_eq!(shown.status, 200, "{}", shown.body);
    let codes = each(&shown.body, "<li><code>", "</code>");
    assert_eq!(codes.len(), 10, "{codes:?}");
    codes
}

/// Time passes, so that the next code is another one.
fn next_step(site: &TestSite) {
    site.clock.advance(Duration::from_secs(30));
}

on_each_database! {
    async fn with_a_second_factor_the_password_alone_opens_nothing(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        enrol(&site, &mut browser);
        assert_eq!(browser.get("/admin/users").status, 200, "this session goes on");
        let mut thief = Browser::new(&site);
        assert!(thief.sign_in("lin", PASSWORD).header("location").starts_with("/admin/login/second"));
        for path in ["/admin/users", "/admin/account", "/admin/audit", "/admin/reauth"] {
            assert!(thief.get(path).header("location").starts_with("/admin/login/second"), "{path}");
        }
        thief.get("/admin/login/second");
        assert_eq!(thief.send("/admin/login/second", &[("code", "000000")]).status, 422);
        // the owner of the phone
        let mut owner = Browser::new(&site);
        owner.sign_in("lin", PASSWORD);
        owner.get("/admin/login/second?next=%2Fadmin%2Fsessions");
        let before = owner.cookies.clone();
        next_step(&site);
        let answer = owner.send("/admin/login/second", &[("code", &code(&site, "lin")), ("next", "/admin/sessions")]);
        assert_eq!((answer.status, answer.header("location")), (303, "/admin/sessions"), "{}", answer.body);
        assert_ne!(owner.cookies, before, "a new cookie (ASVS 7.2.4)");
        assert_eq!(owner.get("/admin/sessions").status, 200);
        let mut old = Browser::new(&site);
        old.cookies = before;
        assert_eq!(old.get("/admin/sessions").status, 303);
    }

    async fn a_code_works_once_even_for_sixteen_at_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        enrol(&site, &mut browser);
        next_step(&site);
        let code = code(&site, "lin");
        let mut halves: Vec<Browser> = Vec::new();
        for _ in 0..16 {
            let mut half = Browser::new(&site);
            half.sign_in("lin", PASSWORD);
            half.get("/admin/login/second");
            halves.push(half);
        }
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let send = |half: Browser| {
                let code = &code;
                let mut half = half;
                scope.spawn(move || half.send("/admin/login/second", &[("code", code)]).status)
            };
            let threads: Vec<_> = halves.into_iter().map(send).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
    }

    async fn a_recovery_code_works_once_and_new_ones_end_the_old(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        let codes = enrol(&site, &mut browser);
        let come = |code: &str| {
            let mut other = Browser::new(&site);
            other.sign_in("lin", PASSWORD);
            other.get("/admin/login/second");
            other.send("/admin/login/second", &[("code", code)]).status
        };
        assert_eq!((come(&codes[0]), come(&codes[0])), (303, 422));
        assert_eq!(come(&codes[1].to_uppercase().replace('-', " ")), 303, "however it is typed");
        assert!(browser.get("/admin/account").body.contains("8 recovery codes left"));
        let shown = browser.send("/admin/account/codes", &[]);
        let fresh = each(&shown.body, "<li><code>", "</code>");
        assert_eq!((come(&codes[2]), come(&fresh[2])), (422, 303));
        let stored = db.plain().lines("SELECT COUNT(*) || '' AS line FROM recovery_codes");
        assert_eq!(stored, ["10"]);
    }

    async fn guessing_codes_must_wait(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        enrol(&site, &mut browser);
        let mut thief = Browser::new(&site);
        thief.sign_in("lin", PASSWORD);
        thief.get("/admin/login/second");
        let limited = (0..20).map(|_| thief.send("/admin/login/second", &[("code", "123456")])).find(|one| one.status == 429);
        assert!(limited.expect("no limit").header("retry-after").parse::<u64>().unwrap() >= 1);
        let trail = db.plain().lines("SELECT result AS line FROM audit WHERE action = 'staff.second_factor'");
        assert!(trail.len() >= 5 && trail.iter().all(|result| result == "failed"), "{trail:?}");
    }

    async fn half_a_session_does_not_last(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        enrol(&site, &mut browser);
        let mut other = Browser::new(&site);
        other.sign_in("lin", PASSWORD);
        site.clock.advance(Duration::from_mins(11));
        assert_eq!(other.get("/admin/login/second").header("location"), "/admin/login");
    }

    async fn what_is_dangerous_asks_again_and_keeps_the_form(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        assert_eq!(browser.get("/admin/account/password").status, 200, "just signed in");
        site.clock.advance(Duration::from_mins(16));
        // a page is asked for first …
        let sent = browser.send("/admin/account/password", &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD), ("x", "kept & safe")]);
        assert_eq!(sent.status, 403);
        assert!(sent.body.contains("Confirm that it is you") && sent.body.contains("x=kept%20%26%20safe"));
        assert!(!sent.body.contains(NEW_PASSWORD), "a password must not stand in a page");
        let to = browser.get("/admin/account/password").header("location").to_owned();
        assert_eq!(to, "/admin/reauth?next=%2Fadmin%2Faccount%2Fpassword");
        browser.get(&to);
        let wrong = browser.send("/admin/reauth", &[("password", "wrong wrong wrong wrong"), ("next", "/admin/account/password")]);
        assert_eq!(wrong.status, 422);
        // … and a form that waited is offered again
        let pair = "x=kept%20%26%20safe";
        let fields = [("password", PASSWORD), ("action", "/admin/account/password"), ("kept", pair)];
        let proven = browser.send("/admin/reauth", &fields);
        assert_eq!(proven.status, 200);
        assert!(proven.body.contains("name=\"x\" value=\"kept &#38; safe\""), "{}", proven.body);
        assert_eq!(browser.get("/admin/account/password").status, 200);
        let away = browser.send("/admin/reauth", &[("password", PASSWORD), ("action", "https://evil.example.com")]);
        assert_eq!(away.header("location"), "/admin");
    }

    async fn a_new_password_ends_the_sessions_elsewhere_and_the_old_one_is_over(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut here = Browser::of(&site, "lin", "admin").await;
        let mut there = Browser::new(&site);
        there.sign_in("lin", PASSWORD);
        here.get("/admin/account/password");
        assert_eq!(here.send("/admin/account/password", &[("password", "short"), ("again", "short")]).status, 422);
        here.get("/admin/account/password");
        let done = here.send("/admin/account/password", &[("password", NEW_PASSWORD), ("again", NEW_PASSWORD)]);
        assert_eq!(done.status, 303, "{}", done.body);
        assert!(here.get("/admin/account").body.contains("Your password was changed"));
        assert_eq!(there.get("/admin/users").status, 303);
        assert_eq!(there.sign_in("lin", PASSWORD).status, 422);
        assert_eq!(there.sign_in("lin", NEW_PASSWORD).status, 303);
    }

    async fn ones_own_sessions_are_listed_and_ended_and_nobody_elses(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut here = Browser::of(&site, "lin", "admin").await;
        let mut there = Browser::new(&site);
        there.sign_in("lin", PASSWORD);
        let mut other = Browser::of(&site, "chen", "admin").await;
        let page = here.get("/admin/account").body;
        assert_eq!(page.matches("This device").count(), 1);
        let sids: Vec<String> = each(&page, "name=\"sid\" value=\"", "\"");
        assert_eq!(sids.len(), 2, "{sids:?}");
        other.get("/admin/account");
        assert_eq!(other.send("/admin/account/sessions/end", &[("sid", &sids[0])]).status, 303);
        assert_eq!(there.get("/admin/users").status, 200, "not theirs to end");
        assert_eq!(here.send("/admin/account/sessions/end", &[("sid", &sids[0])]).status, 303);
        assert!(here.get("/admin/account").body.contains("1 session ended"));
        assert_eq!((there.get("/admin/users").status, here.get("/admin/users").status), (303, 200));
    }

    async fn where_a_second_factor_is_demanded_nothing_goes_before_it(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.admin.require_totp = true);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        for path in ["/admin/users", "/admin/audit", "/admin/sessions"] {
            assert_eq!(browser.get(path).header("location"), "/admin/account/totp", "{path}");
        }
        enrol(&site, &mut browser);
        assert_eq!(browser.get("/admin/users").status, 200);
        browser.get("/admin/account");
        browser.send("/admin/account/totp/remove", &[]);
        assert!(browser.get("/admin/account").body.contains("cannot be switched off"));
        let mut other = Browser::new(&site);
        assert!(other.sign_in("lin", PASSWORD).header("location").starts_with("/admin/login/second"));
    }

    async fn a_second_factor_can_be_switched_off_where_nobody_demands_it(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "admin").await;
        enrol(&site, &mut browser);
        browser.get("/admin/account");
        assert_eq!(browser.send("/admin/account/totp/remove", &[]).status, 303);
        assert_eq!(Browser::new(&site).sign_in("lin", PASSWORD).header("location"), "/admin");
        assert_eq!(db.plain().lines("SELECT COUNT(*) || '' AS line FROM recovery_codes"), ["0"]);
    }

    async fn the_console_opens_only_to_the_networks_that_are_allowed(db: TestDatabase) {
        let site = TestSite::with(&db, |config| {
            config.admin.allow_networks = vec![menwei::config::Network::parse("10.0.0.0/8").unwrap()];
        });
        staff(&site, "lin", "admin").await;
        let mut browser = Browser::new(&site);
        for path in ["/admin", "/admin/login", "/admin/users", "/admin/nothing"] {
            let answer = browser.get(path);
            assert_eq!(answer.status, 403, "{path}");
            assert!(answer.body.contains("not open to this network"), "{}", answer.body);
        }
        assert_eq!(browser.post("/admin/login", &[("name", "lin"), ("password", PASSWORD)]).status, 403);
        assert_eq!(site.get("/api/me", "x").status, 401, "mini-programs come from anywhere");
        let open = TestSite::with(&db, |config| {
            config.admin.allow_networks = vec![menwei::config::Network::parse("127.0.0.0/8").unwrap()];
        });
        assert_eq!(Browser::new(&open).get("/admin/login").status, 200);
    }
}
