//! What a page may cost: statements. Counted, never timed.

use std::time::Duration;

use menwei::db::audit::{Audit, Entry};
use menwei::db::jobs::{Kind, NewJob};
use menwei::db::sessions::list::{Filter, StateFilter};
use menwei::db::staff::Staff;
use menwei::db::{Conn, Engine};
use menwei::secret::public_id;
use serde_json::json;

use crate::browser::pages::{Page, Pages, Routes, Who};
use crate::support::browser::{Browser, PASSWORD};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{APPID, TestSite};

/// Statements of one GET, the look-up of the console session among them.
const MOST_STATEMENTS: u64 = 6;

/// Users with a name, a number and a session each.
pub fn people(site: &TestSite, from: usize, to: usize) {
    for number in from..to {
        let user = site.login(&format!("user{number}-1"));
        let name = json!({ "nickName": format!("小明{number}") });
        assert_eq!(site.post("/api/userProfile", &user.token, &name).status, 200);
        if number % 3 == 0 {
            assert!(matches!(site.ask("POST", "/api/logout", Some(&user.token), None).status, 200 | 204));
        }
        site.clock.advance(std::time::Duration::from_secs(1));
    }
}

/// Lists as they can be narrowed, with a user and a session that were there from the beginning.
pub fn pages(uid: &str, sid: &str) -> Vec<String> {
    [
        "/admin",
        "/admin/users?n=100",
        "/admin/users?sort=-seen&n=100",
        "/admin/users?status=frozen",
        "/admin/users?app=wx0123456789abcdef",
        "/admin/users?app=wxfedcba9876543210",
        "/admin/users?has=session",
        "/admin/users?has=phone",
        "/admin/users?created=2023-11-01..2023-11-20",
        "/admin/users?seen=2023-11-01..2023-11-20",
        "/admin/users?q=%E5%B0%8F%E6%98%8E",
        "/admin/users?q=%E6%98%8E",
        "/admin/users/{uid}",
        "/admin/users/{uid}/revoke",
        "/admin/users/{uid}/freeze",
        "/admin/users/{uid}/notes",
        "/admin/users/{uid}/delete",
        "/admin/sessions?n=100",
        "/admin/sessions?sort=-created&n=100",
        "/admin/sessions?app=wx0123456789abcdef&sort=expires",
        "/admin/sessions?created=2023-11-01..2023-11-20&client=other",
        "/admin/sessions?state=revoked",
        "/admin/sessions?state=revoked&created=2023-11-01..2023-11-20&reason=logout",
        "/admin/sessions?state=idle",
        "/admin/sessions?state=expired",
        "/admin/sessions?state=all&n=100",
        "/admin/sessions?state=all&ver=none",
        "/admin/sessions?client=other",
        "/admin/sessions?client=mac",
        "/admin/sessions?state=all&user={uid}",
        "/admin/sessions/{sid}",
        "/admin/sessions/{sid}/revoke",
        "/admin/sessions/revoke-matching?client=other",
        "/admin/sessions/revoke-matching?user={uid}&client=other",
        "/admin/jobs",
        "/admin/emergency",
        "/admin/lookup",
        "/admin/logins?n=100",
        "/admin/logins?user={uid}",
        "/admin/exports/users",
        "/admin/exports/sessions",
        "/admin/audit?n=100",
        "/admin/reviews",
        "/admin/account",
        "/admin/help",
    ]
    .map(|path| path.replace("{uid}", uid).replace("{sid}", sid))
    .to_vec()
}

/// How many statements a page takes.
fn statements(db: &TestDatabase, browser: &mut Browser, path: &str) -> u64 {
    // the first time a connection may be set up, or a use of the console session be written down
    browser.follow(path);
    let before = db.statements();
    let answer = browser.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.header("location"));
    db.statements() - before
}

/// Pages that only the answer to a form shows; what answers a form may write, and is no page that is looked at again.
const ONLY_AFTER_A_FORM: [&str; 2] = ["/admin/login/second", "/admin/sessions/selection"];

/// Whether a page may ask one thing more once there are very many rows: the row up to which it looked, how many there are about.
fn has_edge(path: &str) -> bool {
    path.starts_with("/admin/users") || path.starts_with("/admin/sessions?") || path == "/admin"
}

