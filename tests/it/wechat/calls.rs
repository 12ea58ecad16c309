//! Calls with an access token: fetched once, healed once, and nothing of it in a log.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use menwei::clock::Clock;
use menwei::error::Error;
use menwei::wechat::open_data::Expected;
use menwei::wechat::{AccessTokens, Wxa};
use serde_json::{Value, json};

use super::{Rig, app, settings};

/// A stand-in that answers by a function of path and posted body, and notes what came.
pub struct Stub {
    pub address: SocketAddr,
    pub seen: Arc<Mutex<Vec<(String, String)>>>,
}

impl Stub {
    pub fn new(answer: impl Fn(&str, usize) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::<(String, String)>::new()));
        let notes = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
                let (mut text, mut buffer) = (String::new(), [0; 4096]);
                loop {
                    let is_whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                        let length = head.to_lowercase();
                        let length = length
                            .split_once("content-length: ")
                            .map_or(0, |(_, rest)| rest.lines().next().unwrap().parse().unwrap());
                        body.len() >= length
                    });
                    if is_whole {
                        break;
                    }
                    let count = stream.read(&mut buffer).unwrap_or(0);
                    if count == 0 {
                        break;
                    }
                    text.push_str(&String::from_utf8_lossy(&buffer[..count]));
                }
                let target = text.split(' ').nth(1).unwrap_or_default().to_owned();
                let path = target.split('?').next().unwrap().to_owned();
                let mut notes = notes.lock().unwrap();
                let turn = notes.iter().filter(|(other, _)| other.split('?').next() == Some(&path)).count();
                let body = answer(&path, turn);
                notes.push((target, text.split_once("\r\n\r\n").map_or("", |(_, body)| body).to_owned()));
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
                );
            }
        });
        Self { address, seen }
    }

    pub fn wxa(&self) -> Wxa {
        let settings = settings(&format!("http://{}", self.address), 5000);
        Wxa::new(Arc::new(AccessTokens::new(&settings, Clock::System).unwrap()))
    }

    /// What came for a path: the queries and the bodies.
    pub fn of(&self, path: &str) -> Vec<(String, String)> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(target, _)| target.split('?').next() == Some(path)).cloned().collect()
    }
}

fn wxa(rig: &Rig) -> Wxa {
    let settings = settings(&rig.simulator.api_base(), 5000);
    Wxa::new(Arc::new(AccessTokens::new(&settings, rig.clock.clone()).unwrap()))
}

pub async fn call(wxa: &Wxa) -> menwei::error::Result<Value> {
    wxa.call(&app(), "/wxa/x", &json!({ "a": 1 })).await
}

fn expected<'a>(rig: &Rig, openid: &'a str) -> Expected<'a> {
    Expected { appid: super::APPID, openid, now: rig.clock.now(), window: Duration::from_mins(10) }
}

fn token(turn: usize) -> String {
    format!(r#"{{"access_token":"token{turn}","expires_in":7200}}"#)
}

#[actix_web::test]
async fn calls_at_once_fetch_one_token_and_later_ones_none() {
    let rig = Rig::new(5000);
    let openid = rig.login("alice-1").await.outcome.unwrap().openid;
    let wxa = wxa(&rig);
    let calls = (0..30).map(|number| {
        let (wxa, openid, app) = (wxa.clone(), openid.clone(), app());
        let expected = Expected { openid: "", ..expected(&rig, "") };
        async move {
            let code = format!("alice-{number}");
            wxa.phone_number(&app, &code, Expected { openid: &openid, ..expected }).await
        }
    });
    let all = futures_util::future::join_all(calls).await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(rig.simulator.token_calls(), 1);
    rig.clock.advance(Duration::from_secs(6900));
    assert!(wxa.phone_number(&app(), "alice-late", expected(&rig, &openid)).await.is_ok());
    assert_eq!(rig.simulator.token_calls(), 2, "renewed before its end");
}

#[actix_web::test]
async fn a_token_that_wechat_refuses_is_replaced_once_without_force_and_the_call_made_again() {
    for errcode in ["40001", "\"40014\"", "42001"] {
        let refusal = format!(r#"{{"errcode":{errcode},"errmsg":"x rid: 6129ee10-272863a4-64d75414"}}"#);
        let stub = Stub::new(move |path, turn| match (path, turn) {
            ("/cgi-bin/stable_token", turn) => token(turn),
            (_, 0) => refusal.clone(),
            _ => r#"{"errcode":0,"errmsg":"ok","b":2}"#.to_owned(),
        });
        let wxa = stub.wxa();
        assert_eq!(call(&wxa).await.unwrap()["b"], 2);
        assert_eq!(call(&wxa).await.unwrap()["b"], 2);
        let calls: Vec<String> = stub.of("/wxa/x").into_iter().map(|(target, _)| target).collect();
        let with = |number: usize| format!("/wxa/x?access_token=token{number}");
        assert_eq!(calls, [with(0), with(1), with(1)], "{errcode}");
        let fetches = stub.of("/cgi-bin/stable_token");
        assert_eq!(fetches.len(), 2);
        assert!(fetches.iter().all(|(target, body)| {
            let body: Value = serde_json::from_str(body).unwrap();
            target == "/cgi-bin/stable_token"
                && body["force_refresh"] == false
                && body["grant_type"] == "client_credential"
                && body["secret"] == super::SECRET
        }));
    }
}

#[actix_web::test]
async fn a_second_refusal_is_for_the_operator() {
    let stub = Stub::new(|path, turn| match path {
        "/cgi-bin/stable_token" => token(turn),
        _ => r#"{"errcode":40001,"errmsg":"invalid credential"}"#.to_owned(),
    });
    assert!(matches!(call(&stub.wxa()).await, Err(Error::WeChatMisconfigured { errcode: 40001 })));
    assert_eq!((stub.of("/wxa/x").len(), stub.of("/cgi-bin/stable_token").len()), (2, 2));
}

#[actix_web::test]
async fn without_a_token_nothing_is_called() {
    for (answer, code) in [
        (r#"{"errcode":40125,"errmsg":"invalid appsecret"}"#, "wechat_misconfigured"),
        (r#"{"errcode":45011}"#, "rate_limited"),
        (r#"{"errcode":0}"#, "wechat_bad_response"),
        (r#"{"access_token":"","expires_in":7200}"#, "wechat_bad_response"),
        (r#"{"access_token":"a b","expires_in":7200}"#, "wechat_bad_response"),
        ("<html>", "wechat_bad_response"),
    ] {
        let stub = Stub::new(move |_, _| answer.to_owned());
        assert_eq!(call(&stub.wxa()).await.unwrap_err().code(), code, "{answer}");
        assert!(stub.of("/wxa/x").is_empty());
    }
}

#[actix_web::test]
async fn what_a_call_answers_becomes_an_error_of_ours() {
    for (answer, code) in [
        (r#"{"errcode":40029,"errmsg":"invalid code"}"#, "code_invalid"),
        (r#"{"errcode":12345}"#, "wechat_error"),
        (r#"{"errcode":48001}"#, "wechat_misconfigured"),
        ("[]", "wechat_bad_response"),
    ] {
        let stub = Stub::new(move |path, turn| match path {
            "/cgi-bin/stable_token" => token(turn),
            _ => answer.to_owned(),
        });
        assert_eq!(call(&stub.wxa()).await.unwrap_err().code(), code, "{answer}");
        assert_eq!(stub.of("/wxa/x").len(), 1);
    }
}
