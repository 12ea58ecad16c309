//! Who may open what, and what is written down of those who tried.

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

/// The rows of a list, without its filters.
fn rows(page: &str) -> &str {
    between(page, "<tbody", "</tbody>").unwrap_or_default()
}

on_each_database! {
    async fn each_role_opens_what_the_table_says(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let at = |path: &str| path.replace("{uid}", &user.uid).replace("{sid}", &user.sid);
        let table = [
            ("/admin/users", [200, 200, 200, 403]),
            ("/admin/users/{uid}", [200, 200, 200, 403]),
            ("/admin/sessions", [200, 200, 200, 403]),
            ("/admin/sessions/{sid}", [200, 200, 200, 403]),
            ("/admin/lookup", [200, 200, 200, 403]),
            ("/admin/sessions/{sid}/revoke", [200, 200, 403, 403]),
            ("/admin/users/{uid}/revoke", [200, 200, 403, 403]),
            ("/admin/users/{uid}/freeze", [403, 200, 403, 403]),
            ("/admin/users/{uid}/unfreeze", [403, 303, 403, 403]),
            ("/admin/audit", [200, 200, 200, 200]),
        ];
        for (place, role) in ["support", "admin", "auditor", "owner"].into_iter().enumerate() {
            let mut browser = Browser::of(&site, &format!("one-{role}"), role).await;
            for (path, statuses) in table {
                let answer = browser.get(&at(path));
                assert_eq!(answer.status, statuses[place], "{role} at {path}");
                if answer.status == 403 {
                    assert!(answer.body.contains("Permission needed"), "{path}");
                }
            }
        }
        let mut nobody = Browser::new(&site);
        for (path, _) in table {
            assert!(nobody.get(&at(path)).header("location").starts_with("/admin/login"), "{path}");
        }
    }

    async fn who_may_not_freeze_cannot_do_it_on_the_way(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        let path = format!("/admin/sessions/{}/revoke", user.sid);
        assert!(!support.get(&path).body.contains("value=\"freeze\""));
        let answer = support.send(&path, &[("reason", "test"), ("also", "freeze")]);
        assert_eq!(answer.status, 403);
        assert_eq!(site.state(&user.token), "live");
    }

    async fn the_trail_shows_everybody_their_own_and_auditors_all(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        support.get(&format!("/admin/users/{}/freeze", user.uid));
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/users/{}/freeze", user.uid);
        admin.get(&path);
        assert_eq!(admin.send(&path, &[("reason", "violation"), ("note", "a note")]).status, 303);
        let page = support.follow("/admin/audit").body;
        let own = rows(&page);
        assert!(own.contains("Lacked a permission") && own.contains("Refused") && !own.contains("Freeze a user"));
        assert!(!rows(&support.follow("/admin/audit?actor=chen").body).contains("Freeze a user"));
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let page = auditor.follow("/admin/audit").body;
        let all = rows(&page);
        for text in ["Lacked a permission", "Freeze a user", "a note", "Violation", "lin", "chen"] {
            assert!(all.contains(text), "{text}");
        }
        let narrowed = auditor.follow("/admin/audit?action=user.freeze").body;
        assert!(narrowed.contains("1 result<"), "{narrowed}");
        let entry = between(&narrowed, "href=\"/admin/audit/", "\"").unwrap().to_owned();
        assert!(auditor.get(&format!("/admin/audit/{entry}")).body.contains("Hash of the entry before"));
        assert_eq!(support.get(&format!("/admin/audit/{entry}")).status, 404);
    }

    async fn support_sees_masked_addresses_and_nobody_a_whole_openid(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/sessions/{}", user.sid);
        assert!(support.get(&path).body.contains("127.0.0.*") && !support.page.contains("127.0.0.1"));
        assert!(admin.get(&path).body.contains("127.0.0.1"));
        let page = admin.get(&format!("/admin/users/{}", user.uid)).body;
        let masked = between(&page, "data-label=\"openid\"><code>", "</code>").unwrap();
        assert_eq!(masked.chars().count(), 9, "{masked}");
    }
}
