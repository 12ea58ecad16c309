//! A filter as conditions, all of which must hold. Of each time that an index is in the order of there is one lower bound:
//! of two SQLite seeks with either.

use std::time::Duration;

use diesel::dsl::not;
use diesel::prelude::*;

use super::Liveness;
use super::list::{Filter, Order, StateFilter};
use super::since::{Epochs, Since};
use crate::clock::Instant;
use crate::db::epochs::recalled;
use crate::db::page::{Condition, bound, condition};
use crate::db::schema::sessions;

/// How far the time in a session's public id may be from when it was opened: two clocks may have told them.
const SLACK: Duration = Duration::from_mins(10);
/// The least step of time.
pub(super) const TICK: Duration = Duration::from_micros(1);

impl Filter {
    /// What is sought was used after this: it is not idle, and none is used before it is opened.
    fn used_after(&self, idle_since: Instant) -> Instant {
        self.floor(self.seen.0).max(idle_since)
    }

    /// What is sought was used before this; of what is idle at that moment at the latest.
    fn used_before(&self, liveness: Liveness) -> Option<Instant> {
        let idle = (self.state == StateFilter::Idle).then(|| liveness.idle_since + TICK);
        self.seen.1.into_iter().chain(idle).min()
    }

    /// What is sought ends after this; what is live, after that moment.
    fn expires_after(&self, liveness: Liveness) -> Instant {
        let floor = self.floor(self.expires.0);
        if self.state == StateFilter::Live { floor.max(liveness.now) } else { floor }
    }

    /// What is sought ends before this; what has expired, at that moment at the latest.
    fn expires_before(&self, liveness: Liveness) -> Option<Instant> {
        let over = (self.state == StateFilter::Expired).then(|| liveness.now + TICK);
        self.expires.1.into_iter().chain(over).min()
    }

    /// What is sought was ended at this moment or later.
    fn ended_from(&self) -> Option<Instant> {
        self.ended.0.max(self.created.0)
    }

    /// From when on it was used, expires and was ended, where the conditions of its state do not say so.
    fn from(&self) -> (Option<Instant>, Option<Instant>, Option<Instant>) {
        let (seen, expires) = (self.seen.0, self.expires.0);
        match self.state {
            StateFilter::Live => (None, None, self.ended.0),
            StateFilter::Idle => (None, expires, self.ended.0),
            StateFilter::Expired => (seen, None, self.ended.0),
            StateFilter::Ended => (seen, expires, self.ended_from()),
            StateFilter::Recalled | StateFilter::All => (seen, expires, self.ended.0),
        }
    }

    /// A moment before `from` and before what is sought was opened.
    fn floor(&self, from: Option<Instant>) -> Instant {
        from.max(self.created.0).map_or(Instant::EPOCH, |from| from - TICK)
    }

    /// Between which public ids it lies, for they begin with the time: from … until before ….
    pub(super) fn sids(&self) -> (Option<String>, Option<String>) {
        let (from, until) = self.created;
        (from.map(|from| first_sid(from - SLACK)), until.map(|until| first_sid(until + SLACK)))
    }
}

/// The least public id of that moment.
fn first_sid(at: Instant) -> String {
    let id = uuid::Builder::from_unix_timestamp_millis(at.millis(), &[0; 10]).into_uuid();
    id.hyphenated().to_string()
}

/// Those of its state.
fn of_state(filter: &Filter, liveness: Liveness) -> Vec<Condition<sessions::table>> {
    let open = || condition(sessions::ended_at.is_null());
    let used = |floor| {
        let since = Since::of(filter.used_after(floor), filter.appid.as_deref());
        condition(sessions::last_seen_at.gt(since))
    };
    match filter.state {
        StateFilter::Live => {
            let lasting = sessions::expires_at.gt(filter.expires_after(liveness));
            vec![open(), condition(lasting), used(liveness.idle_since), not_recalled()]
        }
        StateFilter::Ended => vec![condition(sessions::ended_at.is_not_null())],
        StateFilter::Expired => {
            let since = Since::of(filter.expires_after(liveness), filter.appid.as_deref());
            vec![open(), condition(sessions::expires_at.gt(since)), not_recalled()]
        }
        StateFilter::Idle => vec![open(), used(Instant::EPOCH), not_recalled()],
        StateFilter::Recalled => vec![open(), condition(recalled())],
        StateFilter::All => vec![],
    }
}

