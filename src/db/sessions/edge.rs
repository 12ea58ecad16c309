//! How far a statement looks. Where what fits may be rare among the rows that an index gives one after the other, so many of
//! them are looked at and no more; a list can be gone on with from there.

use diesel::prelude::*;
use diesel::sql_types::Nullable;

use super::Liveness;
use super::list::{Filter, Key, Order, StateFilter};
use super::narrow::{TICK, driven};
use crate::clock::Instant;
use crate::db::conn::{Conn, MultiBackend};
use crate::db::page::counted::Values;
use crate::db::page::{BoundedCount, Condition, Start, condition, keyset};
use crate::db::schema::sessions;
use crate::db::types::Moment;
use crate::error::Result;

/// A query of sessions without their users.
pub(super) type Rows<'a, T> = sessions::BoxedQuery<'a, MultiBackend, T>;

/// Three times, each of which may not be there.
type Times = (Nullable<Moment>, Nullable<Moment>, Nullable<Moment>);

/// A row after [`BoundedCount::BOUND`] others.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    time: Instant,
    pub(super) sid: String,
}

impl Filter {
    /// The order whose index has what the state asks for.
    pub(super) const fn order(&self) -> Order {
        match self.state {
            StateFilter::Live | StateFilter::Idle => Order::SeenDown,
            StateFilter::Expired => Order::ExpiresDown,
            StateFilter::Ended => Order::EndedDown,
            StateFilter::Recalled | StateFilter::All => Order::CreatedDown,
        }
    }

    /// Whether what is sought is among few rows, which an index of its own finds.
    pub(super) const fn is_among_few(&self) -> bool {
        self.user_id.is_some() || self.ip.is_some()
    }

    /// Whether some condition is none that the order's index seeks by: what fits may be rare among what that gives.
    pub(super) fn is_scan(&self, order: Order) -> bool {
        let is_other = |times: (Option<Instant>, Option<Instant>), own: &[Order]| {
            times != (None, None) && !own.contains(&order)
        };
        let ended = (self.ended_by.is_some(), self.ended_reason.is_some());
        self.appid.is_some()
            || self.client.is_some()
            || self.app_version.is_some()
            || ended == (true, true)
            || (ended != (false, false) && order != Order::EndedDown)
            || is_other(self.created, &[Order::CreatedDown])
            || is_other(self.seen, &[Order::SeenDown])
            || is_other(self.expires, &[Order::ExpiresUp, Order::ExpiresDown])
            || is_other(self.ended, &[Order::EndedDown])
    }

    /// Whether what is sought may be rare among what the order's index gives: by its conditions, or for what an epoch of one
    /// mini-program made dead, which stands among what is live in the others until it is swept.
    fn may_be_rare(&self, order: Order) -> bool {
        let is_open = matches!(self.state, StateFilter::Live | StateFilter::Idle | StateFilter::Expired);
        !self.is_among_few() && (self.is_scan(order) || (is_open && self.appid.is_none()))
    }

    /// The same, between where a list begins and an edge: of each time there is then one bound, whichever is sought by.
    pub(super) fn between(&self, order: Order, start: &Start<Key>, edge: Option<&Edge>) -> Self {
        let mut narrowed = self.clone();
        let (from, until) = match order {
            Order::SeenDown => (&mut narrowed.seen.0, &mut narrowed.seen.1),
            Order::ExpiresUp | Order::ExpiresDown => (&mut narrowed.expires.0, &mut narrowed.expires.1),
            Order::EndedDown => (&mut narrowed.ended.0, &mut narrowed.ended.1),
            Order::CreatedDown => return narrowed,
        };
        let mut not_before = |at: Instant| *from = (*from).max(Some(at));
        let mut not_after = |at: Instant| *until = (*until).into_iter().chain([at + TICK]).min();
        let is_down = order != Order::ExpiresUp;
        match start {
            Start::After((at, _)) if is_down => not_after(*at),
            Start::Before((at, _)) if !is_down => not_after(*at),
            Start::After((at, _)) | Start::Before((at, _)) => not_before(*at),
            Start::First | Start::Last => {}
        }
        match edge {
            Some(edge) if start.is_backward() == is_down => not_after(edge.time),
            Some(edge) => not_before(edge.time),
            None => {}
        }
        narrowed
    }
}

