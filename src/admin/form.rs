//! What forms show: what is wrong with which field, and the reasons that an action needs.

use super::errors::Refused;
use super::frame::Choice;
use super::locale::{Forms, Terms, Words};
use super::submission::Fields;
use super::user::id;
use crate::clock::Instant;
use crate::error::{Fault, FieldFault};
use crate::{secret, text};

/// The reasons that staff can give, by their words in the database.
pub const REASONS: [&str; 6] =
    ["user_request", "device_lost", "suspected_theft", "violation", "test", "other"];

/// The reasons for changing an account of staff.
pub const STAFF_REASONS: [&str; 6] =
    ["duty_changed", "left", "unused", "device_lost", "suspected_theft", "other"];

/// One thing that must be corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The `id` of the field.
    pub field: &'static str,
    /// What to do about it.
    pub text: String,
}

/// All that must be corrected, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Nothing is wrong.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// One sentence about one field.
    #[must_use]
    pub fn one(field: &'static str, text: impl Into<String>) -> Self {
        Self(vec![Problem { field, text: text.into() }])
    }

    /// What these faults mean, in the reader's words.
    #[must_use]
    pub fn from_faults(faults: &[FieldFault], words: &Forms) -> Self {
        let problem = |fault: &FieldFault| Problem { field: fault.field, text: say(fault.fault, words) };
        Self(faults.iter().map(problem).collect())
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// One after the other.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// What is wrong with this field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|problem| problem.field == field).map(|problem| problem.text.as_str())
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn say(fault: Fault, words: &Forms) -> String {
    match fault {
        Fault::Missing => words.missing.to_owned(),
        Fault::TooLong(most) => (words.too_long)(most),
        Fault::TooShort(least) => (words.too_short)(least),
        Fault::Characters => words.characters.to_owned(),
        Fault::NotAllowed => words.not_allowed.to_owned(),
        Fault::OutOfRange => words.out_of_range.to_owned(),
        Fault::CommonPassword => words.common_password.to_owned(),
        Fault::Differs => words.differs.to_owned(),
        Fault::WrongType
        | Fault::NotUrl
        | Fault::Elsewhere
        | Fault::LocalPath
        | Fault::Duplicate
        | Fault::TooMany(_)
        | Fault::Malformed
        | Fault::NotForm
        | Fault::NoBoundary
        | Fault::Incomplete => words.malformed.to_owned(),
    }
}

/// The form under every action on a user or a session: why, and what else is to be known.
#[derive(Clone, Debug)]
pub struct ReasonForm {
    /// Where it is sent.
    pub action: String,
    /// Where Cancel leads: the exact list or page that the reader came from.
    pub back: String,
    /// Makes a second submit show the first one's result.
    pub key: String,
    /// The reasons to choose from.
    pub reasons: Vec<Choice>,
    /// The note so far.
    pub note: String,
    /// The ticket number so far.
    pub ticket: String,
    /// Whether the reader may freeze as well.
    pub may_freeze: bool,
    /// Whether to freeze as well is chosen.
    pub also_freeze: bool,
    /// What must be corrected.
    pub problems: Problems,
}

/// Why staff do something: what they chose and wrote, checked.
#[derive(Clone, Debug)]
pub struct Why {
    /// One of [`REASONS`] or [`STAFF_REASONS`].
    pub reason: String,
    /// What they noted; may be empty.
    pub note: String,
    /// A ticket of theirs; may be empty.
    pub ticket: String,
}

impl Why {
    /// The reason, note and ticket of a form.
    ///
    /// # Errors
    /// What must be corrected.
    pub fn read(form: &Fields, words: &Words) -> Result<Self, Problems> {
        Self::read_of(&REASONS, form, words)
    }

    /// The same with other reasons to choose from.
    ///
    /// # Errors
    /// What must be corrected.
    pub fn read_of(known: &[&str], form: &Fields, words: &Words) -> Result<Self, Problems> {
        let mut faults = Vec::new();
        let mut clean = |field: &'static str, most: usize| {
            // lines become one: the trail is read in a table
            let line = form.one(field).replace(['\r', '\n', '\t'], " ");
            text::clean(&line, most).unwrap_or_else(|fault| {
                faults.push(FieldFault { field, fault });
                String::new()
            })
        };
        let (note, ticket) = (clean("note", 500), clean("ticket", 64));
        let reason = form.one("reason").to_owned();
        let mut problems = Problems::default();
        if !known.contains(&reason.as_str()) {
            problems = Problems::one("reason", words.forms.choose);
        }
        problems.0.extend(Problems::from_faults(&faults, words.forms).0);
        if problems.is_empty() { Ok(Self { reason, note, ticket }) } else { Err(problems) }
    }
}

impl ReasonForm {
    /// An empty form, or the one that was sent with what must be corrected.
    #[must_use]
    pub fn new(action: String, back: String, sent: Option<(&Fields, Problems)>, words: &Words) -> Self {
        let text = |name| sent.as_ref().map(|(form, _)| form.one(name).to_owned()).unwrap_or_default();
        Self {
            action,
            back,
            key: text("key"),
            reasons: reasons(Some(&text("reason")), words.terms),
            note: text("note"),
            ticket: text("ticket"),
            may_freeze: false,
            also_freeze: text("also") == "freeze",
            problems: sent.map(|(_, problems)| problems).unwrap_or_default(),
        }
    }
}

/// A key for a form that has none yet: what is sent twice under it is done once.
#[must_use]
pub fn keyed(key: &str, now: Instant) -> String {
    // without randomness there is no key: the form works, and does so as often as it is sent
    if key.is_empty() { secret::public_id(now).unwrap_or_default() } else { key.to_owned() }
}

/// The key that a form carries.
///
/// # Errors
/// 404 when it is none of ours.
pub fn key(form: &Fields) -> Result<Option<String>, Refused> {
    let key = form.one("key");
    if key.is_empty() { Ok(None) } else { id(key).map(Some) }
}

/// The reasons to choose from, with the one chosen so far.
#[must_use]
pub fn reasons(chosen: Option<&str>, terms: &Terms) -> Vec<Choice> {
    reasons_of(&REASONS, chosen, terms)
}

/// The same of other reasons.
#[must_use]
pub fn reasons_of(known: &[&str], chosen: Option<&str>, terms: &Terms) -> Vec<Choice> {
    let choice = |code: &str| Choice {
        value: code.to_owned(),
        label: terms.reason(code).to_owned(),
        chosen: chosen == Some(code),
    };
    known.iter().map(|code| choice(code)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::locale::Lang;

    #[test]
    fn faults_become_sentences_at_their_fields() {
        let faults = [
            FieldFault { field: "password", fault: Fault::TooShort(15) },
            FieldFault { field: "again", fault: Fault::Differs },
        ];
        let problems = Problems::from_faults(&faults, Lang::Zh.words().forms);
        assert_eq!(problems.of("password"), Some("至少 15 个字符"));
        assert_eq!(problems.of("again"), Some("两次输入的密码不一致"));
        assert_eq!(problems.of("name"), None);
    }

    #[test]
    fn every_reason_has_its_words_in_both_languages() {
        for lang in Lang::ALL {
            let terms = lang.words().terms;
            for choice in reasons(Some("other"), terms).into_iter().chain(reasons_of(
                &STAFF_REASONS,
                Some("other"),
                terms,
            )) {
                assert_ne!(choice.label, choice.value);
                assert_eq!(choice.chosen, choice.value == "other");
            }
        }
    }
}
