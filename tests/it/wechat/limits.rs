use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use futures_util::future::join_all;
use menwei::wechat::breaker::State;
use socket2::{Domain, Socket, Type};

use super::{Rig, app, refusal, settings, unavailable, wechat};

#[actix_web::test]
async fn u01_a_refused_connection_is_unavailable_and_the_code_unused() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let wechat = wechat(&settings(&format!("http://{address}"), 700));
    let app = app();
    for exchange in join_all((0..20).map(|_| wechat.code2session(&app, "alice-1"))).await {
        assert_eq!(unavailable(&exchange), Some((2, false)));
    }
    assert_eq!(wechat.upstream().breaker(), State::Open);
}

#[actix_web::test]
async fn u01_a_connection_that_is_never_made_is_unavailable_and_the_code_unused() {
    // a full backlog: further connections wait for ever
    let full = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    full.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into()).unwrap();
    full.listen(0).unwrap();
    let address = full.local_addr().unwrap().as_socket().unwrap();
    let wait = Duration::from_millis(100);
    let fill: Vec<_> = (0..4).map(|_| TcpStream::connect_timeout(&address, wait)).collect();
    assert!(fill.iter().any(Result::is_err), "the backlog is full");
    let wechat = wechat(&settings(&format!("http://{address}"), 700));
    assert_eq!(unavailable(&wechat.code2session(&app(), "alice-1").await), Some((2, false)));
}

#[actix_web::test]
async fn u02_a_name_that_does_not_resolve_is_unavailable_and_the_code_unused() {
    let wechat = wechat(&settings("http://wechat.invalid", 700));
    assert_eq!(unavailable(&wechat.code2session(&app(), "alice-1").await), Some((2, false)));
}

#[actix_web::test]
async fn u23_more_than_fit_are_refused_while_the_others_wait() {
    let rig = Rig::with(1500, |settings| settings.max_in_flight = 2);
    let waiting = join_all([rig.login("hang-a-1"), rig.login("hang-b-1")]);
    let late = async {
        while rig.simulator.calls() < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(rig.wechat.upstream().in_flight(), 2);
        rig.login("alice-1").await
    };
    let (waited, refused) = tokio::join!(waiting, late);
    assert_eq!(unavailable(&refused), Some((2, false)));
    assert!(waited.iter().all(|exchange| refusal(exchange) == "wechat_timeout"));
    assert_eq!(rig.simulator.calls(), 2);
    assert_eq!(refusal(&rig.login("alice-1").await), "ok", "places are free again");
}

#[actix_web::test]
async fn u23_an_open_breaker_calls_nobody_and_closes_after_three_good_probes() {
    let rig = Rig::new(700);
    let codes: Vec<String> = (0..20).map(|number| format!("html-alice-{number}")).collect();
    join_all(codes.iter().map(|code| rig.login(code))).await;
    assert_eq!(rig.wechat.upstream().breaker(), State::Open);
    assert_eq!(unavailable(&rig.login("alice-1").await), Some((2, false)));
    assert_eq!(rig.simulator.calls(), 20);
    for probe in 0..3 {
        rig.clock.advance(Duration::from_secs(2));
        assert_eq!(refusal(&rig.login(&format!("bob-{probe}")).await), "ok");
        let next = refusal(&rig.login(&format!("carol-{probe}")).await);
        assert_eq!(next, if probe < 2 { "wechat_unavailable" } else { "ok" });
    }
    assert_eq!(rig.wechat.upstream().breaker(), State::Closed);
}

#[actix_web::test]
async fn more_exchanges_than_awcs_usual_limit_run_at_once() {
    let rig = Rig::with(5000, |settings| settings.max_in_flight = 150);
    let codes: Vec<String> = (0..150).map(|number| format!("hang-alice-{number}")).collect();
    let all = join_all(codes.iter().map(|code| rig.login(code)));
    let arrived = async {
        while rig.simulator.calls() < 150 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        _ = all => panic!("the deadline came before all calls were made"),
        () = arrived => {}
    }
}
