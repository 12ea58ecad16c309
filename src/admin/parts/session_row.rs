//! A session and its user as tables show them.

use super::avatar::Avatar;
use crate::admin::locale::when::When;

/// A user as a link.
#[derive(Clone, Debug)]
pub struct UserRef {
    /// The public id.
    pub uid: String,
    /// The nickname, or what stands for it.
    pub name: String,
    /// The second line: a masked openid, or the end of the public id.
    pub detail: String,
    /// The face.
    pub avatar: Avatar,
}

/// One row of a table of sessions.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// The public id.
    pub sid: String,
    /// Its last four characters, which tell repeated links apart for those who only hear them.
    pub four: String,
    /// Whose it is.
    pub user: UserRef,
    /// `iPhone 15 · iOS 18.1`
    pub device: String,
    /// `微信 8.0.50`
    pub versions: String,
    /// The address, masked for those who may not see it whole.
    pub ip: String,
    /// When it began.
    pub created: When,
    /// When it was last used, give or take five minutes.
    pub seen: When,
    /// When it ends at the latest.
    pub expires: When,
    /// Whether it would authenticate a request right now.
    pub live: bool,
    /// The look of its state: `live`, `ended`, `expired`.
    pub kind: &'static str,
    /// Its state in words.
    pub state: &'static str,
    /// Who ended it, when and why.
    pub ended: Option<String>,
}

/// A state as a badge.
#[derive(Clone, Copy, Debug)]
pub struct Badge {
    /// The look.
    pub kind: &'static str,
    /// The words.
    pub label: &'static str,
}

/// A name and what it is, in a list of facts.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// What the fact is called.
    pub name: &'static str,
    /// What it is.
    pub text: String,
    /// A time, instead of the text.
    pub when: Option<When>,
    /// A remark below it.
    pub hint: Option<&'static str>,
    /// A link on the text.
    pub href: Option<String>,
    /// The page that shows it unmasked, for those who may.
    pub reveal: Option<String>,
}

impl Fact {
    /// A fact in text.
    #[must_use]
    pub fn text(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), ..Self::default() }
    }

    /// A fact that is a time.
    #[must_use]
    pub fn time(name: &'static str, when: When) -> Self {
        Self { name, when: Some(when), ..Self::default() }
    }

    /// The fact with a remark.
    #[must_use]
    pub fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// The masked fact with the page that shows it.
    #[must_use]
    pub fn reveal(self, href: Option<String>) -> Self {
        Self { reveal: href, ..self }
    }

    /// The fact with a link.
    #[must_use]
    pub fn link(self, href: Option<String>) -> Self {
        Self { href, ..self }
    }
}
