//! A job on many sessions, and everything revoked at once, with real processes that are killed or work side by side.

use std::path::Path;
use std::time::{Duration, Instant as Timer};

use menwei::clock::{Clock, Instant};
use menwei::db::audit::Entry;
use menwei::db::emergencies::{Emergency, NewEmergency};
use menwei::db::jobs::{Job, Kind, NewJob, State};
use menwei::db::sessions::Session;
use menwei::db::sessions::list::{Filter, StateFilter};
use menwei::db::sessions::open::NewSession;
use menwei::db::staff::Staff;
use menwei::db::users::User;
use menwei::db::users::sign_in::Vouched;
use menwei::db::{Conn, Database};
use menwei::secret::{KeyRing, Token, public_id};

use super::{Process, menwei};
use crate::support::database::TestDatabase;
use crate::support::dump::Plain;
use crate::support::raw::PATIENCE;
use crate::support::site::{APPID, START, wechat};

const COUNT: i64 = 8000;

/// Live sessions, opened a minute ago.
fn fill(conn: &mut Conn, count: i64) -> menwei::error::Result<()> {
    let keys = KeyRing::generate()?;
    let now = Clock::System.now() - Duration::from_secs(60);
    let vouched = Vouched {
        appid: APPID,
        openid: "anna",
        unionid: None,
        session_key: "tiihtNczf5v6AKRyjwEUhQ==",
        linked: &[],
    };
    let signed_in = User::sign_in(conn, &vouched, &keys, now)?;
    for number in 0..count {
        let at = Instant::from_micros(now.micros() + number * 1000);
        let new = NewSession {
            digest: Token::generate(at)?.digest().as_bytes().to_vec(),
            sid: public_id(at)?,
            user_id: signed_in.user.id,
            identity_id: signed_in.identity_id,
            appid: APPID.to_owned(),
            created_at: at,
            last_seen_at: at,
            expires_at: at + Duration::from_hours(24),
            ip: "192.0.2.1".to_owned(),
            user_agent: String::new(),
            client: "ios".to_owned(),
            device: String::new(),
            wechat_version: String::new(),
            app_version: String::new(),
        };
        Session::insert(conn, &new)?;
    }
    Ok(())
}

/// A job on all live sessions that begins at once.
fn job(conn: &mut Conn) -> menwei::error::Result<String> {
    let created_at = Clock::System.now() - menwei::db::jobs::GRACE;
    let jid = public_id(created_at)?;
    let new = NewJob {
        jid: jid.clone(),
        kind: Kind::Revoke,
        query: String::new(),
        filter: Filter::of(StateFilter::Live),
        found: None,
        reason: "suspected_theft".to_owned(),
        note: String::new(),
        ticket: String::new(),
        created_by: "chen".to_owned(),
        created_at,
    };
    new.create(conn, &Entry { actor: "chen".to_owned(), ..Entry::default() })?;
    Ok(jid)
}

fn find(db: &Database, jid: &str) -> Job {
    db.write_now(|conn| Job::find(conn, jid)).unwrap().unwrap()
}

