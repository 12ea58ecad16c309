//! Lists by keyset: a screen begins after the last row of the one before, so the last screen costs what the first does.

pub(in crate::db) mod among;
pub(in crate::db) mod counted;

use diesel::expression::BoxableExpression;
use diesel::sql_types::Bool;

use super::conn::MultiBackend;

/// A condition that a filter may add to a query, or not.
pub(super) type Condition<Source> = Box<dyn BoxableExpression<Source, MultiBackend, SqlType = Bool>>;

/// Forgets a condition's own type.
pub(super) fn condition<Source, One>(one: One) -> Condition<Source>
where
    One: BoxableExpression<Source, MultiBackend, SqlType = Bool> + 'static,
{
    Box::new(one)
}

diesel::postfix_operator!(IsTrue, " IS TRUE");

/// The same when a statement may seek by it, else as something to be asked of the rows that it comes to: neither database
/// seeks by a truth. Without statistics SQLite takes the index of which both ends are known, and Postgres' plan for any
/// parameter does; what they find is sorted then, be it a million rows.
pub(super) fn bound<Source, One>(one: One, is_sought: bool) -> Condition<Source>
where
    One: BoxableExpression<Source, MultiBackend, SqlType = Bool> + 'static,
    IsTrue<One>: BoxableExpression<Source, MultiBackend, SqlType = Bool>,
{
    if is_sought { condition(one) } else { condition(IsTrue::new(one)) }
}

/// Which way a screen lies from where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start<K> {
    /// The first screen of the list.
    First,
    /// The rows after the one with this key.
    After(K),
    /// The rows before the one with this key.
    Before(K),
    /// The last screen of the list.
    Last,
}

impl<K> Start<K> {
    /// Whether the rows are read against the list's order and turned round afterwards.
    #[must_use]
    pub const fn is_backward(&self) -> bool {
        matches!(self, Self::Before(_) | Self::Last)
    }
}

/// One screen of a list.
#[derive(Clone, Debug)]
pub struct Screen<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// Whether there are rows before the first one here.
    pub has_before: bool,
    /// Whether there are rows after the last one here.
    pub has_after: bool,
    /// The row up to which was looked, when that was not far enough to fill the screen: the next one goes on from there.
    edge: Option<T>,
    /// Whether it was read against the list's order.
    is_backward: bool,
}

/// How many rows are read for a screen of `size`: one more tells whether there are more.
pub(super) fn rows_for(size: usize) -> i64 {
    i64::try_from(size + 1).unwrap_or(i64::MAX)
}

impl<T> Screen<T> {
    /// Makes a screen of at most `size` rows from `size + 1` that were read from `start`.
    #[must_use]
    pub fn new<K>(mut rows: Vec<T>, size: usize, start: &Start<K>) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        if start.is_backward() {
            rows.reverse();
        }
        let (has_before, has_after) = match start {
            Start::First => (false, more),
            Start::After(_) => (true, more),
            Start::Before(_) => (more, true),
            Start::Last => (more, false),
        };
        Self { rows, has_before, has_after, edge: None, is_backward: start.is_backward() }
    }

    /// Whether there was more than the screen holds, in the direction in which it was read.
    pub(super) const fn is_full(&self) -> bool {
        if self.is_backward { self.has_before } else { self.has_after }
    }

    /// The same of which only the rows up to `edge` were looked at: what is beyond is for the next screen.
    pub(super) fn up_to(self, edge: Option<T>) -> Self {
        let is_cut = edge.is_some();
        Self {
            has_before: self.has_before || (is_cut && self.is_backward),
            has_after: self.has_after || (is_cut && !self.is_backward),
            edge,
            ..self
        }
    }

    /// Whether rows beyond those that were looked at may fit, too.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.edge.is_some()
    }

    /// The row that the screen before this one ends before, if there is one.
    #[must_use]
    pub fn first(&self) -> Option<&T> {
        self.edge.as_ref().filter(|_| self.is_backward).or(self.rows.first()).filter(|_| self.has_before)
    }

    /// The row that the screen after this one begins after, if there is one.
    #[must_use]
    pub fn last(&self) -> Option<&T> {
        self.edge.as_ref().filter(|_| !self.is_backward).or(self.rows.last()).filter(|_| self.has_after)
    }

    /// The same screen with other rows.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Screen<U> {
        let Self { has_before, has_after, is_backward, rows, edge } = self;
        let edge = edge.map(&mut change);
        let rows = rows.into_iter().map(change).collect();
        Screen { rows, has_before, has_after, edge, is_backward }
    }
}

