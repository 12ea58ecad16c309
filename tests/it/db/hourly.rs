//! What the hours hold is what their rows say, however often, by whomever and in whatever order it was counted.

use std::sync::Arc;
use std::time::Duration;

use menwei::clock::{Clock, Instant};
use menwei::config::Config;
use menwei::db::Conn;
use menwei::db::hourly::{self, Counts, HOUR, Head, Kind, count, hour_of};
use menwei::db::logins::list::{Filter as LoginFilter, Outcome};
use menwei::db::logins::{Login, NewLogin};
use menwei::db::page::Start;
use menwei::db::sessions::end::Ending;
use menwei::db::sessions::list::{Filter, Order, StateFilter};
use menwei::db::sessions::{Liveness, Session};
use menwei::db::users::User;
use menwei::db::users::list::{Filter as UserFilter, Order as UserOrder};
use menwei::rollup::Rollup;
use menwei::secret::KeyRing;
use menwei::site::Site;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::{APPID, log_in};
use crate::support::cases::runner;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::START;

const RESULTS: [(&str, Option<i64>); 5] = [
    ("ok", None),
    ("code_invalid", Some(40029)),
    ("wechat_busy", Some(-1)),
    ("wechat_timeout", None),
    ("wechat_unavailable", None),
];

/// Something that leaves rows, or a count of them.
#[derive(Clone, Debug)]
enum Step {
    /// An attempt, so many seconds before now: committed late.
    Login { result: usize, app: bool, latency: i64, late: u64 },
    /// A new user with a session; perhaps the session is ended.
    User { ended: bool },
    /// One of the users deletes the account, which is erased at once.
    Erase(usize),
    /// Time goes by.
    Wait(u64),
    /// A round of counting, by either process.
    Round(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let login = (0..RESULTS.len(), any::<bool>(), 0..9000_i64, prop_oneof![3 => Just(0), 1 => 1..500_u64]);
    prop_oneof![
        6 => login.prop_map(|(result, app, latency, late)| Step::Login { result, app, latency, late }),
        3 => any::<bool>().prop_map(|ended| Step::User { ended }),
        1 => any::<usize>().prop_map(Step::Erase),
        3 => prop_oneof![1..900_u64, 3500..3700_u64, Just(30_000)].prop_map(Step::Wait),
        3 => any::<bool>().prop_map(Step::Round),
    ]
}

fn site(db: &TestDatabase, clock: Clock) -> Site {
    let config = Config::parse("", &[]).unwrap();
    Site::new(config, clock, db.again(), KeyRing::generate().unwrap()).unwrap()
}

fn attempt(at: Instant, (result, errcode): (&str, Option<i64>), appid: &str, latency_ms: i64) -> NewLogin {
    NewLogin {
        at,
        appid: appid.to_owned(),
        user_id: None,
        sid: None,
        result: result.to_owned(),
        errcode,
        rid: None,
        latency_ms,
        ip: "192.0.2.1".to_owned(),
        request_id: "r1".to_owned(),
    }
}

/// The hours as they were counted in the background, and as they are counted from the rows at once.
async fn both(
    db: &TestDatabase,
    from: Instant,
    until: Instant,
) -> (Vec<(Instant, Counts)>, Vec<(Instant, Counts)>) {
    let (_, rows) = db.read(move |conn| hourly::since(conn, from, from)).await.unwrap();
    let (mut counted, mut direct) = (Vec::new(), Vec::new());
    let mut hour = from;
    while hour <= until {
        let mut own = Counts::new();
        for row in rows.iter().filter(|row| row.hour == hour && row.kind != Kind::Live) {
            own.insert((row.kind, row.name.clone(), row.appid.clone()), row.amount);
        }
        let mut whole = Counts::new();
        let add = move |conn: &mut Conn| count::count(conn, hour, hour + HOUR, &mut whole).map(|()| whole);
        counted.push((hour, own));
        direct.push((hour, db.read(add).await.unwrap()));
        hour = hour + HOUR;
    }
    (counted, direct)
}

/// What the lists behind the numbers have of each hour.
fn listed(conn: &mut Conn, from: Instant, until: Instant) -> menwei::error::Result<Vec<Counts>> {
    let (mut all, mut hour) = (Vec::new(), from);
    let liveness = Liveness::at(until, HOUR);
    while hour <= until {
        let times = (Some(hour), Some(hour + HOUR));
        let mut counts = Counts::new();
        let mut add = |kind: Kind, name: &str, rows: usize| {
            if rows > 0 {
                counts.insert((kind, name.to_owned(), String::new()), i64::try_from(rows).unwrap());
            }
        };
        let users = UserFilter { created: times, ..UserFilter::default() };
        let users = User::list(conn, &users, UserOrder::CreatedDown, &Start::First, 1000, liveness)?;
        add(Kind::User, "", users.rows.len());
        for reason in ["logout", "deleted", "expired", "displaced"] {
            let ended = Filter {
                ended: times,
                ended_reason: Some(reason.to_owned()),
                ..Filter::of(StateFilter::Ended)
            };
            let ended = Session::list(conn, &ended, Order::EndedDown, &Start::First, 1000, liveness)?;
            add(Kind::Ended, reason, ended.rows.len());
        }
        for (name, outcome) in [("ok", Outcome::Ok), ("failed", Outcome::Failed)] {
            let logins = LoginFilter { outcome: Some(outcome), at: vec![times], ..LoginFilter::default() };
            add(Kind::Login, name, Login::list(conn, &logins, &Start::First, 1000)?.rows.len());
        }
        all.push(counts);
        hour = hour + HOUR;
    }
    Ok(all)
}

on_each_database! {
    async fn the_hours_are_what_their_rows_say(db: TestDatabase) {
        let keys = Arc::new(KeyRing::generate().unwrap());
        let mut runner = runner(12);
        // each run goes on where the last one ended, on the same database
        let clock = Clock::fixed(START);
        let sites = [site(&db, clock.clone()), site(&db, clock.clone())];
        let rollups = sites.map(|site| Rollup::new(site.state).unwrap());
        let strategy = proptest::collection::vec(step(), 1..40);
        let (mut users, mut ids, mut erased) = (0, Vec::new(), 0);
        for _ in 0..12 {
            let steps = strategy.new_tree(&mut runner).unwrap().current();
            for step in steps.clone() {
                clock.advance(Duration::from_millis(7));
                let now = clock.now();
                match step {
                    Step::Login { result, app, latency, late } => {
                        let appid = if app { APPID } else { "wx2" };
                        let new = attempt(now - Duration::from_secs(late), RESULTS[result], appid, latency);
                        db.write(move |conn| Login::record(conn, &new)).await.unwrap();
                    }
                    Step::User { ended } => {
                        users += 1;
                        let (keys, name) = (Arc::clone(&keys), format!("person-{users}"));
                        let open = move |conn: &mut Conn| {
                            let (id, digest, ..) = log_in(conn, &keys, &name, HOUR, 10, Liveness::at(now, HOUR))?;
                            if ended {
                                Session::end(conn, &digest, &Ending::by_user(now))?;
                            }
                            Ok(id)
                        };
                        ids.push(db.write(open).await.unwrap());
                    }
                    Step::Erase(place) => {
                        let Some(id) = ids.get(place % ids.len().max(1)).copied() else { continue };
                        let delete = move |conn: &mut Conn| {
                            User::delete(conn, id, now, &Ending::by_deletion(now), Liveness::at(now, HOUR))
                        };
                        if db.write(delete).await.is_ok() {
                            assert!(db.erase(id, &keys, now).await.unwrap());
                            erased += 1;
                        }
                    }
                    Step::Wait(seconds) => clock.advance(Duration::from_secs(seconds)),
                    Step::Round(first) => {
                        rollups[usize::from(first)].round().await.unwrap();
                    }
                }
            }
            // the lease of whoever counted last is over by then, and what was late is in
            clock.advance(Duration::from_secs(31));
            rollups[0].round().await.unwrap();
            let (counted, direct) = both(&db, hour_of(START), hour_of(clock.now())).await;
            assert_eq!(counted, direct, "{steps:?}");
            let now = clock.now();
            let listed = db.read(move |conn| listed(conn, hour_of(START), hour_of(now))).await.unwrap();
            for ((hour, counts), listed) in counted.iter().zip(listed) {
                let of_lists: Counts = counts
                    .iter()
                    .filter(|((kind, ..), _)| matches!(kind, Kind::User | Kind::Ended | Kind::Login))
                    .fold(Counts::new(), |mut sums, ((kind, name, _), amount)| {
                        // the lists tell those that failed from those that did not
                        let name = if *kind == Kind::Login && name != "ok" { "failed" } else { name.as_str() };
                        *sums.entry((*kind, name.to_owned(), String::new())).or_default() += amount;
                        sums
                    });
                assert_eq!(of_lists, listed, "{hour:?}: {steps:?}");
            }
        }
        assert!(erased > 5, "{erased}");
        let head = db.read(Head::read).await.unwrap().unwrap();
        assert!(head.next_at <= hour_of(clock.now()) && head.next_at > START);
    }

    async fn an_hour_is_settled_ten_minutes_after_its_end_and_not_counted_again(db: TestDatabase) {
        let clock = Clock::fixed(hour_of(START));
        let rollup = Rollup::new(site(&db, clock.clone()).state).unwrap();
        let add = |at: Instant| {
            let new = attempt(at, ("ok", None), APPID, 100);
            db.write(move |conn| Login::record(conn, &new))
        };
        add(clock.now()).await.unwrap();
        assert_eq!(rollup.round().await.unwrap(), 8 * 24 + 1);
        clock.advance(HOUR + Duration::from_mins(9));
        add(hour_of(START)).await.unwrap();
        // the hour before the first, that one, and the open one
        assert_eq!(rollup.round().await.unwrap(), 3);
        let logins = |conn: &mut Conn| {
            let (_, rows) = hourly::since(conn, hour_of(START), hour_of(START))?;
            Ok(rows.iter().filter(|row| row.kind == Kind::Login).map(|row| row.amount).sum::<i64>())
        };
        assert_eq!(db.read(logins).await.unwrap(), 2);
        clock.advance(Duration::from_mins(1));
        rollup.round().await.unwrap();
        assert_eq!(rollup.round().await.unwrap(), 1);
    }

    async fn one_process_counts_at_a_time(db: TestDatabase) {
        let clock = Clock::fixed(START);
        let [one, two] = [(); 2].map(|()| Rollup::new(site(&db, clock.clone()).state).unwrap());
        assert!(one.round().await.unwrap() > 0);
        assert_eq!(two.round().await.unwrap(), 0);
        clock.advance(Duration::from_secs(31));
        assert!(two.round().await.unwrap() > 0);
    }
}
