//! What every list shows around its rows.

use super::paging::Address;
use crate::admin::frame::{Choice, Link};
use crate::admin::locale::{Lists, grouped};
use crate::config::Config;
use crate::db::page::BoundedCount;

/// Tabs, active filters, counts, paging, or why there is nothing to see.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Saved scopes.
    pub tabs: Vec<Link>,
    /// Active filters, each a link to the list without it.
    pub tags: Vec<Tag>,
    /// The list without any filter.
    pub clear: String,
    /// How many rows match.
    pub count: Option<String>,
    /// How many there are in all, estimated.
    pub total: Option<String>,
    /// Whether the count is all there is to know, or as far as it goes.
    pub is_counted: bool,
    /// The same page with an exact count, where that is not known.
    pub exact: Option<String>,
    /// Whether counting was given up because the database is slow.
    pub slow: bool,
    /// Whether this is not the first screen.
    pub is_later: bool,
    /// The page that exports the list as narrowed, for those who may.
    pub export: Option<String>,
    /// Where paging leads.
    pub pager: Pager,
    /// Why there are no rows.
    pub empty: Option<Empty>,
}

/// An active filter.
#[derive(Clone, Debug)]
pub struct Tag {
    /// The filter in words: `状态：已冻结`.
    pub label: String,
    /// The list without it.
    pub href: String,
}

impl Tag {
    /// The tags of the parameters that are given, in the order of `labels`; `value` puts their values in words.
    #[must_use]
    pub fn of(
        address: &Address,
        labels: &[(&'static str, &str)],
        words: &Lists,
        value: impl Fn(&'static str, &str) -> String,
    ) -> Vec<Self> {
        let tag = |(name, label): &(&'static str, &str)| {
            let given = address.get(name)?;
            let label = format!("{label}{}{}", words.colon, value(name, given));
            Some(Self { label, href: address.with(name, None) })
        };
        labels.iter().filter_map(tag).collect()
    }
}

/// Links of keyset paging; none where there is nothing further.
#[derive(Clone, Debug, Default)]
pub struct Pager {
    /// The first screen.
    pub newest: Option<String>,
    /// The screen before.
    pub newer: Option<String>,
    /// The screen after.
    pub older: Option<String>,
    /// The last screen.
    pub oldest: Option<String>,
    /// The way to a day; none where the list is in no order of time.
    pub jump: Option<Jump>,
    /// Whether the screen is short because only so many rows were looked at.
    pub is_cut: bool,
}

/// A form that leads to a day of a list.
#[derive(Clone, Debug)]
pub struct Jump {
    /// The list.
    pub path: &'static str,
    /// Its filters.
    pub kept: Vec<(&'static str, String)>,
}

impl Pager {
    /// Whether there is more than one screen.
    #[must_use]
    pub const fn is_needed(&self) -> bool {
        self.newer.is_some() || self.older.is_some()
    }

    /// The same of a list that begins with the oldest.
    #[must_use]
    pub fn turned(self) -> Self {
        Self { newest: self.oldest, newer: self.older, older: self.newer, oldest: self.newest, ..self }
    }

    /// That the screen is short because only so many rows were looked at; none when it is not.
    #[must_use]
    pub fn cut(&self, words: &Lists) -> Option<String> {
        self.is_cut.then(|| (words.cut)(BoundedCount::BOUND.unsigned_abs()))
    }
}

/// Why there are no rows; each case reads differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Empty {
    /// What is the matter.
    pub title: String,
    /// What to do about it.
    pub text: String,
}

impl Empty {
    /// Nothing exists yet, or no row fits the filters; `text` says what helps.
    #[must_use]
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into() }
    }

    /// No row of those that were looked at fits; there may be others.
    #[must_use]
    pub fn so_far(words: &Lists) -> Self {
        Self::new(words.cut_title, (words.cut)(BoundedCount::BOUND.unsigned_abs()))
    }
}

/// A choice among closed values in a filter.
#[derive(Clone, Debug)]
pub struct Select {
    /// The parameter's name.
    pub name: &'static str,
    /// Its values.
    pub options: Vec<Choice>,
}

impl Select {
    /// A choice among these values with their labels.
    #[must_use]
    pub fn of(name: &'static str, all: &[(&str, &str)], chosen: Option<&str>) -> Self {
        let choice = |(value, label): &(&str, &str)| Choice {
            value: (*value).to_owned(),
            label: (*label).to_owned(),
            chosen: *value == chosen.unwrap_or_default(),
        };
        Self { name, options: all.iter().map(choice).collect() }
    }