/// A filter on sessions, for a statement that reads them in that order. Users are not asked: whoever is kept out has no
/// session that is open.
pub(super) fn of_rows(filter: &Filter, order: Order, liveness: Liveness) -> Vec<Condition<sessions::table>> {
    let own = |orders: &[Order]| orders.contains(&order);
    let [by_use, by_ending] = [Order::SeenDown, Order::EndedDown].map(|one| own(&[one]));
    let by_end = own(&[Order::ExpiresUp, Order::ExpiresDown]);
    let mut all = of_state(filter, liveness);
    let (seen, expires, ended) = filter.from();
    let mut add = |one: Option<Condition<_>>| all.extend(one);
    add(filter.user_id.map(|user| condition(sessions::user_id.eq(user))));
    add(filter.appid.clone().map(|appid| condition(sessions::appid.eq(appid))));
    add(filter.client.clone().map(|client| condition(sessions::client.eq(client))));
    add(filter.app_version.clone().map(|version| condition(sessions::app_version.eq(version))));
    add(filter.ip.clone().map(|ip| condition(sessions::ip.eq(ip))));
    // who and why have an index each, which lacks whatever else is asked
    let is_sole = !filter.is_scan(order);
    let (by, why) = (sessions::ended_by.assume_not_null(), sessions::ended_reason.assume_not_null());
    add(filter.ended_by.clone().map(|name| bound(by.eq(name), is_sole)));
    add(filter.ended_reason.clone().map(|code| bound(why.eq(code), is_sole)));
    add(filter.created.0.map(|from| condition(sessions::created_at.ge(from))));
    add(filter.created.1.map(|until| condition(sessions::created_at.lt(until))));
    add(seen.map(|from| condition(sessions::last_seen_at.ge(from))));
    add(filter.used_before(liveness).map(|at| bound(sessions::last_seen_at.lt(at), by_use)));
    add(expires.map(|from| condition(sessions::expires_at.ge(from))));
    add(filter.expires_before(liveness).map(|at| bound(sessions::expires_at.lt(at), by_end)));
    let ended_at = sessions::ended_at.assume_not_null();
    add(ended.map(|from| condition(ended_at.ge(from))));
    add(filter.ended.1.map(|at| bound(ended_at.lt(at), by_ending)));
    all
}

fn not_recalled() -> Condition<sessions::table> {
    condition(not(recalled()))
}

/// The rows that a statement reads one after the other when it is answered in that order: of all conditions those that the
/// order's index seeks by. With a guard none, unless there is an epoch after it whose dead rows may be among them.
pub(super) fn driven(
    filter: &Filter,
    order: Order,
    liveness: Liveness,
    guard: Option<Instant>,
) -> Vec<Condition<sessions::table>> {
    let is_open = matches!(filter.state, StateFilter::Live | StateFilter::Idle | StateFilter::Expired);
    let kind = if order == Order::SeenDown { Epochs::OfOne } else { Epochs::Any };
    let guard = guard.map(|after| (kind, after));
    let since = |floor| Since::of(floor, filter.appid.as_deref()).guarded(guard);
    let mut all = match order {
        Order::SeenDown => by_use(filter, is_open, since, liveness),
        Order::ExpiresUp | Order::ExpiresDown => by_end(filter, is_open, since, liveness),
        Order::EndedDown => by_ending(filter),
        Order::CreatedDown => {
            let (from, until) = filter.sids();
            let from = from.map(|from| condition(sessions::sid.ge(from)));
            from.into_iter().chain(until.map(|until| condition(sessions::sid.lt(until)))).collect()
        }
    };
    all.extend(is_open.then(|| condition(sessions::ended_at.is_null())));
    all
}

fn by_use(
    filter: &Filter,
    is_open: bool,
    since: impl Fn(Instant) -> Since,
    liveness: Liveness,
) -> Vec<Condition<sessions::table>> {
    let idle_since = if filter.state == StateFilter::Live { liveness.idle_since } else { Instant::EPOCH };
    let from = if is_open {
        Some(condition(sessions::last_seen_at.gt(since(filter.used_after(idle_since)))))
    } else {
        filter.seen.0.map(|from| condition(sessions::last_seen_at.ge(from)))
    };
    let until = filter.used_before(liveness);
    from.into_iter().chain(until.map(|until| condition(sessions::last_seen_at.lt(until)))).collect()
}

fn by_end(
    filter: &Filter,
    is_open: bool,
    since: impl Fn(Instant) -> Since,
    liveness: Liveness,
) -> Vec<Condition<sessions::table>> {
    let from = if is_open {
        Some(condition(sessions::expires_at.gt(since(filter.expires_after(liveness)))))
    } else {
        filter.expires.0.map(|from| condition(sessions::expires_at.ge(from)))
    };
    let until = filter.expires_before(liveness);
    from.into_iter().chain(until.map(|until| condition(sessions::expires_at.lt(until)))).collect()
}

fn by_ending(filter: &Filter) -> Vec<Condition<sessions::table>> {
    let ended = || sessions::ended_at.assume_not_null();
    let mut all: Vec<Condition<sessions::table>> = vec![condition(sessions::ended_at.is_not_null())];
    all.extend(filter.ended_from().map(|from| condition(ended().ge(from))));
    all.extend(filter.ended.1.map(|until| condition(ended().lt(until))));
    all
}
