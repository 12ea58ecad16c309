//! Databases that fail under a running site: errors that say so, no success that is none, recovery by itself.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;
use menwei::db::Conn;
use serde_json::json;

use crate::support::database::TestDatabase;
use crate::support::raw::{Answer, PATIENCE};
use crate::support::site::{TestSite, code, refused, text};

/// Tries until it works; everything before must say that storage is unavailable.
fn until_it_works(mut attempt: impl FnMut() -> Answer) -> Answer {
    let begun = Instant::now();
    loop {
        let answer = attempt();
        if answer.status == 200 {
            return answer;
        }
        assert_eq!((answer.status, code(&answer).as_str()), (503, "storage_unavailable"), "{answer:?}");
        assert!(!answer.header("retry-after").is_empty());
        assert!(begun.elapsed() < PATIENCE, "it does not recover");
    }
}

/// The same for logins, each with a code of its own: WeChat exchanges a code once, whatever becomes of it here.
fn until_it_logs_in(site: &TestSite) {
    let mut number = 0;
    until_it_works(|| {
        number += 1;
        site.try_login(&format!("alice-{}-{number}", site.simulator.calls()))
    });
}

#[actix_web::test]
async fn a_sqlite_file_that_is_locked_by_another_process_fails_writes_and_not_reads() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    let mut other = db.plain();
    other.execute("BEGIN IMMEDIATE").unwrap();
    refused(&site.try_login("alice-2"), 503, "storage_unavailable");
    refused(
        &site.post("/api/userProfile", &login.token, &json!({ "nickName": "张三" })),
        503,
        "storage_unavailable",
    );
    // a revocation that was not done must not look done
    refused(&site.ask("POST", "/api/logout", Some(&login.token), None), 503, "storage_unavailable");
    assert_eq!(site.state(&login.token), "live");
    assert_eq!(site.get("/api/sessions", &login.token).status, 200);
    assert_eq!([site.get("/livez", "").status, site.get("/readyz", "").status], [200, 503]);
    other.execute("ROLLBACK").unwrap();
    until_it_works(|| site.ask("POST", "/api/logout", Some(&login.token), None));
    refused(&site.me(&login.token), 401, "session_revoked");
    until_it_logs_in(&site);
}

#[actix_web::test]
async fn a_commit_that_fails_is_answered_as_a_failure_by_every_write_of_the_batch() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    // a constraint that is looked at when the transaction commits, and not before
    db.plain()
        .execute(
            "CREATE TABLE trap (id INTEGER REFERENCES staff (id) DEFERRABLE INITIALLY DEFERRED); \
             CREATE TRIGGER trapped AFTER INSERT ON logins BEGIN INSERT INTO trap VALUES (12345); END",
        )
        .unwrap();
    let before = db.dump();
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8)
            .map(|number| {
                let site = &site;
                scope.spawn(move || site.try_login(&format!("bob-{number}")))
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for answer in &answers {
        assert_ne!(answer.status, 200);
    }
    assert_eq!(db.dump(), before);
    assert_eq!(site.state(&login.token), "live");
    db.plain().execute("DROP TRIGGER trapped; DROP TABLE trap").unwrap();
    until_it_logs_in(&site);
}

#[actix_web::test]
async fn a_write_that_ends_the_whole_transaction_fails_its_batch_and_no_more() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    // what SQLite does by itself when the disk is full: the transaction is gone under the batch
    let trigger = "CREATE TRIGGER full BEFORE INSERT ON users BEGIN SELECT RAISE(ROLLBACK, 'full'); END";
    db.plain().execute(trigger).unwrap();
    let answers: Vec<(bool, Answer)> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..16)
            .map(|number| {
                let site = &site;
                let (is_known, who) = if number % 2 == 0 { (true, "alice") } else { (false, "new") };
                scope.spawn(move || (is_known, site.try_login(&format!("{who}-{number}"))))
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    for (is_known, answer) in &answers {
        if answer.status == 200 {
            assert!(is_known);
            assert_eq!(site.state(&text(&answer.json(), "/token")), "live", "acknowledged, and not there");
        } else {
            refused(answer, 503, "storage_unavailable");
        }
    }
    assert_eq!(db.plain().number("SELECT count(*) AS number FROM users"), 1);
    assert_eq!(site.login("alice-again").uid, login.uid);
    db.plain().execute("DROP TRIGGER full").unwrap();
    assert_ne!(site.login("new-again").uid, login.uid);
}

#[actix_web::test]
async fn a_file_that_cannot_grow_loses_nothing_that_was_acknowledged() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let mut tokens = vec![site.login("alice-1").token];
    let pages = db.plain().number("SELECT page_count AS number FROM pragma_page_count");
    // on the writer's own connection: "database or disk is full" from the next page on
    let limit = move |conn: &mut Conn| {
        let Conn::Sqlite(conn) = conn else { panic!("SQLite") };
        Ok(conn.batch_execute(&format!("PRAGMA max_page_count = {pages}"))?)
    };
    db.write(limit).await.unwrap();
    let refusal = (0..500).find_map(|number| {
        let answer = site.try_login(&format!("u{number}-1"));
        if answer.status == 200 {
            tokens.push(text(&answer.json(), "/token"));
        }
        (answer.status != 200).then_some(answer)
    });
    refused(&refusal.expect("the file is full"), 503, "storage_unavailable");
    for token in &tokens {
        assert_eq!(site.state(token), "live");
    }
    until_it_logs_in(&site);
    assert_eq!(db.plain().lines("SELECT integrity_check AS line FROM pragma_integrity_check"), ["ok"]);
}

