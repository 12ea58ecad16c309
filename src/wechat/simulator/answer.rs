//! What the stand-in answers to a request, faults included.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::ExposeSecret as _;
use sha2::Sha256;

use super::code::{self, Code};
use super::content;
use super::fault::{Dress, Fault, When};
use super::http::{Request, reply, reply_with};
use super::state::State;
use super::wxa;

pub(super) const PLAIN: &str = "text/plain";
const GBK: &str = "text/html; charset=gbk";
const HTML: &str = "text/html";
const BIG: usize = 70_000;
/// A whole answer, for faults that must be seen in spite of it.
const NOBODY: &str = r#"{"openid":"o1","session_key":"tiihtNczf5v6AKRyjwEUhQ=="}"#;

/// What happens on the connection.
pub struct Answer {
    /// How long it takes to begin.
    pub pause: Duration,
    /// What is sent.
    pub bytes: Vec<u8>,
    /// What follows.
    pub then: Then,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The connection waits for the next request.
    Stay,
    /// It is closed.
    Close,
    /// It is reset.
    Reset,
    /// Nothing more comes.
    Hang,
    /// A space comes every 50 ms.
    Drip,
}

impl Answer {
    pub(super) fn good(bytes: Vec<u8>) -> Self {
        Self { pause: Duration::ZERO, bytes, then: Then::Stay }
    }

    fn ending(bytes: impl Into<Vec<u8>>, then: Then) -> Self {
        Self { pause: Duration::ZERO, bytes: bytes.into(), then }
    }
}

/// Answers a request that came as number `turn` on its connection, counted from 0.
pub fn answer(state: &State, request: &Request, turn: u32) -> Answer {
    match request.path.as_str() {
        "/sns/jscode2session" => {
            state.count_call();
            let mut answer = jscode2session(state, request, turn);
            answer.pause += state.settings.latency;
            answer
        }
        "/cgi-bin/stable_token" | "/wxa/business/getuserphonenumber" | "/wxa/checksession" => {
            wxa::answer(state, request)
        }
        "/wxa/msg_sec_check" | "/wxa/media_check_async" => content::answer(state, request),
        "/simulator/code" => {
            let code = code::issue(&request.parameter("who"), state.clock.now(), state.number());
            Answer::good(match code {
                Some(code) => reply(200, PLAIN, &format!("{code}\n")),
                None => reply(400, PLAIN, "who=NAME: 1 to 40 letters, digits or _\n"),
            })
        }
        "/simulator/calls" => Answer::good(reply(200, PLAIN, &format!("{}\n", state.calls()))),
        "/simulator/elsewhere" => {
            state.count_redirected();
            Answer::good(reply(200, PLAIN, "{}"))
        }
        _ => Answer::good(reply(404, PLAIN, "no such path\n")),
    }
}

fn jscode2session(state: &State, request: &Request, turn: u32) -> Answer {
    let (appid, text) = (request.parameter("appid"), request.parameter("js_code"));
    if let Some(errcode) = refusal(state, request, &appid, &text) {
        return Answer::good(refused(state, &errcode.to_string()));
    }
    let code = Code::parse(&text);
    let before = state.with_code(&appid, &text, |known| known.calls += 1);
    let fault = code.fault.filter(|(when, fault)| {
        let is_due = *when == When::Always || before.calls == 0;
        is_due && (*fault != Fault::Stale || turn > 0)
    });
    match fault {
        Some((_, Fault::Slow(pause))) => Answer { pause, ..exchanged(state, &appid, &text, &code, None) },
        Some((_, Fault::Dressed(dress))) => exchanged(state, &appid, &text, &code, Some(dress)),
        Some((when, fault)) => {
            state.with_code(&appid, &text, |known| known.used |= when == When::Spent);
            misbehaved(state, request, fault)
        }
        None => exchanged(state, &appid, &text, &code, None),
    }
}

/// The errcode of a request that is wrong before its code is looked at.
fn refusal(state: &State, request: &Request, appid: &str, code: &str) -> Option<i64> {
    match stranger(state, appid, &request.parameter("secret")) {
        Some(missing @ (41002 | 41004)) => Some(missing),
        _ if code.is_empty() => Some(41008),
        _ if request.parameter("grant_type") != "authorization_code" => Some(40002),
        strange => strange,
    }
}

/// The errcode for an app that is not known, or not by that secret.
pub(super) fn stranger(state: &State, appid: &str, secret: &str) -> Option<i64> {
    let apps = &state.settings.apps;
    match () {
        () if appid.is_empty() => Some(41002),
        () if secret.is_empty() => Some(41004),
        () if apps.is_empty() => None,
        () => match apps.iter().find(|(known, _)| known == appid) {
            None => Some(40013),
            Some((_, expected)) => (expected.expose_secret() != secret).then_some(40125),
        },
    }
}

