//! Whatever narrows a list of sessions: its rows, its counts and the walk of a job agree, and with what is said here.

use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::Database;
use menwei::db::page::{BoundedCount, Start};
use menwei::db::sessions::count::own::CountWithOwn;
use menwei::db::sessions::list::{Filter, Listed, Order, StateFilter};
use menwei::db::sessions::{Liveness, Session, end::Ending};
use menwei::secret::KeyRing;
use proptest::prelude::*;

use super::{new_session, sign_in};
use crate::support::cases::runner;
use crate::support::database::TestDatabase;

const BEGUN: Instant = Instant::from_seconds(1_700_000_000);
const APPS: [&str; 2] = ["wx0123456789abcdef", "wxfedcba9876543210"];
const CLIENTS: [&str; 3] = ["ios", "android", "devtools"];
const VERSIONS: [&str; 3] = ["", "0", "37"];
const ADDRESSES: [&str; 2] = ["192.0.2.7", "2001:db8::7"];
const REASONS: [&str; 2] = ["test", "device_lost"];
const STATES: [StateFilter; 5] =
    [StateFilter::Live, StateFilter::Ended, StateFilter::Idle, StateFilter::Expired, StateFilter::All];

fn at(minutes: usize) -> Instant {
    BEGUN + Duration::from_secs(u64::try_from(minutes).unwrap() * 60)
}

/// Sessions of every kind there is, each property at a rhythm of its own.
async fn fill(db: &Database, count: usize) {
    let keys = KeyRing::generate().unwrap();
    db.write(move |conn| {
        for n in 0..count {
            let user = sign_in(conn, &keys, &format!("narrowed-{}", n % 7), at(n % 5))?;
            let (mut new, digest) = new_session(&user, at(n % 11), at(20 + n % 13));
            new.last_seen_at = at(n % 11 + n % 17);
            new.appid = APPS[n % 2].to_owned();
            new.client = CLIENTS[n % 3].to_owned();
            new.app_version = VERSIONS[n / 3 % 3].to_owned();
            new.ip = ADDRESSES[n / 2 % 2].to_owned();
            Session::open(conn, &new, 1000, Liveness::at(BEGUN, Duration::from_secs(86_400)))?;
            if n % 4 == 0 {
                Session::end(conn, &digest, &Ending::by_system(at(20 + n % 3), REASONS[n / 4 % 2]))?;
            }
        }
        Ok(())
    })
    .await
    .unwrap();
}

fn one_of(all: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    proptest::option::weighted(0.3, proptest::sample::select(all).prop_map(str::to_owned))
}

fn span(most: usize) -> impl Strategy<Value = (Option<Instant>, Option<Instant>)> {
    let side = || proptest::option::weighted(0.2, (0..most).prop_map(at));
    (side(), side())
}

fn filter() -> impl Strategy<Value = Filter> {
    let words = (one_of(&APPS), one_of(&CLIENTS), one_of(&VERSIONS), one_of(&ADDRESSES), one_of(&REASONS));
    let spans = (span(11), span(27), span(33), span(23));
    let user = proptest::option::weighted(0.2, 1..8_i64);
    (proptest::sample::select(&STATES[..]), user, words, spans).prop_map(|(state, user_id, words, spans)| {
        let is_ended = state == StateFilter::Ended;
        Filter {
            user_id,
            appid: words.0,
            client: words.1,
            app_version: words.2,
            ip: words.3,
            ended_reason: words.4.filter(|_| is_ended),
            created: spans.0,
            seen: spans.1,
            expires: spans.2,
            ended: if is_ended { spans.3 } else { (None, None) },
            ..Filter::of(state)
        }
    })
}