impl Edge {
    /// None when there are no more rows than that, or when what is sought is not rare among them.
    pub(super) fn find(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        start: &Start<Key>,
        liveness: Liveness,
    ) -> Result<Option<Self>> {
        if !filter.may_be_rare(order) {
            return Ok(None);
        }
        let sid = sessions::sid;
        let query = match order {
            Order::SeenDown => sessions::table.select((sessions::last_seen_at, sid)).into_boxed(),
            Order::CreatedDown => sessions::table.select((sessions::created_at, sid)).into_boxed(),
            Order::ExpiresUp | Order::ExpiresDown => {
                sessions::table.select((sessions::expires_at, sid)).into_boxed()
            }
            Order::EndedDown => {
                sessions::table.select((sessions::ended_at.assume_not_null(), sid)).into_boxed()
            }
        };
        let found = beyond(query, filter, order, start, liveness).get_result(conn).optional()?;
        Ok(found.map(|(time, sid)| Self { time, sid }))
    }

    /// The edges of a count and of both ends of the list in that order, by one statement.
    pub(super) fn find_three(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        liveness: Liveness,
    ) -> Result<[Option<Self>; 3]> {
        if !filter.may_be_rare(order) {
            return Ok([None, None, None]);
        }
        let of_count = sessions::table.select(sessions::last_seen_at).into_boxed();
        let of_count = beyond(of_count, filter, Order::SeenDown, &Start::First, liveness);
        let [first, last] = [Start::First, Start::Last].map(|start| {
            let ends = sessions::table.select(sessions::expires_at).into_boxed();
            beyond(ends, filter, order, &start, liveness)
        });
        let (of_count, first, last): (Option<Instant>, Option<Instant>, Option<Instant>) =
            Values::<_, _, _, Times>::of(of_count, first, last).get_result(conn)?;
        // what is of the very time of the edge is beyond it, in either direction
        let edge = |time: Option<Instant>, sid: &str| time.map(|time| Self { time, sid: sid.to_owned() });
        Ok([edge(of_count, "~"), edge(first, "~"), edge(last, "")])
    }
}

/// The row after [`BoundedCount::BOUND`] others of those that the order's index gives from there on.
fn beyond<'a, T>(
    mut query: Rows<'a, T>,
    filter: &Filter,
    order: Order,
    start: &Start<Key>,
    liveness: Liveness,
) -> Rows<'a, T> {
    let is_live = filter.state == StateFilter::Live;
    let recalled_after = if is_live { liveness.idle_since } else { Instant::EPOCH };
    let guard = (!filter.is_scan(order)).then_some(recalled_after);
    for one in driven(&filter.between(order, start, None), order, liveness, guard) {
        query = query.filter(one);
    }
    ordered(query, order, start).offset(BoundedCount::BOUND).limit(1)
}

/// Rows in an order, from where a list begins.
pub(super) fn ordered<'a, T>(query: Rows<'a, T>, order: Order, start: &Start<Key>) -> Rows<'a, T> {
    match order {
        Order::SeenDown => keyset!(down query, start, sessions::last_seen_at, sessions::sid),
        Order::CreatedDown => keyset!(down query, start, sessions::sid),
        Order::ExpiresUp => keyset!(up query, start, sessions::expires_at, sessions::sid),
        Order::ExpiresDown => keyset!(down query, start, sessions::expires_at, sessions::sid),
        Order::EndedDown => {
            let (query, ended) =
                (query.filter(sessions::ended_at.is_not_null()), sessions::ended_at.assume_not_null());
            keyset!(down query, start, ended, sessions::sid)
        }
    }
}

/// What lies before the edge, the edge itself included.
pub(super) fn up_to(edge: &Edge, order: Order, is_backward: bool) -> Condition<sessions::table> {
    let (at, later, earlier) =
        (edge.time, sessions::sid.ge(edge.sid.clone()), sessions::sid.le(edge.sid.clone()));
    let is_later = is_backward == (order == Order::ExpiresUp);
    match order {
        Order::CreatedDown if is_later => condition(later),
        Order::CreatedDown => condition(earlier),
        Order::SeenDown if is_later => condition(sessions::last_seen_at.gt(at).or(later)),
        Order::SeenDown => condition(sessions::last_seen_at.lt(at).or(earlier)),
        Order::ExpiresUp | Order::ExpiresDown if is_later => condition(sessions::expires_at.gt(at).or(later)),
        Order::ExpiresUp | Order::ExpiresDown => condition(sessions::expires_at.lt(at).or(earlier)),
        Order::EndedDown if is_later => condition(sessions::ended_at.assume_not_null().gt(at).or(later)),
        Order::EndedDown => condition(sessions::ended_at.assume_not_null().lt(at).or(earlier)),
    }
}
