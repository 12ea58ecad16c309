//! A stop finishes what is under way, and is over in bounded time.

use std::process::Command;
use std::time::{Duration, Instant};

use menwei::server::Stop;

use super::{routes, short};
use crate::support::raw::{PATIENCE, get};
use crate::support::running::Running;

#[test]
fn a_request_under_way_is_answered_and_then_the_server_ends() {
    let mut gate = short("");
    gate.limits.stop = PATIENCE;
    let mut server = Running::start(gate, routes);
    let mut client = server.connect();
    client.send(get("/api/slow", &[]));
    std::thread::sleep(Duration::from_millis(300));
    server.stop(Stop::Drain);
    let answer = client.answer();
    assert_eq!((answer.status, answer.header("connection")), (200, "close"));
    server.join().unwrap();
    assert!(std::net::TcpStream::connect(server.address).is_err());
}

#[test]
fn readyz_says_no_while_the_server_still_answers() {
    let mut gate = short("");
    gate.limits.drain = Duration::from_secs(3);
    let mut server = Running::start(gate, routes);
    assert_eq!(server.ask(&get("/readyz", &[])).status, 200);
    server.stop(Stop::Drain);
    let start = Instant::now();
    while server.ask(&get("/readyz", &[])).status == 200 {
        assert!(start.elapsed() < Duration::from_secs(2), "still ready");
    }
    assert_eq!(server.ask(&get("/api/things/1", &[])).status, 200);
    server.join().unwrap();
}

#[test]
fn a_half_sent_body_does_not_hold_the_stop_up() {
    let mut gate = short("");
    gate.limits.body = PATIENCE * 10;
    let mut server = Running::start(gate, routes);
    let mut client = server.connect();
    client.send("POST /api/bytes HTTP/1.1\r\nHost: a.example\r\nContent-Length: 900\r\n\r\n0123456789");
    std::thread::sleep(Duration::from_millis(300));
    let start = Instant::now();
    server.stop(Stop::Now);
    server.join().unwrap();
    assert!(start.elapsed() < PATIENCE, "the stop waited for a body that does not come");
}

#[test]
fn sigterm_ends_the_server_without_an_error() {
    let mut server = Running::until_signal(short(""), routes);
    assert_eq!(server.ask(&get("/livez", &[])).status, 200);
    let told = Command::new("kill").args(["-TERM", &std::process::id().to_string()]).status().unwrap();
    assert!(told.success());
    server.join().unwrap();
}
