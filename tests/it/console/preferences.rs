//! What a member of staff chose: how many rows a list has, in which language.

use crate::support::browser::{Browser, PASSWORD, between, each};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

/// How many rows the list has.
fn rows(page: &str) -> usize {
    between(page, "<tbody", "</tbody>").unwrap().matches("<tr").count()
}

on_each_database! {
    async fn rows_per_page_go_with_the_account_and_the_address_still_wins(db: TestDatabase) {
        let site = TestSite::new(&db);
        for number in 0..60 {
            site.login(&format!("user{number}-1"));
        }
        let mut browser = Browser::of(&site, "chen", "admin").await;
        assert_eq!(rows(&browser.get("/admin/users").body), 50);
        browser.get("/admin/account");
        let chosen = [("n", "25"), ("back", "/admin/account"), ("told", "yes")];
        assert_eq!(browser.send("/admin/preferences", &chosen).header("location"), "/admin/account");
        let page = browser.get("/admin/account").body;
        assert!(page.contains("<option value=\"25\" selected") && page.contains("Your preferences are kept"), "{page}");
        let mut elsewhere = Browser::new(&site);
        elsewhere.sign_in("chen", PASSWORD);
        for browser in [&mut browser, &mut elsewhere] {
            for path in ["/admin/users", "/admin/sessions", "/admin/logins"] {
                assert_eq!(rows(&browser.get(path).body), 25, "{path}");
                assert_eq!(rows(&browser.get(&format!("{path}?n=50")).body), 50, "{path}");
                let plain = browser.get(&format!("{path}?n=25"));
                assert_eq!((plain.status, plain.header("location")), (308, path));
            }
        }
        // from screen to screen, and of another size on the way
        let page = browser.get("/admin/users").body;
        let older = each(&page, "<a class=\"button\" href=\"/admin/users?after=", "\"").remove(0);
        assert_eq!(rows(&browser.get(&format!("/admin/users?after={older}")).body), 25);
        let page = browser.get("/admin/users?n=50").body;
        assert!(page.contains("/admin/users?n=50&#38;after=") || page.contains("/admin/users?after="), "{page}");
        assert_eq!(rows(&Browser::of(&site, "lin", "support").await.get("/admin/users").body), 50);
    }

    async fn times_days_and_files_are_in_the_zone_that_was_chosen(db: TestDatabase) {
        let site = TestSite::new(&db);
        // 2023-11-14 22:13:20 UTC: the 15th in China, the 14th in New York
        let user = site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let page = browser.get(&format!("/admin/users/{}", user.uid)).body;
        assert!(page.contains("2023-11-15 06:13:20") && page.contains("Times are shown in Asia/Shanghai (UTC+08:00)"), "{page}");
        browser.get("/admin/account");
        assert_eq!(browser.send("/admin/preferences", &[("zone", "-5"), ("back", "/admin/account")]).status, 303);
        assert!(browser.get("/admin/account").body.contains("<option value=\"-5\" selected"));
        let page = browser.get(&format!("/admin/users/{}", user.uid)).body;
        assert!(page.contains("2023-11-14 17:13:20") && !page.contains("2023-11-15") && page.contains("Times are shown in UTC-05:00"), "{page}");
        for (day, found) in [("2023-11-14", true), ("2023-11-15", false)] {
            let page = browser.get(&format!("/admin/users?created={day}..{day}")).body;
            assert_eq!(page.contains(&user.uid), found, "{day}");
            assert!(page.contains("Days are those of UTC-05:00"));
        }
        let page = browser.follow("/admin/users?jump=2023-11-13").body;
        assert!(!page.contains(&user.uid), "{page}");
        assert!(browser.follow("/admin/users?jump=2023-11-14").body.contains(&user.uid));
        assert!(browser.get("/admin/users").body.contains("created=2023-11-14.."), "today");
        // the hours of the overview name the hours there
        browser.get("/admin/exports/users");
        let file = browser.send("/admin/exports/users", &[("column", "created")]);
        assert!(file.body.contains("2023-11-14T17:13:20-05:00") && file.header("content-disposition").contains("20231114-1713"), "{}", file.body);
        // for this account only, wherever it signs in
        assert!(Browser::of(&site, "lin", "admin").await.get("/admin/users").body.contains("2023-11-15 06:13:20"));
        let mut elsewhere = Browser::new(&site);
        elsewhere.sign_in("chen", PASSWORD);
        assert!(elsewhere.get("/admin/users").body.contains("2023-11-14 17:13:20"));
        let trail = db.plain().lines("SELECT detail AS line FROM audit WHERE action = 'staff.preferences'");
        assert_eq!(trail, [r#"{"before":{"zone":null},"after":{"zone":"UTC-05:00"}}"#]);
        browser.get("/admin/account");
        browser.send("/admin/preferences", &[("zone", "6"), ("back", "/admin/account")]);
        assert!(browser.get("/admin/users").body.contains("2023-11-14 17:13:20"), "what there is not changes nothing");
    }

    async fn a_changed_preference_is_in_the_trail_with_before_and_after(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.get("/admin/account");
        for fields in [[("n", "100"), ("language", "en")], [("n", "100"), ("language", "en")], [("n", "7"), ("language", "xx")]] {
            assert_eq!(browser.send("/admin/preferences", &fields).status, 303, "{fields:?}");
            browser.get("/admin/account");
        }
        let trail = db.plain().lines("SELECT detail AS line FROM audit WHERE action = 'staff.preferences'");
        assert_eq!(trail, [r#"{"before":{"language":null,"perPage":null},"after":{"language":"en","perPage":100}}"#]);
        let list = browser.get("/admin/audit?action=staff.preferences").body;
        let entry = between(&list, "href=\"/admin/audit/", "\"").unwrap().to_owned();
        let page = browser.get(&format!("/admin/audit/{entry}")).body;
        assert!(page.contains("Language: English · Rows per page: 100"), "{page}");
    }
}
