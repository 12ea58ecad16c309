//! What was live at the end of an hour is the same counted in time and afterwards: what the list of live sessions counted then.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use menwei::clock::{Clock, Instant};
use menwei::config::Config;
use menwei::db::hourly::{self, HOUR, Kind, hour_of, live};
use menwei::db::sessions::end::Ending;
use menwei::db::sessions::list::{Filter, StateFilter};
use menwei::db::sessions::{Liveness, Session};
use menwei::db::{Conn, epochs};
use menwei::rollup::Rollup;
use menwei::secret::{KeyRing, TokenDigest};
use menwei::site::Site;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::{APPID, log_in};
use crate::support::cases::runner;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::START;

/// Something that makes sessions live or not.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody comes, for so many minutes.
    LogIn { who: u8, minutes: u64 },
    /// One of the sessions is used, if it is live.
    Use(usize),
    /// One of the sessions is ended.
    End(usize),
    /// Everything is recalled, once.
    Recall,
    /// Time goes by.
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..12_u8, 20..900_u64).prop_map(|(who, minutes)| Step::LogIn { who, minutes }),
        6 => any::<usize>().prop_map(Step::Use),
        2 => any::<usize>().prop_map(Step::End),
        1 => Just(Step::Recall),
        6 => (1..100_u64).prop_map(Step::Wait),
    ]
}

const IDLE: Duration = Duration::from_hours(3);

fn count(conn: &mut Conn, now: Instant) -> menwei::error::Result<i64> {
    let counted = Session::count(conn, &Filter::of(StateFilter::Live), Liveness::at(now, IDLE))?;
    Ok(counted.counted)
}

fn rollup(db: &TestDatabase, clock: Clock) -> Rollup {
    let mut config = Config::parse("", &[]).unwrap();
    config.session.idle = IDLE;
    Rollup::new(Site::new(config, clock, db.again(), KeyRing::generate().unwrap()).unwrap().state).unwrap()
}

/// What is kept: the end of each hour since, and what was live then.
async fn kept(db: &TestDatabase, since: Instant) -> Vec<(Instant, i64)> {
    let (_, rows) = db.read(move |conn| hourly::since(conn, since, since)).await.unwrap();
    let mut kept: Vec<_> =
        rows.iter().filter(|row| row.kind == Kind::Live).map(|row| (row.hour + HOUR, row.amount)).collect();
    kept.sort();
    kept
}

/// The sessions of a test and what they go through.
struct Life<'a> {
    db: &'a TestDatabase,
    keys: Arc<KeyRing>,
    clock: Clock,
    sessions: Vec<TokenDigest>,
    recalled: bool,
    /// What the list counted at the end of each hour.
    seen: Vec<(Instant, i64)>,
}

impl Life<'_> {
    async fn step(&mut self, step: Step) {
        let now = self.clock.now();
        let chosen = |place: usize| self.sessions.get(place % self.sessions.len().max(1)).cloned();
        match step {
            Step::LogIn { who, minutes } => {
                let (keys, name) = (Arc::clone(&self.keys), format!("person-{who}"));
                let lasting = Duration::from_mins(minutes);
                let open = move |conn: &mut Conn| {
                    Ok(log_in(conn, &keys, &name, lasting, 3, Liveness::at(now, IDLE))?.1)
                };
                self.sessions.push(self.db.write(open).await.unwrap());
            }
            Step::Use(place) => {
                let Some(digest) = chosen(place) else { return };
                let wanted = digest.clone();
                let row =
                    self.db.read(move |conn| Session::find_caller(conn, &wanted)).await.unwrap().unwrap();
                if row.admit(Liveness::at(now, IDLE)).is_ok() {
                    self.db.touches().note(&digest, row.last_seen_at, now, IDLE);
                    self.db.flush_touches().await.unwrap();
                }
            }
            Step::End(place) => {
                let Some(digest) = chosen(place) else { return };
                let end = move |conn: &mut Conn| Session::end(conn, &digest, &Ending::by_user(now)).map(drop);
                self.db.write(end).await.unwrap();
            }
            Step::Recall if self.recalled => {}
            Step::Recall => {
                self.recalled = true;
                self.db.write(move |conn| epochs::advance(conn, APPID, now).map(drop)).await.unwrap();
            }
            Step::Wait(minutes) => self.wait(now + Duration::from_mins(minutes)).await,
        }
    }

    /// Goes on to that time, and counts at each full hour on the way.
    async fn wait(&mut self, until: Instant) {
        loop {
            let now = self.clock.now();
            let end = hour_of(now) + HOUR;
            if end > until {
                return self.clock.advance(until.since(now));
            }
            self.clock.advance(end.since(now));
            let live = self.db.read(move |conn| count(conn, end)).await.unwrap();
            self.seen.push((end, live));
            // what happens from here on is after it
            self.clock.advance(Duration::from_millis(1));
        }
    }
}

on_each_database! {
    async fn the_ends_of_hours_are_counted_in_time_and_afterwards_alike(db: TestDatabase) {
        let clock = Clock::fixed(START);
        let strategy = proptest::collection::vec(step(), 150);
        let mut life = Life {
            db: &db,
            keys: Arc::new(KeyRing::generate().unwrap()),
            clock: clock.clone(),
            sessions: Vec::new(),
            recalled: false,
            seen: Vec::new(),
        };
        let mut steps = strategy.new_tree(&mut runner(1)).unwrap().current();
        steps.insert(75, Step::Recall);
        let in_time = rollup(&db, clock.clone());
        for (place, step) in steps.iter().enumerate() {
            life.step(step.clone()).await;
            if place % 5 == 0 {
                in_time.round().await.unwrap();
            }
        }
        clock.advance(Duration::from_mins(2));
        in_time.round().await.unwrap();
        let first = life.seen[0].0 - HOUR;
        assert_eq!(kept(&db, first).await, life.seen, "{steps:?}");
        let different: BTreeSet<i64> = life.seen.iter().map(|(_, live)| *live).collect();
        assert!(different.len() > 3 && life.recalled, "{:?}", life.seen);

        // a process that was not there counts the last day again
        db.plain().execute("DELETE FROM hourly WHERE kind = 'live'").unwrap();
        clock.advance(Duration::from_secs(31));
        rollup(&db, clock.clone()).round().await.unwrap();
        let last_day = hour_of(clock.now()) - HOUR * live::SHOWN;
        life.seen.retain(|(end, _)| *end > last_day);
        assert!(life.seen.len() > 10);
        let again = kept(&db, last_day).await;
        assert_eq!(again.len(), 24);
        assert!(again.ends_with(&life.seen), "{again:?} {:?}", life.seen);
    }

    async fn the_end_of_an_hour_is_counted_once(db: TestDatabase) {
        let clock = Clock::fixed(hour_of(START));
        let rollup = rollup(&db, clock.clone());
        rollup.round().await.unwrap();
        clock.advance(HOUR + Duration::from_secs(59));
        rollup.round().await.unwrap();
        let newest = kept(&db, hour_of(START)).await;
        assert_eq!(newest, [], "logins may still be on their way");
        clock.advance(Duration::from_secs(1));
        rollup.round().await.unwrap();
        assert_eq!(kept(&db, hour_of(START)).await, [(hour_of(START) + HOUR, 0)]);
        // the hour's other numbers are written again, this one stays
        db.plain().execute("UPDATE hourly SET amount = 7 WHERE kind = 'live'").unwrap();
        clock.advance(Duration::from_secs(31));
        rollup.round().await.unwrap();
        assert_eq!(kept(&db, hour_of(START)).await, [(hour_of(START) + HOUR, 7)]);
    }
}
