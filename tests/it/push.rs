//! Message push from WeChat's side: signed and encrypted by OpenSSL, so that nothing of menwei's vouches for itself.

mod effects;
mod media_check;
mod trust;

use std::io::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use menwei::config::{Config, Push};
use menwei::db::Database;
use serde_json::{Value, json};

use crate::support::raw::{Answer, with_body};
use crate::support::site::{APPID, START, TestSite};

const TOKEN: &str = "PushToken2026";
/// As WeChat makes them; its last character has bits that belong to no byte.
const AES_KEY: &str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";

/// A site that takes pushes, in secure mode or not.
fn site(db: &Database, is_secure: bool) -> TestSite {
    TestSite::with(db, |config: &mut Config| {
        let aes_key = is_secure.then(|| AES_KEY.into());
        config.apps[0].push = Push { token: Some(TOKEN.into()), aes_key };
    })
}

fn openssl(arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut program = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl is needed: tests/run installs it");
    program.stdin.take().unwrap().write_all(input).unwrap();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl {arguments:?}");
    output.stdout
}

/// SHA-1 over the sorted parts, in hexadecimal.
pub fn signature(parts: &[&str]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_unstable();
    let told = String::from_utf8(openssl(&["dgst", "-sha1", "-r"], parts.concat().as_bytes())).unwrap();
    told.split(' ').next().unwrap().to_owned()
}

/// The envelope of secure mode around a message.
fn envelope(message: &str, appid: &str) -> String {
    let mut plain = b"0123456789abcdef".to_vec();
    plain.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    plain.extend(message.as_bytes());
    plain.extend(appid.as_bytes());
    let count = 32 - plain.len() % 32;
    plain.extend(std::iter::repeat_n(u8::try_from(count).unwrap(), count));
    let key = openssl(&["base64", "-d", "-A"], format!("{AES_KEY}=").as_bytes());
    let key = menwei::secret::hex(&key);
    let iv: String = key.chars().take(32).collect();
    STANDARD.encode(openssl(&["enc", "-aes-256-cbc", "-K", &key, "-iv", &iv, "-nopad"], &plain))
}

/// One push on its way: what stands in its address, and its body.
#[derive(Clone)]
struct Sent {
    path: String,
    query: String,
    body: String,
}

impl Sent {
    /// Signed as in plain mode.
    fn plain(nonce: &str, body: &str) -> Self {
        let timestamp = START.seconds().to_string();
        let query = format!(
            "signature={}&timestamp={timestamp}&nonce={nonce}&openid=o1",
            signature(&[TOKEN, &timestamp, nonce])
        );
        Self { path: format!("/wechat/push/{APPID}"), query, body: body.to_owned() }
    }

    /// Encrypted for `appid` and signed as in secure mode.
    fn secure(nonce: &str, message: &str, appid: &str) -> Self {
        let encrypted = envelope(message, appid);
        let timestamp = START.seconds().to_string();
        let own = signature(&[TOKEN, &timestamp, nonce, &encrypted]);
        let mut sent = Self::plain(nonce, &json!({ "ToUserName": "gh_1", "Encrypt": encrypted }).to_string());
        sent.query = format!("{}&encrypt_type=aes&msg_signature={own}", sent.query);
        sent
    }

    fn to(&self, site: &TestSite) -> Answer {
        let path = format!("{}?{}", self.path, self.query);
        site.connect().ask(&with_body("POST", &path, &["Content-Type: text/xml"], Some(&self.body)))
    }
}

/// An event about a user, as WeChat writes it.
fn event(name: &str, openid: &str, revoke_info: &str) -> Value {
    json!({
        "ToUserName": "gh_1", "FromUserName": "oPlatform", "CreateTime": START.seconds(), "MsgType": "event",
        "Event": name, "OpenID": openid, "AppID": APPID, "RevokeInfo": revoke_info,
    })
}

#[track_caller]
fn taken(answer: &Answer) {
    assert_eq!((answer.status, answer.body.as_str()), (200, "success"), "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
}
