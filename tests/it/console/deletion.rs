//! An account that staff delete for its user.

use std::time::Duration;

use crate::support::browser::Browser;
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

on_each_database! {
    async fn an_account_is_deleted_by_an_admin_who_types_its_id_and_gives_a_reason(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let (page, path) = (format!("/admin/users/{}", user.uid), format!("/admin/users/{}/delete", user.uid));
        let end = user.uid.split_at(user.uid.len() - 8).1;
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let asked = admin.get(&path).body;
        assert!(asked.contains("1 live session will end at once") && asked.contains(end));
        for fields in [
            vec![("reason", "user_request")],
            vec![("reason", "user_request"), ("confirm", "00000000")],
            vec![("confirm", end)],
        ] {
            assert_eq!(admin.send(&path, &fields).status, 422, "{fields:?}");
        }
        assert_eq!(site.state(&user.token), "live");
        let done = admin.send(&path, &[("reason", "user_request"), ("note", "rang us"), ("confirm", end)]);
        assert_eq!(done.header("location"), page, "{}", done.body);
        assert_ne!(site.state(&user.token), "live");
        let shown = admin.follow(&page).body;
        assert!(shown.contains("The account is deleted") && !shown.contains("/delete\""));
        admin.get("/admin/users");
        let again = admin.send(&path, &[("reason", "user_request"), ("confirm", end)]);
        assert_eq!(again.header("location"), page);
        let recorded = "SELECT count(*) AS number FROM audit WHERE action = 'user.erase'";
        assert_eq!(db.plain().number(recorded), 1);
    }

    async fn a_proof_that_is_too_old_is_asked_for_again(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let path = format!("/admin/users/{}/delete", user.uid);
        let mut admin = Browser::of(&site, "chen", "admin").await;
        admin.get(&path);
        site.clock.advance(Duration::from_mins(16));
        let end = user.uid.split_at(user.uid.len() - 8).1;
        let sent = admin.send(&path, &[("reason", "user_request"), ("confirm", end)]);
        assert!(sent.status == 403 && sent.body.contains("name=\"password\""), "{}", sent.body);
        assert!(admin.get(&path).header("location").starts_with("/admin/reauth"));
        assert_eq!(site.state(&user.token), "live");
    }
}
