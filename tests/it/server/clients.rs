//! Who calls, under which name, and how many at once.

use super::{routes, server, short};
use crate::support::raw::get;
use crate::support::running::Running;

fn behind_proxy() -> Running {
    Running::start(short("[server]\ntrusted_proxies = ['127.0.0.0/8', '10.0.0.0/8']"), routes)
}

#[test]
fn x_forwarded_for_is_believed_from_trusted_proxies_only() {
    let spoof =
        get("/me", &["X-Forwarded-For: 203.0.113.9", "Forwarded: for=203.0.113.8", "X-Real-IP: 203.0.113.7"]);
    assert_eq!(server().ask(&spoof).body, "127.0.0.1");
    assert_eq!(behind_proxy().ask(&spoof).body, "203.0.113.9");
    let only_forwarded = get("/me", &["Forwarded: for=203.0.113.8"]);
    assert_eq!(behind_proxy().ask(&only_forwarded).body, "127.0.0.1");
}

#[test]
fn what_a_client_writes_left_of_its_address_does_not_count() {
    let request = get("/me", &["X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 203.0.113.9, 10.0.0.5"]);
    assert_eq!(behind_proxy().ask(&request).body, "203.0.113.9");
}

#[test]
fn every_answer_names_its_request() {
    let server = server();
    let answer = server.ask(&get("/id", &["X-Request-Id: mine"]));
    assert_eq!(answer.header("x-request-id"), answer.body);
    let id = uuid::Uuid::parse_str(&answer.body).unwrap();
    assert_eq!(id.get_version_num(), 7);
    assert_ne!(server.ask(&get("/id", &[])).body, answer.body);
}

#[test]
fn a_trusted_proxy_names_the_request_unless_the_name_is_hostile() {
    let server = behind_proxy();
    assert_eq!(server.ask(&get("/id", &["X-Request-Id: edge-42.a_b"])).header("x-request-id"), "edge-42.a_b");
    for hostile in ["a b", "<b>", "\"", &"a".repeat(65), ""] {
        let answer = server.ask(&get("/id", &[&format!("X-Request-Id: {hostile}")]));
        assert!(uuid::Uuid::parse_str(answer.header("x-request-id")).is_ok(), "{hostile:?}");
    }
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let mut gate = short("");
    gate.limits.connections_per_peer = 2;
    let server = Running::start(gate, routes);
    let mut kept = [server.connect(), server.connect()];
    for client in &mut kept {
        assert_eq!(client.ask(&get("/me", &[])).status, 200);
    }
    let mut third = server.connect();
    third.send(get("/me", &[]));
    assert_eq!(third.rest(), "");
    drop(kept);
    // the server learns of the end a moment later
    let is_served = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        let mut next = server.connect();
        next.send(get("/me", &[]));
        next.rest().starts_with("HTTP/1.1 200")
    });
    assert!(is_served, "places of ended connections were never given back");
}
