use menwei::clock::Instant;
use menwei::db::audit::{Audit, Entry, Filter};
use menwei::db::page::Start;
use menwei::error::Error;
use sha2::{Digest as _, Sha256};

use crate::support::database::{TestDatabase, on_each_database};

const NOW: Instant = Instant::from_micros(1_700_000_000_123_456);

pub(super) fn entry(number: usize) -> Entry {
    Entry {
        actor: "anna".into(),
        role: "admin".into(),
        ip: "192.0.2.1".into(),
        action: "session.revoke".into(),
        target: format!("session:{number}"),
        reason: "test".into(),
        note: "他丢了手机".into(),
        result: "ok".into(),
        detail: "{}".into(),
        request_id: "r1".into(),
    }
}

/// All entries, oldest first.
async fn all(db: &TestDatabase) -> Vec<Audit> {
    let list = |conn: &mut _| Audit::list(conn, &Filter::default(), &Start::First, 1000);
    let mut rows = db.read(list).await.unwrap().rows;
    rows.reverse();
    rows
}

/// The chain as an auditor would check it, from what is documented alone.
fn first_break(chain: &[Audit]) -> Option<i64> {
    let mut previous = Vec::new();
    for (place, entry) in chain.iter().enumerate() {
        let mut hasher = Sha256::new();
        hasher.update(&previous);
        hasher.update(entry.id.to_be_bytes());
        hasher.update(entry.at.micros().to_be_bytes());
        for field in [
            &entry.actor,
            &entry.role,
            &entry.ip,
            &entry.action,
            &entry.target,
            &entry.reason,
            &entry.note,
            &entry.result,
            &entry.detail,
            &entry.request_id,
        ] {
            hasher.update(u64::try_from(field.len()).unwrap().to_be_bytes());
            hasher.update(field.as_bytes());
        }
        let is_next = entry.id == i64::try_from(place).unwrap() + 1;
        if !is_next || entry.previous != previous || entry.hash != hasher.finalize().as_slice() {
            return Some(entry.id);
        }
        previous.clone_from(&entry.hash);
    }
    None
}

on_each_database! {
    async fn the_chain_holds_whoever_appends_at_once(db: TestDatabase) {
        let twin = db.again();
        let writers = (0..40).map(|number| {
            let db = if number % 2 == 0 { &*db } else { &twin };
            db.write(move |conn| Audit::append(conn, &entry(number), NOW))
        });
        for outcome in futures_util::future::join_all(writers).await {
            outcome.unwrap();
        }
        let chain = all(&db).await;
        assert_eq!((chain.len(), first_break(&chain)), (40, None));
        assert_eq!(db.plain().number("SELECT last_id AS number FROM audit_head"), 40);
    }

    async fn a_write_that_is_undone_leaves_no_entry_and_no_gap(db: TestDatabase) {
        for number in 0..6 {
            let write = move |conn: &mut _| {
                Audit::append(conn, &entry(number), NOW)?;
                if number % 2 == 0 { Err(Error::Busy) } else { Ok(()) }
            };
            assert_eq!(db.write(write).await.is_ok(), number % 2 == 1);
        }
        let chain = all(&db).await;
        assert_eq!((chain.len(), first_break(&chain)), (3, None));
    }

    async fn entries_can_be_neither_changed_nor_deleted(db: TestDatabase) {
        db.write(|conn| Audit::append(conn, &entry(1), NOW)).await.unwrap();
        let before = db.dump();
        let mut statements = vec!["UPDATE audit SET note = 'x'", "DELETE FROM audit", "UPDATE audit SET id = 7 WHERE id = 1"];
        if db.folder().is_none() {
            statements.push("TRUNCATE audit");
        }
        for statement in statements {
            let why = db.plain().execute(statement).unwrap_err().to_string();
            assert!(why.contains("append-only"), "{statement}: {why}");
        }
        assert_eq!(db.dump(), before);
    }

    async fn a_change_past_the_triggers_breaks_the_chain(db: TestDatabase) {
        for number in 0..5 {
            db.write(move |conn| Audit::append(conn, &entry(number), NOW)).await.unwrap();
        }
        db.plain().execute(if db.folder().is_some() {
            "DROP TRIGGER audit_is_append_only_update; UPDATE audit SET note = 'x' WHERE id = 3"
        } else {
            "SET session_replication_role = replica; UPDATE audit SET note = 'x' WHERE id = 3"
        }).unwrap();
        assert_eq!(first_break(&all(&db).await), Some(3));
    }
}
