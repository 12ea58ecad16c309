//! Whether a text or a picture may be shown (WeChat's 内容安全: `msg_sec_check` 2.0, `media_check_async`).
//!
//! 运营规范 5.18 demands it of everything that users say of themselves. WeChat's client checks, too, but a forged request
//! skips that.

use actix_web::web::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::wxa::{Call, Wxa};
use crate::config::App;
use crate::error::{Error, Result};

/// The user has not opened the mini-program for two hours: WeChat checks nothing of theirs.
const AWAY: i64 = 61010;
/// Scene 1: 资料, what users say of themselves.
const SCENE: u8 = 1;

/// What WeChat thinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suggestion {
    /// It may be shown.
    Pass,
    /// A person should look.
    Review,
    /// It must not be shown.
    Risky,
}

/// WeChat's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What it thinks.
    pub suggestion: Suggestion,
    /// Of which kind it is: 100 harmless, 20001 politics, 20002 pornography …
    pub label: i64,
}

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked<T> {
    /// An answer.
    Answered(T),
    /// WeChat answers only while the user is about: ask at their next login.
    Away,
}

#[derive(Deserialize)]
struct Judged {
    result: Outcome,
}

#[derive(Deserialize)]
struct Outcome {
    suggest: String,
    #[serde(default)]
    label: i64,
}

#[derive(Deserialize)]
struct Accepted {
    trace_id: String,
}

impl Suggestion {
    /// WeChat's word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Review => "review",
            Self::Risky => "risky",
        }
    }

    /// Out of WeChat's word; a word that is not known is for a person to look at.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "pass" => Self::Pass,
            "risky" => Self::Risky,
            _ => Self::Review,
        }
    }
}

impl Wxa {
    /// Asks about a text of the user with that openid; at most 2,500 characters.
    ///
    /// # Errors
    /// As [`Wxa::call`].
    pub async fn check_text(&self, app: &App, openid: &str, text: &str) -> Result<Asked<Verdict>> {
        // serde_json writes UTF-8 as it is: WeChat does not see through \u escapes, and lets everything pass
        let body = json!({ "content": text, "version": 2, "scene": SCENE, "openid": openid });
        let judged: Asked<Judged> = self.ask(app, "/wxa/msg_sec_check", &body).await?;
        Ok(match judged {
            Asked::Answered(Judged { result }) => {
                let suggestion = Suggestion::parse(&result.suggest);
                Asked::Answered(Verdict { suggestion, label: result.label })
            }
            Asked::Away => Asked::Away,
        })
    }

    /// Asks about a picture that WeChat fetches from `url`. The verdict comes by message push, within 30 minutes, under
    /// the `trace_id` that this answers.
    ///
    /// # Errors
    /// As [`Wxa::call`].
    pub async fn check_picture(&self, app: &App, openid: &str, url: &str) -> Result<Asked<String>> {
        let body =
            json!({ "media_url": url, "media_type": 2, "version": 2, "scene": SCENE, "openid": openid });
        let accepted: Asked<Accepted> = self.ask(app, "/wxa/media_check_async", &body).await?;
        match accepted {
            Asked::Answered(Accepted { trace_id }) if is_trace(&trace_id) => Ok(Asked::Answered(trace_id)),
            Asked::Answered(_) => Err(Error::WeChatBadResponse),
            Asked::Away => Ok(Asked::Away),
        }
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        app: &App,
        path: &str,
        body: &Value,
    ) -> Result<Asked<T>> {
        let body = Some(Bytes::from(body.to_string()));
        let answer = self.answer(app, &Call { path, query: &[], body }).await?;
        match answer.errcode() {
            0 => Ok(Asked::Answered(answer.read()?)),
            AWAY => Ok(Asked::Away),
            _ => Err(self.refusal(app, &answer)),
        }
    }
}

/// Whether a text can be a trace: 1 to 128 visible ASCII characters.
pub(super) fn is_trace(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}
