//! What is wrong with which field of a form.

use crate::admin::locale::Forms;
use crate::error::{Fault, FieldFault};

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

    /// And these.
    pub fn add(&mut self, others: Self) {
        self.0.extend(others.0);
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
}
