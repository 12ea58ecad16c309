//! One person in two linked mini-programs leaves both, and stays out of both.

use serde_json::{Value, json};

use super::{DAY, delete, erase, freeze, restore};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::Answer;
use crate::support::site::{APPID, OTHER_APPID, TestSite, app, refused, text};

/// A site with two mini-programs, linked or not.
fn site(db: &TestDatabase, is_linked: bool) -> TestSite {
    TestSite::with(db, |config| {
        config.apps.push(app(OTHER_APPID));
        for app in &mut config.apps {
            (app.platform, app.link_unionid) = (Some("shop".to_owned()), is_linked);
        }
    })
}

fn ask(site: &TestSite, method: &str, path: &str, appid: &str, code: &str) -> Answer {
    site.ask(method, path, None, Some(&json!({ "code": code, "appId": appid })))
}

fn login(site: &TestSite, appid: &str, code: &str) -> Answer {
    ask(site, "POST", "/api/login", appid, code)
}

on_each_database! {
    async fn what_was_deleted_in_one_mini_program_comes_back_through_the_other(db: TestDatabase) {
        let site = site(&db, true);
        let here = login(&site, APPID, "alice-1").json();
        assert_eq!(delete(&site, &text(&here, "/token")).status, 200);
        // never seen there before, and known all the same
        refused(&login(&site, OTHER_APPID, "alice-2"), 403, "account_deleted");
        let back = ask(&site, "POST", "/api/account/restore", OTHER_APPID, "alice-3").json();
        assert_eq!((text(&back, "/user/id"), &back["isNew"]), (text(&here, "/user/id"), &json!(false)));
        assert_eq!(ask(&site, "DELETE", "/api/account", APPID, "alice-4").status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM identities"), 0);
        let anew = login(&site, OTHER_APPID, "alice-5").json();
        assert_eq!(anew["isNew"], json!(true));
        assert_eq!(text(&login(&site, APPID, "alice-6").json(), "/user/id"), text(&anew, "/user/id"));
    }

    async fn who_was_frozen_in_one_stays_out_of_the_other_though_never_seen_there(db: TestDatabase) {
        let site = site(&db, true);
        let uid = text(&login(&site, APPID, "alice-1").json(), "/user/id");
        freeze(&site, &uid, None).await;
        assert_eq!(ask(&site, "DELETE", "/api/account", APPID, "alice-2").status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        for (number, appid) in [OTHER_APPID, APPID].into_iter().enumerate() {
            refused(&login(&site, appid, &format!("alice-{}", number + 3)), 403, "user_frozen");
        }
        assert_eq!(login(&site, OTHER_APPID, "bob-1").status, 200);
    }

    async fn who_was_erased_while_frozen_does_not_come_in_through_a_second_user_of_theirs(db: TestDatabase) {
        // linking came later, so that each person is two users; of Bob the first was known without a unionid
        let before = site(&db, false);
        let both = |name: &str| {
            let here = login(&before, APPID, &format!("{name}-1")).json();
            let there = login(&before, OTHER_APPID, &format!("{name}-2")).json();
            assert_ne!(text(&here, "/user/id"), text(&there, "/user/id"));
            (text(&here, "/user/id"), text(&there, "/user/id"))
        };
        let people = [("alice", both("alice")), ("bob", both("bob"))];
        let unknown = format!(
            "UPDATE identities SET unionid = NULL WHERE user_id = (SELECT id FROM users WHERE uid = '{}')",
            people[1].1.0
        );
        db.plain().execute(&unknown).unwrap();
        drop(before);
        let site = site(&db, true);
        for (name, (here, _)) in &people {
            freeze(&site, here, None).await;
            assert_eq!(ask(&site, "DELETE", "/api/account", APPID, &format!("{name}-3")).status, 200);
        }
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 2);
        for (name, (_, there)) in &people {
            refused(&login(&site, APPID, &format!("{name}-4")), 403, "user_frozen");
            // the other user was not frozen, and opens no way in here
            let elsewhere = login(&site, OTHER_APPID, &format!("{name}-5")).json();
            assert_eq!(text(&elsewhere, "/user/id"), *there);
            refused(&login(&site, APPID, &format!("{name}-6")), 403, "user_frozen");
        }
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM identities"), 2);
    }

    async fn mini_programs_that_are_not_linked_know_nothing_of_each_other(db: TestDatabase) {
        let site = site(&db, false);
        let here = login(&site, APPID, "alice-1").json();
        let there = login(&site, OTHER_APPID, "alice-2").json();
        freeze(&site, &text(&here, "/user/id"), None).await;
        assert_eq!(ask(&site, "DELETE", "/api/account", APPID, "alice-3").status, 200);
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        refused(&login(&site, APPID, "alice-4"), 403, "user_frozen");
        let again: Value = login(&site, OTHER_APPID, "alice-5").json();
        assert_eq!(text(&again, "/user/id"), text(&there, "/user/id"));
        refused(&restore(&site, "alice-6"), 400, "app_unknown");
    }
}
