//! After an emergency what is shown is what is live, and nobody reads what is dead on the way there.

use std::time::Duration;

use diesel::{QueryableByName, RunQueryDsl as _, sql_query, sql_types::BigInt};
use menwei::clock::Instant;
use menwei::db::page::{BoundedCount, Start};
use menwei::db::sessions::list::{Filter, Listed, Order, StateFilter};
use menwei::db::sessions::{Liveness, Session, State};
use menwei::db::{Conn, Database, epochs};
use menwei::error::Result;
use menwei::secret::KeyRing;

use super::{APPID, log_in, new_session, sign_in};
use crate::support::database::{TestDatabase, on_each_database};

const START: Instant = Instant::from_seconds(1_700_000_000);
const OTHER_APP: &str = "wxfedcba9876543210";
const DEAD: i64 = 25_000;

fn at(seconds: u64) -> Liveness {
    Liveness::at(START + Duration::from_secs(seconds), Duration::from_hours(24))
}

/// So many sessions of one mini-program, all opened at the beginning.
async fn fill(db: &TestDatabase, appid: &'static str, count: i64) {
    let open = move |conn: &mut Conn| {
        let user = sign_in(conn, &KeyRing::generate()?, &format!("first-of-{appid}"), START)?;
        let (mut new, _) = new_session(&user, START, START + Duration::from_hours(20));
        new.appid = appid.to_owned();
        Session::insert(conn, &new).map(|()| new.sid)
    };
    let sid = db.write(open).await.unwrap();
    let digest = match db.engine() {
        menwei::db::Engine::Postgres => format!("decode(md5('{appid}' || n::text), 'hex')"),
        menwei::db::Engine::Sqlite => format!("CAST('{appid}' || n AS BLOB)"),
    };
    let fill = format!(
        "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) INSERT INTO sessions \
         (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, user_agent, client, device, \
         wechat_version, app_version) SELECT {digest}, '{appid}' || n, user_id, identity_id, appid, created_at, \
         last_seen_at, expires_at, ip, '', 'ios', '', '', '1' FROM sessions, numbers WHERE sid = '{sid}'"
    );
    db.plain().execute(&fill).unwrap();
    let analyze =
        if db.engine() == menwei::db::Engine::Postgres { "VACUUM ANALYZE sessions" } else { "ANALYZE" };
    db.plain().execute(analyze).unwrap();
}

async fn log_in_three(db: &Database, seconds: u64) -> Vec<String> {
    let three = move |conn: &mut Conn| {
        let keys = KeyRing::generate()?;
        let one = |n| log_in(conn, &keys, &format!("later-{n}"), Duration::from_hours(20), 10, at(seconds));
        (0..3).map(one).map(|made| made.map(|(_, _, sid, _)| sid)).collect()
    };
    let mut sids: Vec<String> = db.write(three).await.unwrap();
    sids.sort_unstable();
    sids
}

fn list(conn: &mut Conn, filter: &Filter, order: Order, liveness: Liveness) -> Result<Vec<Listed>> {
    Ok(Session::list(conn, filter, order, &Start::First, 50, liveness)?.rows)
}

