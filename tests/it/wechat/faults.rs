use std::time::Duration;

use futures_util::future::join_all;
use menwei::error::Error;
use menwei::wechat::breaker::State;

use super::{Rig, refusal, unavailable};

/// Sends 20 codes with `prefix` at once to a server of their own; each must be answered `expected`, after `calls`
/// calls, and the breaker must have counted them or not.
async fn twenty(prefix: &str, expected: &str, calls: u64, counted: bool) {
    let rig = Rig::new(700);
    let codes: Vec<String> = (0..20).map(|number| format!("{prefix}-alice-{number}")).collect();
    for exchange in join_all(codes.iter().map(|code| rig.login(code))).await {
        assert_eq!(refusal(&exchange), expected, "{prefix}");
    }
    assert_eq!(rig.simulator.calls(), 20 * calls, "{prefix}");
    let state = if counted { State::Open } else { State::Closed };
    assert_eq!(rig.wechat.upstream().breaker(), state, "{prefix}");
    assert_eq!(rig.wechat.upstream().in_flight(), 0, "{prefix}");
}

#[actix_web::test]
async fn u04_and_u05_no_answer_within_the_deadline_is_a_timeout() {
    twenty("hang", "wechat_timeout", 1, true).await;
    twenty("drip", "wechat_timeout", 1, true).await;
    twenty("slow900", "wechat_timeout", 1, true).await;
}

#[actix_web::test]
async fn u06_a_fresh_connection_that_ends_without_an_answer_is_not_tried_again() {
    twenty("close", "wechat_unavailable", 1, true).await;
    twenty("reset", "wechat_unavailable", 1, true).await;
    let rig = Rig::new(700);
    assert_eq!(unavailable(&rig.login("close-alice-1").await), Some((2, true)));
    assert_eq!(unavailable(&rig.login("reset-alice-1").await), Some((2, true)));
}

#[actix_web::test]
async fn u08_an_answer_that_breaks_off_makes_no_sense() {
    twenty("cut", "wechat_bad_response", 1, true).await;
    twenty("short", "wechat_bad_response", 1, true).await;
    twenty("cutchunk", "wechat_bad_response", 1, true).await;
    twenty("cuthead", "wechat_bad_response", 1, true).await;
}

#[actix_web::test]
async fn u09_a_5xx_is_unavailable_and_the_code_perhaps_used() {
    for status in [500, 502, 503, 504, 599] {
        twenty(&format!("http{status}"), "wechat_unavailable", 1, true).await;
    }
    let rig = Rig::new(700);
    assert_eq!(unavailable(&rig.login("http502-alice-1").await), Some((2, true)));
}

#[actix_web::test]
async fn u10_a_200_that_names_nobody_makes_no_sense() {
    let prefixes = [
        "html",
        "empty",
        "malformed",
        "array",
        "noopenid",
        "emptyopenid",
        "longopenid",
        "nosessionkey",
        "badsessionkey",
    ];
    for prefix in prefixes {
        twenty(prefix, "wechat_bad_response", 1, true).await;
    }
}

#[actix_web::test]
async fn u11_and_u21_oddities_of_a_good_answer_do_not_matter() {
    for prefix in ["gbk", "zero", "control", "slow20"] {
        twenty(prefix, "ok", 1, false).await;
    }
}

#[actix_web::test]
async fn u12_a_body_over_64_kib_makes_no_sense() {
    twenty("big", "wechat_bad_response", 1, true).await;
    twenty("bigchunks", "wechat_bad_response", 1, true).await;
}

#[actix_web::test]
async fn u13_a_redirect_is_not_followed() {
    twenty("redirect", "wechat_bad_response", 1, true).await;
    let rig = Rig::new(700);
    rig.login("redirect-alice-1").await;
    assert_eq!((rig.simulator.calls(), rig.simulator.redirected()), (1, 0));
}

#[actix_web::test]
async fn u14_busy_twice_is_busy_and_counts_half() {
    twenty("busy", "wechat_busy", 2, true).await;
    let rig = Rig::new(700);
    let codes: Vec<String> = (0..19).map(|number| format!("busy-alice-{number}")).collect();
    join_all(codes.iter().map(|code| rig.login(code))).await;
    rig.login("alice-1").await;
    assert_eq!(rig.wechat.upstream().breaker(), State::Closed);
}

