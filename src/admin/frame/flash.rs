//! What the last action did, told once above the next page.

use serde::{Deserialize, Serialize};

use super::Link;

/// The outcome of an action, carried over the redirect and shown once.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flash {
    /// How it went.
    pub kind: FlashKind,
    /// What happened, with counts.
    pub text: String,
    /// Where to read more.
    pub link: Option<Link>,
}

/// How an action went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlashKind {
    /// It is done.
    Done,
    /// It was done before, or only in part.
    Note,
    /// It was not done.
    Problem,
}

impl Flash {
    /// What was done.
    #[must_use]
    pub fn done(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Done, text: text.into(), link: None }
    }

    /// What to know.
    #[must_use]
    pub fn note(text: impl Into<String>) -> Self {
        Self { kind: FlashKind::Note, text: text.into(), link: None }
    }

    /// The same with a link.
    #[must_use]
    pub fn link(self, href: String, label: &str) -> Self {
        Self { link: Some(Link { href, label: label.to_owned(), current: false }), ..self }
    }
}

impl FlashKind {
    /// Its look.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Note => "quiet",
            Self::Problem => "problem",
        }
    }

    /// Its icon.
    #[must_use]
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Note | Self::Problem => "warn",
        }
    }

    /// How loudly a screen reader says it.
    #[must_use]
    pub const fn role(self) -> &'static str {
        match self {
            Self::Done | Self::Problem => "alert",
            Self::Note => "status",
        }
    }
}
