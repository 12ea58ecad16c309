//! Lists as files.

use menwei::db::audit::{Audit, Entry};
use menwei::db::users::User;
use menwei::db::users::sign_in::Vouched;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::Answer;
use crate::support::site::{APPID, TestSite};

/// The records of a file, the heading first.
fn records(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.body.strip_prefix('\u{feff}').expect("a mark at the beginning");
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "lines end as RFC 4180 has it");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn trail(db: &TestDatabase, action: &str) -> Vec<String> {
    db.plain().lines(&format!(
        "SELECT result || ' ' || detail AS line FROM audit WHERE action = '{action}' ORDER BY id"
    ))
}

on_each_database! {
    async fn a_file_is_sent_to_who_proved_lately_that_it_is_they_and_the_filter_waits_with_the_form(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut admin = Browser::of(&site, "chen", "admin").await;
        site.clock.advance(std::time::Duration::from_mins(16));
        let path = "/admin/exports/users?status=frozen";
        assert_eq!(admin.get(path).status, 200, "to choose is not to take");
        let asked = admin.send(path, &[("column", "id"), ("column", "nickname")]);
        assert_eq!(asked.status, 403);
        assert!(asked.body.contains(&format!("name=\"action\" value=\"{path}\"")), "{}", asked.body);
        let proof = [("password", crate::support::browser::PASSWORD), ("next", ""), ("action", path), ("kept", "column=id")];
        let again = admin.send("/admin/reauth", &proof);
        assert!(again.status == 200 && again.body.contains(&format!("action=\"{path}\"")), "{}", again.body);
        assert_eq!(records(&admin.send(path, &[("column", "id")])).len(), 1, "nobody is frozen");
        let mut auditor = Browser::of(&site, "lin", "auditor").await;
        auditor.get("/admin/exports/audit");
        site.clock.advance(std::time::Duration::from_mins(16));
        assert_eq!(auditor.send("/admin/exports/audit", &[("column", "number")]).status, 403);
        assert_eq!(trail(&db, "export.begin").len(), 1);
    }

    async fn a_long_list_comes_whole_in_order_and_as_narrowed(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (now, keys) = (site.clock.now(), std::sync::Arc::clone(&site.site.state.keys));
        let fill = move |conn: &mut _| {
            for number in 0..1203_u64 {
                let openid = format!("openid-of-somebody-{number:09}");
                let vouched = Vouched { appid: APPID, openid: &openid, unionid: None, session_key: "tiihtNczf5v6AKRyjwEUhQ==", linked: &[] };
                User::sign_in(conn, &vouched, &keys, now + std::time::Duration::from_secs(number))?;
            }
            Ok(())
        };
        db.write(fill).await.unwrap();
        let mut admin = Browser::of(&site, "chen", "admin").await;
        assert!(admin.get("/admin/users").body.contains("href=\"/admin/exports/users\""));
        let page = admin.get("/admin/exports/users");
        assert!(page.body.contains("1,203 results"), "{}", page.body);
        let fields = ["created", "id", "status"].map(|column| ("column", column));
        let answer = admin.send("/admin/exports/users", &fields);
        let rows = records(&answer);
        assert_eq!((rows.len(), rows[0].len()), (1204, 3), "in the order of the page, whatever was ticked first");
        let name = answer.header("content-disposition");
        assert!(name.starts_with("attachment; filename=\"menwei-users-20231115-"), "{name}");
        let mut ids: Vec<&String> = rows[1..].iter().map(|row| &row[0]).collect();
        assert_eq!(rows[1][2], "2023-11-15T06:33:22+08:00");
        assert!(rows[1..].is_sorted_by(|one, next| one[2] >= next[2]), "newest first");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 1203);
        let done = trail(&db, "export.done");
        assert_eq!(trail(&db, "export.begin").len(), 1);
        assert!(done.len() == 1 && done[0].starts_with("ok ") && done[0].contains("\"rows\":1203"), "{done:?}");

        admin.get("/admin/exports/users?status=frozen");
        let none = admin.send("/admin/exports/users?status=frozen", &[("column", "id")]);
        assert_eq!(records(&none).len(), 1);
        assert!(trail(&db, "export.done")[1].contains("\"filter\":\"status=frozen\""));
        admin.get("/admin/exports/users");
        assert_eq!(admin.send("/admin/exports/users", &[("column", "password")]).status, 422);
    }

    async fn a_file_is_masked_as_pages_are_and_runs_nothing(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let given = site.post("/api/phone", &user.token, &json!({ "code": "alice-p1" }));
        let mask = given.json()["phone"].as_str().unwrap().to_owned();
        for (number, name) in ["=HYPERLINK(1)", "+1", "-1", "@x", "张,\"伟\""].iter().enumerate() {
            let other = site.login(&format!("user{number}-1"));
            assert_eq!(site.post("/api/userProfile", &other.token, &json!({ "nickName": name })).status, 200);
        }
        let mut admin = Browser::of(&site, "chen", "admin").await;
        admin.get("/admin/exports/users");
        let columns = ["id", "nickname", "phone", "app", "live"].map(|column| ("column", column));
        let answer = admin.send("/admin/exports/users", &columns);
        let rows = records(&answer);
        let names: Vec<&str> = rows.iter().skip(1).map(|row| row[1].as_str()).collect();
        for name in ["'=HYPERLINK(1)", "'+1", "'-1", "'@x", "张,\"伟\""] {
            assert!(names.contains(&name), "{name}: {names:?}");
        }
        let own = rows.iter().find(|row| row[0] == user.uid).unwrap();
        assert!(own.contains(&mask) && own.contains(&"测试".to_owned()), "{own:?}");
        admin.get("/admin/exports/users?q=HYPER");
        let found = records(&admin.send("/admin/exports/users?q=HYPER", &[("column", "nickname")]));
        assert_eq!(found, [["Nickname"], ["'=HYPERLINK(1)"]]);
    }

    async fn sessions_are_exported_as_the_list_is_narrowed(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (user, other) = (site.login("alice-1"), site.login("bob-1"));
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/exports/sessions?user={}", user.uid);
        assert!(admin.get(&format!("/admin/sessions?user={}", user.uid)).body.contains(&path.replace('&', "&#38;")));
        admin.get(&path);
        let answer = admin.send(&path, &["sid", "user", "ip", "state", "seen"].map(|column| ("column", column)));
        let rows = records(&answer);
        assert_eq!(rows.len(), 2);
        assert!(rows[1].contains(&user.sid) && rows[1].contains(&"127.0.0.1".to_owned()) && !answer.body.contains(&other.sid));
        assert!(!answer.body.contains(&user.token));
    }

    async fn auditors_export_the_trail_and_nothing_else(db: TestDatabase) {
        let site = TestSite::new(&db);
        let now = site.clock.now();
        let fill = move |conn: &mut _| {
            for number in 0..700 {
                let entry = Entry { actor: "anna".into(), action: "user.note".into(), target: format!("user:{number}"), ..Entry::default() };
                Audit::append(conn, &entry, now)?;
            }
            Ok(())
        };
        db.write(fill).await.unwrap();
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let page = auditor.get("/admin/exports").body;
        assert!(page.contains("/admin/exports/audit") && !page.contains("/admin/exports/users"));
        assert!(auditor.get("/admin/audit?action=user.note").body.contains("/admin/exports/audit?action=user.note"));
        let path = "/admin/exports/audit?action=user.note";
        auditor.get(path);
        let rows = records(&auditor.send(path, &["number", "target", "hash"].map(|column| ("column", column))));
        assert_eq!((rows.len(), rows[1][0].as_str(), rows[700][1].as_str()), (701, "700", "user:0"));
        assert_eq!(rows[1][2].len(), 64);
    }

    async fn the_trail_is_masked_as_its_pages_are_and_stays_json(db: TestDatabase) {
        let site = TestSite::new(&db);
        let now = site.clock.now();
        let details = [
            json!({ "phone": "13812345634", "after": { "openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "state": "frozen" }, "rows": 7 }).to_string(),
            "13812345634 in no JSON".to_owned(),
            "{}".to_owned(),
        ];
        let fill = move |conn: &mut _| {
            for detail in details {
                let entry = Entry { actor: "anna".into(), action: "user.note".into(), detail, ..Entry::default() };
                Audit::append(conn, &entry, now)?;
            }
            Ok(())
        };
        db.write(fill).await.unwrap();
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let path = "/admin/exports/audit?action=user.note";
        auditor.get(path);
        let rows = records(&auditor.send(path, &[("column", "detail")]));
        assert_eq!((rows[1][0].as_str(), rows[2][0].as_str()), ("{}", ""));
        let kept: serde_json::Value = serde_json::from_str(&rows[3][0]).unwrap();
        let masked = json!({ "phone": "138******34", "after": { "openid": "oGZU…VJJE", "state": "frozen" }, "rows": 7 });
        assert_eq!(kept, masked);
    }

    async fn a_file_ends_at_fifty_thousand_rows_and_the_trail_says_so(db: TestDatabase) {
        let site = TestSite::new(&db);
        // above all numbers that the trail itself will give
        let sql = if db.folder().is_some() {
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50003) INSERT INTO audit \
             (id, at, actor, role, ip, action, target, reason, note, detail, result, request_id, previous, hash) \
             SELECT 1000000 + i, '2023-11-14 22:13:20.000000+00:00', 'anna', '', '', 'user.note', '', '', '', '', 'ok', '', x'00', x'00' FROM n"
        } else {
            "INSERT INTO audit (id, at, actor, role, ip, action, target, reason, note, detail, result, request_id, previous, hash) \
             SELECT 1000000 + i, '2023-11-14 22:13:20+00', 'anna', '', '', 'user.note', '', '', '', '', 'ok', '', '\\x00', '\\x00' FROM generate_series(1, 50003) AS n(i)"
        };
        db.plain().execute(sql).unwrap();
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let path = "/admin/exports/audit?action=user.note";
        assert!(auditor.get(path).body.contains("50,000"), "{}", auditor.page);
        let rows = records(&auditor.send(path, &[("column", "number")]));
        assert_eq!((rows.len(), rows[1][0].as_str(), rows[50_000][0].as_str()), (50_001, "1050003", "1000004"));
        assert!(trail(&db, "export.done")[0].contains("\"rows\":50000"));
    }

    async fn a_reader_who_goes_away_leaves_a_trace(db: TestDatabase) {
        let site = TestSite::new(&db);
        let now = site.clock.now();
        let fill = move |conn: &mut _| {
            for number in 0..20_000_u64 {
                let entry = Entry { actor: "anna".into(), note: "x".repeat(450), detail: number.to_string(), ..Entry::default() };
                Audit::append(conn, &entry, now)?;
            }
            Ok(())
        };
        db.write(fill).await.unwrap();
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        auditor.get("/admin/exports/audit");
        let fields = format!("csrf={}&column=note&column=detail", auditor.token());
        let cookies: Vec<String> = auditor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = format!(
            "POST /admin/exports/audit HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{fields}",
            cookies.join("; "),
            fields.len()
        );
        let mut raw = site.connect();
        assert!(raw.send(request));
        // it has begun; then the line goes dead
        while trail(&db, "export.begin").is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        drop(raw);
        let begun = std::time::Instant::now();
        let done = loop {
            let done = trail(&db, "export.done");
            if !done.is_empty() || begun.elapsed() > crate::support::raw::PATIENCE {
                break done;
            }
            actix_web::rt::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        assert!(done.len() == 1 && done[0].starts_with("failed "), "{done:?}");
    }
}
