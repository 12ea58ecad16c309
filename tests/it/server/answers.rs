//! What every answer has, and what errors look like.

use menwei::assets;

use super::{routes, server, short};
use crate::support::raw::{Answer, get, post, with_body};
use crate::support::running::{Running, gate};

fn problem(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    let problem = answer.json();
    assert_eq!(problem["status"], answer.status);
    assert_eq!(problem["requestId"], answer.header("x-request-id"));
    for member in ["type", "title", "detail"] {
        assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {problem}");
    }
    (answer.status, problem["code"].as_str().unwrap().to_owned())
}

#[test]
fn every_answer_has_the_security_headers() {
    let server = Running::start(short("[server]\npublic_url = 'https://login.example.com'"), routes);
    let large = post("/api/things/1", &format!("{{\"x\":\"{}\"}}", "x".repeat(20_000)));
    let requests = [
        (200, get("/api/things/1", &[])),
        (200, get("/page", &[])),
        (200, get("/livez", &[])),
        (200, get(assets::url("favicon.svg"), &[])),
        (404, get("/nowhere", &[])),
        (404, get("/static/favicon.svg", &[])),
        (405, with_body("DELETE", "/api/things/1", &[], None)),
        (413, large),
        (415, with_body("POST", "/api/things/1", &["Content-Type: text/plain"], Some("{}"))),
        (400, post("/api/things/1", "{")),
        (500, get("/api/panic", &[])),
        (503, get("/api/broken", &[])),
    ];
    for (status, request) in requests {
        let answer = server.ask(&request);
        assert_eq!(answer.status, status, "{request}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{request}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{request}");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{request}");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{request}");
        assert!(answer.header("strict-transport-security").starts_with("max-age=31536000"), "{request}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none';"), "{request}");
        assert!(!answer.header("x-request-id").is_empty(), "{request}");
        assert_eq!(answer.header("server"), "", "{request}");
        let is_file = status == 200 && request.contains("/static/");
        assert_eq!(answer.header("cache-control") == "no-store", !is_file, "{request}");
    }
}

#[test]
fn over_http_nothing_is_pinned_to_https_and_pages_get_the_policy_of_pages() {
    let answer = server().ask(&get("/page", &[]));
    assert_eq!(answer.header("strict-transport-security"), "");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("style-src 'self'") && policy.contains("require-trusted-types-for 'script'"));
}

#[test]
fn http_s_own_refusals_are_problems_with_a_code() {
    let server = server();
    let large = format!("{{\"x\":\"{}\"}}", "x".repeat(16 * 1024 - 7));
    let chunked = format!(
        "POST /api/bytes HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n{:x}\r\n{}\r\n0\r\n\r\n",
        1001,
        "x".repeat(1001)
    );
    let cases = [
        (get("/api/nowhere", &[]), (404, "not_found")),
        (get("/api/number/900", &[]), (404, "not_found")),
        (with_body("PUT", "/api/things/1", &[], Some("{}")), (405, "method_not_allowed")),
        (with_body("BREW", "/api/things/1", &[], None), (405, "method_not_allowed")),
        (post("/livez", "{}"), (405, "method_not_allowed")),
        (post("/api/things/1", &large), (413, "too_large")),
        (chunked, (413, "too_large")),
        (with_body("POST", "/api/things/1", &[], Some("{}")), (415, "unsupported_media_type")),
        (
            with_body("POST", "/api/things/1", &["Content-Type: application/json; charset=gbk"], Some("{}")),
            (415, "unsupported_media_type"),
        ),
        (post("/api/things/1", "{\"a\":1,\"a\":2}"), (400, "invalid_request")),
        (get("/api/panic", &[]), (500, "internal")),
    ];
    for (request, (status, code)) in cases {
        assert_eq!(problem(&server.ask(&request)), (status, code.to_owned()), "{request:.200}");
    }
}

#[test]
fn json_of_exactly_16_kib_is_taken_in_any_spelling_of_its_type() {
    let body = format!("{{\"x\":\"{}\"}}", "x".repeat(16 * 1024 - 8));
    for kind in ["application/json", "Application/JSON;charset=\"UTF-8\"", "application/json; charset=utf-8"]
    {
        let request = with_body("POST", "/api/things/1", &[&format!("Content-Type: {kind}")], Some(&body));
        assert_eq!(server().ask(&request).body, body);
    }
}