#[actix_web::test]
async fn u15_to_u19_refusals_are_answers_and_do_not_count() {
    for (errcode, expected) in [
        (45011, "rate_limited"),
        (40029, "code_invalid"),
        (40163, "code_used"),
        (40226, "wechat_user_blocked"),
        (40013, "wechat_misconfigured"),
        (40125, "wechat_misconfigured"),
        (41002, "wechat_misconfigured"),
        (41004, "wechat_misconfigured"),
        (40164, "wechat_misconfigured"),
    ] {
        twenty(&format!("errcode{errcode}"), expected, 1, false).await;
        twenty(&format!("quoted{errcode}"), expected, 1, false).await;
    }
}

#[actix_web::test]
async fn u15_the_minute_quota_asks_for_at_most_a_minute() {
    let outcome = Rig::new(700).login("errcode45011-alice-1").await.outcome;
    let Err(Error::RateLimited { retry_after }) = outcome else { panic!("not limited") };
    assert!(retry_after > Duration::ZERO && retry_after <= Duration::from_mins(1));
}

#[actix_web::test]
async fn u20_an_unknown_errcode_is_passed_on() {
    twenty("errcode12345", "wechat_error", 1, true).await;
    let exchange = Rig::new(700).login("errcode12345-alice-1").await;
    assert!(matches!(exchange.outcome, Err(Error::WeChatError { errcode: 12345 })));
    assert_eq!(exchange.errcode, Some(12345));
}

#[actix_web::test]
async fn u22_other_statuses_and_heads_make_no_sense() {
    for prefix in ["http100", "http103", "http201", "http204", "http304", "http404", "bighead", "lengths"] {
        twenty(prefix, "wechat_bad_response", 1, true).await;
    }
}

#[actix_web::test]
async fn the_login_log_learns_errcode_and_rid() {
    let rig = Rig::new(700);
    let exchange = rig.login("errcode40029-alice-1").await;
    assert_eq!(exchange.errcode, Some(40029));
    assert_eq!(exchange.rid.unwrap().len(), 26);
    let exchange = rig.login("alice-1").await;
    assert!(exchange.errcode.is_none() && exchange.rid.is_none() && exchange.latency > Duration::ZERO);
}

#[actix_web::test]
async fn the_same_person_comes_back_with_the_same_openid() {
    let rig = Rig::new(700);
    let first = rig.login("alice-1").await.outcome.unwrap();
    let again = rig.login("alice-2").await.outcome.unwrap();
    let other = rig.login("bob-1").await.outcome.unwrap();
    assert_eq!(first.openid, again.openid);
    assert_ne!(first.openid, other.openid);
    assert_eq!(refusal(&rig.login("alice-1").await), "code_used");
}

#[actix_web::test]
async fn hostile_codes_stay_codes() {
    let rig = Rig::new(700);
    for code in ["\"abc\"", "%0d%0aX: y", "{\"jsCode\":\"…\"}", "a&appid=wx0", "a#b", "a?b=c", "a\r\nb"] {
        assert_eq!(refusal(&rig.login(code).await), "ok", "{code}");
        assert_eq!(refusal(&rig.login(code).await), "code_used", "{code}");
    }
    assert_eq!(refusal(&rig.login("").await), "code_invalid");
}

#[actix_web::test]
async fn a_wrong_appid_or_secret_is_misconfigured() {
    let rig = Rig::new(700);
    let mut other = super::app();
    other.secret = "wrong".into();
    let exchange = rig.wechat.code2session(&other, "alice-1").await;
    assert_eq!((refusal(&exchange), exchange.errcode), ("wechat_misconfigured", Some(40125)));
    other.appid = "wx0".to_owned();
    let exchange = rig.wechat.code2session(&other, "alice-1").await;
    assert_eq!((refusal(&exchange), exchange.errcode), ("wechat_misconfigured", Some(40013)));
}
