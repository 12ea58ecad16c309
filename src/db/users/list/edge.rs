//! How far a list of users looks for a screen, where who fits may be rare; it can be gone on with from there.

use std::time::Duration;

use diesel::prelude::*;

use super::{Filter, Key, Order};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::page::{BoundedCount, Condition, Start, condition, keyset};
use crate::db::schema::users;
use crate::db::users::User;
use crate::error::Result;

/// The least step of time.
const TICK: Duration = Duration::from_micros(1);

impl Filter {
    /// Whether some condition is none that the order's index seeks by: who fits may be rare among those that it gives.
    pub(super) fn is_scan(&self, order: Order) -> bool {
        let other = if order == Order::CreatedDown { self.seen } else { self.created };
        self.appid.is_some() || self.has_session || other != (None, None)
    }

    /// The same, between where a list begins and an edge: of each time there is then one bound, whichever is sought by.
    pub(super) fn between(&self, order: Order, start: &Start<Key>, edge: Option<&User>) -> Self {
        let mut narrowed = self.clone();
        let (from, until) = match order {
            Order::CreatedDown => (&mut narrowed.created.0, &mut narrowed.created.1),
            Order::SeenDown => (&mut narrowed.seen.0, &mut narrowed.seen.1),
        };
        let mut not_before = |at: Instant| *from = (*from).max(Some(at));
        let mut not_after = |at: Instant| *until = (*until).into_iter().chain([at + TICK]).min();
        match start {
            Start::After((at, _)) => not_after(*at),
            Start::Before((at, _)) => not_before(*at),
            Start::First | Start::Last => {}
        }
        match edge.map(|edge| edge.key(order).0) {
            Some(at) if start.is_backward() => not_after(at),
            Some(at) => not_before(at),
            None => {}
        }
        narrowed
    }
}

/// The times that an order's index seeks by.
fn of_time(order: Order, (from, until): (Option<Instant>, Option<Instant>)) -> Vec<Condition<users::table>> {
    let from = from.map(|at| match order {
        Order::CreatedDown => condition(users::created_at.ge(at)),
        Order::SeenDown => condition(users::last_login_at.ge(at)),
    });
    let until = until.map(|at| match order {
        Order::CreatedDown => condition(users::created_at.lt(at)),
        Order::SeenDown => condition(users::last_login_at.lt(at)),
    });
    from.into_iter().chain(until).collect()
}

impl User {
    /// The row after [`BoundedCount::BOUND`] others from there on, where what fits may be rare among them: so many are looked
    /// at for a screen.
    pub(super) fn edge_of_list(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        start: &Start<Key>,
    ) -> Result<Option<Self>> {
        if !filter.is_scan(order) {
            return Ok(None);
        }
        let own = Filter { created: filter.created, seen: filter.seen, ..Filter::default() };
        let own = own.between(order, start, None);
        let mut query = users::table.select(Self::as_select()).into_boxed();
        let times = if order == Order::CreatedDown { own.created } else { own.seen };
        for one in of_time(order, times) {
            query = query.filter(one);
        }
        let query = match order {
            Order::CreatedDown => keyset!(down query, start, users::created_at, users::id),
            Order::SeenDown => keyset!(down query, start, users::last_login_at, users::id),
        };
        Ok(query.offset(BoundedCount::BOUND).limit(1).get_result(conn).optional()?)
    }
}
