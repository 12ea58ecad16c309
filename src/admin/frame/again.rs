//! A form that waits until who sent it has proved who they are: it travels with the pages that ask for that, and the
//! server keeps nothing of it.

use crate::admin::query::encode;

/// A form to be sent once more, kept whole. Passwords and codes are never in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Again {
    /// Where it is sent.
    pub action: String,
    /// Its fields, without the old form token.
    pub fields: Vec<(String, String)>,
}

impl Again {
    /// The fields as `name=value`, percent-encoded: what a page that asks for something else carries along.
    #[must_use]
    pub fn carried(&self) -> Vec<String> {
        self.fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect()
    }
}
