//! What a page may cost: statements, bytes, requests, elements. Counted, never timed.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::support::browser::{Browser, each};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::TestSite;

/// Statements of one GET, the look-up of the console session among them.
const MOST_STATEMENTS: u64 = 6;
const MOST_ELEMENTS: usize = 1_400;
const MOST_BYTES: usize = 25 * 1024;
const MOST_REQUESTS: usize = 3;

/// Users with a name, a number and a session each.
fn people(site: &TestSite, from: usize, to: usize) {
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

/// The pages, with a user and a session that were there from the beginning.
fn pages(uid: &str, sid: &str) -> Vec<String> {
    [
        "/admin",
        "/admin/users?n=100",
        "/admin/users?sort=-seen&n=100",
        "/admin/users?status=frozen",
        "/admin/users?app=wx0123456789abcdef",
        "/admin/users?has=session",
        "/admin/users?q=%E5%B0%8F%E6%98%8E",
        "/admin/users?q=%E6%98%8E",
        "/admin/users/{uid}",
        "/admin/users/{uid}/revoke",
        "/admin/users/{uid}/freeze",
        "/admin/users/{uid}/notes",
        "/admin/users/{uid}/delete",
        "/admin/sessions?n=100",
        "/admin/sessions?sort=-created&n=100",
        "/admin/sessions?state=revoked",
        "/admin/sessions?state=idle",
        "/admin/sessions?state=expired",
        "/admin/sessions?state=all&n=100",
        "/admin/sessions?client=other",
        "/admin/sessions?state=all&user={uid}",
        "/admin/sessions/{sid}",
        "/admin/sessions/{sid}/revoke",
        "/admin/sessions/revoke-matching?client=other",
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

on_each_database! {
    async fn no_page_takes_more_statements_for_more_rows(db: TestDatabase) {
        let site = TestSite::new(&db);
        let first = site.login("first-1");
        let name = json!({ "nickName": "小明" });
        assert_eq!(site.post("/api/userProfile", &first.token, &name).status, 200);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let pages = pages(&first.uid, &first.sid);
        people(&site, 0, 4);
        let few: Vec<u64> = pages.iter().map(|path| statements(&db, &mut browser, path)).collect();
        people(&site, 4, 110);
        let many: Vec<u64> = pages.iter().map(|path| statements(&db, &mut browser, path)).collect();
        for (path, (few, many)) in pages.iter().zip(few.into_iter().zip(many)) {
            assert!(few > 0, "{path}: the statements are not counted");
            // a search that fills its screen with what fits best asks for nothing else
            assert!(many <= few, "{path}: {few} statements for few rows, {many} for many");
            assert!(few <= MOST_STATEMENTS, "{path}: {few} statements");
        }
        for (name, role, paths) in [
            ("zhou", "auditor", ["/admin/apps", "/admin/system", "/admin/audit?n=100", "/admin/exports/audit"]),
            ("wang", "owner", ["/admin/staff", "/admin/staff/new", "/admin/emergency", "/admin/jobs"]),
        ] {
            let mut browser = Browser::of(&site, name, role).await;
            for path in paths {
                let taken = statements(&db, &mut browser, path);
                assert!((1..=MOST_STATEMENTS).contains(&taken), "{path}: {taken} statements");
            }
        }
    }

    async fn a_hundred_rows_stay_light(db: TestDatabase) {
        let site = TestSite::new(&db);
        let first = site.login("first-1");
        people(&site, 0, 150);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for path in pages(&first.uid, &first.sid) {
            let page = browser.follow(&path).body;
            let elements = elements(&page);
            assert!(elements > 20 && elements <= MOST_ELEMENTS, "{path}: {elements} elements");
            let mut needed = each(&page, "<link rel=\"stylesheet\" href=\"", "\"");
            needed.extend(each(&page, "<script src=\"", "\""));
            assert!(needed.len() < MOST_REQUESTS, "{path}: {needed:?}");
            assert!(!page.contains("<img ") && !page.contains("<iframe"), "{path}");
            let assets: usize = needed.iter().map(|href| gzipped(&browser.get(href).body)).sum();
            let bytes = gzipped(&page) + assets;
            assert!(bytes <= MOST_BYTES, "{path}: {bytes} bytes");
        }
    }
}

/// How many elements a page has: the tags that open one.
fn elements(page: &str) -> usize {
    page.split('<').skip(1).filter(|rest| rest.starts_with(char::is_alphabetic)).count()
}

/// How long a text is when it is compressed.
fn gzipped(text: &str) -> usize {
    let mut gzip =
        Command::new("gzip").arg("-6").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("gzip");
    let mut input = gzip.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()).unwrap());
    let output = gzip.wait_with_output().unwrap();
    writer.join().unwrap();
    output.stdout.len()
}
