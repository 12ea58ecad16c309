//! The audit log's page: filters, the check of the chain, what an entry keeps.

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

fn rows(page: &str) -> &str {
    between(page, "<tbody", "</tbody>").unwrap_or_default()
}

on_each_database! {
    async fn the_end_of_the_chain_is_checked_for_those_who_read_it_all(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let page = auditor.get("/admin/audit").body;
        assert!(page.contains("Checked: the last 1 entry") && page.contains("menwei audit verify"), "{page}");
        let mut support = Browser::of(&site, "lin", "support").await;
        assert!(!support.get("/admin/audit").body.contains("menwei audit verify"));
        db.plain().execute(if db.folder().is_some() {
            "DROP TRIGGER audit_is_append_only_update; UPDATE audit SET actor = 'nobody' WHERE id = 2"
        } else {
            "SET session_replication_role = replica; UPDATE audit SET actor = 'nobody' WHERE id = 2"
        }).unwrap();
        let page = auditor.get("/admin/audit").body;
        assert!(page.contains("The chain is broken at entry 2: its hash is not that of its contents"), "{page}");
    }

    async fn entries_are_narrowed_by_reason_and_target(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        let mut admin = Browser::of(&site, "chen", "admin").await;
        for (user, reason) in [(&alice, "violation"), (&bob, "test")] {
            let path = format!("/admin/users/{}/freeze", user.uid);
            admin.get(&path);
            assert_eq!(admin.send(&path, &[("reason", reason)]).status, 303);
            admin.follow("/admin/users");
        }
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let by_reason = auditor.follow("/admin/audit?reason=violation").body;
        assert_eq!(rows(&by_reason).matches("Freeze a user").count(), 1);
        let by_target = auditor.follow(&format!("/admin/audit?target=user:{}", bob.uid)).body;
        assert_eq!(rows(&by_target).matches("Freeze a user").count(), 1);
        assert!(by_target.contains(&format!("value=\"user:{}\"", bob.uid)), "the form keeps it");
    }

    async fn an_entry_says_what_was_before_and_after(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let (freeze, thaw) = (format!("/admin/users/{}/freeze", user.uid), format!("/admin/users/{}/unfreeze", user.uid));
        let until = menwei::admin::locale::zone::Zone::SHANGHAI.absolute(site.clock.now() + std::time::Duration::from_hours(24));
        let frozen = format!("State: Frozen · Frozen until: {until}");
        let steps = [
            (freeze, vec![("reason", "violation"), ("until", "24h")], "State: Active".to_owned(), frozen.clone()),
            (thaw, vec![("reason", "other")], frozen, "State: Active".to_owned()),
        ];
        for (path, fields, before, after) in steps {
            admin.get(&path);
            assert_eq!(admin.send(&path, &fields).status, 303, "{}", admin.page);
            let told = admin.follow("/admin/users").body;
            let entry = between(&told, "href=\"/admin/audit/", "\"").unwrap().to_owned();
            let page = admin.get(&format!("/admin/audit/{entry}")).body;
            let of = |name: &str| between(&page, &format!("<dt>{name}</dt><dd><bdi>"), "<").unwrap_or_default().to_owned();
            assert_eq!((of("Before"), of("After")), (before, after), "{path}");
        }
    }

    async fn what_is_personal_in_an_entry_is_masked_whoever_put_it_there(db: TestDatabase) {
        let site = TestSite::new(&db);
        let detail = r#"{"before":{"phone":"13812345634","status":"active"},"after":{"openid":"oABCD1234567890abcdefghijWXYZ"},"ip":"203.0.113.7","x":1}"#;
        let entry = menwei::db::audit::Entry {
            action: "user.freeze".into(), result: "ok".into(), detail: detail.into(), ..Default::default()
        };
        let now = site.clock.now();
        let id = db.write(move |conn| menwei::db::audit::Audit::append(conn, &entry, now)).await.unwrap();
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        let page = auditor.get(&format!("/admin/audit/{id}")).body;
        assert!(page.contains("138******34") && page.contains("oABC…WXYZ") && page.contains("status: active"));
        assert!(!page.contains("12345634") && !page.contains("1234567890abc"));
    }
}
