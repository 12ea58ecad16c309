//! Jobs against the list they come from: the same sessions, each once, whoever works and however often they are stopped.

use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::audit::{Audit, Entry, Filter as Trail};
use menwei::db::jobs::{GRACE, Job, Kind, NewJob, State, swept};
use menwei::db::page::Start;
use menwei::db::sessions::list::{Filter, Order, StateFilter};
use menwei::db::sessions::{Liveness, Session};
use menwei::db::{Conn, Database, epochs};
use menwei::error::{Error, Result};
use menwei::secret::{KeyRing, public_id};

use super::{new_session, sign_in};
use crate::support::database::on_each_database;

const START: Instant = Instant::from_seconds(1_700_000_000);
const IDLE: Duration = Duration::from_secs(7 * 86_400);
const OTHER_APP: &str = "wxfedcba9876543210";

fn at(seconds: u64) -> Liveness {
    Liveness::at(START + Duration::from_secs(seconds), IDLE)
}

/// Sessions one millisecond apart: of two mini-programs, three kinds of client, two versions; every tenth expires soon.
async fn fill(db: &Database, count: u64) {
    let write = move |conn: &mut Conn| {
        let keys = KeyRing::generate()?;
        let users = ["anna", "bert", "carl"].map(|openid| sign_in(conn, &keys, openid, START).unwrap());
        for number in 0..count {
            let place = usize::try_from(number).unwrap();
            let now = START + Duration::from_millis(number);
            let lasts = if number % 10 == 9 { 5 } else { 86_400 };
            let (mut new, _) = new_session(&users[place % 3], now, now + Duration::from_secs(lasts));
            new.client = ["ios", "android", "windows"][place / 3 % 3].to_owned();
            new.app_version = ["1", "2"][place / 9 % 2].to_owned();
            if place % 5 == 0 {
                new.appid = OTHER_APP.to_owned();
            }
            Session::insert(conn, &new)?;
        }
        Ok(())
    };
    db.write(write).await.unwrap();
}

fn job(jid: &str, kind: Kind, filter: Filter, now: Instant) -> NewJob {
    NewJob {
        jid: jid.to_owned(),
        kind,
        query: String::new(),
        filter,
        found: None,
        reason: "test".to_owned(),
        note: "a note".to_owned(),
        ticket: String::new(),
        created_by: "anna".to_owned(),
        created_at: now,
    }
}

async fn create(db: &Database, filter: Filter, now: Instant) -> String {
    let jid = public_id(now).unwrap();
    let new = job(&jid, Kind::Revoke, filter, now);
    db.write(move |conn| new.create(conn, &Entry::default())).await.unwrap();
    jid
}

/// Works until nothing is due.
async fn work(db: &Database, holder: &str, liveness: Liveness) {
    while db.work_on_jobs(holder, liveness).await.unwrap() {}
}

async fn find(db: &Database, jid: &str) -> Job {
    let jid = jid.to_owned();
    db.read(move |conn| Job::find(conn, &jid)).await.unwrap().unwrap()
}

async fn listed(db: &Database, filter: &Filter, liveness: Liveness) -> Vec<String> {
    let filter = filter.clone();
    let list = move |conn: &mut Conn| {
        Session::list(conn, &filter, Order::CreatedDown, &Start::First, 5000, liveness)
    };
    let mut sids: Vec<String> =
        db.read(list).await.unwrap().rows.into_iter().map(|row| row.session.sid).collect();
    sids.sort_unstable();
    sids
}

async fn finishes(db: &Database) -> usize {
    let filter = Trail { action: Some("job.finish".to_owned()), ..Trail::default() };
    db.read(move |conn| Audit::list(conn, &filter, &Start::First, 50)).await.unwrap().rows.len()
}

fn filters() -> Vec<Filter> {
    let live = || Filter::of(StateFilter::Live);
    let text = |text: &str| Some(text.to_owned());
    let half = START + Duration::from_millis(600);
    vec![
        Filter { appid: text(OTHER_APP), client: text("ios"), ..live() },
        Filter { app_version: text("2"), created: (Some(half), None), ..live() },
        Filter { user_id: Some(1), created: (None, Some(half)), ..live() },
        Filter { ip: text("192.0.2.7"), ..live() },
        Filter { seen: (None, Some(half)), expires: (Some(half), None), ..live() },
        live(),
    ]
}

