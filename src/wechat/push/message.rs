//! What a push says, as far as menwei is concerned.

use std::fmt;

use super::body::Fields;
use crate::clock::Instant;
use crate::wechat::content::{Suggestion, Verdict, is_trace};

/// A message. Does not print: it names a person.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// `MsgType`: `event`, or the kind of a customer's message.
    pub kind: String,
    /// `Event`: which; empty for messages that are none.
    pub event: String,
    /// `OpenID`: whom it is about, 1 to 128 visible ASCII characters. Some events come without.
    pub openid: Option<String>,
    /// `RevokeInfo`: the number of what was revoked; may be empty.
    pub revoke_info: String,
    /// `FromUserName`: who sent it, by WeChat's account of it.
    pub from: String,
    /// `CreateTime`, in seconds since 1970 UTC, when it has one.
    pub created_at: Option<Instant>,
    /// `MsgId`: of messages that are no events; may be empty.
    pub id: String,
    /// What came of a picture's check, in a `wxa_media_check`.
    pub media: Option<MediaCheck>,
}

/// What came of checking a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaCheck {
    /// Which check: what `media_check_async` answered.
    pub trace_id: String,
    /// The verdict; none when WeChat could not check, for want of the picture perhaps.
    pub verdict: Option<Verdict>,
}

impl MediaCheck {
    fn of(mut take: impl FnMut(&str) -> String) -> Option<Self> {
        let trace_id = Some(take("trace_id")).filter(|id| is_trace(id))?;
        let suggest = Some(take("result.suggest")).filter(|word| !word.is_empty());
        let label = take("result.label").parse().unwrap_or_default();
        let is_checked = matches!(take("errcode").as_str(), "" | "0");
        let verdict = suggest
            .filter(|_| is_checked)
            .map(|word| Verdict { suggestion: Suggestion::parse(&word), label });
        Some(Self { trace_id, verdict })
    }
}

impl Message {
    pub(super) fn of(mut fields: Fields) -> Self {
        let mut take = |name: &str| fields.remove(name).unwrap_or_default();
        let is_openid = |text: &String| {
            (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
        };
        let is_number = |text: &String| text.len() <= 8 && text.bytes().all(|byte| byte.is_ascii_digit());
        Self {
            kind: take("MsgType"),
            event: take("Event"),
            openid: Some(take("OpenID")).filter(is_openid),
            revoke_info: Some(take("RevokeInfo")).filter(is_number).unwrap_or_default(),
            from: take("FromUserName"),
            created_at: take("CreateTime").parse().ok().map(Instant::from_seconds),
            id: take("MsgId"),
            media: MediaCheck::of(take),
        }
    }

    /// A message of which nothing is kept.
    #[must_use]
    pub fn nameless() -> Self {
        Self::default()
    }

    /// Whether it is an event. WeChat's pages spell the word differently.
    #[must_use]
    pub fn is_event(&self) -> bool {
        self.kind.eq_ignore_ascii_case("event")
    }

    /// What names this message among all of the app's. WeChat sends one up to three times and says to tell them apart
    /// by sender and time, or by `MsgId`; one user can revoke two things in one second, so those count, too.
    #[must_use]
    pub fn name(&self) -> String {
        let created_at = self.created_at.map_or(0, Instant::seconds);
        let openid = self.openid.as_deref().unwrap_or_default();
        let trace_id = self.media.as_ref().map_or("", |media| &media.trace_id);
        format!(
            "{}|{created_at}|{openid}|{}|{}|{}|{trace_id}",
            self.from, self.event, self.revoke_info, self.id
        )
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Message(…)")
    }
}