    /// A choice among the mini-programs, or any.
    #[must_use]
    pub fn apps(config: &Config, chosen: Option<&str>, words: &Lists) -> Self {
        let apps = config.apps.iter().map(|app| (app.appid.as_str(), app.name.as_str()));
        let all: Vec<(&str, &str)> = std::iter::once(("", words.any)).chain(apps).collect();
        Self::of("app", &all, chosen)
    }
}

/// A filter by days, both included.
#[derive(Clone, Debug)]
pub struct Days {
    /// The parameter's name; the form sends `<name>_from` and `<name>_to`.
    pub name: &'static str,
    /// `2026-08-01`, or empty.
    pub from: String,
    /// `2026-08-31`, or empty.
    pub to: String,
}

impl Days {
    /// The days that a parameter holds.
    #[must_use]
    pub fn of(name: &'static str, given: Option<&str>) -> Self {
        let (from, to) = given.and_then(|days| days.split_once("..")).unwrap_or_default();
        Self { name, from: from.to_owned(), to: to.to_owned() }
    }

    /// Whether nothing is set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.from.is_empty() && self.to.is_empty()
    }
}

/// The columns of a table of sessions that are not always there.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of a table, there or not")]
pub struct Columns {
    /// A box to tick.
    pub tick: bool,
    /// Whose session it is.
    pub user: bool,
    /// Fewer columns, for a sample of live sessions beside a question.
    pub brief: bool,
    /// Beside the state of each live one the way to revoke it.
    pub revoke: bool,
}

/// How far a bounded count came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exactly(u64),
    /// More than this; counting stopped there.
    MoreThan(u64),
    /// So many of the newest rows; older ones were not looked at.
    OfNewest(u64),
}

impl From<BoundedCount> for Count {
    fn from(count: BoundedCount) -> Self {
        let counted = u64::try_from(count.counted).unwrap_or(0);
        match count {
            BoundedCount { is_more: true, .. } => Self::MoreThan(counted),
            BoundedCount { is_part: true, .. } => Self::OfNewest(counted),
            BoundedCount { .. } => Self::Exactly(counted),
        }
    }
}

impl Count {
    /// `共 3,200 条`, `超过 10,000 条`, `最近的 10,000 条中有 37 条`.
    #[must_use]
    pub fn say(self, words: &Lists) -> String {
        match self {
            Self::Exactly(number) => (words.exactly)(number),
            Self::MoreThan(number) => (words.more_than)(number),
            Self::OfNewest(number) => (words.of_newest)(number, BoundedCount::BOUND.unsigned_abs()),
        }
    }

    /// `3,200`, `10,000+`, `37+`.
    #[must_use]
    pub fn short(self) -> String {
        match self {
            Self::Exactly(number) => grouped(number),
            Self::MoreThan(number) | Self::OfNewest(number) => format!("{}+", grouped(number)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::admin::locale::Lang;

    #[test]
    fn counts_say_where_counting_stopped() {
        let zh = Lang::Zh.words().lists;
        let en = Lang::En.words().lists;
        assert_eq!(Count::Exactly(3200).say(zh), "共 3,200 条");
        assert_eq!(Count::MoreThan(10_000).say(zh), "超过 10,000 条");
        assert_eq!(Count::Exactly(1).say(en), "1 result");
        assert_eq!(Count::MoreThan(10_000).short(), "10,000+");
        let part = Count::from(BoundedCount::new(37).among_newest());
        assert_eq!(part.say(zh), "最近的 10,000 条中有 37 条");
        assert_eq!(part.say(en), "37 of the newest 10,000");
    }

    #[test]
    fn one_screen_needs_no_paging() {
        assert!(!Pager::default().is_needed());
        assert!(Pager { older: Some(String::new()), ..Pager::default() }.is_needed());
    }
}
