//! Nicknames of which WeChat is unsure, decided by staff.

use serde_json::json;

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::site::{Login, TestSite, text};

/// A user who wants to be called so; WeChat wants a person to look.
fn proposing(site: &TestSite, code: &str, name: &str) -> Login {
    let login = site.login(code);
    assert_eq!(site.post("/api/userProfile", &login.token, &json!({ "nickName": name })).status, 200);
    login
}

fn nickname(site: &TestSite, login: &Login) -> String {
    text(&site.me(&login.token).json(), "/user/nickName")
}

on_each_database! {
    async fn staff_let_a_nickname_pass_or_refuse_it(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.wechat.content_check = true);
        let alice = proposing(&site, "alice-1", "复核小明");
        site.clock.advance(std::time::Duration::from_secs(1));
        let bob = proposing(&site, "bob-1", "复核小红");
        let mut support = Browser::of(&site, "lin", "support").await;
        let page = support.get("/admin/reviews").body;
        assert!(page.find("复核小明").unwrap() < page.find("复核小红").unwrap(), "the oldest first");
        let rids: Vec<String> = page
            .split(" action=\"/admin/reviews/")
            .skip(1)
            .filter_map(|rest| Some(rest.split_once('/')?.0.to_owned()))
            .collect();
        assert_eq!(rids.len(), 2);
        assert!(support.get(&format!("/admin/users/{}", alice.uid)).body.contains("waiting for staff: <bdi>复核小明"));
        support.get("/admin/reviews");
        assert_eq!(support.send(&format!("/admin/reviews/{}/accept", rids[0]), &[]).status, 303);
        assert_eq!(nickname(&site, &alice), "复核小明");
        assert!(support.get("/admin/reviews").body.contains("It passed"));
        assert_eq!(support.send(&format!("/admin/reviews/{}/refuse", rids[1]), &[]).status, 303);
        assert_eq!(nickname(&site, &bob), "");
        let page = support.get("/admin/reviews").body;
        assert!(page.contains("Nothing waits for you") && page.contains("It was refused"), "{page}");
        // somebody else had the page open
        let mut second = Browser::of(&site, "chen", "support").await;
        second.get("/admin/reviews");
        for (rid, user) in [(&rids[0], &alice), (&rids[1], &bob)] {
            let late = second.send(&format!("/admin/reviews/{rid}/accept"), &[("user", &user.uid)]);
            assert_eq!(late.status, 409);
            assert!(late.body.contains("lin decided it at 20"), "{}", late.body);
            second.get("/admin/reviews");
        }
        // once more, by a second press
        assert_eq!(support.send(&format!("/admin/reviews/{}/accept", rids[1]), &[]).status, 303);
        assert!(support.get("/admin/reviews").body.contains("decided it before"));
        assert_eq!(nickname(&site, &bob), "");
        let trail = db.plain().lines("SELECT action || ' ' || actor || ' ' || target AS line FROM audit WHERE action LIKE 'review%' ORDER BY id");
        assert_eq!(trail, [format!("review.accept lin user:{}", alice.uid), format!("review.refuse lin user:{}", bob.uid)]);
        let kept = db.plain().lines("SELECT detail AS line FROM audit WHERE action LIKE 'review%' ORDER BY id");
        for (detail, after) in kept.iter().zip(["shown", "refused"]) {
            let detail: serde_json::Value = serde_json::from_str(detail).unwrap();
            assert_eq!((&detail["before"], &detail["after"]), (&json!({ "proposal": "waiting" }), &json!({ "proposal": after })));
        }
        // whoever is called something now is found by it
        let found = support.get(&format!("/admin/users?q={}", "%E5%A4%8D%E6%A0%B8")).body;
        assert!(between(&found, "<tbody", "</tbody>").unwrap().contains(&alice.uid));
    }

    async fn the_list_is_in_the_navigation_only_where_contents_are_checked(db: TestDatabase) {
        for (is_checked, shown) in [(false, 0), (true, 1)] {
            let site = TestSite::with(&db, |config| config.wechat.content_check = is_checked);
            let mut support = Browser::of(&site, &format!("lin{shown}"), "support").await;
            assert_eq!(support.get("/admin/users").body.matches("href=\"/admin/reviews\"").count(), shown);
        }
    }
}
