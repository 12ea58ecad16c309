//! The console's words, Chinese first and English complete.
//!
//! One file a page, both languages side by side: a text that is missing in either does not compile.
//! Chinese addresses the reader as 您 and uses full-width punctuation; numbers are grouped by thousands in both.

mod account;
pub mod actions;
mod apps;
mod audit;
mod deletion;
mod emergency;
mod errors;
mod exports;
mod forms;
mod frame;
mod freeze;
pub mod help;
mod jobs;
mod lists;
mod logins;
mod lookup;
mod notes;
mod overview;
mod results;
mod reveal;
mod reviews;
mod revocation;
mod session;
mod sessions;
mod setup;
mod sign_in;
mod staff;
mod system;
mod terms;
mod times;
mod user;
mod users;
pub mod when;
pub mod zone;

pub use account::Account;
pub use actions::Actions;
pub use apps::Apps;
pub use audit::Audit;
pub use deletion::Deletion;
pub use emergency::Emergency;
pub use errors::Errors;
pub use exports::Exports;
pub use forms::Forms;
pub use frame::Frame;
pub use freeze::Freeze;
pub use help::Help;
pub use jobs::Jobs;
pub use lists::Lists;
pub use logins::Logins;
pub use lookup::Lookup;
pub use notes::Notes;
pub use overview::Overview;
pub use results::Results;
pub use reveal::Reveal;
pub use reviews::Reviews;
pub use revocation::Revocation;
pub use session::Session;
pub use sessions::Sessions;
pub use setup::Setup;
pub use sign_in::SignIn;
pub use staff::Staff;
pub use system::System;
pub use terms::Terms;
pub use times::Times;
pub use user::User;
pub use users::Users;

/// Defines a page's words: `name: "中文", "English";` under `text`, sentences with values under `say`.
macro_rules! words {
    (
        $(#[$doc:meta])* $name:ident
        text { $($text:ident: $text_zh:expr, $text_en:expr;)* }
        say { $($say:ident($($arg:ty),*): $say_zh:expr, $say_en:expr;)* }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name {
            $(#[doc = concat!("`", $text_en, "`")] pub $text: &'static str,)*
            $(#[doc = concat!("Says ", stringify!($say), ".")] pub $say: fn($($arg),*) -> String,)*
        }

        impl $name {
            pub(super) const ZH: Self = Self { $($text: $text_zh,)* $($say: $say_zh,)* };
            pub(super) const EN: Self = Self { $($text: $text_en,)* $($say: $say_en,)* };

            /// Every plain text, by name, for tests that look at all of them.
            #[cfg(test)]
            pub(super) fn texts(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($text), self.$text),)*]
            }
        }
    };
}
use words;

/// Collects the tables of all pages.
macro_rules! tables {
    ($($field:ident: $table:ident,)*) => {
        /// All words of one language.
        #[derive(Debug)]
        pub struct Words {
            $(#[doc = concat!("The words of `", stringify!($field), "`.")] pub $field: &'static $table,)*
        }

        static ZH: Words = Words { $($field: &$table::ZH,)* };
        static EN: Words = Words { $($field: &$table::EN,)* };

        #[cfg(test)]
        fn all(words: &Words) -> Vec<(&'static str, &'static str)> {
            [$(words.$field.texts(),)*].concat()
        }
    };
}
tables! {
    frame: Frame,
    terms: Terms,
    actions: Actions,
    results: Results,
    times: Times,
    forms: Forms,
    lists: Lists,
    sign_in: SignIn,
    setup: Setup,
    account: Account,
    staff: Staff,
    lookup: Lookup,
    users: Users,
    user: User,
    sessions: Sessions,
    session: Session,
    revocation: Revocation,
    freeze: Freeze,
    jobs: Jobs,
    emergency: Emergency,
    reviews: Reviews,
    audit: Audit,
    overview: Overview,
    logins: Logins,
    apps: Apps,
    system: System,
    help: Help,
    reveal: Reveal,
    notes: Notes,
    exports: Exports,
    deletion: Deletion,
    errors: Errors,
}

/// A language of the console.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese, what a reader gets who asked for nothing.
    #[default]
    Zh,
    /// English.
    En,
}

impl From<crate::http::language::Language> for Lang {
    fn from(language: crate::http::language::Language) -> Self {
        match language {
            crate::http::language::Language::Chinese => Self::Zh,
            crate::http::language::Language::English => Self::En,
        }
    }
}

impl Lang {
    /// Both, as the language switch lists them.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The language tag for `lang`, and the word in staff preferences.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language's name in itself.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }

    /// What is known in both languages, in this one.
    #[must_use]
    pub const fn of(self, both: crate::wechat::errcode::Words) -> &'static str {
        match self {
            Self::Zh => both.zh,
            Self::En => both.en,
        }
    }

    /// The same as a sentence of its own: English begins it with a capital letter.
    #[must_use]
    pub fn sentence(self, both: crate::wechat::errcode::Words) -> String {
        let mut letters = self.of(both).chars();
        match (self, letters.next()) {
            (Self::En, Some(first)) => first.to_uppercase().chain(letters).collect(),
            _ => self.of(both).to_owned(),
        }
    }

    /// Its words.
    #[must_use]
    pub fn words(self) -> &'static Words {
        match self {
            Self::Zh => &ZH,
            Self::En => &EN,
        }
    }

    /// The language with this tag, or with its first part: `zh-CN`, `zh`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code() == code || lang.code().split('-').next() == Some(code))
    }
}

/// A number with its thousands apart: `3,200,000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Chinese: a name with its brackets as wide as the text around it.
fn wide(name: &str) -> String {
    name.replace(" (", "（").replace(')', "）")
}

/// English: `1 session`, `3,200 sessions`.
fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        assert_eq!([0, 12, 999, 1000, 3_200_000].map(grouped), ["0", "12", "999", "1,000", "3,200,000"]);
        assert_eq!(counted(1, "session", "sessions"), "1 session");
    }

    #[test]
    fn no_text_is_empty_and_each_stands_in_its_language() {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for ((name, zh), (_, en)) in all(&ZH).into_iter().zip(all(&EN)) {
            assert!(!zh.is_empty() && !en.is_empty(), "{name}");
            assert!(!en.contains(is_han), "{name}: {en}");
        }
    }

    #[test]
    fn chinese_uses_its_own_punctuation() {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for (name, zh) in all(&ZH) {
            let letters: Vec<char> = zh.chars().collect();
            let half = letters.windows(2).any(|two| is_han(two[0]) && ",;:?!()".contains(two[1]));
            assert!(!half, "{name}: {zh}");
            assert!(!zh.contains('你'), "{name} does not say 您: {zh}");
        }
    }
}
