//! List parameters in the URL: known names only, in one order, without defaults.
//!
//! A parameter that is unknown or malformed is an error that names it, never ignored: a typo must not widen what a
//! later step acts on. Another spelling of the same list is redirected to the canonical one (308).

pub mod cursor;
mod encoding;

pub use encoding::{decode, encode};

/// A parameter that a list knows.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// The value that is left out of URLs.
    pub default: Option<&'static str>,
    /// What it may be.
    pub kind: Kind,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text of at most so many characters.
    Text(usize),
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Days, both included: `2026-08-01..2026-08-31`; either side may be empty.
    /// Forms send `<name>_from` and `<name>_to`.
    Days,
    /// Hours, both included, in the reader's zone: `2026-08-01T10..2026-08-01T10`.
    Hours,
    /// A whole number.
    Number,
    /// A public id (UUID).
    Id,
    /// A day to go to. It goes when any other parameter changes.
    Day,
    /// An opaque place in the list. It goes when any other parameter changes.
    Cursor,
    /// One of these words, said of this very page. It goes when any other parameter changes.
    Aside(&'static [&'static str]),
}

/// What the address says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It is canonical.
    Canonical(Query),
    /// The same list, spelled otherwise: the canonical query string without `?`.
    Elsewhere(String),
}

/// The name of a parameter that is unknown, malformed or there twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadParameter(pub String);

/// The parameters of one list, canonical.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(&'static str, String)>);

impl Query {
    /// Reads a query string by what the list knows.
    ///
    /// # Errors
    /// The parameter that does not fit.
    pub fn read(known: &[Known], raw: &str) -> Result<Reading, BadParameter> {
        let given = pairs(raw)?;
        for (place, (name, _)) in given.iter().enumerate() {
            let is_known = known.iter().any(|known| known.is_named(name));
            let is_twice = given.iter().take(place).any(|(other, _)| other == name);
            if !is_known || is_twice {
                return Err(BadParameter(clipped(name)));
            }
        }
        let mut query = Self::default();
        for parameter in known {
            if let Some(value) = parameter.value(&given)? {
                query.0.push((parameter.name, value));
            }
        }
        let canonical = query.text();
        Ok(if canonical == raw { Reading::Canonical(query) } else { Reading::Elsewhere(canonical) })
    }

    /// The value of a parameter, when it is given.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    }

    /// All parameters, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// The query string, without `?`.
    #[must_use]
    pub fn text(&self) -> String {
        let pair = |(name, value): &(&str, String)| format!("{name}={}", encode(value));
        self.0.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// The address of the list with these parameters.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        if self.0.is_empty() { path.to_owned() } else { format!("{path}?{}", self.text()) }
    }

    /// The query with one parameter set, or removed by none or its default; the place in the list is forgotten.
    #[must_use]
    pub fn with(&self, known: &[Known], name: &str, value: Option<&str>) -> Self {
        let keep = |parameter: &Known| {
            let is_cursor = matches!(parameter.kind, Kind::Cursor | Kind::Day | Kind::Aside(_));
            let now = if parameter.name == name {
                value
            } else if is_cursor {
                None
            } else {
                self.get(parameter.name)
            };
            now.filter(|now| parameter.default != Some(*now)).map(|now| (parameter.name, now.to_owned()))
        };
        Self(known.iter().filter_map(keep).collect())
    }

    /// The query without its place in the list: what a cursor is bound to.
    #[must_use]
    pub fn filters(&self, known: &[Known]) -> Self {
        self.with(known, "", None)
    }
}

impl Known {
    fn is_named(&self, name: &str) -> bool {
        let is_half = matches!(self.kind, Kind::Days)
            && name.strip_prefix(self.name).is_some_and(|half| half == "_from" || half == "_to");
        name == self.name || is_half
    }

