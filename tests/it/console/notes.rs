//! What staff note about a user.

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

on_each_database! {
    async fn a_note_is_kept_with_its_author_and_shown_on_the_users_page(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let (page, path) = (format!("/admin/users/{}", user.uid), format!("/admin/users/{}/notes", user.uid));
        let mut support = Browser::of(&site, "lin", "support").await;
        for number in 1..=4 {
            support.get(&page);
            let text = format!("打过电话 {number}\n<b>rang</b>");
            assert_eq!(support.send(&path, &[("text", &text)]).header("location"), page);
        }
        let body = support.follow(&page).body;
        assert!(body.contains("打过电话 4 &#60;b&#62;rang") && body.contains("lin (Support)") && !body.contains("打过电话 1"));
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let all = auditor.get(&path).body;
        assert!(all.contains("打过电话 1") && !all.contains("<textarea"));
        let trail = db.plain().rows("audit").join("\n");
        assert!(trail.contains("user.note") && !trail.contains("打过电话"), "the trail outlives the account");
    }

    async fn a_note_sent_twice_is_kept_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let (page, path) = (format!("/admin/users/{}", user.uid), format!("/admin/users/{}/notes", user.uid));
        let mut support = Browser::of(&site, "lin", "support").await;
        let key = between(&support.get(&path).body, "name=\"key\" value=\"", "\"").unwrap().to_owned();
        // what must be corrected keeps its key
        let wrong = support.send(&path, &[("text", ""), ("key", &key)]);
        assert_eq!(between(&wrong.body, "name=\"key\" value=\"", "\""), Some(key.as_str()));
        for _ in 0..2 {
            support.get(&path);
            assert_eq!(support.send(&path, &[("text", "打过电话"), ("key", &key)]).header("location"), page);
            support.get(&page);
            assert_eq!(support.notice(), "The note is added.");
        }
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM user_notes"), 1);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM audit WHERE action = 'user.note'"), 1);
        let next = between(&support.get(&page).body, "name=\"key\" value=\"", "\"").unwrap().to_owned();
        assert_ne!(next, key);
        assert_eq!(support.send(&path, &[("text", "又打过"), ("key", &next)]).status, 303);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM user_notes"), 2);
    }

    async fn a_note_that_cannot_be_kept_comes_back_with_what_is_wrong(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let path = format!("/admin/users/{}/notes", user.uid);
        let mut support = Browser::of(&site, "lin", "support").await;
        for text in ["", "   ", &"长".repeat(501)] {
            support.get(&path);
            assert_eq!(support.send(&path, &[("text", text)]).status, 422);
        }
        let warned = support.send(&path, &[("text", "他的手机 138-1234-5634")]);
        assert!(warned.status == 422 && warned.body.contains("name=\"sure\" value=\"yes\""), "{}", warned.body);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM user_notes"), 0);
        let sure = support.send(&path, &[("text", "他的手机 138-1234-5634"), ("sure", "yes")]);
        assert_eq!(sure.status, 303);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM user_notes"), 1);
    }

    async fn notes_are_not_changed_and_go_with_the_account(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.account.cooling_off = std::time::Duration::ZERO);
        let user = site.login("alice-1");
        let path = format!("/admin/users/{}/notes", user.uid);
        let mut support = Browser::of(&site, "lin", "support").await;
        support.get(&path);
        support.send(&path, &[("text", "打过电话")]);
        let why = db.plain().execute("UPDATE user_notes SET text = 'x'").unwrap_err().to_string();
        assert!(why.contains("append-only"), "{why}");
        let left = site.ask("DELETE", "/api/account", Some(&user.token), None);
        assert_eq!(left.status, 200, "{}", left.body);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM user_notes"), 0);
        support.get(&path);
        assert_eq!(support.send(&path, &[("text", "one more")]).status, 404);
    }
}