/// All of a list, by going on for as long as there is something to go on to; and how many screens that were.
fn go_through(
    conn: &mut Conn,
    filter: &Filter,
    order: Order,
    liveness: Liveness,
) -> Result<(Vec<Listed>, i64)> {
    let (mut rows, mut start, mut screens) = (Vec::new(), Start::First, 0);
    loop {
        let screen = Session::list(conn, filter, order, &start, 50, liveness)?;
        screens += 1;
        rows.extend(screen.rows.iter().cloned());
        match screen.last() {
            Some(last) => start = Start::After(last.key(order)),
            None => return Ok((rows, screens)),
        }
    }
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// How many entries of indexes on sessions `work` read; Postgres counts them.
fn entries_read(conn: &mut Conn, work: impl FnOnce(&mut Conn) -> Result<()>) -> Result<i64> {
    fn read(conn: &mut Conn) -> i64 {
        let Conn::Postgres(conn) = conn else { return 0 };
        sql_query("SELECT pg_stat_force_next_flush()").execute(conn).unwrap();
        sql_query("SELECT pg_stat_clear_snapshot()").execute(conn).unwrap();
        let query = "SELECT (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname = 'sessions')::bigint \
             + (SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'sessions') AS number";
        sql_query(query).get_result::<Number>(conn).unwrap().number
    }
    if let Conn::Postgres(conn) = conn {
        // a table that is as small as here may be read whole for less
        sql_query("SET enable_seqscan = off").execute(conn).unwrap();
    }
    let before = read(conn);
    work(conn)?;
    Ok(read(conn) - before)
}

on_each_database! {
    async fn what_an_epoch_made_dead_is_neither_listed_nor_read(db: TestDatabase) {
        fill(&db, APPID, DEAD).await;
        db.write(|conn| epochs::advance(conn, epochs::EVERY_APP, at(60).now)).await.unwrap();
        let living = log_in_three(&db, 120).await;
        let check = move |conn: &mut Conn| {
            let read = entries_read(conn, |conn| {
                for filter in [
                    Filter::of(StateFilter::Live),
                    Filter { appid: Some(APPID.to_owned()), ..Filter::of(StateFilter::Live) },
                ] {
                    let rows = list(conn, &filter, Order::SeenDown, at(180))?;
                    assert!(rows.iter().all(|row| row.session.state(row.status, at(180)) == State::Live));
                    let mut sids: Vec<String> = rows.into_iter().map(|row| row.session.sid).collect();
                    sids.sort_unstable();
                    assert_eq!(sids, living);
                    assert_eq!(Session::count(conn, &filter, at(180))?, BoundedCount::new(3));
                }
                // dead before they went idle or expired, and told by nobody to be so
                let lists =
                    [(StateFilter::Idle, Order::SeenDown, 30 * 3600), (StateFilter::Expired, Order::ExpiresDown, 180)];
                for (state, order, seconds) in lists {
                    assert!(list(conn, &Filter::of(state), order, at(seconds))?.len() <= 3);
                    assert!(Session::count(conn, &Filter::of(state), at(seconds))?.counted <= 3);
                }
                Ok(())
            })?;
            assert!(read < DEAD / 10, "{read} entries for three rows");
            // by the time of their end, too, those that live are found, though what is dead stands before them or after
            for order in [Order::SeenDown, Order::ExpiresDown, Order::ExpiresUp] {
                let mut screens = 0;
                let read = entries_read(conn, |conn| {
                    let (rows, count) = go_through(conn, &Filter::of(StateFilter::Live), order, at(180))?;
                    screens = count;
                    assert_eq!(rows.len(), 3, "{order:?}");
                    Ok(())
                })?;
                // a screen is two statements that stop after ten thousand, and its own rows
                assert!(read < screens * 2 * 10_100, "{order:?}: {read} entries for {screens} screens");
            }
            let own = Session::concerned(conn, &Filter::of(StateFilter::Live), 5, at(180))?.count?;
            assert_eq!((own.all, own.devtools), (BoundedCount::new(3), 0));
            Ok(())
        };
        db.read(check).await.unwrap();
    }

    async fn the_epoch_of_one_mini_program_hides_no_other_one(db: TestDatabase) {
        fill(&db, OTHER_APP, DEAD).await;
        let living = log_in_three(&db, 30).await;
        db.write(|conn| epochs::advance(conn, OTHER_APP, at(60).now)).await.unwrap();
        let check = move |conn: &mut Conn| {
            let read = entries_read(conn, |conn| {
                for appid in [None, Some(APPID.to_owned())] {
                    let filter = Filter { appid, ..Filter::of(StateFilter::Live) };
                    let mut sids: Vec<String> = list(conn, &filter, Order::SeenDown, at(180))?
                        .into_iter()
                        .map(|row| row.session.sid)
                        .collect();
                    sids.sort_unstable();
                    assert_eq!(sids, living);
                    let counted = Session::count(conn, &filter, at(180))?;
                    // behind what was looked at there may be more
                    assert_eq!(counted, BoundedCount::new(3).among_newest());
                }
                let dead = Filter { appid: Some(OTHER_APP.to_owned()), ..Filter::of(StateFilter::Live) };
                assert!(list(conn, &dead, Order::SeenDown, at(180))?.is_empty());
                assert_eq!(Session::count(conn, &dead, at(180))?, BoundedCount::new(0));
                Ok(())
            })?;
            // each statement stops after ten thousand
            assert!(read < 9 * 10_100, "{read} entries");
            Ok(())
        };
        db.read(check).await.unwrap();
    }
}

#[test]
fn sqlite_seeks_live_sessions_by_the_epoch() {
    use std::sync::{Arc, Mutex};

    use diesel::Connection as _;
    use diesel::connection::InstrumentationEvent;

    let db = TestDatabase::sqlite();
    let statements = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&statements);
    let look = move |conn: &mut Conn| {
        let Conn::Sqlite(own) = conn else { unreachable!() };
        own.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::StartQuery { query, .. } = event {
                kept.lock().unwrap().push(query.to_string());
            }
        });
        let live = Filter::of(StateFilter::Live);
        list(conn, &live, Order::SeenDown, at(0))?;
        Session::count(conn, &live, at(0)).map(drop)
    };
    actix_web::rt::System::new().block_on(db.read(look)).unwrap();
    let mut plain = db.plain();
    let all = statements.lock().unwrap().clone();
    assert_eq!(all.len(), 4, "{all:?}");
    for statement in all {
        let (text, _) = statement.split_once("-- binds").unwrap();
        let plan = explain(&mut plain, text);
        assert!(
            plan.contains("USING INDEX sessions_seen (last_seen_at>?")
                || plan.contains("sessions_seen (last_seen_at>?"),
            "{plan}\n{text}"
        );
        assert!(!plan.contains("USE TEMP B-TREE FOR ORDER BY"), "{plan}");
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = diesel::sql_types::Text)]
    detail: String,
}

fn explain(plain: &mut crate::support::dump::Plain, statement: &str) -> String {
    let crate::support::dump::Plain::Sqlite(conn) = plain else { unreachable!() };
    let steps: Vec<Step> = sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn).unwrap();
    steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("\n")
}
