//! Forms that are not as they must be, and senders who are nobody.

use std::time::Duration;

use menwei::config::Network;
use serde_json::json;

use super::{body, pictures, upload};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::Answer;
use crate::support::site::{TestSite, refused};

/// The field and what is said of it.
fn fault(answer: &Answer) -> (String, String) {
    refused(answer, 400, "invalid_request");
    let fault = &answer.json()["errors"][0];
    (fault["field"].as_str().unwrap().to_owned(), fault["message"].as_str().unwrap().to_owned())
}

/// The same request with another Content-Type, in English.
fn typed(request: &[u8], kind: &str) -> Vec<u8> {
    let at = request.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    let (head, rest) = request.split_at(at);
    let head = String::from_utf8(head.to_vec()).unwrap();
    let line = head.lines().find(|line| line.starts_with("Content-Type")).unwrap();
    let with = format!("Accept-Language: en\r\n{kind}");
    [head.replace(line, with.trim_end()).as_bytes(), rest].concat()
}

on_each_database! {
    async fn only_a_live_session_uploads(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let picture = pictures::png();
        let file = ("file", Some("a.png"), picture.as_slice());
        refused(&site.send(&upload(None, &body(&[file]))), 401, "session_missing");
        refused(&site.send(&upload(None, &body(&[file, ("token", None, b"")]))), 401, "session_missing");
        refused(&site.send(&upload(None, &body(&[file, ("token", None, b"AQGx")]))), 401, "session_unknown");
        refused(&site.send(&upload(None, &body(&[file, ("token", None, &[b'A'; 4000])]))), 401, "session_unknown");
        refused(&site.upload("AQGx", &picture), 401, "session_unknown");
        assert_eq!(site.ask("POST", "/api/logout", Some(&login.token), None).status, 200);
        refused(&site.upload(&login.token, &picture), 401, "session_revoked");
        let token = ("token", None, login.token.as_bytes());
        refused(&site.send(&upload(None, &body(&[token, file]))), 401, "session_revoked");
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM avatars"), 0);
    }
}

#[actix_web::test]
async fn a_refused_session_is_told_to_whoever_is_still_sending() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    // far more than the buffers between the two hold
    let whole = upload(Some("AQGx"), &body(&[("file", Some("a.jpg"), &vec![7; 4_000_000])]));
    let mut client = site.connect();
    assert!(client.send(&whole[..1_000_000]));
    std::thread::sleep(Duration::from_millis(100));
    assert!(client.send(&whole[1_000_000..]), "the connection broke before the answer");
    refused(&client.answer(), 401, "session_unknown");
}

#[actix_web::test]
async fn a_form_that_does_not_fit_says_why() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let token = site.login("alice-1").token;
    let picture = pictures::png();
    let file = ("file", Some("a.png"), picture.as_slice());
    let send = |whole: &[u8]| site.send(&upload(Some(&token), whole));
    let good = upload(Some(&token), &body(&[file]));

    let (field, message) = fault(&site.send(&typed(&good, "Content-Type: multipart/form-data")));
    assert!(field == "Content-Type" && message.contains("wx.uploadFile"), "{message}");
    for kind in ["Content-Type: application/json", "Content-Type: image/png", ""] {
        let answer = site.send(&typed(&good, kind));
        refused(&answer, 415, "unsupported_media_type");
        assert!(answer.json()["detail"].as_str().unwrap().contains("multipart/form-data"), "{answer:?}");
    }
    let other = fault(&site.send(&typed(&good, "Content-Type: multipart/form-data; boundary=another")));
    assert!(other.0.is_empty() || other.0 == "file", "{other:?}");
    assert_eq!(fault(&send(&body(&[file, file]))).0, "file");
    assert_eq!(fault(&send(&body(&[file, ("avatar", Some("b.png"), &picture)]))).0, "avatar");
    assert_eq!(fault(&send(&body(&[("file", None, b"")]))).0, "file");
    assert_eq!(fault(&send(&body(&[("file", Some(""), b"")]))).0, "file");
    assert_eq!(fault(&send(&body(&[("image", Some("a.png"), &picture)]))).0, "file");
    assert_eq!(fault(&send(&body(&[("nickName", None, "李雷".as_bytes())]))).0, "file");
    assert_eq!(fault(&send(&body(&[]))).0, "file");
    let cut = body(&[file]);
    assert_eq!(fault(&send(&cut[..cut.len() - 10])).0, "");
    assert_eq!(fault(&send(b"no form at all")).0, "");
    assert_eq!(site.me(&token).json()["user"]["avatarUrl"], "");
}

