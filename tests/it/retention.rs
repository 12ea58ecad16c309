//! What goes by itself: exactly what is older, once, whoever is at it.

use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::leases::{Lease, SPAN};
use menwei::retention::Retention;
use menwei::state::State;

use crate::account::DAY;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{START, TestSite};

/// The jobs of another process.
fn process(site: &TestSite, db: &TestDatabase) -> Retention {
    Retention::new(State { db: db.again(), ..site.site.state.clone() }).unwrap()
}

/// A moment as the database writes it.
fn at(moment: Instant) -> String {
    format!("'{}+00:00'", moment.rfc3339().replace('T', " ").replace('Z', "000"))
}

/// Adds so many attempts to log in, of that moment.
fn add_logins(db: &TestDatabase, count: u32, moment: Instant) {
    db.plain()
        .execute(&format!(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}) \
             INSERT INTO logins (at, appid, result, latency_ms, ip, request_id) \
             SELECT {cast}, 'wx', 'code_used', 1, '', 'r' FROM n",
            cast = if db.folder().is_some() { at(moment) } else { format!("{}::timestamptz", at(moment)) },
        ))
        .unwrap();
}

fn count(db: &TestDatabase, table: &str) -> i64 {
    db.plain().number(&format!("SELECT COUNT(*) AS number FROM {table}"))
}

on_each_database! {
    async fn what_is_older_goes_and_what_is_not_stays(db: TestDatabase) {
        let site = TestSite::new(&db);
        let sweep = async |site: &TestSite| Retention::new(site.site.state.clone()).unwrap().sweep().await.unwrap();
        add_logins(&db, 1203, START);
        let ended = site.login("alice-1");
        site.login("bob-1");
        assert_eq!(site.ask("POST", "/api/logout", Some(&ended.token), None).status, 200);
        site.clock.advance(DAY * 180);
        assert_eq!(sweep(&site).await, 0, "to the moment, nothing is older yet");
        site.clock.advance(Duration::from_micros(1));
        assert_eq!(sweep(&site).await, 1, "the session that ended");
        site.clock.advance((DAY * 10).saturating_sub(Duration::from_micros(1)));
        assert_eq!((sweep(&site).await, count(&db, "logins")), (0, 1205));
        site.login("carol-1");
        site.clock.advance(Duration::from_micros(1));
        assert_eq!((sweep(&site).await, count(&db, "logins")), (1205, 1));
        // the other session ran out after 30 days, and is kept 180 days from then
        site.clock.advance(DAY * 20);
        assert_eq!((sweep(&site).await, count(&db, "sessions")), (1, 1));
        assert_eq!(count(&db, "users"), 3);
    }

    async fn small_things_go_when_they_are_over_and_the_trail_never(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut chen = crate::support::browser::Browser::of(&site, "chen", "admin").await;
        chen.sign_in("nobody", "wrong password 1");
        let alice = site.login("alice-1");
        chen.get("/admin/sessions");
        assert_eq!(chen.send("/admin/sessions/selection", &[("sid", &alice.sid)]).status, 303);
        let blob = if db.folder().is_some() { "X'01'" } else { "'\\x01'::bytea" };
        let other = if db.folder().is_some() { "X'02'" } else { "'\\x02'::bytea" };
        db.plain().execute(&format!(
            "INSERT INTO setup_links (digest, created_at, expires_at) VALUES ({blob}, {now}, {now}); \
             INSERT INTO push_events (appid, event, revoke_info, request_id, received_at, done_at, message_digest, address_digest) \
             VALUES ('wx', '', '', '', {now}, {now}, {blob}, {blob}), ('wx', '', '', '', {now}, NULL, {other}, {other}); \
             INSERT INTO tombstones (digest, uid, frozen_until, created_at) VALUES ({blob}, 'u', {now}, {now}), ({other}, 'u', NULL, {now})",
            now = at(START)
        )).unwrap();
        let tables = ["selections", "throttles", "setup_links", "push_events", "staff_sessions", "tombstones"];
        assert!(tables.iter().all(|table| count(&db, table) > 0));
        let trail = count(&db, "audit");
        site.clock.advance(DAY * 400);
        Retention::new(site.site.state.clone()).unwrap().sweep().await.unwrap();
        let left: Vec<i64> = tables.iter().map(|table| count(&db, table)).collect();
        assert_eq!(left, [0, 0, 0, 1, 0, 1], "a push that waits and a freeze without an end stay");
        assert!(trail > 0 && count(&db, "audit") == trail);
        assert_eq!(count(&db, "leases"), 0);
    }

    async fn a_kind_of_rows_that_cannot_be_removed_keeps_no_other_from_its_turn(db: TestDatabase) {
        let site = TestSite::new(&db);
        add_logins(&db, 700, START);
        // sessions come first; of those that ended none can be found
        db.plain().execute("ALTER TABLE sessions RENAME COLUMN ended_at TO ended_then").unwrap();
        site.clock.advance(DAY * 191);
        assert_eq!(process(&site, &db).sweep().await.unwrap(), 700);
        assert_eq!((count(&db, "logins"), count(&db, "leases")), (0, 0));
    }

    async fn of_two_processes_one_does_a_job_and_of_a_dead_one_it_is_taken_over(db: TestDatabase) {
        let site = TestSite::new(&db);
        add_logins(&db, 700, START);
        site.clock.advance(DAY * 191);
        let now = site.clock.now();
        // another process was killed in the middle: its lease is still there
        assert!(db.write(move |conn| Lease::take(conn, "retention", "dead", now)).await.unwrap());
        let (one, two) = (process(&site, &db), process(&site, &db));
        assert_eq!((one.sweep().await.unwrap(), count(&db, "logins")), (0, 700));
        site.clock.advance(SPAN);
        let (first, second) = tokio::join!(one.sweep(), two.sweep());
        assert_eq!((first.unwrap() + second.unwrap(), count(&db, "logins")), (700, 0));
    }

    async fn a_lease_is_one_holders_until_it_is_given_back_or_over(db: TestDatabase) {
        let take = async |holder: &'static str, now| {
            db.write(move |conn| Lease::take(conn, "job", holder, now)).await.unwrap()
        };
        assert!(take("one", START).await);
        assert!(!take("two", START).await);
        let later = START + SPAN - Duration::from_micros(1);
        assert!(!take("two", later).await && take("one", later).await, "renewed");
        assert!(!take("two", START + SPAN).await);
        db.write(|conn| Lease::release(conn, "job", "two")).await.unwrap();
        assert!(!take("two", START + SPAN).await, "only its holder gives it back");
        db.write(|conn| Lease::release(conn, "job", "one")).await.unwrap();
        assert!(take("two", START).await);
        assert!(take("one", START + SPAN).await);
    }

    async fn two_processes_erase_an_account_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        for number in 0..12 {
            let login = site.login(&format!("user{number}-1"));
            assert_eq!(crate::account::delete(&site, &login.token).status, 200);
        }
        site.clock.advance(DAY * 7);
        let (one, two) = (process(&site, &db), process(&site, &db));
        let (first, second) = tokio::join!(one.erase(), two.erase());
        let mut erased = first.unwrap() + second.unwrap();
        erased += crate::account::erase(&site).await;
        assert_eq!(erased, 12);
        let entries = "SELECT COUNT(*) AS number FROM audit WHERE action = 'account.erase'";
        assert_eq!(db.plain().number(entries), 12);
        assert_eq!(count(&db, "identities"), 0);
    }
}
