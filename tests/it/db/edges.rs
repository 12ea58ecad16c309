//! Of what is rare a list looks at so many rows for a screen, and goes on from there: screen by screen everything comes, once.

use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::page::{BoundedCount, Screen, Start};
use menwei::db::sessions::list::{Filter, Key, Listed, Order, StateFilter};
use menwei::db::sessions::{Liveness, Session};
use menwei::db::users::User;
use menwei::db::users::list::{Filter as UserFilter, Key as UserKey, Order as UserOrder};
use menwei::db::{Conn, Engine};
use menwei::error::Result;
use menwei::secret::KeyRing;

use super::{APPID, new_session, sign_in};
use crate::support::database::{TestDatabase, on_each_database};

const START: Instant = Instant::from_seconds(1_700_000_000);
const ROWS: i64 = 23_000;

fn now() -> Liveness {
    Liveness::at(START + Duration::from_hours(100), Duration::from_hours(50))
}

/// How one engine spells something.
type Spelling = fn(&str) -> String;

/// Sessions of every state, a row each second or a few at once; of every kind one in some thousands is on a Mac.
async fn fill(db: &TestDatabase) {
    let open = |conn: &mut Conn| {
        let user = sign_in(conn, &KeyRing::generate()?, "anna", START)?;
        let (new, _) = new_session(&user, START, START + Duration::from_hours(20));
        Session::insert(conn, &new).map(|()| new.sid)
    };
    let sid = db.write(open).await.unwrap();
    let (digest, time): (Spelling, Spelling) = match db.engine() {
        Engine::Postgres => (
            |state| format!("decode(md5('{state}' || n::text), 'hex')"),
            |hours| format!("created_at + interval '1 hour' * ({hours}) + interval '1 second' * (n / 3)"),
        ),
        Engine::Sqlite => (
            |state| format!("CAST('{state}' || n AS BLOB)"),
            |hours| {
                format!(
                    "strftime('%Y-%m-%d %H:%M:%S', created_at, '+' || ({hours}) || ' hours', '+' || (n / 3) || ' seconds') || '.000000+00:00'"
                )
            },
        ),
    };
    // hours until it was used last, expires, was ended
    for (state, used, expires, ended) in [
        ("live", 60, 120, None),
        ("idle", 10, 120, None),
        ("over", 55, 80, None),
        ("done", 10, 120, Some(70)),
    ] {
        let ended_at = ended.map_or("NULL".to_owned(), |hours| time(&hours.to_string()));
        let (by, why) = if ended.is_some() { ("'chen'", "'test'") } else { ("NULL", "NULL") };
        db.plain()
            .execute(&format!(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ROWS}) \
                 INSERT INTO sessions (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, \
                 user_agent, client, device, wechat_version, app_version, ended_at, ended_by, ended_reason, ended_note) \
                 SELECT {}, '{state}' || n, user_id, identity_id, appid, {}, {}, {}, ip, '', \
                 CASE WHEN n % 3500 = 0 OR n = 2 THEN 'mac' ELSE 'ios' END, '', '', '1', {ended_at}, {by}, {why}, {why} \
                 FROM sessions, numbers WHERE sid = '{sid}'",
                digest(state),
                time("0"),
                time(&used.to_string()),
                time(&expires.to_string()),
            ))
            .unwrap();
    }
    db.plain().execute("ANALYZE").unwrap();
}

/// Turns all pages in one direction; what came, and how many screens it took.
fn turn<T, K: Clone>(
    is_backward: bool,
    key: impl Fn(&T) -> K,
    id: impl Fn(&T) -> String,
    mut screen: impl FnMut(&Start<K>) -> Screen<T>,
) -> (Vec<String>, usize) {
    let (mut start, mut all, mut screens) =
        (if is_backward { Start::Last } else { Start::First }, Vec::new(), 0);
    loop {
        let page = screen(&start);
        let ids: Vec<String> = page.rows.iter().map(&id).collect();
        screens += 1;
        assert!(screens < 100);
        let next = if is_backward { page.first() } else { page.last() }.map(&key);
        all.extend(if is_backward { ids.into_iter().rev().collect() } else { ids });
        match next {
            Some(key) if is_backward => start = Start::Before(key),
            Some(key) => start = Start::After(key),
            None => break,
        }
    }
    if is_backward {
        all.reverse();
    }
    (all, screens)
}

const LISTS: [(StateFilter, Order, &str); 6] = [
    (StateFilter::Live, Order::SeenDown, "live"),
    (StateFilter::Live, Order::ExpiresDown, "live"),
    (StateFilter::Live, Order::ExpiresUp, "live"),
    (StateFilter::Idle, Order::SeenDown, "idle"),
    (StateFilter::Expired, Order::ExpiresDown, "over"),
    (StateFilter::Ended, Order::EndedDown, "done"),
];