    /// The canonical value among what was given; empty and default values count as not given.
    fn value(&self, given: &[(String, String)]) -> Result<Option<String>, BadParameter> {
        let find = |suffix: &str| {
            let matches = |name: &str| name.strip_prefix(self.name) == Some(suffix);
            given.iter().find(|(name, _)| matches(name)).map(|(_, value)| value.trim())
        };
        let joined = match (self.kind, find("_from"), find("_to")) {
            (Kind::Days, from, to) if from.or(to).is_some() => {
                Some(format!("{}..{}", from.unwrap_or_default(), to.unwrap_or_default()))
                    .filter(|days| days != "..")
            }
            _ => find("").map(str::to_owned),
        };
        match joined.filter(|value| !value.is_empty() && self.default != Some(value)) {
            Some(value) if self.kind.admits(&value) => Ok(Some(value)),
            Some(_) => Err(BadParameter(self.name.to_owned())),
            None => Ok(None),
        }
    }
}

impl Kind {
    fn admits(self, value: &str) -> bool {
        match self {
            Self::Text(most) => value.chars().count() <= most && !value.chars().any(char::is_control),
            Self::OneOf(words) | Self::Aside(words) => words.contains(&value),
            Self::Days => days(value).is_some(),
            Self::Day => day(value).is_some(),
            Self::Hours => hours(value).is_some(),
            Self::Number => value.parse::<i64>().is_ok_and(|number| number.to_string() == value),
            Self::Id => value.len() == 36 && uuid::Uuid::try_parse(value).is_ok(),
            Self::Cursor => value.len() <= 128 && value.bytes().all(|byte| byte.is_ascii_graphic()),
        }
    }
}

/// The day that `2026-08-01` names.
#[must_use]
pub fn day(text: &str) -> Option<chrono::NaiveDate> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// The days that `2026-08-01..2026-08-31` names, both included; a side may be open. None when it is malformed or
/// runs backwards.
#[must_use]
pub fn days(value: &str) -> Option<(Option<chrono::NaiveDate>, Option<chrono::NaiveDate>)> {
    let (from, to) = value.split_once("..")?;
    let days = (day(from), day(to));
    let is_whole = days.0.is_some() != from.is_empty() && days.1.is_some() != to.is_empty();
    let is_backwards = days.0.zip(days.1).is_some_and(|(from, to)| from > to);
    (is_whole && !is_backwards && value != "..").then_some(days)
}

/// The beginnings of the first and the last hour that `2026-08-01T10..2026-08-02T09` names. None when it is malformed
/// or runs backwards.
#[must_use]
pub fn hours(value: &str) -> Option<(chrono::NaiveDateTime, chrono::NaiveDateTime)> {
    let hour = |text: &str| {
        let whole = (text.len() == 13).then(|| format!("{text}:00:00"))?;
        whole.parse::<chrono::NaiveDateTime>().ok()
    };
    let (first, last) = value.split_once("..")?;
    let (first, last) = (hour(first)?, hour(last)?);
    (first <= last).then_some((first, last))
}

/// The same for people: `2026-08-01 10:00 – 2026-08-02 09:59`.
#[must_use]
pub fn hours_shown(value: &str) -> String {
    value.replace('T', " ").replace("..", ":00 – ") + ":59"
}

/// The first value of a parameter in a query string that nobody has checked yet.
#[must_use]
pub fn value(raw: &str, name: &str) -> Option<String> {
    let mut pairs = raw.split('&').filter_map(|part| part.split_once('='));
    let (_, value) = pairs.find(|(other, _)| decode(other).as_deref() == Some(name))?;
    decode(value)
}

fn pairs(raw: &str) -> Result<Vec<(String, String)>, BadParameter> {
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let bad = || BadParameter(clipped(name));
        Ok((decode(name).ok_or_else(bad)?, decode(value).ok_or_else(bad)?))
    };
    raw.split('&').filter(|part| !part.is_empty()).take(50).map(pair).collect()
}

