//! What a code says: whose it is, what is to go wrong, and when it was issued.

use std::time::Duration;

use super::fault::{self, Fault, When};
use crate::clock::Instant;

/// How long an issued code works.
const LIFE: Duration = Duration::from_mins(5);
/// The length of a code that WeChat's developer tools make.
const REAL_CODE: usize = 32;

/// A code, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Code<'a> {
    /// Whose it is.
    pub who: &'a str,
    /// What is to go wrong.
    pub fault: Option<(When, Fault)>,
    /// Milliseconds since 1970 at which it was issued, for codes of `/simulator/code`.
    issued: Option<u64>,
}

impl<'a> Code<'a> {
    /// Reads `[fault-]who[-nonce]` or `[fault-]who.nonce`. Codes of WeChat's developer tools all belong to one person.
    #[must_use]
    pub fn parse(code: &'a str) -> Self {
        let prefixed = code.split_once('-').and_then(|(head, rest)| Some((fault::parse(head)?, rest)));
        let (fault, rest) = prefixed.map_or((None, code), |(fault, rest)| (Some(fault), rest));
        let (who, nonce) = rest.split_once(['.', '-']).unwrap_or((rest, ""));
        let is_real = nonce.is_empty()
            && who.len() == REAL_CODE
            && who.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let issued = nonce.strip_prefix("issued.").and_then(|rest| rest.split('.').next()?.parse().ok());
        Self { who: if is_real { "developer" } else { who }, fault, issued }
    }

    /// Whether it was issued more than 5 minutes before `now`.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        let life = u64::try_from(LIFE.as_millis()).unwrap_or(u64::MAX);
        self.issued.is_some_and(|issued| now.millis() > issued.saturating_add(life))
    }
}

/// A new code of `who`; `number` tells codes of one millisecond apart. None when `who` cannot be a name in a code.
#[must_use]
pub fn issue(who: &str, now: Instant, number: u64) -> Option<String> {
    let is_name =
        (1..=40).contains(&who.len()) && who.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then(|| format!("{who}.issued.{}.{number}", now.millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_person_has_many_codes() {
        for code in ["alice", "alice-1", "alice.1", "alice-b-c", "alice.issued.7.8"] {
            assert_eq!(Code::parse(code).who, "alice", "{code}");
        }
        assert_eq!(Code::parse("0a3b5c7d9e1f2g4h6i8j0k2l4m6n8o0p").who, "developer");
    }

    #[test]
    fn a_fault_stands_before_the_name() {
        let code = Code::parse("oncehttp502-alice-1");
        assert_eq!((code.who, code.fault), ("alice", Some((When::Once, Fault::Http(502)))));
        assert_eq!(Code::parse("hang-").fault, Some((When::Always, Fault::Hang)));
    }

    #[test]
    fn issued_codes_expire_after_five_minutes() {
        let now = Instant::from_seconds(1_700_000_000);
        let text = issue("alice", now, 1).unwrap();
        let code = Code::parse(&text);
        assert_eq!(code.who, "alice");
        assert!(!code.is_expired(now + LIFE));
        assert!(code.is_expired(now + LIFE + Duration::from_millis(1)));
        assert!(!Code::parse("alice-1").is_expired(now));
    }

    #[test]
    fn names_that_would_not_survive_in_a_code_get_none() {
        assert!(["", "a-b", "a.b", "张三", "a b"].iter().all(|who| issue(who, Instant::EPOCH, 1).is_none()));
    }
}
