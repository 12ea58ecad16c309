//! Phone numbers in the console: masked on every page, found by the complete number only.

use menwei::db::users::User;
use serde_json::json;

use crate::support::browser::Browser;
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

on_each_database! {
    async fn a_number_is_masked_for_everybody_and_found_whole_only(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        let given = site.post("/api/phone", &alice.token, &json!({ "code": "alice-p1" }));
        let mask = given.json()["phone"].as_str().unwrap().to_owned();
        let uid = alice.uid.clone();
        let find = move |conn: &mut _| {
            let id = User::find(conn, &uid)?.unwrap().id;
            User::phone(conn, id)
        };
        let phone = db.lookup(find).await.unwrap().open(&site.site.state.keys).unwrap();
        let number = phone.e164().trim_start_matches("+86").to_owned();
        let page = format!("/admin/users/{}", alice.uid);
        for role in ["support", "admin", "auditor"] {
            let mut browser = Browser::of(&site, &format!("chen{role}"), role).await;
            let body = browser.get(&page).body;
            assert!(body.contains(&mask) && !body.contains(&number), "{role}");
            let with_phone = browser.get("/admin/users?has=phone").body;
            assert!(with_phone.contains(&alice.uid) && !with_phone.contains(&bob.uid), "{role}");
        }
        let mut browser = Browser::of(&site, "li", "support").await;
        browser.get("/admin/users");
        for term in [number.clone(), format!("+86 {} {}", number.get(..3).unwrap(), number.get(3..).unwrap())] {
            let found = browser.send("/admin/lookup", &[("term", &term)]);
            assert_eq!((found.status, found.header("location")), (303, page.as_str()), "{term}");
            browser.get("/admin/users");
        }
        for part in [number.get(..10).unwrap(), number.get(7..).unwrap()] {
            assert_eq!(browser.send("/admin/lookup", &[("term", part)]).status, 200, "{part}");
        }
        let audit = db.plain().rows("audit").join("\n");
        assert!(audit.contains("lookup.phone") && !audit.contains(&number));
    }
}
