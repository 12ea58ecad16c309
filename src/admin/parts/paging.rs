//! From a URL to a place in a list, and from a screen of rows to the URLs around it.

use actix_web::HttpRequest;
use chrono::NaiveDate;

use super::list::{Jump, Pager};
use crate::admin::frame::Flash;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::guard::signed_in::SignedIn;
use crate::admin::guard::submission::Fields;
use crate::admin::guard::visit::Visit;
use crate::admin::locale::zone::Zone;
use crate::admin::query::cursor::{self, Place};
use crate::admin::query::{Kind, Known, Query, Reading, encode};
use crate::clock::Instant;
use crate::db::page::{Screen, Start};
use crate::secret::{KeyRing, hex};

/// The value of `before` that means the end of the list.
const END: &str = "end";

/// How many rows a list may show.
pub const PER_PAGE: [&str; 3] = ["25", "50", "100"];

/// The one of [`PER_PAGE`] that was chosen.
#[must_use]
pub fn per_page(rows: i64) -> Option<&'static str> {
    PER_PAGE.into_iter().find(|known| known.parse() == Ok(rows))
}

/// What a list knows: how many rows it has without `n` is the reader's choice.
fn own(request: &HttpRequest, known: &[Known]) -> Vec<Known> {
    let rows = SignedIn::of(request).and_then(|who| who.rows).and_then(per_page);
    let own = |known: &Known| match rows {
        Some(rows) if known.name == "n" => Known { default: Some(rows), ..*known },
        _ => *known,
    };
    known.iter().map(own).collect()
}

/// One list as the address has it.
#[derive(Clone, Debug)]
pub struct Address {
    path: &'static str,
    known: Vec<Known>,
    /// By whose clock its days are.
    zone: Zone,
    /// Its parameters.
    pub query: Query,
}

impl Address {
    /// Reads the address of a list. How many rows it has without `n` is the reader's choice.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for what does not fit, [`Refusal::Moved`] for another spelling.
    pub fn read(request: &HttpRequest, path: &'static str, known: &'static [Known]) -> Result<Self, Refused> {
        let known = own(request, known);
        let zone = SignedIn::of(request).map(|who| who.zone()).unwrap_or_default();
        match Query::read(&known, request.query_string()) {
            Ok(Reading::Canonical(query)) if query.get("after").and(query.get("before")).is_some() => {
                Err(Refusal::Parameter("before".to_owned()).into())
            }
            Ok(Reading::Canonical(query)) => Ok(Self { path, known, zone, query }),
            Ok(Reading::Elsewhere(text)) if text.is_empty() => Err(Refused::Moved(path.to_owned())),
            Ok(Reading::Elsewhere(text)) => Err(Refused::Moved(format!("{path}?{text}"))),
            Err(bad) => Err(Refusal::Parameter(bad.0).into()),
        }
    }

    /// The address of the list that a form with its filters asks for. What the form leaves empty is left out.
    ///
    /// # Errors
    /// [`Refusal::Parameter`] for what does not fit.
    pub fn of_form(
        request: &HttpRequest,
        path: &'static str,
        known: &'static [Known],
        form: &Fields,
    ) -> Result<String, Refused> {
        let given = form.iter().filter(|(name, value)| *name != "csrf" && !value.trim().is_empty());
        let pair = |(name, value): (&str, &str)| format!("{}={}", encode(name), encode(value.trim()));
        let raw = given.map(pair).collect::<Vec<_>>().join("&");
        match Query::read(&own(request, known), &raw) {
            Ok(Reading::Canonical(query)) => Ok(query.href(path)),
            Ok(Reading::Elsewhere(text)) if text.is_empty() => Ok(path.to_owned()),
            Ok(Reading::Elsewhere(text)) => Ok(format!("{path}?{text}")),
            Err(bad) => Err(Refusal::Parameter(bad.0).into()),
        }
    }

    /// The list whose query string was written down before; none when it is not canonical.
    #[must_use]
    pub fn stored(path: &'static str, known: &'static [Known], text: &str, zone: Zone) -> Option<Self> {
        match Query::read(known, text) {
            Ok(Reading::Canonical(query)) => Some(Self { path, known: known.to_vec(), zone, query }),
            _ => None,
        }
    }

    /// A parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// The list with one parameter set or removed, from its beginning.
    #[must_use]
    pub fn with(&self, name: &str, value: Option<&str>) -> String {
        self.query.with(&self.known, name, value).href(self.path)
    }

    /// The list with other parameters, from its beginning.
    #[must_use]
    pub fn only(&self, pairs: &[(&str, &str)]) -> String {
        let query = pairs
            .iter()
            .fold(Query::default(), |query, (name, value)| query.with(&self.known, name, Some(value)));
        query.href(self.path)
    }

