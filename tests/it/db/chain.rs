//! The walk along the audit trail: whatever is changed past the triggers, it names the place.

use menwei::clock::Instant;
use menwei::db::audit::Audit;
use menwei::db::audit::chain::{Break, Flaw, Link, Sound};

use super::audit::entry;
use crate::support::database::{TestDatabase, on_each_database};

const NOW: Instant = Instant::from_micros(1_700_000_000_123_456);

/// The columns of text.
const TEXTS: [&str; 10] =
    ["actor", "role", "ip", "action", "target", "reason", "note", "result", "detail", "request_id"];

async fn append(db: &TestDatabase, count: usize) {
    let fill = move |conn: &mut _| {
        for number in 0..count {
            Audit::append(conn, &entry(number), NOW)?;
        }
        Ok(())
    };
    db.write(fill).await.unwrap();
}

/// Changes the trail as somebody can who owns the database.
fn tamper(db: &TestDatabase, statement: &str) {
    let open = if db.folder().is_some() {
        "DROP TRIGGER IF EXISTS audit_is_append_only_update; DROP TRIGGER IF EXISTS audit_is_append_only_delete;"
    } else {
        "SET session_replication_role = replica;"
    };
    db.plain().execute(&format!("{open} {statement}")).unwrap();
}

fn verdict(db: &TestDatabase, noted: &[Link]) -> Result<Sound, Break> {
    db.read_now(|conn| Audit::verify(conn, noted)).unwrap()
}

fn broken(db: &TestDatabase) -> Option<(i64, Flaw)> {
    verdict(db, &[]).err().map(|found| (found.id, found.flaw))
}