/// Every page that is shown without a form, and as whom.
fn addresses(pages: &Pages) -> Vec<(Who, String)> {
    let is_plain =
        |page: &&Page| page.status == 200 && page.send.is_none() && page.path.starts_with("/admin");
    let listed = pages.list.iter().filter(is_plain).map(|page| (page.who, page.path.clone()));
    let user = &pages.scene.user;
    let narrowed = self::pages(&user.uid, &user.sid).into_iter().map(|path| (Who::Admin, path));
    listed.chain(narrowed).collect()
}

/// A row of every table that has many, many times over: more users and sessions than are counted, and of one user everything.
fn grow(db: &TestDatabase, pages: &Pages) {
    write_much(db, pages);
    insert_much(db, pages);
    for _ in 0..12 {
        let mut again = Browser::new(&pages.scene.site);
        assert_eq!(again.sign_in("chen", PASSWORD).status, 303);
    }
    db.plain().execute("ANALYZE").unwrap();
}

/// Jobs, entries of the trail, members of staff.
fn write_much(db: &TestDatabase, pages: &Pages) {
    let (uid, now) = (pages.scene.user.uid.clone(), pages.scene.site.clock.now());
    let write = |conn: &mut Conn| {
        for number in 0..150_u64 {
            let at = now + Duration::from_millis(number);
            let new = NewJob {
                jid: public_id(at)?,
                kind: Kind::Revoke,
                query: "client=mac".to_owned(),
                filter: Filter::of(StateFilter::Live),
                found: None,
                reason: "test".to_owned(),
                note: "note".to_owned(),
                ticket: String::new(),
                created_by: "chen".to_owned(),
                created_at: at,
            };
            new.create(
                conn,
                &Entry { actor: "chen".to_owned(), result: "ok".to_owned(), ..Entry::default() },
            )?;
            let deed = Entry {
                actor: "chen".to_owned(),
                role: "admin".to_owned(),
                action: "user.freeze".to_owned(),
                target: format!("user:{uid}"),
                reason: "violation".to_owned(),
                result: "ok".to_owned(),
                ..Entry::default()
            };
            Audit::append(conn, &deed, at)?;
            Staff::create(conn, &format!("staff{number}"), "support", at)?;
        }
        Ok(())
    };
    db.write_now(write).unwrap();
}

