//! What one address may ask of logins.

use std::time::Duration;

use menwei::config::{Config, Network};
use serde_json::json;

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::{Answer, with_body};
use crate::support::site::{TestSite, refused};

const HERE: &str = "203.0.113.7";
const ELSEWHERE: &str = "198.51.100.9";

fn behind_a_proxy(config: &mut Config) {
    config.server.trusted_proxies = vec![Network::parse("127.0.0.1").unwrap()];
}

/// A login by that code from that address.
fn from(site: &TestSite, address: &str, code: &str) -> Answer {
    let headers = [&*format!("X-Forwarded-For: {address}"), "Content-Type: application/json"];
    let body = json!({ "code": code }).to_string();
    site.connect().ask(&with_body("POST", "/api/login", &headers, Some(&body)))
}

/// How many attempts are in the log, with that result.
fn logged(db: &TestDatabase, result: &str) -> i64 {
    db.plain().number(&format!("SELECT COUNT(*) AS number FROM logins WHERE result = '{result}'"))
}

on_each_database! {
    async fn codes_that_wechat_refuses_are_limited_by_address_and_good_ones_are_not(db: TestDatabase) {
        let site = TestSite::with(&db, behind_a_proxy);
        for number in 0..5 {
            assert_eq!(from(&site, HERE, &format!("user{number}-1")).status, 200);
        }
        for number in 0..120 {
            let kind = ["errcode40029", "errcode40163"][number % 2];
            assert_eq!(from(&site, HERE, &format!("{kind}-x{number}")).status, 400);
        }
        let asked = site.simulator.calls();
        for number in 0..20 {
            let answer = from(&site, HERE, &format!("alice-{number}"));
            refused(&answer, 429, "rate_limited");
            assert_eq!(answer.header("retry-after"), "1");
        }
        // an account cannot be tried that way either
        let headers = [&*format!("X-Forwarded-For: {HERE}"), "Content-Type: application/json"];
        let body = json!({ "code": "alice-0" }).to_string();
        refused(&site.connect().ask(&with_body("DELETE", "/api/account", &headers, Some(&body))), 429, "rate_limited");
        assert_eq!(site.simulator.calls(), asked, "WeChat is not asked");
        assert_eq!((logged(&db, "code_invalid"), logged(&db, "code_used")), (60, 60));
        assert_eq!(logged(&db, "rate_limited"), 1, "one a second, and not all");
        assert_eq!(from(&site, ELSEWHERE, "alice-0").status, 200, "others are none of it");
        // what was refused here was not used up, and the wait is short
        site.clock.advance(Duration::from_secs(1));
        for number in 1..9 {
            assert_eq!(from(&site, HERE, &format!("alice-{number}")).status, 200);
        }
    }

    async fn the_addresses_of_one_household_are_one(db: TestDatabase) {
        let site = TestSite::with(&db, behind_a_proxy);
        for number in 0..120 {
            let address = format!("2001:db8:1:2::{number:x}");
            assert_eq!(from(&site, &address, &format!("errcode40029-x{number}")).status, 400);
        }
        refused(&from(&site, "2001:db8:1:2:ffff::1", "alice-1"), 429, "rate_limited");
        assert_eq!(from(&site, "2001:db8:1:3::1", "alice-1").status, 200);
    }

    async fn one_address_leaves_a_quarter_of_the_places_to_others(db: TestDatabase) {
        let site = TestSite::with(&db, |config| {
            behind_a_proxy(config);
            config.wechat.max_in_flight = 4;
            config.wechat.deadline = Duration::from_secs(4);
        });
        std::thread::scope(|scope| {
            let hanging: Vec<_> = (0..3)
                .map(|number| {
                    let site = &site;
                    scope.spawn(move || from(site, HERE, &format!("hang-x{number}-1")).status)
                })
                .collect();
            while site.simulator.calls() < 3 {
                std::thread::sleep(Duration::from_millis(5));
            }
            let late = scope.spawn(|| from(&site, HERE, "alice-1"));
            assert_eq!(from(&site, ELSEWHERE, "bob-1").status, 200);
            let late = late.join().unwrap();
            refused(&late, 429, "rate_limited");
            assert_eq!(late.header("retry-after"), "2");
            assert!(hanging.into_iter().all(|one| one.join().unwrap() == 504));
        });
        assert_eq!(from(&site, HERE, "alice-1").status, 200, "the places are free again");
    }

    async fn what_an_open_breaker_refuses_does_not_fill_the_log(db: TestDatabase) {
        let site = TestSite::new(&db);
        for number in 0..20 {
            refused(&site.try_login(&format!("html-alice-{number}")), 502, "wechat_bad_response");
        }
        for number in 0..10 {
            refused(&site.try_login(&format!("alice-{number}")), 503, "wechat_unavailable");
        }
        assert_eq!((logged(&db, "wechat_bad_response"), logged(&db, "wechat_unavailable")), (20, 1));
        site.clock.advance(Duration::from_secs(1));
        refused(&site.try_login("alice-10"), 503, "wechat_unavailable");
        assert_eq!(logged(&db, "wechat_unavailable"), 2);
    }
}
