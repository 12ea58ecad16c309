//! Requests that end in each status which chance does not find: too slow, too large, WeChat's faults, no database.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use menwei::clock::Clock;
use serde_json::json;
use sha1::{Digest as _, Sha1};

use super::rig::{CLIENT, Operation, PUSH_TOKEN, Rig};
use crate::avatar::pictures::png;
use crate::avatar::{body as form, upload};
use crate::support::raw::{Raw, get, with_body};
use crate::support::site::{APPID, request, text};

const NOBODYS_AVATAR: &str = "0123456789abcdef0123456789abcdef.jpg";
/// A form needs to say where its parts end.
const FORM: &str = "multipart/form-data; boundary=x";
/// A form with a file that is no picture.
const PART: &str =
    "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx\r\n--x--\r\n";

/// What an operation says that its body is.
fn kind(operation: &Operation) -> String {
    match operation.kind().as_str() {
        "multipart/form-data" => FORM.to_owned(),
        kind => kind.to_owned(),
    }
}

/// A path with something in its places.
fn filled(path: &str) -> String {
    path.replace("{sid}", "018f4e2b-1a2b-7c3d-8e4f-0123456789ab")
        .replace("{appid}", APPID)
        .replace("{file}", NOBODYS_AVATAR)
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// Bodies that come too slowly, of every operation that takes one; their answers are waited for at the end.
pub fn begin_slow(rig: &Rig, token: &str) -> Vec<Raw> {
    let slow = |operation: &Operation| {
        let mut raw = Raw::connect(rig.process.address);
        let (path, kind, bearer) = (filled(&operation.path), kind(operation), bearer(token));
        let method = &operation.method;
        // who asks /introspect proves it in the body
        let bearer = if operation.path == "/introspect" { String::new() } else { format!("{bearer}\r\n") };
        raw.send(format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\n{bearer}Content-Type: {kind}\r\nContent-Length: 9\r\n\r\n"
        ));
        raw
    };
    Operation::all().iter().filter(|operation| operation.has(408)).map(slow).collect()
}

/// Bodies that are too large, and of the wrong kind.
pub fn wrong_bodies(rig: &Rig, token: &str) {
    for operation in Operation::all() {
        let (path, bearer) = (filled(&operation.path), bearer(token));
        let large = "x".repeat(if operation.path == "/api/avatar" { 5 << 20 } else { 70 * 1024 });
        let method = &operation.method;
        if operation.has(413) {
            let kind = format!("Content-Type: {}", kind(&operation));
            // the answer may come before the body was taken
            let mut raw = Raw::connect(rig.process.address);
            raw.send(with_body(method, &path, &[&kind, &bearer], Some(&large)));
            assert_eq!(raw.answer().status, 413, "{path}");
        }
        if operation.has(415) {
            let answer =
                rig.ask(&with_body(method, &path, &["Content-Type: text/plain", &bearer], Some("{}")));
            assert_eq!(answer.status, 415, "{path}");
        }
    }
}

/// Everything that needs a session, without one.
pub fn strangers(rig: &Rig) {
    let needs = |operation: &&Operation| operation.has(401) && operation.path != "/introspect";
    for operation in Operation::all().iter().filter(needs) {
        let body = (operation.method == "POST").then_some("{}");
        let (kind, body) = match operation.path.as_str() {
            "/api/avatar" => (FORM, Some(PART)),
            _ => ("application/json", body),
        };
        let kind = format!("Content-Type: {kind}");
        let answer = rig.ask(&with_body(&operation.method, &filled(&operation.path), &[&kind], body));
        assert_eq!(answer.status, 401, "{} {}", operation.method, operation.path);
    }
}

/// Each fault of WeChat's, wherever WeChat is asked.
pub fn faults_of_wechat(rig: &Rig) {
    let faults = [
        ("errcode45011", 429),
        ("errcode12345", 502),
        ("hang", 504),
        ("errcode40226", 403),
        ("errcode40029", 400),
    ];
    for (fault, status) in faults {
        let code = json!({ "code": format!("{fault}-anna-1{status}") });
        let token = rig.process.login(&format!("anna-2{status}"));
        for (method, path, token) in [
            ("POST", "/api/login", None),
            ("POST", "/api/userProfile", None),
            ("POST", "/api/phone", Some(token.as_str())),
            ("POST", "/api/account/restore", None),
            ("DELETE", "/api/account", None),
        ] {
            // a code has one outcome everywhere: each needs its own
            let code = json!({ "code": format!("{}{}", code["code"].as_str().unwrap(), path.len()) });
            let answer = rig.ask(&request(method, path, token, Some(&code)));
            assert_eq!(answer.status, status, "{path} {fault}: {answer:?}");
        }
        if status > 403 {
            let token = rig.process.login(&format!("check_{fault}-1"));
            let answer = rig.ask(&request("POST", "/api/session/check", Some(&token), None));
            assert_eq!(answer.status, status, "session/check {fault}: {answer:?}");
        }
    }
}

