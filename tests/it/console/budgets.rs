//! What a page may cost: statements. Counted, never timed.

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::TestSite;

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

/// The pages, with a user and a session that were there from the beginning.
pub fn pages(uid: &str, sid: &str) -> Vec<String> {
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
}