/// A name that somebody else chose, short enough to be shown.
fn clipped(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Known] = &[
        Known { name: "q", default: None, kind: Kind::Text(64) },
        Known { name: "state", default: Some("live"), kind: Kind::OneOf(&["live", "ended", "all"]) },
        Known { name: "created", default: None, kind: Kind::Days },
        Known { name: "hours", default: None, kind: Kind::Hours },
        Known { name: "code", default: None, kind: Kind::Number },
        Known { name: "user", default: None, kind: Kind::Id },
        Known { name: "after", default: None, kind: Kind::Cursor },
    ];

    fn read(raw: &str) -> Result<Reading, BadParameter> {
        Query::read(KNOWN, raw)
    }

    fn redirect(raw: &str) -> String {
        match read(raw) {
            Ok(Reading::Elsewhere(text)) => text,
            other => panic!("{raw}: {other:?}"),
        }
    }

    fn bad(raw: &str) -> String {
        read(raw).unwrap_err().0
    }

    #[test]
    fn a_canonical_address_is_read_as_it_is() {
        let Ok(Reading::Canonical(query)) = read("q=%E5%BC%A0%E4%BC%9F&state=ended&after=x1") else {
            panic!()
        };
        assert_eq!((query.get("q"), query.get("state")), (Some("张伟"), Some("ended")));
        assert_eq!(query.href("/admin/users"), "/admin/users?q=%E5%BC%A0%E4%BC%9F&state=ended&after=x1");
        assert_eq!(read(""), Ok(Reading::Canonical(Query::default())));
    }

    #[test]
    fn other_spellings_lead_to_the_canonical_one() {
        assert_eq!(redirect("state=ended&q=a"), "q=a&state=ended");
        assert_eq!(redirect("q=&state=live"), "");
        assert_eq!(redirect("q=a+b"), "q=a%20b");
        assert_eq!(redirect("q=%61"), "q=a");
        assert_eq!(redirect("created_from=2026-08-01&created_to="), "created=2026-08-01..");
        assert_eq!(redirect("created_from=&created_to="), "");
    }

    #[test]
    fn what_is_unknown_malformed_or_twice_is_named() {
        assert_eq!(bad("sotr=x"), "sotr");
        assert_eq!(bad("q=a&q=b"), "q");
        assert_eq!(bad("state=dead"), "state");
        assert_eq!(bad("created=2026-13-01.."), "created");
        assert_eq!(bad("created=2026-08-02..2026-08-01"), "created");
        assert_eq!(bad("user=1"), "user");
        for hours in ["2026-08-01T10", "2026-08-01T24..2026-08-01T24", "2026-08-01T10..2026-08-01T09"] {
            assert_eq!(bad(&format!("hours={hours}")), "hours", "{hours}");
        }
        assert!(matches!(read("hours=2026-08-01T10..2026-08-01T10&code=-1"), Ok(Reading::Canonical(_))));
        for code in ["x", "%2B1", "01", "1.0", "99999999999999999999"] {
            assert_eq!(bad(&format!("code={code}")), "code", "{code}");
        }
        assert_eq!(bad(&format!("q={}", "x".repeat(65))), "q");
        assert_eq!(bad("q=%ff"), "q");
        assert_eq!(bad("q=%0"), "q");
        assert_eq!(bad("q=%00"), "q");
        assert_eq!(bad(&"n".repeat(500)).len(), 40);
    }

    #[test]
    fn a_changed_filter_forgets_the_place() {
        let Ok(Reading::Canonical(query)) = read("q=a&state=ended&after=x1") else { panic!() };
        assert_eq!(query.with(KNOWN, "state", Some("all")).text(), "q=a&state=all");
        assert_eq!(query.with(KNOWN, "state", Some("live")).text(), "q=a");
        assert_eq!(query.with(KNOWN, "after", Some("x2")).text(), "q=a&state=ended&after=x2");
        assert_eq!(query.with(KNOWN, "q", None).text(), "state=ended");
        assert_eq!(query.filters(KNOWN).text(), "q=a&state=ended");
    }

    #[test]
    fn every_canonical_text_reads_as_itself() {
        for value in ["a&b=c", "100%", "一 二", "+", "#?/", "😀", "<script>", "a..b"] {
            let text = Query::default().with(KNOWN, "q", Some(value)).text();
            let Ok(Reading::Canonical(query)) = read(&text) else { panic!("{text}") };
            assert_eq!(query.get("q"), Some(value));
        }
    }
}