/// Whether a session fits, by its own fields.
fn fits(row: &Listed, filter: &Filter, liveness: Liveness) -> bool {
    let session = &row.session;
    let is = |wanted: &Option<String>, has: &str| wanted.as_deref().is_none_or(|wanted| wanted == has);
    let within = |(from, until): (Option<Instant>, Option<Instant>), at: Instant| {
        from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
    };
    let is_open = session.ended_at.is_none();
    let is_idle = session.last_seen_at <= liveness.idle_since;
    let is_expired = session.expires_at <= liveness.now;
    let state = match filter.state {
        StateFilter::Live => is_open && !is_idle && !is_expired,
        StateFilter::Ended => !is_open,
        StateFilter::Expired => is_open && is_expired,
        StateFilter::Idle => is_open && is_idle,
        StateFilter::Recalled => false,
        StateFilter::All => true,
    };
    state
        && filter.user_id.is_none_or(|user| user == session.user_id)
        && is(&filter.appid, &session.appid)
        && is(&filter.client, &session.client)
        && is(&filter.app_version, &session.app_version)
        && is(&filter.ip, &session.ip)
        && is(&filter.ended_reason, session.ended_reason.as_deref().unwrap_or_default())
        && within(filter.created, session.created_at)
        && within(filter.seen, session.last_seen_at)
        && within(filter.expires, session.expires_at)
        && (session.ended_at.is_none_or(|at| within(filter.ended, at)))
}

fn agree_on(db: &TestDatabase) {
    let system = actix_web::rt::System::new();
    system.block_on(fill(db, 240));
    let hits = std::cell::Cell::new(0);
    let outcome = runner(60).run(&(filter(), 0..40_usize), |(filter, now)| {
        let liveness = Liveness::at(at(now), Duration::from_secs(600));
        let work = move |conn: &mut menwei::db::Conn| {
            let list = |conn: &mut _, filter: &Filter, order| {
                Session::list(conn, filter, order, &Start::First, 500, liveness).map(|screen| screen.rows)
            };
            let all = list(conn, &Filter::of(StateFilter::All), Order::CreatedDown)?;
            assert_eq!(all.len(), 240);
            let sid = |row: &Listed| row.session.sid.clone();
            let mut expected: Vec<String> =
                all.iter().filter(|row| fits(row, &filter, liveness)).map(sid).collect();
            expected.sort();
            for order in [Order::CreatedDown, Order::SeenDown, Order::ExpiresUp, Order::ExpiresDown] {
                let mut listed: Vec<String> = list(conn, &filter, order)?.iter().map(sid).collect();
                listed.sort();
                assert_eq!(listed, expected, "{order:?}: {filter:?}");
            }
            let bounded = BoundedCount::new(expected.len());
            assert_eq!(Session::count(conn, &filter, liveness)?, bounded, "{filter:?}");
            let own = |is_own: fn(&Session) -> bool| {
                all.iter().filter(|row| fits(row, &filter, liveness) && is_own(&row.session)).count()
            };
            let own = |is_own| i64::try_from(own(is_own)).unwrap();
            let own = CountWithOwn {
                all: bounded,
                devtools: own(|session| session.client == "devtools"),
                unreleased: own(|session| session.app_version == "0"),
            };
            if filter.state == StateFilter::Live {
                let concerned = Session::concerned(conn, &filter, 5, liveness)?;
                assert_eq!(concerned.count?, own, "{filter:?}");
            }
            let number = i64::try_from(expected.len()).unwrap();
            assert_eq!(Session::count_all(conn, &filter, liveness)?, number, "{filter:?}");
            let (mut place, mut walked) = (String::new(), 0);
            loop {
                let batch = Session::walk(conn, &filter, &place, liveness)?;
                walked += batch.digests.len();
                place = batch.place;
                if batch.is_last {
                    break;
                }
            }
            assert_eq!(walked, expected.len(), "{filter:?}");
            Ok(expected.len())
        };
        let found = system.block_on(db.read(work)).unwrap();
        hits.set(hits.get() + usize::from(found > 0));
        Ok(())
    });
    outcome.unwrap_or_else(|why| panic!("{why}"));
    assert!(hits.get() > 10, "hardly any filter let anything through");
}

mod whatever_narrows_a_list_its_rows_its_counts_and_a_walk_agree {
    use super::*;

    #[test]
    fn sqlite() {
        agree_on(&TestDatabase::sqlite());
    }

    #[test]
    fn postgres() {
        agree_on(&TestDatabase::postgres());
    }
}
