//! The interfaces that need an access token, and the one that gives it.
//!
//! The code of a phone number is `NAME-anything`, as a login code. Before it may stand `number-` (the country code is a
//! number), `foreign-` (a number of Hong Kong), `other-` (a watermark of another app), `old-` (a watermark of an hour
//! ago), then a fault of [`fault::TABLE`](super::fault::TABLE). Checks of a session misbehave for a person whose NAME is
//! `check_` and a fault: `check_hang`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::answer::{Answer, PLAIN, digest, id, misbehaved, refused, stranger};
use super::code::Code;
use super::fault::{self, Fault, When};
use super::http::{Request, reply};
use super::state::State;
use crate::wechat::SessionKey;
use crate::wechat::session_check::signature;

/// What is posted; WeChat takes no form.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Posted {
    grant_type: String,
    appid: String,
    secret: String,
    code: String,
    openid: Option<String>,
}

/// Answers one of them.
pub fn answer(state: &State, request: &Request) -> Answer {
    let outcome = match request.path.as_str() {
        "/cgi-bin/stable_token" => stable_token(state, request),
        "/wxa/checksession" => check_session(state, request),
        _ => phone_number(state, request),
    };
    outcome.unwrap_or_else(|errcode| Answer::good(refused(state, &errcode.to_string())))
}

fn posted(request: &Request) -> Result<Posted, i64> {
    if !request.is_post {
        return Err(43002);
    }
    serde_json::from_slice(&request.body).map_err(|_cause| 47001)
}

fn stable_token(state: &State, request: &Request) -> Result<Answer, i64> {
    state.count_token_call();
    if state.is_token_service_down() {
        return Ok(misbehaved(state, request, Fault::Http(502)));
    }
    let Posted { grant_type, appid, secret, .. } = posted(request)?;
    if grant_type != "client_credential" {
        return Err(40002);
    }
    if let Some(errcode) = stranger(state, &appid, &secret) {
        return Err(errcode);
    }
    let make = || {
        let number = state.number();
        let part = |place: u64| URL_SAFE_NO_PAD.encode(digest("token", &format!("{appid} {number} {place}")));
        format!("99_{}{}{}", part(0), part(1), part(2))
    };
    let (token, left) = state.token(&appid, make);
    Ok(Answer::good(reply(200, PLAIN, &format!(r#"{{"access_token":"{token}","expires_in":{left}}}"#))))
}

fn phone_number(state: &State, request: &Request) -> Result<Answer, i64> {
    let appid = state.app_of_token(&request.parameter("access_token"))?;
    let Posted { code: text, openid, .. } = posted(request)?;
    let look = ["number", "foreign", "other", "old"]
        .into_iter()
        .find_map(|look| Some((look, text.strip_prefix(look)?.strip_prefix('-')?)));
    let (look, rest) = look.unwrap_or(("", &text));
    let code = Code::parse(rest);
    let key = format!("phone {text}");
    let before = state.with_code(&appid, &key, |known| known.calls += 1);
    if let Some((when, fault)) = code.fault
        && (when == When::Always || before.calls == 0)
    {
        return match fault {
            Fault::Errcode(errcode) => Err(errcode),
            Fault::Slow(pause) => Ok(Answer { pause, ..told(state, &appid, code.who, look) }),
            fault => Ok(misbehaved(state, request, fault)),
        };
    }
    if text.is_empty() || code.is_expired(state.clock.now()) {
        return Err(40029);
    }
    if openid.is_some_and(|openid| openid != id("openid", &format!("{appid} {}", code.who))) {
        return Err(40003);
    }
    if state.with_code(&appid, &key, |known| known.used = true).used {
        return Err(40029);
    }
    Ok(told(state, &appid, code.who, look))
}

fn told(state: &State, appid: &str, who: &str, look: &str) -> Answer {
    let digits: String =
        digest("phone", who).iter().take(8).map(|byte| char::from(b'0' + byte % 10)).collect();
    let (country, pure) = match look {
        "foreign" => ("\"852\"", digits),
        "number" => ("86", format!("138{digits}")),
        _ => ("\"86\"", format!("138{digits}")),
    };
    let now = state.clock.now().seconds();
    let at = if look == "old" { now - 3600 } else { now };
    let appid = if look == "other" { "wx0000000000000000" } else { appid };
    Answer::good(reply(
        200,
        PLAIN,
        &format!(
            r#"{{"errcode":0,"errmsg":"ok","phone_info":{{"phoneNumber":"{pure}","purePhoneNumber":"{pure}","countryCode":{country},"watermark":{{"timestamp":{at},"appid":"{appid}"}}}}}}"#
        ),
    ))
}

fn check_session(state: &State, request: &Request) -> Result<Answer, i64> {
    state.app_of_token(&request.parameter("access_token"))?;
    if request.parameter("sig_method") != "hmac_sha256" {
        return Err(87008);
    }
    let (who, key) = state.session_key(&request.parameter("openid")).unwrap_or_default();
    if let Some((_, fault)) = who.strip_prefix("check_").and_then(fault::parse) {
        return Ok(misbehaved(state, request, fault));
    }
    let expected = SessionKey::parse(key).and_then(|key| signature(&key, b"").ok()).ok_or(87009)?;
    if expected != request.parameter("signature") {
        return Err(87009);
    }
    Ok(Answer::good(reply(200, PLAIN, r#"{"errcode":0,"errmsg":"ok"}"#)))
}
