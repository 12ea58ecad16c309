//! Whatever the clocks say: what was open is dead after an epoch, and what is opened after it lives.

use std::sync::Arc;
use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::Database;
use menwei::db::epochs::{self, EVERY_APP};
use menwei::db::sessions::{Liveness, Session};
use menwei::secret::{KeyRing, TokenDigest};

use super::{APPID, log_in};
use crate::support::database::on_each_database;

const START: Instant = Instant::from_seconds(1_700_000_000);
const HOUR: Duration = Duration::from_hours(1);

fn liveness(now: Instant) -> Liveness {
    Liveness::at(now, HOUR * 48)
}

async fn open(db: &Database, keys: &Arc<KeyRing>, openid: &str, now: Instant) -> TokenDigest {
    let (keys, openid) = (Arc::clone(keys), openid.to_owned());
    let write = move |conn: &mut _| log_in(conn, &keys, &openid, HOUR * 24, 10, liveness(now));
    db.write(write).await.unwrap().1
}

async fn advance(db: &Database, appid: &'static str, now: Instant) -> Instant {
    db.write(move |conn| epochs::advance(conn, appid, now)).await.unwrap()
}

/// What a request with that session's token is told.
async fn told(db: &Database, digest: &TokenDigest, now: Instant) -> &'static str {
    let digest = digest.clone();
    let row = db.lookup(move |conn| Session::find_caller(conn, &digest)).await.unwrap().unwrap();
    row.admit(liveness(now)).map_or_else(|why| why.code(), |()| "live")
}

on_each_database! {
    async fn a_session_from_a_clock_that_was_an_hour_fast_keeps_nobody_out_after_an_epoch(db: TestDatabase) {
        let (keys, now) = (Arc::new(KeyRing::generate().unwrap()), START + Duration::from_secs(1));
        let fast = open(&db, &keys, "fast", START + HOUR).await;
        let mut last = open(&db, &keys, "usual", START).await;
        // of all, of the mini-program, of another one that changes nothing here, and of all again
        for appid in [EVERY_APP, APPID, "wxother", EVERY_APP] {
            let epoch = advance(&db, appid, now).await;
            assert!(epoch > START + HOUR, "{epoch:?}");
            let expected = if appid == "wxother" { "live" } else { "session_revoked" };
            assert_eq!(told(&db, &last, now).await, expected, "{appid:?}");
            assert_eq!(told(&db, &fast, now).await, "session_revoked");
            last = open(&db, &keys, "usual", now).await;
            assert_eq!(told(&db, &last, now).await, "live");
        }
        // it ends when it would have ended anyway
        let ends = now + HOUR * 24;
        assert_eq!(told(&db, &last, ends).await, "session_expired");
        assert_eq!(told(&db, &fast, ends).await, "session_revoked");
    }

    async fn of_the_sessions_of_one_millisecond_none_outlives_an_epoch(db: TestDatabase) {
        let keys = Arc::new(KeyRing::generate().unwrap());
        let mut all = Vec::new();
        // their public ids are in no order
        for number in 0..24_u32 {
            let now = START + Duration::from_micros(40) * number;
            all.push(open(&db, &keys, &format!("user{number}"), now).await);
        }
        advance(&db, EVERY_APP, START).await;
        for digest in &all {
            assert_eq!(told(&db, digest, START).await, "session_revoked");
        }
    }
}