#[actix_web::test]
async fn an_upload_that_does_not_end_is_ended() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let token = site.login("alice-1").token;
    let whole = upload(Some(&token), &body(&[("file", Some("a.png"), &pictures::png())]));
    let mut client = site.connect();
    assert!(client.send(&whole[..whole.len() / 2]));
    refused(&client.answer(), 408, "request_timeout");
    let mut endless = site.connect();
    let head = typed(
        &upload(Some(&token), b""),
        &format!("Content-Type: multipart/form-data; boundary={}", super::BOUNDARY),
    );
    let head = String::from_utf8(head).unwrap().replace("Content-Length: 0", "Transfer-Encoding: chunked");
    assert!(endless.send(head));
    let part = format!("--{}\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n", super::BOUNDARY);
    assert!(endless.send(format!("{:x}\r\n{part}\r\n", part.len())));
    let piece = [b"10000\r\n".as_slice(), &vec![0; 65_536], b"\r\n"].concat();
    assert!((0..80).all(|_| endless.send(&piece)));
    refused(&endless.answer(), 413, "avatar_too_large");
}

#[actix_web::test]
async fn who_declares_much_and_sends_nothing_keeps_nobody_out() {
    let db = TestDatabase::sqlite();
    let site = TestSite::with(&db, |config| {
        config.server.trusted_proxies = vec![Network::parse("127.0.0.0/8").unwrap()];
    });
    let tokens = ["alice-1", "bob-1", "carol-1"].map(|code| site.login(code).token);
    let [alice, bob, carol] = tokens.each_ref().map(String::as_str);
    let from = |place: &str, request: &[u8]| {
        typed(
            request,
            &format!(
                "Content-Type: multipart/form-data; boundary={}\r\nX-Forwarded-For: {place}",
                super::BOUNDARY
            ),
        )
    };
    // nothing but the head of an upload of 4 MiB
    let silent = |token: Option<&str>, place: &str| {
        let head = String::from_utf8(from(place, &upload(token, b""))).unwrap();
        let mut client = site.connect();
        assert!(client.send(head.replace("Content-Length: 0", "Content-Length: 4194304")));
        client
    };
    let picture = pictures::png();
    let file = ("file", Some("a.png"), picture.as_slice());
    let stranger = upload(None, &body(&[file, ("token", None, carol.as_bytes())]));

    let mut one = silent(None, "203.0.113.1");
    assert_eq!(site.send(&from("203.0.113.2", &stranger)).status, 200, "there is room beside it");
    assert_eq!(site.send(&from("203.0.113.1", &stranger)).status, 200, "and at its own place soon");
    refused(&one.answer(), 408, "request_timeout");
    // more than the room of those who are known
    let mut two = [silent(Some(alice), "203.0.113.3"), silent(Some(bob), "203.0.113.4")];
    assert_eq!(site.upload(carol, &picture).status, 200);
    refused(&two[0].answer(), 408, "request_timeout");
}

#[actix_web::test]
async fn a_path_on_the_phone_is_refused_with_a_word_about_the_upload() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    let local = [
        "http://tmp/Yk3fWq.jpeg",
        "wxfile://tmp_8461.jpg",
        "http://127.0.0.1:33111/__tmp__/x.png",
        "data:image/png;base64,AA==",
    ];
    for url in local {
        let (field, message) =
            fault(&site.post("/api/userProfile", &login.token, &json!({ "avatarUrl": url })));
        assert!(field == "avatarUrl" && message.contains("/api/avatar"), "{message}");
    }
    let (field, _) = fault(&site.post(
        "/api/userProfile",
        &login.token,
        &json!({ "avatarUrl": "avatar:00000000000000000000000000000000" }),
    ));
    assert_eq!(field, "avatarUrl");
}