/// Waits until the job is as `is` wants it.
fn wait(db: &Database, jid: &str, is: impl Fn(&Job) -> bool) -> Job {
    let begun = Timer::now();
    loop {
        let job = find(db, jid);
        if is(&job) {
            return job;
        }
        assert!(begun.elapsed() < 3 * PATIENCE, "{job:?}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Every session is ended by the job and counted once, and the trail says so once.
fn is_done_once(plain: &mut Plain, job: &Job) {
    assert_eq!((job.state(), job.done, job.skipped), (State::Done, COUNT, 0), "{job:?}");
    let ended = "SELECT count(*) AS number FROM sessions WHERE ended_by = 'chen' AND ended_reason = 'suspected_theft'";
    assert_eq!(plain.number(ended), COUNT);
    let entries = "SELECT action AS line FROM audit WHERE target LIKE 'job:%' ORDER BY id";
    assert_eq!(plain.lines(entries), ["job.create", "job.finish"]);
}

fn killed_and_done_once(db: &Database, url: &str, folder: &Path) {
    let simulator = wechat(&Clock::fixed(START));
    db.write_now(|conn| fill(conn, COUNT)).unwrap();
    let jid = db.write_now(job).unwrap();
    let start = || Process::start(menwei(folder, url, &simulator.api_base()), folder);
    let mut before = 0;
    for _ in 0..3 {
        let mut process = start();
        wait(db, &jid, |job| job.done > before);
        process.kill();
        before = find(db, &jid).done;
        assert!(before < COUNT, "it was done before it was killed");
    }
    let process = start();
    let job = wait(db, &jid, |job| job.state().is_over());
    is_done_once(&mut Plain::connect(url), &job);
    assert!(process.stop());
}

mod a_job_whose_process_is_killed_again_and_again_ends_each_session_once {
    use super::*;

    #[test]
    fn sqlite() {
        let (db, folder) = (TestDatabase::sqlite(), tempfile::tempdir().unwrap());
        killed_and_done_once(&db, db.url(), folder.path());
    }

    #[test]
    fn postgres() {
        let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
        killed_and_done_once(&db, db.url(), folder.path());
    }
}

#[test]
fn two_processes_share_the_work_without_doing_any_of_it_twice() {
    let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
    let simulator = wechat(&Clock::fixed(START));
    db.write_now(|conn| fill(conn, COUNT)).unwrap();
    let start = || Process::start(menwei(folder.path(), db.url(), &simulator.api_base()), folder.path());
    let (mut one, other) = (start(), start());
    let jid = db.write_now(job).unwrap();
    wait(&db, &jid, |job| job.done > 0);
    one.kill();
    let job = wait(&db, &jid, |job| job.state().is_over());
    is_done_once(&mut db.plain(), &job);
    assert!(other.stop());
}

#[test]
fn what_was_revoked_at_once_is_refused_by_every_process_and_what_comes_after_is_not() {
    let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
    let simulator = wechat(&Clock::fixed(START));
    let start = || Process::start(menwei(folder.path(), db.url(), &simulator.api_base()), folder.path());
    let (one, other) = (start(), start());
    let owner = |conn: &mut Conn| {
        let id = Staff::create(conn, "wang", "owner", START)?;
        Staff::set_password(conn, id, "never asked for", START)
    };
    db.write_now(owner).unwrap();
    for round in 0..5 {
        let before: Vec<String> = (0..4)
            .map(|number| if number % 2 == 0 { &one } else { &other }.login(&format!("u{number}-{round}")))
            .collect();
        let approve = |conn: &mut Conn| {
            let now = Clock::System.now();
            let by = |name: &str| Entry { actor: name.to_owned(), ..Entry::default() };
            let new = NewEmergency {
                eid: public_id(now)?,
                appid: String::new(),
                reason: "other".to_owned(),
                note: String::new(),
                ticket: String::new(),
                proposed_by: "chen".to_owned(),
                is_alone: false,
            };
            new.propose(conn, &by("chen"), now)?;
            Emergency::approve(conn, &new.eid, &by("wang"), now)
        };
        db.write_now(approve).unwrap();
        for token in &before {
            assert_eq!([one.state(token), other.state(token)], ["session_revoked"; 2]);
        }
        let after = [one.login(&format!("u1-{round}a")), other.login(&format!("u2-{round}a"))];
        for token in &after {
            assert_eq!([one.state(token), other.state(token)], ["live"; 2]);
        }
    }
    // swept up in the background, and nothing else with it
    let open = "SELECT count(*) AS number FROM sessions WHERE ended_at IS NULL";
    let begun = Timer::now();
    while db.plain().number(open) != 2 {
        assert!(begun.elapsed() < 3 * PATIENCE, "{} are open", db.plain().number(open));
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(one.stop() && other.stop());
}
