use std::net::TcpListener;

use menwei::clock::Clock;
use menwei::wechat::simulator::{self, Settings};

use super::{APPID, Rig, SECRET, app, refusal, settings, unavailable, wechat};

#[actix_web::test]
async fn u07_a_stale_pooled_connection_is_invisible() {
    let rig = Rig::new(700);
    assert_eq!(refusal(&rig.login("alice-1").await), "ok");
    assert_eq!(refusal(&rig.login("stale-bob-1").await), "ok");
    assert_eq!(rig.simulator.calls(), 3);
}

#[actix_web::test]
async fn u07_the_second_attempt_takes_no_other_stale_connection() {
    let rig = Rig::new(1000);
    let (first, second) = tokio::join!(rig.login("slow100-alice-1"), rig.login("slow100-bob-1"));
    assert_eq!((refusal(&first), refusal(&second)), ("ok", "ok"));
    assert_eq!(refusal(&rig.login("stale-carol-1").await), "ok");
    assert_eq!(rig.simulator.calls(), 4);
}

#[actix_web::test]
async fn u07_a_restart_of_the_other_side_is_invisible() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let start = || {
        let settings = Settings { apps: vec![(APPID.to_owned(), SECRET.into())], ..Settings::default() };
        simulator::start(listener.try_clone().unwrap(), settings, Clock::System).unwrap()
    };
    let first = start();
    let wechat = wechat(&settings(&first.api_base(), 700));
    assert_eq!(refusal(&wechat.code2session(&app(), "alice-1").await), "ok");
    drop(first);
    let second = start();
    assert_eq!(refusal(&wechat.code2session(&app(), "alice-2").await), "ok");
    assert_eq!(second.calls(), 1);
}

#[actix_web::test]
async fn u09_a_5xx_is_tried_again_when_a_second_and_a_half_are_left() {
    let rig = Rig::new(3000);
    assert_eq!(refusal(&rig.login("oncehttp502-alice-1").await), "ok");
    assert_eq!(rig.simulator.calls(), 2);
    assert_eq!(unavailable(&rig.login("http503-alice-1").await), Some((2, true)));
    assert_eq!(rig.simulator.calls(), 4);
}

#[actix_web::test]
async fn u14_busy_once_is_invisible() {
    let rig = Rig::new(700);
    let exchange = rig.login("oncebusy-alice-1").await;
    assert_eq!((refusal(&exchange), exchange.errcode), ("ok", None));
    assert_eq!(rig.simulator.calls(), 2);
}

#[actix_web::test]
async fn a_used_code_after_an_ambiguous_attempt_is_not_the_clients_fault() {
    let rig = Rig::new(3000);
    for (code, calls) in [("spentbusy-alice-1", 2), ("spenthttp502-alice-1", 4)] {
        let exchange = rig.login(code).await;
        assert_eq!(unavailable(&exchange), Some((2, true)), "{code}");
        assert_eq!(exchange.errcode, Some(40163), "the log keeps what WeChat said");
        assert_eq!(rig.simulator.calls(), calls, "{code}");
    }
    assert_eq!(refusal(&rig.login("alice-1").await), "ok");
    assert_eq!(unavailable(&rig.login("spentstale-alice-1").await), Some((2, true)));
    assert_eq!(refusal(&rig.login("spentstale-alice-1").await), "code_used");
}

#[actix_web::test]
async fn there_is_no_third_attempt() {
    let rig = Rig::new(700);
    assert_eq!(refusal(&rig.login("alice-1").await), "ok");
    let exchange = rig.login("close-alice-2").await;
    assert_eq!(unavailable(&exchange), Some((2, true)));
    assert_eq!(rig.simulator.calls(), 3, "once more because the first connection was reused, then no more");
}
