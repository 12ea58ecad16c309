//! Writes that fail among writes that do not.

use std::sync::mpsc;
use std::time::Duration;

use futures_util::future::join_all;
use menwei::clock::Instant;
use menwei::db::audit::{Audit, Entry};
use menwei::db::{Conn, Engine};
use menwei::error::{Error, Result};
use menwei::secret::KeyRing;

use super::sign_in;
use crate::support::database::{TestDatabase, on_each_database};

const NOW: Instant = Instant::from_seconds(1_700_000_000);

fn append(conn: &mut Conn, target: String) -> Result<i64> {
    Audit::append(conn, &Entry { target, ..Entry::default() }, NOW)
}

fn targets(db: &TestDatabase) -> Vec<String> {
    db.plain().lines("SELECT target AS line FROM audit ORDER BY id")
}

/// Holds SQLite's writer until the sender is dropped, so that what follows becomes one batch.
fn hold(db: &TestDatabase) -> (mpsc::Sender<()>, actix_web::rt::task::JoinHandle<Result<()>>) {
    let (sender, receiver) = mpsc::channel();
    let (begun, has_begun) = mpsc::channel();
    let database = (**db).clone();
    let held = actix_web::rt::spawn(async move {
        let work = move |_: &mut Conn| {
            let _ = begun.send(());
            // ends with the sender
            let _ = receiver.recv();
            Ok(())
        };
        database.write(work).await
    });
    let arbiter = std::thread::spawn(move || has_begun.recv_timeout(Duration::from_secs(20)));
    drop(arbiter);
    (sender, held)
}

on_each_database! {
    async fn a_write_that_fails_or_panics_spoils_no_other(db: TestDatabase) {
        let engine = db.engine();
        let (held, waiting) = hold(&db);
        tokio::time::sleep(Duration::from_millis(50)).await;
        // on Postgres, where each is a transaction on one of four connections, a few at a time
        let sizes = if engine == Engine::Sqlite { vec![60] } else { vec![4; 15] };
        let mut held = Some(held);
        let mut number = 0;
        for size in sizes {
            let writes = (0..size).map(|_| {
                number += 1;
                let number = number;
                db.write(move |conn: &mut Conn| {
                    let id = append(conn, format!("{number}"))?;
                    match number % 5 {
                        1 => Err(Error::Busy),
                        2 => {
                            // a statement that the database refuses
                            let keys = KeyRing::generate()?;
                            let user = sign_in(conn, &keys, "o1", NOW)?.user;
                            menwei::db::setup_links::SetupLink::create(
                                conn, &menwei::secret::TokenDigest::of_text("x"), Some(user.id + 1000), NOW,
                            )?;
                            Ok(id)
                        }
                        3 if number > 50 => panic!("on purpose"),
                        _ => Ok(id),
                    }
                })
            });
            let writes = join_all(writes);
            let releases = async {
                tokio::time::sleep(Duration::from_millis(20)).await;
                drop(held.take());
            };
            let (outcomes, ()) = futures_util::future::join(writes, releases).await;
            for (place, outcome) in outcomes.into_iter().enumerate() {
                let number = number - size + place + 1;
                let code = outcome.as_ref().err().map(Error::code);
                let expected = match number % 5 {
                    1 => Some("busy"),
                    2 => Some("conflict"),
                    3 if number > 50 => Some("internal"),
                    _ => None,
                };
                assert_eq!(code, expected, "{number}");
            }
        }
        waiting.await.unwrap().unwrap();
        let stored = targets(&db);
        let mut expected: Vec<String> = (1..=60)
            .filter(|number| !matches!(number % 5, 1 | 2) && (number % 5 != 3 || *number <= 50))
            .map(|number| number.to_string())
            .collect();
        if engine == Engine::Postgres {
            expected.sort_by_key(|target| stored.iter().position(|other| other == target));
        }
        assert_eq!(stored, expected);
        // nobody was signed in by the writes that failed after it
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM users"), 0);
        db.probe().await.unwrap();
    }
}

#[actix_web::test]
async fn writes_that_wait_share_a_commit_and_are_all_there() {
    let db = TestDatabase::sqlite();
    let (held, waiting) = hold(&db);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let writes = join_all((0..500).map(|number| db.write(move |conn| append(conn, number.to_string()))));
    let releases = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(held);
    };
    let (outcomes, ()) = futures_util::future::join(writes, releases).await;
    assert!(outcomes.iter().all(Result::is_ok));
    waiting.await.unwrap().unwrap();
    assert_eq!(targets(&db).len(), 500);
}

#[actix_web::test]
async fn a_queue_that_is_full_refuses_at_once_and_keeps_what_it_took() {
    let db = TestDatabase::sqlite();
    let (held, waiting) = hold(&db);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let writes = join_all((0..1500).map(|number| db.write(move |conn| append(conn, number.to_string()))));
    let releases = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        drop(held);
    };
    let (outcomes, ()) = futures_util::future::join(writes, releases).await;
    waiting.await.unwrap().unwrap();
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(Error::Storage(_)))).count();
    let stored = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    assert_eq!((refused + stored, targets(&db).len()), (1500, stored));
    assert!(refused > 0 && stored >= 1024, "{refused} refused, {stored} stored");
    db.probe().await.unwrap();
}