/// Users, their sessions and logins, and what else stands beside a user.
fn insert_much(db: &TestDatabase, pages: &Pages) {
    let digest = match db.engine() {
        Engine::Postgres => "decode(md5(n::text || u.id), 'hex')",
        Engine::Sqlite => "CAST(n || '-' || u.id AS BLOB)",
    };
    let numbers = |most: u32| {
        format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {most})"
        )
    };
    let uid = &pages.scene.user.uid;
    let session = "FROM sessions s JOIN users u ON u.id = s.user_id, numbers WHERE s.sid =";
    let sid = &pages.scene.user.sid;
    let statements = [
        format!(
            "{} INSERT INTO users (uid, nickname, nickname_folded, avatar_url, gender, country, province, city, language, \
             status, frozen_reason, created_at, last_login_at) SELECT 'u' || n, '小明', '小明', '', 0, '', '', '', '', \
             CASE WHEN n % 50 = 0 THEN 'frozen' ELSE 'active' END, 'test', created_at, last_login_at FROM users, numbers \
             WHERE uid = '{uid}'",
            numbers(11_000)
        ),
        "INSERT INTO identities (user_id, appid, openid, session_key, created_at) SELECT u.id, i.appid, 'o' || u.id, \
         i.session_key, i.created_at FROM users u, identities i WHERE u.uid LIKE 'u%' AND i.id = \
         (SELECT min(id) FROM identities)"
            .to_owned(),
        // of the user themself, and of one user with many
        format!(
            "{} INSERT INTO sessions (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, \
             user_agent, client, device, wechat_version, app_version) SELECT {digest}, 'x' || n, s.user_id, s.identity_id, \
             s.appid, s.created_at, s.last_seen_at, s.expires_at, '192.0.2.9', '', 'other', '', '', '' {session} '{sid}'",
            numbers(120)
        ),
        format!(
            "{} INSERT INTO sessions (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, \
             user_agent, client, device, wechat_version, app_version, ended_at, ended_by, ended_reason, ended_note) \
             SELECT {digest}, 'y' || n, o.id, s.identity_id, s.appid, s.created_at, s.last_seen_at, s.expires_at, \
             '192.0.2.9', '', 'other', '', '', '', CASE WHEN n % 2 = 0 THEN s.created_at END, \
             CASE WHEN n % 2 = 0 THEN 'chen' END, CASE WHEN n % 2 = 0 THEN 'logout' END, CASE WHEN n % 2 = 0 THEN '' END \
             FROM sessions s JOIN users u ON u.id = s.user_id JOIN users o ON o.uid = 'u1', numbers WHERE s.sid = '{sid}'",
            numbers(25_000)
        )
        .replace("n::text || u.id", "n::text || o.id")
        .replace("n || '-' || u.id", "n || '-' || o.id"),
        format!(
            "{} INSERT INTO logins (at, appid, user_id, sid, result, errcode, latency_ms, ip, request_id) SELECT \
             u.created_at, '{APPID}', u.id, NULL, CASE WHEN n % 2 = 0 THEN 'ok' ELSE 'code_invalid' END, \
             CASE WHEN n % 2 = 1 THEN 40029 END, 100, '192.0.2.9', 'r' FROM users u, numbers WHERE u.uid = '{uid}'",
            numbers(11_000)
        ),
        format!(
            "{} INSERT INTO user_notes (user_id, author, role, text, created_at) SELECT id, 'chen', 'admin', 'a note', \
             created_at FROM users, numbers WHERE uid = '{uid}'",
            numbers(60)
        ),
        "INSERT INTO reviews (user_id, kind, rid, identity_id, value, state, tries, created_at) SELECT u.id, 'nickname', \
         'r' || u.id, i.id, 'a name', 'review', 0, u.created_at FROM users u JOIN identities i ON i.user_id = u.id \
         WHERE u.uid LIKE 'u%0'"
            .to_owned(),
        format!(
            "{} INSERT INTO emergencies (eid, appid, state, reason, note, ticket, proposed_by, proposed_at, expires_at, \
             decided_by, decided_at) SELECT 'e' || n, '', 'refused', 'test', '', '', 'chen', created_at, created_at, \
             'wang', created_at FROM users, numbers WHERE uid = '{uid}'",
            numbers(60)
        ),
    ];
    for statement in statements {
        db.plain().execute(&statement).unwrap_or_else(|why| panic!("{statement}: {why}"));
    }
}

on_each_database! {
    async fn no_page_takes_more_than_six_statements_nor_more_for_more_rows(db: TestDatabase) {
        let mut pages = Pages::new(&db).await;
        let addresses = addresses(&pages);
        let known: Vec<&str> = addresses.iter().map(|(_, path)| path.as_str()).collect();
        assert_eq!(Routes::all().missing(&known), ONLY_AFTER_A_FORM);
        let measure = |pages: &Pages| -> Vec<u64> {
            let each = |(who, path): &(Who, String)| {
                let mut browser = Browser::new(&pages.scene.site);
                browser.cookies = pages.cookies(*who);
                statements(&db, &mut browser, path)
            };
            addresses.iter().map(each).collect()
        };
        let few = measure(&pages);
        grow(&db, &pages);
        // a search that fills its screen with what fits best asks for nothing else
        people(&pages.scene.site, 100, 210);
        for who in [&mut pages.scene.admin, &mut pages.scene.owner, &mut pages.scene.auditor] {
            who.get("/admin/help");
        }
        let many = measure(&pages);
        let mut over = Vec::new();
        for ((who, path), (few, many)) in addresses.iter().zip(few.into_iter().zip(many)) {
            // who is not signed in is asked nothing
            assert!(few > 0 || *who == Who::Nobody, "{path}: the statements are not counted");
            if many.max(few) > MOST_STATEMENTS || (many > few && !has_edge(path)) {
                over.push(format!("{path}: {few} statements for few rows, {many} for many"));
            }
        }
        assert!(over.is_empty(), "{over:#?}");
    }
}