on_each_database! {
    async fn a_job_ends_exactly_what_the_list_of_its_filter_shows(db: TestDatabase) {
        fill(&db, 1300).await;
        let mut ended: Vec<String> = Vec::new();
        for (round, filter) in filters().into_iter().enumerate() {
            let now = 60 * (1 + u64::try_from(round).unwrap());
            let (expected, made) = (listed(&db, &filter, at(now + 20)).await, at(now).now);
            let text = serde_json::to_string(&filter).unwrap();
            assert_eq!(serde_json::from_str::<Filter>(&text).unwrap(), filter);
            let jid = create(&db, filter.clone(), made).await;
            work(&db, "one", at(now)).await;
            assert_eq!(find(&db, &jid).await.state(), State::Waiting, "ten seconds to think better of it");
            work(&db, "one", at(now + 20)).await;
            let job = find(&db, &jid).await;
            let count = i64::try_from(expected.len()).unwrap();
            assert_eq!((job.state(), job.done, job.skipped, job.failed), (State::Done, count, 0, 0), "{filter:?}");
            assert_eq!(job.found, Some(count));
            assert!(listed(&db, &filter, at(now + 20)).await.is_empty());
            ended.extend(expected);
            ended.sort_unstable();
            assert_eq!(listed(&db, &Filter::of(StateFilter::Ended), at(now)).await, ended, "and nothing else");
            assert_eq!(finishes(&db).await, round + 1);
        }
        assert!(ended.len() > 1000);
    }

    async fn what_is_opened_after_the_job_was_made_stays(db: TestDatabase) {
        fill(&db, 20).await;
        let jid = create(&db, Filter::of(StateFilter::Live), START + Duration::from_millis(10)).await;
        work(&db, "one", Liveness::at(START + Duration::from_millis(10) + GRACE, IDLE)).await;
        assert_eq!(find(&db, &jid).await.done, 9, "one of the ten has expired");
        assert_eq!(listed(&db, &Filter::of(StateFilter::Live), at(20)).await.len(), 9, "and of those one has expired");
    }

    async fn a_job_stops_where_it_is_told_to_and_goes_on_from_there(db: TestDatabase) {
        fill(&db, 1200).await;
        let jid = create(&db, Filter::of(StateFilter::Live), at(60).now).await;
        let turn = async |verb: fn(&mut Conn, &str, Instant) -> Result<()>| {
            let jid = jid.clone();
            db.write(move |conn| verb(conn, &jid, at(90).now)).await
        };
        assert!(db.work_on_jobs("one", at(80)).await.unwrap());
        let after = find(&db, &jid).await;
        assert_eq!((after.state(), after.done), (State::Running, 500));
        assert!(!db.work_on_jobs("two", at(81)).await.unwrap(), "the lease is another's");
        turn(Job::pause).await.unwrap();
        work(&db, "one", at(90)).await;
        assert_eq!((find(&db, &jid).await.state(), find(&db, &jid).await.done), (State::Paused, 500));
        assert!(matches!(turn(Job::pause).await, Err(Error::Conflict(_))));
        turn(Job::resume).await.unwrap();
        assert!(db.work_on_jobs("two", at(91)).await.unwrap());
        // the second worker falls silent; the first takes over
        assert!(!db.work_on_jobs("one", at(92)).await.unwrap());
        assert!(db.work_on_jobs("one", at(97)).await.unwrap());
        work(&db, "one", at(98)).await;
        let done = find(&db, &jid).await;
        assert_eq!((done.state(), done.done, done.skipped), (State::Done, 1080, 0));
        assert!(matches!(turn(Job::cancel).await, Err(Error::Conflict(_))));
        assert_eq!(finishes(&db).await, 1);
    }

    async fn jobs_take_turns_however_long_one_of_them_is(db: TestDatabase) {
        fill(&db, 1300).await;
        let long = create(&db, Filter { created: (Some(START), None), ..Filter::of(StateFilter::Live) }, at(60).now).await;
        assert!(db.work_on_jobs("one", at(70)).await.unwrap());
        let other = Filter { user_id: Some(1), ..Filter::of(StateFilter::Ended) };
        let short = create(&db, other, at(60).now).await;
        assert_eq!((find(&db, &long).await.done, find(&db, &short).await.state()), (500, State::Waiting));
        assert!(db.work_on_jobs("one", at(71)).await.unwrap());
        assert_eq!(find(&db, &long).await.done, 500, "it waits");
        assert!(find(&db, &short).await.state() == State::Done || find(&db, &short).await.handled() > 0);
        assert!(db.work_on_jobs("one", at(72)).await.unwrap());
        assert_eq!(find(&db, &long).await.done, 1000, "its turn again");
        work(&db, "one", at(73)).await;
        assert_eq!((find(&db, &long).await.state(), find(&db, &short).await.state()), (State::Done, State::Done));
    }

    async fn a_job_is_counted_when_something_of_it_is_done(db: TestDatabase) {
        fill(&db, 1300).await;
        let jid = create(&db, Filter::of(StateFilter::Live), at(60).now).await;
        assert_eq!(find(&db, &jid).await.found, None);
        assert!(db.work_on_jobs("one", at(80)).await.unwrap());
        let begun = find(&db, &jid).await;
        assert_eq!((begun.done, begun.found), (500, Some(1170)));
        // who ends sessions meanwhile takes them from the job: it has fewer to do, and is done
        let end_all = |conn: &mut Conn| {
            let ending = menwei::db::sessions::end::Ending::by_system(at(80).now, "test");
            Session::end_all(conn, 2, None, &ending, at(80)).map(drop)
        };
        db.write(end_all).await.unwrap();
        work(&db, "one", at(81)).await;
        let done = find(&db, &jid).await;
        assert_eq!((done.state(), done.found), (State::Done, Some(1170)));
        assert!(done.handled() < 1170 && done.handled() > 500, "{done:?}");
    }

    async fn the_pace_of_a_job_is_of_the_time_in_which_it_is_worked_on(db: TestDatabase) {
        fill(&db, 2400).await;
        let jid = create(&db, Filter::of(StateFilter::Live), at(60).now).await;
        let rate = async |seconds: u64| find(&db, &jid).await.rate(at(seconds).now);
        assert_eq!(rate(65).await, None, "it has not begun");
        assert!(db.work_on_jobs("one", at(70)).await.unwrap());
        assert!(db.work_on_jobs("one", at(72)).await.unwrap());
        assert_eq!(rate(74).await, Some(250));
        let turn = async |verb: fn(&mut Conn, &str, Instant) -> Result<()>, seconds: u64| {
            let jid = jid.clone();
            db.write(move |conn| verb(conn, &jid, at(seconds).now)).await.unwrap();
        };
        turn(Job::pause, 74).await;
        assert_eq!(rate(75).await, None);
        turn(Job::resume, 3600).await;
        assert_eq!(rate(3600).await, None);
        assert!(db.work_on_jobs("one", at(3600)).await.unwrap());
        assert_eq!(rate(3602).await, Some(250), "the hour of standing still is no part of it");
        // another worker takes over long after the first fell silent
        assert!(db.work_on_jobs("two", at(9000)).await.unwrap());
        assert_eq!(rate(9002).await, Some(250));
        work(&db, "two", at(9004)).await;
        let done = find(&db, &jid).await;
        assert_eq!((done.state(), done.rate(at(20_000).now)), (State::Done, done.rate(at(9004).now)));
        assert!(done.rate(at(20_000).now).is_some());
    }

    async fn a_cancelled_job_ends_nothing_more(db: TestDatabase) {
        fill(&db, 600).await;
        let jid = create(&db, Filter::of(StateFilter::Live), at(60).now).await;
        let cancelled = jid.clone();
        db.write(move |conn| Job::cancel(conn, &cancelled, at(61).now)).await.unwrap();
        work(&db, "one", at(100)).await;
        assert_eq!((find(&db, &jid).await.done, finishes(&db).await), (0, 0));
        let again = job(&jid, Kind::Revoke, Filter::of(StateFilter::Live), at(60).now);
        let twice = db.write(move |conn| again.create(conn, &Entry::default())).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "the same id makes one job");
    }

    async fn an_epoch_kills_at_once_and_is_swept_up_later(db: TestDatabase) {
        fill(&db, 700).await;
        let live = Filter::of(StateFilter::Live);
        let of_other = Filter { appid: Some(OTHER_APP.to_owned()), ..live.clone() };
        assert_eq!(listed(&db, &live, at(1)).await.len(), 700);
        // a replica whose clock is behind: the epoch is after what another one opened
        let epoch = db.write(|conn| epochs::advance(conn, OTHER_APP, START)).await.unwrap();
        assert_eq!(epoch, START + Duration::from_millis(700));
        assert_eq!(listed(&db, &of_other, at(1)).await.len(), 0);
        assert_eq!(listed(&db, &live, at(1)).await.len(), 560);
        db.write(|conn| epochs::advance(conn, epochs::EVERY_APP, at(2).now)).await.unwrap();
        assert_eq!(listed(&db, &live, at(2)).await.len(), 0);
        let jid = public_id(at(2).now).unwrap();
        let sweep = job(&jid, Kind::Sweep, swept(epochs::EVERY_APP), at(2).now);
        db.write(move |conn| sweep.create(conn, &Entry::default())).await.unwrap();
        work(&db, "one", at(20)).await;
        let done = find(&db, &jid).await;
        assert_eq!((done.state(), done.done, done.found), (State::Done, 700, Some(700)));
        assert!(listed(&db, &swept(epochs::EVERY_APP), at(20)).await.is_empty());
    }
}
