//! Checks of texts and pictures.
//!
//! A text with 违规 in it is risky, one with 复核 is for a person to review. A text or the end of a picture's address may
//! begin with a fault, as a login code does. What came of a picture's check is pushed by nobody: tests do that.

use serde::Deserialize;

use super::answer::{Answer, PLAIN, digest, misbehaved, refused};
use super::code::Code;
use super::fault::{Fault, When};
use super::http::{Request, reply};
use super::state::State;

/// What is posted, to either.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Posted {
    content: String,
    media_url: String,
    media_type: u8,
    version: u8,
    scene: u8,
    openid: String,
}

/// Answers one of them.
pub fn answer(state: &State, request: &Request) -> Answer {
    let outcome = if request.path == "/wxa/msg_sec_check" {
        checked(state, request, text)
    } else {
        checked(state, request, picture)
    };
    outcome.unwrap_or_else(|errcode| Answer::good(refused(state, &errcode.to_string())))
}

fn checked(
    state: &State,
    request: &Request,
    judge: impl FnOnce(&State, &Posted, &[u8]) -> Result<(String, Answer), i64>,
) -> Result<Answer, i64> {
    let appid = state.app_of_token(&request.parameter("access_token"))?;
    if !request.is_post {
        return Err(43002);
    }
    let posted: Posted = serde_json::from_slice(&request.body).map_err(|_cause| 47001)?;
    if posted.openid.is_empty() {
        return Err(40003);
    }
    if posted.version != 2 || posted.scene != 1 {
        return Err(40129);
    }
    let (name, good) = judge(state, &posted, &request.body)?;
    let before = state.with_code(&appid, &format!("check {name}"), |known| known.calls += 1);
    match Code::parse(&name).fault {
        Some((when, fault)) if when == When::Always || before.calls == 0 => match fault {
            Fault::Errcode(errcode) => Err(errcode),
            Fault::Slow(pause) => Ok(Answer { pause, ..good }),
            fault => Ok(misbehaved(state, request, fault)),
        },
        _ => Ok(good),
    }
}

fn text(state: &State, posted: &Posted, body: &[u8]) -> Result<(String, Answer), i64> {
    if posted.content.is_empty() {
        return Err(44002);
    }
    state.note_check(posted.content.clone(), String::new());
    // as WeChat does: what comes escaped is not recognised
    let is_plain = String::from_utf8_lossy(body).contains(&posted.content);
    let (suggest, label) = match () {
        () if is_plain && posted.content.contains("违规") => ("risky", 20001),
        () if is_plain && posted.content.contains("复核") => ("review", 21000),
        () => ("pass", 100),
    };
    let answer = reply(
        200,
        PLAIN,
        &format!(
            r#"{{"errcode":0,"errmsg":"ok","detail":[],"trace_id":"t","result":{{"suggest":"{suggest}","label":{label}}}}}"#
        ),
    );
    Ok((posted.content.clone(), Answer::good(answer)))
}

fn picture(state: &State, posted: &Posted, _body: &[u8]) -> Result<(String, Answer), i64> {
    if posted.media_type != 2 {
        return Err(40004);
    }
    let name = posted.media_url.rsplit('/').next().unwrap_or_default().to_owned();
    let number = state.number();
    let trace_id = crate::secret::hex(&digest("trace", &format!("{number} {}", posted.media_url)));
    let trace_id: String = trace_id.chars().take(32).collect();
    state.note_check(posted.media_url.clone(), trace_id.clone());
    let answer = reply(200, PLAIN, &format!(r#"{{"errcode":0,"errmsg":"ok","trace_id":"{trace_id}"}}"#));
    Ok((name, Answer::good(answer)))
}