/// A caller whose mini-program is not configured any more.
pub fn app_that_is_gone(rig: &Rig, token: &str) {
    let other = rig.of_another_app();
    let answer = other.ask("POST", "/api/session/check", Some(token), None);
    assert_eq!(answer.status, 400, "{answer:?}");
}

/// Accounts that are not there, or are being left; pictures that are none.
pub fn accounts_and_pictures(rig: &Rig, token: &str) {
    let ask =
        |method, path, code: &str| rig.ask(&request(method, path, None, Some(&json!({ "code": code }))));
    assert_eq!(ask("DELETE", "/api/account", "nobody_at_all-1").status, 404);
    let leaving = rig.process.login("anna_leaves-2");
    let answer = rig.ask(&request("DELETE", "/api/account", Some(&leaving), None));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(ask("POST", "/api/login", "anna_leaves-3").status, 403);
    assert_eq!(ask("POST", "/api/account/restore", "anna_leaves-4").status, 200);
    assert_eq!(ask("POST", "/api/account/restore", "nobody_at_all-2").status, 404);
    let lines = [format!("Content-Type: {FORM}"), bearer(token)];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!(rig.ask(&with_body("POST", "/api/avatar", &lines, Some(PART))).status, 422);
    let mut raw = Raw::connect(rig.process.address);
    raw.send(upload(Some(token), &form(&[("file", Some("a.png"), &png())])));
    let url = text(&raw.answer().json(), "/avatarUrl");
    let path = url.find("/avatar/").and_then(|at| url.get(at..)).unwrap();
    let known = rig.ask(&get(path, &["If-None-Match: *"]));
    assert_eq!(known.status, 304, "{known:?}");
}

/// The address of a push that WeChat signed.
fn signed(nonce: &str) -> String {
    let seconds = Clock::System.now().seconds().to_string();
    let mut parts = [PUSH_TOKEN, &seconds, nonce];
    parts.sort_unstable();
    let signature = menwei::secret::hex(&Sha1::digest(parts.concat()));
    format!("/wechat/push/{APPID}?signature={signature}&timestamp={seconds}&nonce={nonce}")
}

/// Pushes that are no messages.
pub fn broken_pushes(rig: &Rig) {
    let twice = format!("{}&nonce=2", signed("1"));
    assert_eq!(rig.ask(&with_body("GET", &twice, &[], None)).status, 400);
    let kind = "Content-Type: application/json";
    assert_eq!(rig.ask(&with_body("POST", &signed("2"), &[kind], Some("[]"))).status, 400);
}

/// Every operation that needs the database, without one.
pub fn no_database(rig: &Rig, token: &str) {
    rig.cut_off();
    let basic = format!("Authorization: Basic {}", STANDARD.encode(format!("{}:{}", CLIENT.0, CLIENT.1)));
    for operation in Operation::all().iter().filter(|operation| operation.has(503)) {
        let (path, lines, body) = match operation.path.as_str() {
            "/introspect" => (operation.path.clone(), vec![basic.clone()], format!("token={token}")),
            "/wechat/push/{appid}" => (
                signed("3"),
                vec![],
                json!({ "MsgType": "event", "Event": "x", "CreateTime": 1 }).to_string(),
            ),
            "/api/login" => (operation.path.clone(), vec![], json!({ "code": "anna-last" }).to_string()),
            "/api/account/restore" => {
                (operation.path.clone(), vec![], json!({ "code": "anna-last2" }).to_string())
            }
            "/api/avatar" => (operation.path.clone(), vec![bearer(token)], PART.to_owned()),
            path => (filled(path), vec![bearer(token)], "{}".to_owned()),
        };
        let lines: Vec<String> =
            lines.into_iter().chain([format!("Content-Type: {}", kind(operation))]).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let body = (operation.method != "GET").then_some(body.as_str());
        let answer = rig.ask(&with_body(&operation.method, &path, &lines, body));
        assert_eq!(answer.status, 503, "{} {path}: {answer:?}", operation.method);
    }
}