/// Orders a boxed query and begins it where `$start` says, by a time and an id that breaks ties (or by the id alone).
///
/// The filter is `a <= x AND (a < x OR id < y)`: both engines seek with it, where `a < x OR (a = x AND id < y)` scans.
macro_rules! keyset {
    (down $query:expr, $start:expr, $time:expr, $id:expr) => {
        keyset!(@ $query, $start, $time, $id, le, lt, ge, gt, desc, asc)
    };
    (up $query:expr, $start:expr, $time:expr, $id:expr) => {
        keyset!(@ $query, $start, $time, $id, ge, gt, le, lt, asc, desc)
    };
    (down $query:expr, $start:expr, $id:expr) => {{
        use $crate::db::page::Start;

        let query = $query;
        match $start.clone() {
            Start::First => query.order($id.desc()),
            Start::Last => query.order($id.asc()),
            Start::After((_, id)) => query.filter($id.lt(id)).order($id.desc()),
            Start::Before((_, id)) => query.filter($id.gt(id)).order($id.asc()),
        }
    }};
    (@ $query:expr, $start:expr, $time:expr, $id:expr,
     $not_before:ident, $after:ident, $not_after:ident, $before:ident, $forward:ident, $back:ident) => {{
        use $crate::db::page::Start;

        let query = $query;
        match $start.clone() {
            Start::First => query.order(($time.$forward(), $id.$forward())),
            Start::Last => query.order(($time.$back(), $id.$back())),
            Start::After((time, id)) => query
                .filter($time.$not_before(time))
                .filter($time.$after(time).or($id.$after(id)))
                .order(($time.$forward(), $id.$forward())),
            Start::Before((time, id)) => query
                .filter($time.$not_after(time))
                .filter($time.$before(time).or($id.$before(id)))
                .order(($time.$back(), $id.$back())),
        }
    }};
}
pub(crate) use keyset;

/// A count that stops: exact up to a bound, "more than" above it; or of what is among the newest rows only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundedCount {
    /// What was counted, at most the bound.
    pub counted: i64,
    /// Whether there are more.
    pub is_more: bool,
    /// Whether only the newest rows were looked at, as many as the bound; others may fit or not.
    pub is_part: bool,
}

impl BoundedCount {
    /// How far lists are counted: a few milliseconds on either database.
    pub const BOUND: i64 = 10_000;

    /// More than is counted.
    pub const MANY: Self = Self { counted: Self::BOUND, is_more: true, is_part: false };

    /// How many rows a count looks at.
    pub const LIMIT: i64 = Self::BOUND + 1;

    /// Makes a count of what was found by counting to one more than the bound.
    #[must_use]
    pub fn new(found: usize) -> Self {
        Self::to(Self::BOUND, i64::try_from(found).unwrap_or(i64::MAX))
    }

    /// Makes a count with a bound of its own, of what was found by counting to one more than that.
    #[must_use]
    pub fn to(bound: i64, found: i64) -> Self {
        Self { counted: found.min(bound), is_more: found > bound, is_part: false }
    }

    /// Whether that is all there is.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        !self.is_more && !self.is_part
    }

    /// The same of the newest rows, when there are more.
    #[must_use]
    pub const fn among_newest(self) -> Self {
        Self { is_part: true, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_screen_knows_what_lies_around_it() {
        let first = Screen::new(vec![9, 8, 7], 2, &Start::<i32>::First);
        assert_eq!((first.rows, first.has_before, first.has_after), (vec![9, 8], false, true));
        let before = Screen::new(vec![3, 4], 2, &Start::Before(2));
        assert_eq!((before.rows, before.has_before, before.has_after), (vec![4, 3], false, true));
        let last = Screen::new(vec![1, 2, 3], 2, &Start::<i32>::Last);
        assert_eq!((last.rows, last.has_before, last.has_after), (vec![2, 1], true, false));
    }

    #[test]
    fn a_screen_that_was_not_looked_through_to_the_end_is_gone_on_with_at_its_edge() {
        let whole = Screen::new(vec![9, 8], 2, &Start::<i32>::First);
        assert_eq!((whole.is_cut(), whole.first(), whole.last()), (false, None, None));
        let cut = Screen::new(vec![9], 2, &Start::<i32>::First).up_to(Some(5));
        assert_eq!((cut.is_cut(), cut.first(), cut.last()), (true, None, Some(&5)));
        let empty = Screen::new(vec![], 2, &Start::After(9)).up_to(Some(5));
        assert_eq!((empty.first(), empty.last()), (None, Some(&5)));
        let backward = Screen::new(vec![3], 2, &Start::Before(2)).up_to(Some(8));
        assert_eq!((backward.first(), backward.last()), (Some(&8), Some(&3)));
    }
}