    /// The list narrowed further, from its beginning, at another address that knows the same parameters.
    #[must_use]
    pub fn narrowed(&self, name: &str, value: &str, path: &str) -> String {
        self.query.with(&self.known, name, Some(value)).href(path)
    }

    /// The same list, from its beginning, at another address that knows the same parameters.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        self.query.filters(&self.known).href(path)
    }

    /// The parameters without the place in the list, as a query string for the trail, which is kept for good: a nickname
    /// that is searched for (`q`) stands there as the digest that a lookup leaves.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn trail_text(&self, keys: &KeyRing) -> crate::error::Result<String> {
        let digest = self.get("q").map(|typed| keys.digest("lookup", typed)).transpose()?;
        let query = match digest {
            Some(digest) => self.query.with(&self.known, "q", Some(&format!("digest:{}", hex(&digest)))),
            None => self.query.filters(&self.known),
        };
        Ok(query.text())
    }

    /// Where the screen begins.
    ///
    /// # Errors
    /// A place that is forged or of another list leads to the first screen, with a notice.
    pub fn start<P: Place>(&self, visit: &Visit) -> Result<Start<P>, Refused> {
        let keys = &visit.state.keys;
        let read = |text: &str| cursor::open::<P>(keys, &self.name(), text);
        if let Some(day) = self.get("jump").and_then(crate::admin::query::day) {
            return Err(self.jump::<P>(visit, day)?);
        }
        let start = match (self.get("after"), self.get("before")) {
            (None, None) => Some(Start::First),
            (None, Some(END)) => Some(Start::Last),
            (Some(after), _) => read(after)?.map(Start::After),
            (None, Some(before)) => read(before)?.map(Start::Before),
        };
        if let Some(start) = start {
            return Ok(start);
        }
        visit.leave(&Flash::note(visit.words().lists.stale_cursor))?;
        Err(Refused::GoOn(self.query.filters(&self.known).href(self.path)))
    }

    /// The way to the last rows of a day, in a list that begins with the newest.
    fn jump<P: Place>(&self, visit: &Visit, day: NaiveDate) -> Result<Refused, Refused> {
        let bad = || Refused::from(Refusal::Parameter("jump".to_owned()));
        let end = day.succ_opt().and_then(|day| self.zone.midnight(day)).ok_or_else(bad)?;
        let cursor = cursor::seal(&visit.state.keys, &self.name(), &P::before(end).ok_or_else(bad)?)?;
        Ok(Refused::GoOn(self.with("after", Some(&cursor))))
    }

    /// The links around a screen.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn pager<T, P: Place>(
        &self,
        keys: &KeyRing,
        screen: &Screen<T>,
        place: impl Fn(&T) -> P,
    ) -> Result<Pager, Refused> {
        let href = |name: &str, value: &str| self.with(name, Some(value));
        let seal = |row: Option<&T>| row.map(|row| cursor::seal(keys, &self.name(), &place(row))).transpose();
        let mut pager = Pager { is_cut: screen.is_cut(), ..Pager::default() };
        let is_dated = self.known.iter().any(|known| matches!(known.kind, Kind::Day));
        pager.jump = P::before(Instant::EPOCH).filter(|_| is_dated).map(|_| Jump {
            path: self.path,
            kept: self
                .query
                .filters(&self.known)
                .iter()
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
        });
        if screen.has_before {
            pager.newest = Some(self.query.filters(&self.known).href(self.path));
            pager.newer = seal(screen.first())?.map(|text| href("before", &text));
        }
        if screen.has_after {
            pager.older = seal(screen.last())?.map(|text| href("after", &text));
            pager.oldest = Some(href("before", END));
        }
        Ok(pager)
    }

    /// What a cursor is bound to.
    fn name(&self) -> String {
        self.query.filters(&self.known).href(self.path)
    }

    /// How many rows a screen has.
    #[must_use]
    pub fn size(&self) -> usize {
        let default = self.known.iter().find(|known| known.name == "n").and_then(|known| known.default);
        self.get("n").or(default).and_then(|n| n.parse().ok()).unwrap_or(50)
    }

    /// The times of a filter by hours: from … until before …, both in the reader's zone.
    #[must_use]
    pub fn hours(&self, name: &str) -> (Option<Instant>, Option<Instant>) {
        let Some((first, last)) = self.get(name).and_then(crate::admin::query::hours) else {
            return (None, None);
        };
        (self.zone.local(first), self.zone.local(last).map(|last| last + crate::db::hourly::HOUR))
    }

    /// The times of a filter by days: from … until before …, both in the reader's zone.
    #[must_use]
    pub fn times(&self, name: &str) -> (Option<Instant>, Option<Instant>) {
        let midnight = |day| self.zone.midnight(day);
        let (from, to) = self.get(name).and_then(crate::admin::query::days).unwrap_or_default();
        (from.and_then(midnight), to.and_then(|day| day.succ_opt()).and_then(midnight))
    }
}