#[actix_web::test]
async fn postgres_that_ends_every_connection_is_found_again() {
    let db = TestDatabase::postgres();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    for _ in 0..3 {
        let end = "SELECT pg_terminate_backend(pid)::text AS line FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        assert!(!db.plain().lines(end).is_empty());
        // at most one failure for each connection that was open
        let mut failures = 0;
        until_it_works(|| {
            failures += 1;
            site.me(&login.token)
        });
        assert!(failures <= 5, "{failures} tries");
        until_it_logs_in(&site);
    }
}

#[actix_web::test]
async fn postgres_that_is_read_only_fails_writes_and_not_reads() {
    let db = TestDatabase::postgres();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    let name = db.plain().lines("SELECT current_database()::text AS line").remove(0);
    let end = "SELECT pg_terminate_backend(pid)::text AS line FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    db.plain().execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).unwrap();
    db.plain().lines(end);
    until_it_works(|| site.me(&login.token));
    refused(&site.try_login("alice-2"), 503, "storage_unavailable");
    refused(&site.ask("POST", "/api/logout", Some(&login.token), None), 503, "storage_unavailable");
    assert_eq!(site.get("/readyz", "").status, 503);
    assert_eq!(site.state(&login.token), "live");
    let mut plain = db.plain();
    plain.execute("SET default_transaction_read_only = off").unwrap();
    plain.execute(&format!("ALTER DATABASE {name} SET default_transaction_read_only = off")).unwrap();
    plain.lines(end);
    until_it_logs_in(&site);
}

#[actix_web::test]
async fn postgres_whose_table_is_locked_fails_in_bounded_time() {
    let mut db = TestDatabase::postgres();
    db.settings.statement_timeout = Duration::from_millis(500);
    let site = TestSite::with(&db.again(), |_| {});
    let login = site.login("alice-1");
    let mut other = db.plain();
    other.execute("BEGIN; LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE").unwrap();
    refused(&site.me(&login.token), 503, "storage_unavailable");
    refused(&site.try_login("alice-2"), 503, "storage_unavailable");
    assert_eq!(site.get("/livez", "").status, 200);
    other.execute("ROLLBACK").unwrap();
    until_it_works(|| site.me(&login.token));
    until_it_logs_in(&site);
}
