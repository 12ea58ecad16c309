//! What staff see of those who leave, and that they can let somebody come back.

use super::{DAY, delete, delete_by, erase, freeze};
use crate::support::browser::Browser;
use crate::support::database::on_each_database;
use crate::support::site::{TestSite, refused};

on_each_database! {
    async fn staff_see_who_is_leaving_until_they_are_gone(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        assert_eq!(delete(&site, &alice.token).status, 200);
        let path = format!("/admin/users/{}", alice.uid);
        let page = support.get(&path).body;
        assert!(page.contains("This user deleted their account") && page.contains("Being deleted"));
        assert!(page.contains("User deleted the account"), "in the history and as the end of the session");
        for list in ["/admin/users", "/admin/users?status=active"] {
            let body = support.follow(list).body;
            assert_eq!(body.contains(&alice.uid), list == "/admin/users", "{list}");
        }
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        let mut support = Browser::new(&site);
        assert_eq!(support.sign_in("lin", crate::support::browser::PASSWORD).status, 303);
        let page = support.get(&path).body;
        assert!(page.contains("This account was erased") && !page.contains("unfreeze"), "{page}");
        assert!(!support.follow("/admin/users").body.contains(&alice.uid));
    }

    async fn an_admin_lets_an_erased_user_come_back(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        freeze(&site, &alice.uid, None).await;
        assert_eq!(delete_by(&site, "alice-2").status, 200);
        let path = format!("/admin/users/{}", alice.uid);
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let page = admin.get(&path).body;
        assert!(page.contains("This user is frozen") && page.contains("This user deleted their account"));
        site.clock.advance(DAY * 7);
        assert_eq!(erase(&site).await, 1);
        refused(&site.try_login("alice-3"), 403, "user_frozen");
        let mut admin = Browser::new(&site);
        assert_eq!(admin.sign_in("chen", crate::support::browser::PASSWORD).status, 303);
        let page = admin.get(&path).body;
        assert!(page.contains("Violation") && page.contains(&format!("{path}/unfreeze")), "{page}");
        assert_eq!(admin.get(&format!("{path}/unfreeze")).status, 200);
        assert_eq!(admin.send(&format!("{path}/unfreeze"), &[("reason", "user_request")]).status, 303);
        assert!(!admin.get(&path).body.contains("/unfreeze"));
        assert_eq!(admin.get(&format!("{path}/freeze")).status, 404, "there is nobody left to freeze");
        assert_ne!(site.login("alice-4").uid, alice.uid);
        let mut support = Browser::of(&site, "lin", "support").await;
        assert_eq!(support.get(&format!("{path}/unfreeze")).status, 403);
    }
}