/// The answer to a code that nothing is wrong with, other than its age or its use before.
fn exchanged(state: &State, appid: &str, text: &str, code: &Code<'_>, dress: Option<Dress>) -> Answer {
    if code.is_expired(state.clock.now()) {
        return Answer::good(refused(state, "40029"));
    }
    if state.with_code(appid, text, |known| known.used = true).used {
        return Answer::good(refused(state, "40163"));
    }
    let identity = identity(state, appid, text, code.who);
    Answer::good(match dress {
        None => reply(200, PLAIN, &format!("{{{identity}}}")),
        Some(Dress::Gbk) => reply(200, GBK, &format!("{{{identity}}}")),
        Some(Dress::Zero) => reply(
            200,
            PLAIN,
            &format!(r#"{{{identity},"errcode":0,"errmsg":"ok","expires_in":7200,"new":{{"a":[1]}}}}"#),
        ),
        Some(Dress::Control) => {
            reply(200, PLAIN, &format!("\u{feff}{{\"nickname\":\"a\u{1}\n\",{identity}}}"))
        }
    })
}

/// `openid` depends on app and person, `unionid` on the person, `session_key` on the code.
fn identity(state: &State, appid: &str, code: &str, who: &str) -> String {
    let openid = id("openid", &format!("{appid} {who}"));
    let key = digest("session_key", &format!("{appid} {code}"));
    let key = STANDARD.encode(key.first_chunk::<16>().unwrap_or(&[0; 16]));
    let mut text = format!(r#""session_key":"{key}","openid":"{openid}""#);
    state.note_session_key(openid, who, key);
    if state.settings.unionid {
        text.extend([r#","unionid":""#, &id("unionid", who), "\""]);
    }
    text
}

/// 28 characters that begin with `o`, as WeChat's ids do.
pub(super) fn id(kind: &str, of: &str) -> String {
    let digest = digest(kind, of);
    let text = URL_SAFE_NO_PAD.encode(digest);
    std::iter::once('o').chain(text.chars().take(27)).collect()
}

pub(super) fn digest(kind: &str, of: &str) -> [u8; 32] {
    // HMAC takes keys of every length
    Hmac::<Sha256>::new_from_slice(b"menwei simulator").map_or([0; 32], |mut mac| {
        mac.update(format!("{kind} {of}").as_bytes());
        mac.finalize().into_bytes().into()
    })
}

pub(super) fn refused(state: &State, errcode: &str) -> Vec<u8> {
    let meaning = match errcode.trim_matches('"') {
        "-1" => "system error",
        "40001" => {
            "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken"
        }
        "40003" => "invalid openid",
        "40013" => "invalid appid",
        "40029" => "invalid code",
        "40125" => "invalid appsecret",
        "40163" => "code been used",
        "40164" => "invalid ip 192.0.2.7 ipv6 ::ffff:192.0.2.7, not in whitelist",
        "42001" => "access_token expired",
        "43002" => "require POST method",
        "47001" => "data format error",
        "87009" => "invalid signature",
        "45011" => "api minute-quota reach limit, must slower, retry next minute",
        _ => "refused",
    };
    let rid = format!(
        "{:08x}-{:08x}-5ed1de00",
        state.clock.now().seconds() & 0xffff_ffff,
        state.number() & 0xffff_ffff
    );
    reply(200, PLAIN, &format!(r#"{{"errcode":{errcode},"errmsg":"{meaning}, rid: {rid}"}}"#))
}

pub(super) fn misbehaved(state: &State, request: &Request, fault: Fault) -> Answer {
    let page = "<html><body>502 Bad Gateway</body></html>";
    match fault {
        Fault::Errcode(errcode) => Answer::good(refused(state, &errcode.to_string())),
        Fault::Quoted(errcode) => Answer::good(refused(state, &format!("\"{errcode}\""))),
        Fault::Hang => Answer::ending("", Then::Hang),
        Fault::Drip => Answer::ending(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\n{",
            Then::Drip,
        ),
        Fault::Http(status @ (100..200 | 204 | 304)) => Answer::ending(reply(status, HTML, ""), Then::Hang),
        Fault::Http(status) => Answer::good(reply(status, HTML, page)),
        Fault::Redirect => {
            let location = format!("Location: /simulator/elsewhere?{}\r\n", request.query());
            Answer::good(reply_with(302, HTML, &location, page))
        }
        Fault::Close | Fault::Stale => Answer::ending("", Then::Close),
        Fault::Reset => Answer::ending("", Then::Reset),
        Fault::CutHead => Answer::ending("HTTP/1.1 20", Then::Close),
        Fault::Cut => Answer::ending("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"open", Then::Close),
        Fault::Short => {
            let head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n";
            Answer::ending(format!("{head}{NOBODY}"), Then::Close)
        }
        Fault::CutChunk => {
            Answer::ending("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{\"open", Then::Close)
        }
        Fault::Big => Answer::good(reply(200, PLAIN, &" ".repeat(BIG))),
        Fault::BigChunks => {
            let chunk = format!("2710\r\n{}\r\n", " ".repeat(10_000)).repeat(BIG / 10_000);
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
            Answer::ending(format!("{head}{chunk}0\r\n\r\n"), Then::Stay)
        }
        Fault::BigHead => {
            let headers = format!("X-Long: {}\r\n", "x".repeat(1000)).repeat(20);
            Answer::good(reply_with(200, PLAIN, &headers, NOBODY))
        }
        Fault::Lengths => Answer::good(reply_with(200, PLAIN, "Content-Length: 1\r\n", "{}")),
        Fault::Body(body) => Answer::good(reply(200, if body.is_empty() { GBK } else { PLAIN }, body)),
        // these two are good answers, made by `exchanged`
        Fault::Slow(_) | Fault::Dressed(_) => Answer::good(reply(500, PLAIN, "")),
    }
}
