//! The shape of a problem on the wire.

use std::borrow::Cow;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::clock::Instant;
use crate::error::Fault;
use crate::http::Language;
use crate::http::request_id::Current;

/// An error before it is put in words.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The answer's status.
    pub status: StatusCode,
    /// The stable word that programs read.
    pub code: &'static str,
    /// Each faulty field and what is wrong with it.
    pub errors: Vec<(Cow<'static, str>, Fault)>,
    /// When a freeze ends, or a deleted account is erased.
    pub until: Option<Instant>,
    /// WeChat's own error code, where it helps.
    pub errcode: Option<i64>,
    /// When to try again.
    pub retry_after: Option<Duration>,
}

/// Why a request was not done (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct Wire<'a> {
    /// Always `about:blank`: `code` says more.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// The status in words.
    #[schema(example = "Unauthorized")]
    title: &'static str,
    /// The answer's status.
    #[schema(minimum = 400, maximum = 599, example = 401)]
    status: u16,
    /// A sentence for people, Chinese or English by `Accept-Language`.
    detail: &'static str,
    /// The stable word that programs read.
    code: &'static str,
    /// The request's id, as in the header `X-Request-Id` and in our log.
    #[schema(example = "018f4e2c-5d6e-7f80-9a1b-0123456789ab")]
    request_id: &'a str,
    /// Each faulty field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<WireFault<'a>>,
    /// When a freeze ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Instant>,
    /// WeChat's own error code, where it helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    wx_errcode: Option<i64>,
}

/// One field that does not fit.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldFault)]
struct WireFault<'a> {
    /// The field's name, with its path; empty: the whole body.
    #[schema(example = "code")]
    field: &'a str,
    /// What is wrong with it, for people.
    message: String,
}

impl Problem {
    /// A problem with nothing but its status and code.
    #[must_use]
    pub const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, errors: Vec::new(), until: None, errcode: None, retry_after: None }
    }

    /// What its code says to people.
    #[must_use]
    pub fn detail(&self, language: Language) -> &'static str {
        words::detail(self.code, language)
    }

    /// The problem as JSON, in the words of the reader's language.
    #[must_use]
    pub fn text(&self, current: &Current) -> String {
        self.json(&current.id, current.language)
    }

    /// The answer: problem+json, with `Retry-After` and `WWW-Authenticate` where they belong.
    #[must_use]
    pub fn answer(&self, current: Option<&Current>) -> HttpResponse {
        let (id, language) =
            current.map_or(("", Language::default()), |current| (&*current.id, current.language));
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((CONTENT_TYPE, "application/problem+json"));
        if let Some(span) = self.retry_after {
            // rounded up: a client that comes back a moment early is refused again
            let seconds = span.as_secs().saturating_add(u64::from(span.subsec_nanos() > 0)).max(1);
            answer.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = match self.code {
                "invalid_client" => "Basic realm=\"menwei\"",
                // RFC 6750 §3.1: no error word when no token came
                "session_missing" => "Bearer",
                _ => "Bearer error=\"invalid_token\"",
            };
            answer.insert_header((WWW_AUTHENTICATE, challenge));
        }
        answer.body(self.json(id, language))
    }

    fn json(&self, request_id: &str, language: Language) -> String {
        let errors = self.errors.iter();
        let wire = Wire {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: words::detail(self.code, language),
            code: self.code,
            request_id,
            errors: errors
                .map(|(field, fault)| WireFault { field, message: words::fault(*fault, language) })
                .collect(),
            until: self.until,
            wx_errcode: self.errcode,
        };
        serde_json::to_string(&wire).unwrap_or_default()
    }
}
