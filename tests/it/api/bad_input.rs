use serde_json::{Value, json};

use crate::support::database::on_each_database;
use crate::support::raw::{Answer, with_body};
use crate::support::site::{TestSite, code, refused};

/// `POST path` with a body as it stands.
fn send(site: &TestSite, path: &str, token: Option<&str>, kind: &str, body: &str) -> Answer {
    let kind = format!("Content-Type: {kind}");
    let authorization = token.map(|token| format!("Authorization: Bearer {token}"));
    let headers: Vec<&str> =
        [Some(&kind), authorization.as_ref()].into_iter().flatten().map(String::as_str).collect();
    site.connect().ask(&with_body("POST", path, &headers, Some(body)))
}

/// The fields that a refusal names.
#[track_caller]
fn fields(answer: &Answer) -> Vec<String> {
    refused(answer, 400, "invalid_request");
    let problem = answer.json();
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors: {problem}")).clone();
    assert!(errors.iter().all(|error| error["message"].as_str().is_some_and(|text| !text.is_empty())));
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

on_each_database! {
    async fn a_login_body_of_any_wrong_kind_is_refused_by_its_field(db: TestDatabase) {
        let site = TestSite::new(&db);
        let deep = format!(r#"{{"code":"a","x":{}{}}}"#, "[".repeat(200), "]".repeat(200));
        let long = json!({ "code": "a".repeat(129) }).to_string();
        for (body, field) in [
            ("", ""),
            ("{", ""),
            ("not json", ""),
            ("[]", ""),
            (r#"["alice-1"]"#, ""),
            ("null", ""),
            (r#"{"code":"a"} {}"#, ""),
            (r#"{"code":"\ud800"}"#, ""),
            (deep.as_str(), ""),
            ("{}", "code"),
            (r#"{"Code":"a"}"#, "code"),
            (r#"{"code":null}"#, "code"),
            (r#"{"code":7}"#, "code"),
            (r#"{"code":["a"]}"#, "code"),
            (r#"{"code":""}"#, "code"),
            (r#"{"code":"a b"}"#, "code"),
            (r#"{"code":"a\u0000"}"#, "code"),
            (r#"{"code":"a\n"}"#, "code"),
            (r#"{"code":"张三"}"#, "code"),
            (long.as_str(), "code"),
            (r#"{"code":"a","code":"b"}"#, "code"),
            (r#"{"code":"a","appId":7}"#, "appId"),
        ] {
            assert_eq!(fields(&send(&site, "/api/login", None, "application/json", body)), [field], "{body}");
        }
        assert_eq!(site.simulator.calls(), 0);
        assert!(db.dump()["users"].is_empty() && db.dump()["logins"].is_empty());
        let longest = format!("alice-{}", "a".repeat(122));
        assert_eq!(site.try_login(&longest).status, 200);
    }

    async fn codes_of_odd_signs_reach_wechat_whole_and_nothing_else_does(db: TestDatabase) {
        let site = TestSite::new(&db);
        for (number, sign) in ["\"", "%0d%0a", "&secret=x", "#", "?a=b", "+", "/../", "\\", "<script>", "'"].iter().enumerate() {
            let code = format!("alice-{number}{sign}");
            assert_eq!(site.try_login(&code).status, 200, "{code}");
        }
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM users"), 1);
    }

    async fn a_profile_of_any_wrong_kind_is_refused_whole(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let before = db.dump();
        let long = |length: usize| "张".repeat(length);
        let url = format!("https://example.com/{}", "a".repeat(500));
        let table: Vec<(Value, &str)> = vec![
            (json!({ "nickName": long(65) }), "nickName"),
            (json!({ "nickName": "a\u{0}b" }), "nickName"),
            (json!({ "nickName": "a\nb" }), "nickName"),
            (json!({ "nickName": "a\u{2028}b" }), "nickName"),
            (json!({ "nickName": "\u{ffff}" }), "nickName"),
            (json!({ "nickName": "\u{200b}\u{200b}" }), "nickName"),
            (json!({ "nickName": 7 }), "nickName"),
            (json!({ "nickName": ["a"] }), "nickName"),
            (json!({ "country": long(65) }), "country"),
            (json!({ "province": "\u{1b}[2J" }), "province"),
            (json!({ "city": {} }), "city"),
            (json!({ "language": "a".repeat(17) }), "language"),
            (json!({ "gender": 3 }), "gender"),
            (json!({ "gender": -1 }), "gender"),
            (json!({ "gender": 1.5 }), "gender"),
            (json!({ "gender": "1" }), "gender"),
            (json!({ "gender": 9_223_372_036_854_775_807_u64 }), "gender"),
            (json!({ "gender": 18_446_744_073_709_551_615_u64 }), "gender"),
            (json!({ "avatarUrl": "javascript:alert(1)" }), "avatarUrl"),
            (json!({ "avatarUrl": "data:image/png;base64,AAAA" }), "avatarUrl"),
            (json!({ "avatarUrl": "http://tmp/x.png" }), "avatarUrl"),
            (json!({ "avatarUrl": "wxfile://tmp_x.png" }), "avatarUrl"),
            (json!({ "avatarUrl": "http://example.com/x.png" }), "avatarUrl"),
            (json!({ "avatarUrl": "https://a@example.com/x.png" }), "avatarUrl"),
            (json!({ "avatarUrl": "https://127.0.0.1\u{0}/" }), "avatarUrl"),
            (json!({ "avatarUrl": url }), "avatarUrl"),
            (json!({ "rawData": "{}" }), "signature"),
            (json!({ "signature": "75e8" }), "signature"),
            (json!({ "encryptedData": "AAAA" }), "iv"),
            (json!({ "iv": "AAAA" }), "iv"),
        ];
        for (body, field) in table {
            // a good field beside the bad one is not stored either
            let mut body = body;
            if field != "nickName" {
                body["nickName"] = json!("好名字");
            }
            let answer = site.post("/api/userProfile", &login.token, &body);
            assert_eq!(fields(&answer), [field], "{body}");
        }
        let two = json!({ "nickName": "\n", "avatarUrl": "x", "gender": 9 });
        let two = json!({ "nickName": format!("a{}", two["nickName"].as_str().unwrap()), "avatarUrl": "x", "gender": 9 });
        assert_eq!(fields(&site.post("/api/userProfile", &login.token, &two)), ["nickName", "avatarUrl", "gender"]);
        assert_eq!(db.dump(), before);
        for (name, status) in [(long(64), 200), (long(65), 400)] {
            let answer = site.post("/api/userProfile", &login.token, &json!({ "nickName": name }));
            assert_eq!(answer.status, status);
        }
    }

    async fn a_bad_profile_costs_no_code_and_opens_no_session(db: TestDatabase) {
        let site = TestSite::new(&db);
        for bad in [json!({ "nickName": "a\nb" }), json!({ "rawData": "{}" }), json!({ "iv": "AAAA" })] {
            let mut body = bad;
            body["code"] = json!("alice-1");
            assert_eq!(fields(&site.ask("POST", "/api/userProfile", None, Some(&body))).len(), 1);
        }
        assert_eq!(site.simulator.calls(), 0);
        assert!(db.dump()["users"].is_empty());
        assert_eq!(site.try_login("alice-1").status, 200);
    }

    async fn bodies_must_be_json_and_small(db: TestDatabase) {
        let site = TestSite::new(&db);
        let token = site.login("alice-1").token;
        let before = db.dump();
        for path in ["/api/login", "/api/userProfile"] {
            for kind in ["text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset=gbk", ""] {
                let answer = send(&site, path, Some(&token), kind, r#"{"code":"alice-9"}"#);
                refused(&answer, 415, "unsupported_media_type");
            }
            let big = json!({ "code": "alice-9", "x": "a".repeat(16 * 1024) }).to_string();
            refused(&send(&site, path, Some(&token), "application/json", &big), 413, "too_large");
        }
        assert_eq!((db.dump() == before, site.simulator.calls()), (true, 1));
        let padding = "a".repeat(16 * 1024 - json!({ "code": "alice-9", "x": "" }).to_string().len());
        let most = json!({ "code": "alice-9", "x": padding }).to_string();
        assert_eq!(most.len(), 16 * 1024);
        assert_eq!(send(&site, "/api/login", None, "application/json; charset=UTF-8", &most).status, 200);
    }

    async fn methods_that_are_not_there_are_named_with_those_that_are(db: TestDatabase) {
        let site = TestSite::new(&db);
        let token = site.login("alice-1").token;
        let before = db.dump();
        for (path, allow) in [
            ("/api/login", "POST"),
            ("/api/logout", "POST"),
            ("/api/me", "GET, HEAD"),
            ("/api/userProfile", "GET, POST, HEAD"),
            ("/api/sessions", "GET, DELETE, HEAD"),
            ("/api/sessions/018bcfe5-6800-7000-8000-000000000000", "DELETE"),
        ] {
            for method in ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
                if allow.split(", ").any(|allowed| allowed == method) {
                    continue;
                }
                let answer = site.ask(method, path, Some(&token), None);
                refused(&answer, 405, "method_not_allowed");
                assert_eq!(answer.header("allow"), allow, "{method} {path}");
            }
        }
        for path in ["/api", "/api/", "/api/nothing", "/api/me/", "/api//me", "/API/me", "/api/sessions/a/b"] {
            let answer = site.get(path, &token);
            assert_eq!((answer.status, code(&answer).as_str()), (404, "not_found"), "{path}");
        }
        assert_eq!(db.dump(), before);
    }
}