#[test]
fn a_405_says_which_methods_there_are() {
    let server = server();
    for method in ["PUT", "PATCH", "OPTIONS", "TRACE"] {
        let answer = server.ask(&with_body(method, "/api/things/1", &[], None));
        assert_eq!((answer.status, answer.header("allow")), (405, "GET, POST, HEAD"), "{method}");
    }
}

#[test]
fn head_is_get_without_the_body() {
    let server = server();
    let mut client = server.connect();
    client.send("HEAD /api/things/1 HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
    let all = client.rest();
    assert!(all.starts_with("HTTP/1.1 200") && all.contains("content-length: 5\r\n"), "{all}");
    assert!(all.ends_with("\r\n\r\n"), "{all}");
}

#[test]
fn our_own_errors_have_their_status_and_headers() {
    let server = server();
    let frozen = server.ask(&get("/api/frozen", &[]));
    assert_eq!(problem(&frozen), (403, "user_frozen".to_owned()));
    let unknown = server.ask(&get("/api/unknown", &[]));
    assert_eq!(problem(&unknown), (401, "session_unknown".to_owned()));
    assert!(unknown.header("www-authenticate").starts_with("Bearer"));
    let busy = server.ask(&get("/api/busy", &[]));
    assert_eq!((problem(&busy).0, busy.header("retry-after")), (503, "1"));
    let invalid = server.ask(&get("/api/invalid", &["Accept-Language: en"]));
    assert_eq!(problem(&invalid), (400, "invalid_request".to_owned()));
    assert_eq!(
        invalid.json()["errors"],
        serde_json::json!([{"field": "nickName", "message": "may have at most 64 characters"}])
    );
}

#[test]
fn the_detail_speaks_the_reader_s_language() {
    let server = server();
    assert_eq!(server.ask(&get("/api/unknown", &[])).json()["detail"], "登录状态无效，请重新登录。");
    let english = server.ask(&get("/api/unknown", &["Accept-Language: en-GB, zh;q=0.5"]));
    assert_eq!(english.json()["detail"], "The session is not known. Log in once more.");
    let missing = server.ask(&get("/api/nowhere", &["Accept-Language: en"]));
    assert_eq!(missing.json()["detail"], "There is no such thing.");
}

#[test]
fn a_cause_stays_inside() {
    let answer = server().ask(&get("/api/broken", &[]));
    assert_eq!(problem(&answer), (503, "storage_unavailable".to_owned()));
    assert!(!format!("{answer:?}").contains("hunter2"));
}

#[test]
fn a_panic_ends_one_request_and_nothing_else() {
    let server = server();
    let mut client = server.connect();
    for _ in 0..3 {
        assert_eq!(client.ask(&get("/api/panic", &[])).status, 500);
        assert_eq!(client.ask(&get("/api/things/1", &[])).status, 200);
    }
}

#[test]
fn pages_get_their_errors_as_pages() {
    let mut gate = short("");
    gate.error_page = Some(|status, current| format!("<p>{} {}</p>", status.as_u16(), current.id));
    let server = Running::start(gate, routes);
    let answer = server.ask(&get("/admin/nowhere", &[]));
    assert_eq!((answer.status, answer.header("content-type")), (404, "text/html; charset=utf-8"));
    assert_eq!(answer.body, format!("<p>404 {}</p>", answer.header("x-request-id")));
    assert_eq!(problem(&server.ask(&get("/api/nowhere", &[]))).0, 404);
}

#[test]
fn readyz_says_no_when_the_database_does() {
    let mut gate = gate("");
    let probe = || async { Err(menwei::error::Error::storage("down")) };
    gate.health = std::sync::Arc::new(menwei::ops::health::Health::new(probe));
    let server = Running::start(gate, routes);
    assert_eq!(server.ask(&get("/livez", &[])).status, 200);
    let answer = server.ask(&get("/readyz", &[]));
    assert_eq!((answer.status, answer.body.as_str()), (503, r#"{"status":"storage_unavailable"}"#));
}

#[test]
fn files_may_be_kept_for_ever_and_come_compressed() {
    let server = server();
    let path = assets::url("favicon.svg");
    let answer = server.ask(&get(path, &[]));
    assert_eq!(answer.header("content-type"), "image/svg+xml");
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("vary"), "accept-encoding");
    assert_eq!(answer.body, include_str!("../../../static/favicon.svg"));
    assert_eq!(server.ask(&with_body("POST", path, &[], None)).status, 405);
}
