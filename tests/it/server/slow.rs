//! Clients that keep a connection without using it are cut off.

use std::time::Duration;

use super::{WAIT, routes, server, short};
use crate::support::raw::{get, post};
use crate::support::running::Running;

const HALF_HEAD: &str = "GET /api/things/1 HTTP/1.1\r\nHost: menwei.example.com\r\nX-Long: ";

#[test]
fn a_silent_connection_is_closed() {
    let server = server();
    let mut client = server.connect();
    assert!(client.rest().starts_with("HTTP/1.1 408"));
}

#[test]
fn a_first_head_that_never_ends_is_closed() {
    let server = server();
    let mut silent = server.connect();
    silent.send(HALF_HEAD);
    assert!(silent.rest().starts_with("HTTP/1.1 408"));
    let mut dripping = server.connect();
    dripping.send(HALF_HEAD);
    dripping.drip_until_closed(b"x");
}

#[test]
fn a_kept_connection_that_stays_silent_is_closed() {
    let server = server();
    let mut client = server.connect();
    assert_eq!(client.ask(&get("/api/things/1", &[])).status, 200);
    assert_eq!(client.rest(), "");
}

#[test]
fn a_second_head_that_never_ends_is_closed() {
    let server = server();
    let mut silent = server.connect();
    assert_eq!(silent.ask(&get("/api/things/1", &[])).status, 200);
    silent.send(HALF_HEAD);
    assert_eq!(silent.rest(), "");
    let mut dripping = server.connect();
    assert_eq!(dripping.ask(&get("/api/things/1", &[])).status, 200);
    dripping.send(HALF_HEAD);
    dripping.drip_until_closed(b"x");
}

#[test]
fn a_declared_body_that_does_not_come_is_answered_408_and_closed() {
    let server = server();
    let head =
        "POST /api/bytes HTTP/1.1\r\nHost: menwei.example.com\r\nContent-Length: 900\r\n\r\n0123456789";
    let mut silent = server.connect();
    silent.send(head);
    let answer = silent.answer();
    assert_eq!((answer.status, answer.json()["code"].as_str()), (408, Some("request_timeout")));
    assert_eq!(silent.rest(), "");
    let mut dripping = server.connect();
    dripping.send(head);
    assert!(dripping.drip_until_closed(b"x").starts_with("HTTP/1.1 408"));
}

#[test]
fn a_chunked_body_that_never_ends_is_answered_408_and_closed() {
    let server = server();
    let head = "POST /api/bytes HTTP/1.1\r\nHost: menwei.example.com\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut silent = server.connect();
    silent.send(format!("{head}a\r\n0123456789\r\n"));
    assert_eq!(silent.answer().status, 408);
    assert_eq!(silent.rest(), "");
    let mut dripping = server.connect();
    dripping.send(head);
    assert!(dripping.drip_until_closed(b"1\r\nx\r\n").starts_with("HTTP/1.1 408"));
}

#[test]
fn a_body_that_nobody_reads_does_not_keep_its_connection() {
    let server = server();
    for framing in ["Content-Length: 900", "Transfer-Encoding: chunked"] {
        let mut client = server.connect();
        client.send(format!("GET /api/things/1 HTTP/1.1\r\nHost: a.example\r\n{framing}\r\n\r\n"));
        assert_eq!(client.answer().status, 200, "{framing}");
        client.drip_until_closed(b"1\r\nx\r\n");
    }
}

#[test]
fn an_answer_that_is_not_read_does_not_keep_its_connection() {
    let server = server();
    let mut client = server.connect();
    client.send(get("/api/endless", &[]));
    std::thread::sleep(3 * WAIT);
    // what the system's buffers held comes, then the end
    assert!(client.rest().starts_with("HTTP/1.1 200"));
}

#[test]
fn a_slow_handler_is_not_cut_off() {
    let server = server();
    assert_eq!(server.ask(&get("/api/slow", &[])).body, "slow");
}

#[test]
fn a_connection_that_works_is_kept_as_long_as_it_works() {
    let mut gate = short("");
    // actix's own clock for it ticks every half second
    gate.limits.keep_alive = WAIT + Duration::from_secs(1);
    let server = Running::start(gate, routes);
    let mut client = server.connect();
    for _ in 0..30 {
        assert_eq!(client.ask(&post("/api/things/1", "{}")).status, 200);
        std::thread::sleep(Duration::from_millis(150));
    }
}
