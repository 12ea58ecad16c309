//! Everything revoked at once takes two people who were two before it was proposed.

use std::time::Duration;

use menwei::db::audit::Entry;
use menwei::db::emergencies::NewEmergency;

use super::bulk::hidden;
use crate::support::browser::{Browser, PASSWORD};
use crate::support::database::on_each_database;
use crate::support::site::{START, TestSite};

on_each_database! {
    async fn who_became_an_owner_for_the_occasion_approves_nothing(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut wang = Browser::of(&site, "wang", "owner").await;
        let mut zhao = Browser::of(&site, "zhao", "owner").await;
        let mut li = Browser::of(&site, "li", "admin").await;
        site.clock.advance(Duration::from_secs(1));
        let key = hidden(&wang.get("/admin/emergency").body, "key");
        let fields = [("key", key.as_str()), ("app", "*"), ("phrase", "revoke all sessions"), ("reason", "test")];
        assert_eq!(wang.send("/admin/emergency", &fields).status, 303, "{}", wang.page);
        site.clock.advance(Duration::from_secs(1));
        // one that is new, and one that was something else
        let mut puppet = Browser::of(&site, "puppet", "owner").await;
        let promoted = db.plain().number("SELECT id AS number FROM staff WHERE name = 'li'");
        wang.get(&format!("/admin/staff/{promoted}/role"));
        let given = wang.send(&format!("/admin/staff/{promoted}/role"), &[("role", "owner"), ("reason", "duty_changed")]);
        assert_eq!(given.status, 303, "{}", given.body);
        li.sign_in("li", PASSWORD);
        for browser in [&mut puppet, &mut li] {
            let page = browser.get("/admin/emergency").body;
            assert!(page.contains("older than the proposal") && !page.contains("/admin/emergency/approve"), "{page}");
            let answer = browser.send("/admin/emergency/approve", &[("key", &key)]);
            assert_eq!(answer.status, 409, "{}", answer.body);
            assert!(answer.body.contains("You cannot approve this proposal"), "{}", answer.body);
            assert_eq!(site.state(&user.token), "live");
        }
        assert!(zhao.get("/admin/emergency").body.contains("/admin/emergency/approve"));
        assert_eq!(zhao.send("/admin/emergency/approve", &[("key", &key)]).status, 303);
        assert_eq!(site.state(&user.token), "session_revoked");
    }

    async fn of_several_proposals_at_once_one_is_open(db: TestDatabase) {
        let now = START;
        let propose = |number: u8| {
            let new = NewEmergency {
                eid: format!("eid {number}"),
                appid: String::new(),
                reason: "test".to_owned(),
                note: String::new(),
                ticket: String::new(),
                proposed_by: format!("wang{number}"),
                is_alone: false,
            };
            db.write(move |conn| new.propose(conn, &Entry::default(), now))
        };
        for round in 0..5 {
            let outcomes = futures_util::future::join_all((0..4).map(|number| propose(round * 4 + number))).await;
            assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1, "{outcomes:?}");
            assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM emergencies WHERE state = 'proposed'"), 1);
            db.plain().execute("DELETE FROM emergencies").unwrap();
        }
    }
}
