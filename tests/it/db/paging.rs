//! Lists by keyset against a sorted `Vec`: forwards, backwards, from anywhere, with times that tie.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::audit::{self, Audit, Entry};
use menwei::db::page::{BoundedCount, Screen, Start};
use menwei::db::sessions::list::{Filter, Listed, Order, StateFilter};
use menwei::db::sessions::{Liveness, Session, end::Ending};
use menwei::db::users::User;
use menwei::db::users::list::{Filter as UserFilter, Order as UserOrder};
use menwei::db::{Conn, Database};
use menwei::secret::KeyRing;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::{new_session, sign_in};
use crate::support::cases::runner;
use crate::support::database::TestDatabase;

const ORDERS: [Order; 5] =
    [Order::SeenDown, Order::CreatedDown, Order::ExpiresUp, Order::ExpiresDown, Order::EndedDown];
const STATES: [StateFilter; 5] =
    [StateFilter::Live, StateFilter::Ended, StateFilter::Idle, StateFilter::Expired, StateFilter::All];
const BEGUN: Instant = Instant::from_seconds(1_700_000_000);

fn at(minutes: u64) -> Instant {
    BEGUN + Duration::from_secs(minutes * 60)
}

/// Walks a list both ways and from every row, and compares each screen with the slice it must be.
fn walk<T, K, I>(
    expected: &[I],
    size: usize,
    mut screen: impl FnMut(&Start<K>) -> Screen<T>,
    key: impl Fn(&T) -> K,
    id: impl Fn(&T) -> I,
) where
    K: Clone + Debug,
    I: PartialEq + Debug + Clone,
{
    let ids = |screen: &Screen<T>| screen.rows.iter().map(&id).collect::<Vec<I>>();
    let mut keys = Vec::new();
    let (mut start, mut seen) = (Start::First, Vec::new());
    loop {
        let page = screen(&start);
        assert!(page.rows.len() <= size && page.has_before != seen.is_empty());
        seen.extend(ids(&page));
        keys.extend(page.rows.iter().map(&key));
        assert_eq!(page.has_after, seen.len() < expected.len());
        match keys.last() {
            Some(last) if page.has_after => start = Start::After(last.clone()),
            _ => break,
        }
    }
    assert_eq!(seen, expected);
    let (mut start, mut left) = (Start::Last, expected);
    loop {
        let page = screen(&start);
        let from = left.len().saturating_sub(size);
        assert_eq!(ids(&page), left[from..]);
        assert_eq!((page.has_before, page.has_after), (from > 0, left.len() < expected.len()));
        left = &left[..from];
        match keys.get(from) {
            Some(first) if from > 0 => start = Start::Before(first.clone()),
            _ => break,
        }
    }
    for (place, key) in keys.iter().enumerate() {
        let after = screen(&Start::After(key.clone()));
        let end = expected.len().min(place + 1 + size);
        assert_eq!(ids(&after), expected[place + 1..end]);
        let before = screen(&Start::Before(key.clone()));
        assert_eq!(ids(&before), expected[place.saturating_sub(size)..place]);
    }
}

/// A session to be: whose, when it was opened, last seen, expires and ended, in minutes; its client.
type Plan = (usize, u64, u64, u64, Option<u64>, bool);

fn plan() -> impl Strategy<Value = Plan> {
    (0..3_usize, 0..4_u64, 0..4_u64, 0..8_u64, proptest::option::weighted(0.3, 0..3_u64), any::<bool>())
}

/// Stores the plans for people whose names begin with `name`.
async fn store(db: &Database, name: String, plans: Vec<Plan>) {
    let keys = KeyRing::generate().unwrap();
    db.write(move |conn| {
        for (user, created, seen, expires, ended, is_phone) in plans {
            let signed_in = sign_in(conn, &keys, &format!("{name}-{user}"), at(created))?;
            let (mut new, digest) = new_session(&signed_in, at(created), at(expires));
            new.last_seen_at = at(seen);
            new.appid = name.clone();
            new.client = if is_phone { "ios" } else { "devtools" }.to_owned();
            Session::open(conn, &new, 1000, Liveness::at(BEGUN, Duration::from_secs(86_400)))?;
            if let Some(ended) = ended {
                Session::end(conn, &digest, &Ending::by_system(at(ended), "test"))?;
            }
        }
        Ok(())
    })
    .await
    .unwrap();
}