fn session_lists(conn: &mut Conn) -> Result<()> {
    for (state, order, name) in LISTS {
        let filter = Filter { client: Some("mac".to_owned()), ..Filter::of(state) };
        // of one moment the greater id comes first
        let mut expected: Vec<String> =
            [21_000, 17_500, 14_000, 10_500, 7_000, 3_500, 2].map(|n| format!("{name}{n}")).into();
        if order == Order::ExpiresUp {
            expected.reverse();
        }
        for is_backward in [false, true] {
            let list = |start: &Start<Key>| Session::list(conn, &filter, order, start, 50, now()).unwrap();
            let (all, screens) =
                turn(is_backward, |row: &Listed| row.key(order), |row| row.session.sid.clone(), list);
            assert_eq!(all, expected, "{state:?} {order:?} {is_backward}");
            assert!(screens >= 3, "{state:?} {order:?}: {screens} screens");
        }
        let counted = Session::count(conn, &filter, now())?;
        assert_eq!(counted, BoundedCount::new(3).among_newest(), "{state:?}");
        // without a filter nothing is short
        let first = Session::list(conn, &Filter::of(state), order, &Start::First, 50, now())?;
        assert!(first.rows.len() == 50 && !first.is_cut());
    }
    // nothing of it is anywhere
    let none = Filter { client: Some("windows".to_owned()), ..Filter::of(StateFilter::All) };
    let list = |start: &Start<Key>| Session::list(conn, &none, Order::CreatedDown, start, 50, now()).unwrap();
    let (all, screens) =
        turn(false, |row: &Listed| row.key(Order::CreatedDown), |row| row.session.sid.clone(), list);
    assert_eq!((all.len(), screens), (0, 10), "ten times ten thousand rows");
    Ok(())
}

on_each_database! {
    async fn what_is_rare_among_sessions_comes_screen_by_screen(db: TestDatabase) {
        fill(&db).await;
        db.read(session_lists).await.unwrap();
    }

    async fn days_of_the_past_are_sought_by_the_time_in_the_ids(db: TestDatabase) {
        let fill = |conn: &mut Conn| {
            let user = sign_in(conn, &KeyRing::generate()?, "anna", START)?;
            for hour in 0..200 {
                let at = START + Duration::from_mins(30) * hour;
                let (new, _) = new_session(&user, at, at + Duration::from_hours(200));
                Session::insert(conn, &new)?;
            }
            Ok(())
        };
        db.write(fill).await.unwrap();
        let created = (Some(START + Duration::from_hours(10)), Some(START + Duration::from_hours(20)));
        let filter = Filter { created, ..Filter::of(StateFilter::All) };
        let look = move |conn: &mut Conn| {
            let list = Session::list(conn, &filter, Order::CreatedDown, &Start::First, 50, now())?;
            let times: Vec<Instant> = list.rows.iter().map(|row| row.session.created_at).collect();
            assert!(times.len() == 20 && times.iter().all(|at| Some(*at) >= created.0 && Some(*at) < created.1));
            assert_eq!(Session::count(conn, &filter, now())?, BoundedCount::new(20));
            let last = Session::list(conn, &filter, Order::CreatedDown, &Start::Last, 7, now())?;
            assert_eq!(last.rows.last().map(|row| row.session.created_at), created.0);
            let key = last.rows[0].key(Order::CreatedDown);
            for start in [Start::Before(key.clone()), Start::After(key)] {
                let rows = Session::list(conn, &filter, Order::CreatedDown, &start, 50, now())?.rows;
                assert_eq!(rows.len(), if matches!(start, Start::After(_)) { 6 } else { 13 });
            }
            Ok(())
        };
        db.read(look).await.unwrap();
    }

    async fn what_is_rare_among_users_comes_screen_by_screen(db: TestDatabase) {
        let sign = |conn: &mut Conn| sign_in(conn, &KeyRing::generate()?, "anna", START).map(|anna| anna.user.uid);
        let uid = db.write(sign).await.unwrap();
        db.plain()
            .execute(&format!(
                "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ROWS}) \
                 INSERT INTO users (uid, nickname, nickname_folded, avatar_url, gender, country, province, city, language, \
                 status, created_at, last_login_at) SELECT 'u' || n, '', '', '', 0, '', '', '', '', 'active', created_at, \
                 last_login_at FROM users, numbers WHERE uid = '{uid}'; \
                 INSERT INTO identities (user_id, appid, openid, session_key, created_at) \
                 SELECT u.id, '{APPID}', 'o' || u.id, i.session_key, i.created_at FROM users u, identities i \
                 WHERE u.uid IN ('u21000', 'u10500', 'u2') AND i.openid = 'anna'"
            ))
            .unwrap();
        let look = move |conn: &mut Conn| {
            let filter = UserFilter { appid: Some(APPID.to_owned()), ..UserFilter::default() };
            let expected = ["u21000", "u10500", "u2", uid.as_str()];
            for order in [UserOrder::CreatedDown, UserOrder::SeenDown] {
                for is_backward in [false, true] {
                    let list = |start: &Start<UserKey>| User::list(conn, &filter, order, start, 50, now()).unwrap();
                    let (all, screens) = turn(is_backward, |user: &User| user.key(order), |user| user.uid.clone(), list);
                    assert_eq!(all, expected, "{order:?} {is_backward}");
                    assert!(screens >= 3);
                }
            }
            let nobody = UserFilter { has_session: true, ..UserFilter::default() };
            let none = User::list(conn, &nobody, UserOrder::CreatedDown, &Start::First, 50, now())?;
            assert!(none.rows.is_empty() && none.is_cut() && none.last().is_some());
            Ok(())
        };
        db.read(look).await.unwrap();
    }
}
