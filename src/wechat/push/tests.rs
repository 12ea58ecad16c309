//! With the examples of WeChat's page on message push (消息推送), and variations of them.

use super::*;

/// The page's mini-program, token and key.
const APPID: &str = "wxba5fad812f8e6fb9";
const TOKEN: &str = "AAAAA";
const AES_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const ENCRYPTED: &str = "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=";

fn app(aes_key: Option<&str>) -> App {
    let push = crate::config::Push { token: Some(TOKEN.into()), aes_key: aes_key.map(Into::into) };
    App { push, ..App::new(APPID, "s".into()) }
}

fn query(signature: &str, timestamp: &str, nonce: &str) -> Query {
    let [signature, timestamp, nonce] = [signature, timestamp, nonce].map(str::to_owned);
    Query { signature, timestamp, nonce, ..Query::default() }
}

fn encrypted_query() -> Query {
    Query {
        msg_signature: "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3".to_owned(),
        ..query("6c5c811b55cc85e0e1b54100749188c20beb3f5d", "1714112445", "415670741")
    }
}

fn at(seconds: i64) -> Instant {
    Instant::from_seconds(seconds)
}

#[test]
fn the_trial_of_the_address_is_answered_with_its_echo() {
    let mut query = query("f464b24fc39322e44b38aa78f5edd27bd1441696", "1714036504", "1514711492");
    query.echostr = "4375120948345356249".to_owned();
    assert_eq!(verify(&app(None), &query, at(1_714_036_504)), Ok("4375120948345356249"));
    query.nonce.push('1');
    assert_eq!(verify(&app(None), &query, at(1_714_036_504)), Err(Refusal::NotFromWeChat));
}

#[test]
fn a_plain_push_is_read_within_five_minutes_of_its_time() {
    let query = query("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656");
    let body = br#"{"ToUserName": "gh_97417a04a28d", "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "CreateTime": 1714037059, "MsgType": "event", "Event": "debug_demo", "debug_str": "hello world"}"#;
    for (now, is_fresh) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
        let read = receive(&app(None), &query, body, at(1_714_037_059 + now));
        assert_eq!(
            read.map(|message| message.event),
            is_fresh.then(|| "debug_demo".to_owned()).ok_or(Refusal::NotFromWeChat)
        );
    }
}

#[test]
fn an_encrypted_push_is_opened_and_its_app_compared() {
    let body = format!(r#"{{"ToUserName":"gh_97417a04a28d","Encrypt":"{ENCRYPTED}"}}"#);
    let now = at(1_714_112_445);
    let message = receive(&app(Some(AES_KEY)), &encrypted_query(), body.as_bytes(), now).unwrap();
    assert!(message.is_event() && message.event == "debug_demo" && message.created_at == Some(now));
    let xml = format!(
        "<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[{ENCRYPTED}]]></Encrypt></xml>"
    );
    assert_eq!(receive(&app(Some(AES_KEY)), &encrypted_query(), xml.as_bytes(), now), Ok(message));

    let other = App { appid: "wxba5fad812f8e6fb8".to_owned(), ..app(Some(AES_KEY)) };
    assert_eq!(receive(&other, &encrypted_query(), body.as_bytes(), now), Err(Refusal::NotFromWeChat));
    let other_key = AES_KEY.replacen('A', "B", 1);
    let read = receive(&app(Some(&other_key)), &encrypted_query(), body.as_bytes(), now);
    assert_eq!(read, Err(Refusal::NotFromWeChat));
}

#[test]
fn with_a_key_nothing_but_an_encrypted_push_is_believed() {
    let query = query("899cf89e464efb63f54ddac96b0a0a235f53aa78", "1714037059", "486452656");
    let read = receive(&app(Some(AES_KEY)), &query, br#"{"MsgType":"event"}"#, at(1_714_037_059));
    assert_eq!(read, Err(Refusal::NotFromWeChat));
    // the query's own signature does not vouch for the envelope
    let mut query = encrypted_query();
    query.msg_signature.clone_from(&query.signature);
    let body = format!(r#"{{"Encrypt":"{ENCRYPTED}"}}"#);
    assert_eq!(
        receive(&app(Some(AES_KEY)), &query, body.as_bytes(), at(1_714_112_445)),
        Err(Refusal::NotFromWeChat)
    );
}

#[test]
fn an_envelope_with_any_byte_changed_does_not_open() {
    assert!(envelope::open(ENCRYPTED, AES_KEY, APPID).is_some());
    for text in ["", "A", "AAAA", "!", "AAAAAAAAAAAAAAAAAAAAAA==", &"A".repeat(64)] {
        assert!(envelope::open(text, AES_KEY, APPID).is_none(), "{text}");
    }
    let last = ENCRYPTED.replace("Gj04=", "Gj14=");
    assert!(last != ENCRYPTED && envelope::open(&last, AES_KEY, APPID).is_none());
    let cut: String = ENCRYPTED.chars().take(64).collect();
    assert!(envelope::open(&cut, AES_KEY, APPID).is_none());
}

fn fields(text: &str) -> Option<Vec<(String, String)>> {
    body::read(text.as_bytes()).map(|fields| fields.into_iter().collect())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn xml_and_json_say_the_same() {
    let expected = Some(pairs(&[("CreateTime", "17"), ("Event", "a<b&c"), ("OpenID", "o1")]));
    assert_eq!(
        fields(r#"{" OpenID":" o1","CreateTime":17,"Event":"a<b&c","List":[{"x":1}],"Empty":null}"#),
        expected
    );
    let xml = "<?xml version=\"1.0\"?>\n<xml>\n<OpenID><![CDATA[o1]]></OpenID><!-- x -->\n<CreateTime>17</CreateTime>\
               <Event>a&lt;b&#38;c</Event><List><x><y>1</y></x></List></xml>\n";
    assert_eq!(fields(xml), expected);
    assert_eq!(fields("<xml><A/></xml>"), Some(pairs(&[("A", "")])));
}

#[test]
fn xml_that_is_more_or_less_than_a_list_of_fields_is_refused() {
    let bomb = "<!DOCTYPE xml [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><xml><A>&b;</A></xml>";
    let file = "<!DOCTYPE xml [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><xml><A>&a;</A></xml>";
    let deep = format!("<xml>{}{}</xml>", "<a>".repeat(40), "</a>".repeat(40));
    for text in [
        bomb,
        file,
        &deep,
        "<!DOCTYPE xml><xml><A>1</A></xml>",
        "<xml><A>&a;</A></xml>",
        "<xml><A>1</A><A>2</A></xml>",
        "<xml><A>1</A>",
        "<xml><A>1</B></xml>",
        "<xml><A>1</A></xml><xml></xml>",
        "<xml>text</xml>",
        "<other><A>1</A></other>",
        "<?php x?><xml></xml>",
        "",
        "x",
        "[]",
        "\"x\"",
        "{\"A\":1,\" A\":2}",
        "{",
    ] {
        assert_eq!(fields(text), None, "{text}");
    }
    assert_eq!(body::read(b"<xml><A>\xff</A></xml>"), None);
}