/// The rows of a filter in an order, as a list of everything sorted here.
fn sorted(
    all: &[Listed],
    order: Order,
    state: StateFilter,
    liveness: Liveness,
    client: Option<&str>,
) -> Vec<String> {
    let mut rows: Vec<&Listed> = all
        .iter()
        .filter(|row| client.is_none_or(|client| row.session.client == client))
        .filter(|row| order != Order::EndedDown || row.session.ended_at.is_some())
        .filter(|row| {
            let session = &row.session;
            let (is_expired, is_idle) =
                (session.expires_at <= liveness.now, session.last_seen_at <= liveness.idle_since);
            let is_open = session.ended_at.is_none();
            match state {
                StateFilter::All => true,
                StateFilter::Ended => session.ended_at.is_some(),
                StateFilter::Recalled => session.is_recalled,
                StateFilter::Expired => is_open && is_expired,
                StateFilter::Idle => is_open && is_idle,
                StateFilter::Live => is_open && !is_expired && !is_idle,
            }
        })
        .collect();
    let sid = |row: &Listed| row.session.sid.clone();
    match order {
        Order::SeenDown => rows.sort_by_key(|row| Reverse((row.session.last_seen_at, sid(row)))),
        Order::CreatedDown => rows.sort_by_key(|row| Reverse(sid(row))),
        Order::ExpiresDown => rows.sort_by_key(|row| Reverse((row.session.expires_at, sid(row)))),
        Order::ExpiresUp => rows.sort_by_key(|row| (row.session.expires_at, sid(row))),
        Order::EndedDown => rows.sort_by_key(|row| Reverse((row.session.ended_at, sid(row)))),
    }
    rows.into_iter().map(sid).collect()
}

