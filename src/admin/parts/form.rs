//! What forms show: what is wrong with which field, and the reasons that an action needs.

use crate::admin::frame::Choice;
use crate::admin::frame::errors::Refused;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::submission::Fields;
use crate::admin::locale::{Terms, Words};
use crate::admin::parts::public_id::id;
use crate::clock::Instant;
use crate::error::FieldFault;
use crate::{secret, text};

/// The reasons that staff can give, by their words in the database.
pub const REASONS: [&str; 6] =
    ["user_request", "device_lost", "suspected_theft", "violation", "test", "other"];

/// The reasons for changing an account of staff.
pub const STAFF_REASONS: [&str; 6] =
    ["duty_changed", "left", "unused", "device_lost", "suspected_theft", "other"];

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
        problems.add(Problems::from_faults(&faults, words.forms));
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
