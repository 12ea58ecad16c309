use std::time::Duration;

use menwei::clock::Instant;
use menwei::secret::Token;

use crate::support::database::on_each_database;
use crate::support::raw::get;
use crate::support::site::{START, TestSite, refused};

const LIFETIME: Duration = Duration::from_secs(30 * 86_400);
const SECOND: Duration = Duration::from_secs(1);
/// As long as a session may stand, short of a second.
const ALMOST_IDLE: Duration = Duration::from_secs(7 * 86_400 - 1);

/// Every endpoint that needs a session.
const GUARDED: [(&str, &str); 8] = [
    ("GET", "/api/me"),
    ("POST", "/api/logout"),
    ("GET", "/api/userProfile"),
    ("POST", "/api/userProfile"),
    ("GET", "/api/sessions"),
    ("DELETE", "/api/sessions"),
    ("GET", "/verify"),
    ("DELETE", "/api/sessions/018bcfe5-6800-7000-8000-000000000000"),
];

on_each_database! {
    async fn every_guarded_endpoint_refuses_whatever_is_no_live_session(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let ended = site.login("alice-2");
        site.ask("POST", "/api/logout", Some(&ended.token), None);
        let strange = Token::generate(START).unwrap().reveal();
        let mut swapped: Vec<char> = login.token.chars().collect();
        let place = swapped.iter().rposition(char::is_ascii_alphabetic).unwrap();
        swapped[place] = if swapped[place].is_lowercase() {
            swapped[place].to_ascii_uppercase()
        } else {
            swapped[place].to_ascii_lowercase()
        };
        let swapped: String = swapped.into_iter().collect();
        let cut: String = login.token.chars().take(43).collect();
        let tokens = [
            (None, "session_missing"),
            (Some(strange.as_str()), "session_unknown"),
            (Some(cut.as_str()), "session_unknown"),
            (Some(swapped.as_str()), "session_unknown"),
            (Some("x"), "session_unknown"),
            (Some("null"), "session_unknown"),
            (Some("undefined"), "session_unknown"),
            (Some(login.sid.as_str()), "session_unknown"),
            (Some(login.uid.as_str()), "session_unknown"),
            (Some(ended.token.as_str()), "session_revoked"),
        ];
        let before = db.dump();
        for (method, path) in GUARDED {
            let body = serde_json::json!({});
            let body = (method == "POST" && path == "/api/userProfile").then_some(&body);
            for (token, expected) in tokens {
                let answer = site.ask(method, path, token, body);
                refused(&answer, 401, expected);
                let challenge = if token.is_none() { "Bearer" } else { "Bearer error=\"invalid_token\"" };
                assert_eq!(answer.header("www-authenticate"), challenge);
            }
        }
        assert_eq!(db.dump(), before);
        assert_eq!(site.state(&login.token), "live");
    }

    async fn a_session_is_idle_at_its_limit_and_not_a_second_before(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        site.clock.advance(ALMOST_IDLE);
        // this use stays in memory: as after a crash, it does not count
        assert_eq!(site.state(&login.token), "live");
        site.clock.advance(SECOND * 2);
        refused(&site.me(&login.token), 401, "session_expired");
    }

    async fn use_puts_idleness_off_but_never_the_end(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let mut left = LIFETIME.saturating_sub(SECOND);
        while left > Duration::ZERO {
            let step = left.min(ALMOST_IDLE);
            site.clock.advance(step);
            left -= step;
            assert_eq!(site.state(&login.token), "live");
            db.flush_touches().await.unwrap();
        }
        site.clock.advance(SECOND * 2);
        refused(&site.me(&login.token), 401, "session_expired");
        assert_eq!(site.clock.now(), START + LIFETIME + SECOND);
    }

    async fn a_token_counts_in_two_headers_and_nowhere_else(db: TestDatabase) {
        let site = TestSite::new(&db);
        let token = site.login("alice-1").token;
        let ask = |path: &str, headers: &[&str]| site.connect().ask(&get(path, headers));
        for header in [
            format!("Authorization: Bearer {token}"),
            format!("Authorization: bearer {token}"),
            format!("authorization: BEARER   {token}"),
            format!("X-WX-Skey: {token}"),
        ] {
            assert_eq!(ask("/api/me", &[&header]).status, 200, "{header}");
        }
        for query in ["token", "access_token", "session_key", "skey", "authorization"] {
            refused(&ask(&format!("/api/me?{query}={token}"), &[]), 401, "session_missing");
        }
        for header in [
            format!("Cookie: token={token}; __Host-menwei={token}"),
            format!("Authorization: Basic {token}"),
            format!("Authorization: {token}"),
            "Authorization: Bearer ".to_owned(),
            "Authorization: Bearer".to_owned(),
            "X-WX-Skey: ".to_owned(),
            format!("X-WX-OPENID: {token}"),
        ] {
            refused(&ask("/api/me", &[&header]), 401, "session_missing");
        }
        for header in [format!("Authorization: Bearer {token}x"), format!("Authorization: Bearer {token} x")] {
            refused(&ask("/api/me", &[&header]), 401, "session_unknown");
        }
    }

    async fn what_the_platform_of_cloud_hosting_sends_is_not_believed(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let openid = db.plain().lines("SELECT openid AS line FROM identities");
        let header = format!("X-WX-OPENID: {}", openid[0]);
        refused(&site.connect().ask(&get("/api/me", &[&header, "X-WX-SOURCE: wx"])), 401, "session_missing");
    }

    async fn a_clock_that_is_set_back_a_little_signs_nobody_out(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.clock.advance(Duration::from_secs(300));
        let login = site.login("alice-1");
        let clock = menwei::clock::Clock::fixed(Instant::from_micros(START.micros()));
        let behind = TestSite::at(&db, clock, |_| {});
        assert_eq!(behind.state(&login.token), "live");
    }
}