fn sessions_hold_on(db: &TestDatabase) {
    let system = actix_web::rt::System::new();
    let case = std::cell::Cell::new(0);
    let input = (proptest::collection::vec(plan(), 0..14), 1..6_usize, 0..8_u64);
    let outcome = runner(8).run(&input, |(plans, size, now)| {
        case.set(case.get() + 1);
        let name = format!("wx{}", case.get());
        let count = plans.len();
        system.block_on(store(db, name.clone(), plans));
        let liveness = Liveness::at(at(now), Duration::from_secs(120));
        let work = move |conn: &mut Conn| {
            let of_app = |state| Filter { appid: Some(name.clone()), ..Filter::of(state) };
            let all = Session::list(
                conn,
                &of_app(StateFilter::All),
                Order::CreatedDown,
                &Start::First,
                99,
                liveness,
            )?
            .rows;
            assert_eq!(all.len(), count);
            for order in ORDERS {
                for state in STATES {
                    for client in [None, Some("ios")] {
                        let filter = Filter { client: client.map(str::to_owned), ..of_app(state) };
                        let list = |start: &Start<_>| {
                            Session::list(conn, &filter, order, start, size, liveness).unwrap()
                        };
                        let expected = sorted(&all, order, state, liveness, client);
                        walk(&expected, size, list, |row| row.key(order), |row| row.session.sid.clone());
                        if order != Order::EndedDown {
                            let counted = Session::count(conn, &filter, liveness)?;
                            assert_eq!(counted, BoundedCount::new(expected.len()));
                        }
                    }
                }
            }
            Ok(())
        };
        system.block_on(db.read(work)).unwrap();
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

fn users_hold_on(db: &TestDatabase) {
    let system = actix_web::rt::System::new();
    let case = std::cell::Cell::new(0_u64);
    let input = (proptest::collection::vec((0..3_u64, 0..3_u64), 0..14), 1..6_usize);
    let outcome = runner(8).run(&input, |(plans, size)| {
        case.set(case.get() + 1);
        let (name, begin) = (format!("o{}", case.get()), case.get() * 1_000_000);
        let keys = KeyRing::generate().unwrap();
        let work = move |conn: &mut Conn| {
            let mut all = Vec::new();
            for (number, (created, days)) in plans.iter().enumerate() {
                let openid = format!("{name}-{number}");
                sign_in(conn, &keys, &openid, at(begin + created))?;
                all.push(sign_in(conn, &keys, &openid, at(begin + days * 1440))?.user);
            }
            Ok(all)
        };
        let all = system.block_on(db.write(work)).unwrap();
        let liveness = Liveness::at(at(begin + 10_000), Duration::from_secs(3600));
        let filter =
            UserFilter { created: (Some(at(begin)), Some(at(begin + 10_000))), ..UserFilter::default() };
        let work = move |conn: &mut Conn| {
            for order in [UserOrder::CreatedDown, UserOrder::SeenDown] {
                let mut rows = all.clone();
                rows.sort_by_key(|user| Reverse(user.key(order)));
                let expected: Vec<i64> = rows.iter().map(|user| user.id).collect();
                let list =
                    |start: &Start<_>| User::list(conn, &filter, order, start, size, liveness).unwrap();
                walk(&expected, size, list, |user| user.key(order), |user| user.id);
            }
            let counted = User::count(conn, &filter, liveness)?;
            assert_eq!((counted.counted, counted.is_more), (i64::try_from(all.len()).unwrap(), false));
            Ok(())
        };
        system.block_on(db.read(work)).unwrap();
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

fn audit_holds_on(db: &TestDatabase) {
    let system = actix_web::rt::System::new();
    let case = std::cell::Cell::new(0);
    let input = (proptest::collection::vec((0..2_usize, 0..2_usize), 0..14), 1..6_usize);
    let outcome = runner(8).run(&input, |(plans, size)| {
        case.set(case.get() + 1);
        let target = format!("user:{}", case.get());
        let about = target.clone();
        let work = move |conn: &mut Conn| {
            let mut all = Vec::new();
            for (actor, action) in plans {
                let entry = Entry {
                    actor: format!("staff{actor}"),
                    action: format!("action{action}"),
                    target: about.clone(),
                    ..Entry::default()
                };
                all.push((Audit::append(conn, &entry, BEGUN)?, actor));
            }
            Ok(all)
        };
        let all = system.block_on(db.write(work)).unwrap();
        let work = move |conn: &mut Conn| {
            for actor in [None, Some(1)] {
                let expected: Vec<i64> = all
                    .iter()
                    .rev()
                    .filter(|(_, who)| actor.is_none_or(|actor| *who == actor))
                    .map(|(id, _)| *id)
                    .collect();
                let filter = audit::Filter {
                    target: Some(target.clone()),
                    actor: actor.map(|actor| format!("staff{actor}")),
                    ..audit::Filter::default()
                };
                let list = |start: &Start<_>| Audit::list(conn, &filter, start, size).unwrap();
                walk(&expected, size, list, |entry| (Instant::EPOCH, entry.id), |entry| entry.id);
            }
            Ok(())
        };
        system.block_on(db.read(work)).unwrap();
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
}

mod screens_of_any_list_are_slices_of_the_sorted_whole {
    use super::*;

    #[test]
    fn sqlite() {
        let db = TestDatabase::sqlite();
        sessions_hold_on(&db);
        users_hold_on(&db);
        audit_holds_on(&db);
    }

    #[test]
    fn postgres() {
        let db = TestDatabase::postgres();
        sessions_hold_on(&db);
        users_hold_on(&db);
        audit_holds_on(&db);
    }
}

#[test]
fn the_plans_of_sessions_have_times_that_tie() {
    let mut runner = runner(1);
    let plans = proptest::collection::vec(plan(), 14).new_tree(&mut runner).unwrap().current();
    let seen: BTreeSet<u64> = plans.iter().map(|plan| plan.2).collect();
    assert!(seen.len() < plans.len());
}