on_each_database! {
    async fn a_chain_longer_than_a_batch_is_whole_and_an_empty_one_too(db: TestDatabase) {
        assert_eq!(verdict(&db, &[]), Ok(Sound::default()));
        append(&db, 2345).await;
        let sound = verdict(&db, &[]).unwrap();
        assert_eq!((sound.entries, sound.from, sound.to), (2345, Some(NOW), Some(NOW)));
        assert_eq!(sound.last.id, 2345);
        let end = db.read(|conn| Audit::verify_end(conn, 1000)).await.unwrap().unwrap();
        assert_eq!((end.entries, end.last), (1000, sound.last));
    }

    async fn one_byte_of_any_column_breaks_the_chain_there(db: TestDatabase) {
        append(&db, 5).await;
        let bytes = db.folder().is_some();
        for column in TEXTS {
            tamper(&db, &format!("CREATE TABLE kept AS SELECT {column} AS was FROM audit WHERE id = 3"));
            tamper(&db, &format!("UPDATE audit SET {column} = 'x' || substr({column}, 2) WHERE id = 3"));
            assert_eq!(broken(&db), Some((3, Flaw::Hash)), "{column}");
            let end = db.read(|conn| Audit::verify_end(conn, 1000)).await.unwrap();
            assert_eq!(end, Err(Break { id: 3, flaw: Flaw::Hash }), "{column}");
            tamper(&db, &format!("UPDATE audit SET {column} = (SELECT was FROM kept) WHERE id = 3; DROP TABLE kept"));
            assert_eq!(broken(&db), None, "{column}");
        }
        for (column, flaw) in [("previous", Flaw::Previous), ("hash", Flaw::Hash)] {
            tamper(&db, &format!("CREATE TABLE kept AS SELECT {column} AS was FROM audit WHERE id = 3"));
            let other = if bytes { "CAST(x'00' || substr({}, 2) AS BLOB)" } else { "set_byte({}, 0, 0)" };
            let other = other.replace("{}", column);
            tamper(&db, &format!("UPDATE audit SET {column} = {other} WHERE id = 3"));
            assert_eq!(broken(&db), Some((3, flaw)), "{column}");
            tamper(&db, &format!("UPDATE audit SET {column} = (SELECT was FROM kept) WHERE id = 3; DROP TABLE kept"));
            assert_eq!(broken(&db), None, "{column}");
        }
    }

    async fn a_time_that_is_moved_breaks_the_chain_there(db: TestDatabase) {
        append(&db, 5).await;
        if db.folder().is_some() {
            let right: String = db.plain().lines("SELECT at AS line FROM audit WHERE id = 3").remove(0);
            for place in 0..right.len() {
                let (before, rest) = right.split_at(place);
                let (one, after) = rest.split_at(1);
                let text = format!("{before}{}{after}", if one == "1" { "2" } else { "1" });
                tamper(&db, &format!("UPDATE audit SET at = '{text}' WHERE id = 3"));
                let found = broken(&db).unwrap_or_else(|| panic!("{text} went unseen"));
                assert!(matches!(found, (3, Flaw::Hash | Flaw::Unreadable)), "{text}: {found:?}");
            }
            // a time that reads the same and is written otherwise
            for text in [right.replace("+00:00", "+00:01"), right.replace(".123456", ".+12345")] {
                tamper(&db, &format!("UPDATE audit SET at = '{text}' WHERE id = 3"));
                assert_eq!(broken(&db), Some((3, Flaw::Unreadable)), "{text}");
            }
        } else {
            tamper(&db, "UPDATE audit SET at = at + interval '1 microsecond' WHERE id = 3");
            assert_eq!(broken(&db), Some((3, Flaw::Hash)));
        }
    }

    async fn what_is_missing_moved_or_added_is_named(db: TestDatabase) {
        append(&db, 6).await;
        let sound = verdict(&db, &[]).unwrap();
        tamper(&db, "UPDATE audit SET id = 100 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 100");
        assert_eq!(broken(&db), Some((2, Flaw::Previous)), "exchanged");
        tamper(&db, "UPDATE audit SET id = 100 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 3; UPDATE audit SET id = 3 WHERE id = 100");
        assert_eq!(verdict(&db, &[]), Ok(sound));
        tamper(&db, "UPDATE audit SET id = 7 WHERE id = 6");
        assert_eq!(broken(&db), Some((6, Flaw::Missing)), "renumbered");
        tamper(&db, "UPDATE audit SET id = 6 WHERE id = 7");
        let columns = TEXTS.join(", ");
        tamper(&db, &format!("INSERT INTO audit (id, at, {columns}, previous, hash) SELECT 7, at, {columns}, hash, hash FROM audit WHERE id = 6"));
        assert_eq!(broken(&db), Some((7, Flaw::Beyond)), "added");
        tamper(&db, "DELETE FROM audit WHERE id = 7; UPDATE audit_head SET hash = previous FROM audit WHERE audit.id = 6");
        assert_eq!(broken(&db), Some((6, Flaw::Head)), "head");
        tamper(&db, "UPDATE audit_head SET hash = audit.hash FROM audit WHERE audit.id = 6; DELETE FROM audit WHERE id = 4");
        assert_eq!(broken(&db), Some((4, Flaw::Missing)), "taken out");
        tamper(&db, "DELETE FROM audit WHERE id > 2");
        assert_eq!(broken(&db), Some((3, Flaw::Missing)), "cut");
        tamper(&db, "DELETE FROM audit");
        assert_eq!(broken(&db), Some((1, Flaw::Missing)), "emptied");
        let end = db.read(|conn| Audit::verify_end(conn, 3)).await.unwrap();
        assert_eq!(end, Err(Break { id: 4, flaw: Flaw::Missing }));
    }

    async fn an_end_that_was_cut_with_its_head_is_found_by_a_link_that_was_noted(db: TestDatabase) {
        append(&db, 6).await;
        let last = verdict(&db, &[]).unwrap().last;
        let noted: Link = last.to_string().parse().unwrap();
        assert_eq!(noted, last);
        assert!(verdict(&db, std::slice::from_ref(&noted)).is_ok());
        tamper(&db, "DELETE FROM audit WHERE id > 4; UPDATE audit_head SET last_id = 4, hash = audit.hash FROM audit WHERE audit.id = 4");
        assert_eq!(broken(&db), None, "no chain can tell");
        let lost = Err(Break { id: 6, flaw: Flaw::Noted });
        assert_eq!(verdict(&db, std::slice::from_ref(&noted)), lost);
        append(&db, 4).await;
        assert_eq!(verdict(&db, &[noted]), lost);
    }

    async fn a_walk_holds_while_others_append(db: TestDatabase) {
        append(&db, 500).await;
        let writers = (0..20).map(|_| append(&db, 20));
        let walks = async {
            for _ in 0..10 {
                let walked = db.read(|conn| Audit::verify(conn, &[])).await.unwrap();
                assert!(walked.is_ok_and(|sound| sound.entries >= 500));
            }
        };
        futures_util::future::join(futures_util::future::join_all(writers), walks).await;
        assert_eq!(verdict(&db, &[]).unwrap().entries, 900);
    }
}

#[test]
fn only_a_number_and_a_whole_hash_are_a_link() {
    let hash = "0f".repeat(32);
    assert_eq!(format!("7:{hash}").parse(), Ok(Link { id: 7, hash: vec![15; 32] }));
    for text in [
        "",
        "7",
        "7:",
        "7:0f",
        &format!("0:{hash}"),
        &format!("-1:{hash}"),
        &format!("7:+{}", hash.split_at(1).1),
    ] {
        assert!(text.parse::<Link>().is_err(), "{text}");
    }
}
