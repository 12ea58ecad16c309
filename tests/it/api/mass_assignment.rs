use serde_json::{Map, Value, json};

use crate::support::database::on_each_database;
use crate::support::site::TestSite;

on_each_database! {
    async fn no_column_can_be_set_by_its_name(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let bob = site.login("bob-1");
        let mut plain = db.plain();
        let columns = "SELECT c.name AS line FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'";
        let columns = if db.folder().is_some() {
            plain.lines(columns)
        } else {
            plain.lines("SELECT column_name::text AS line FROM information_schema.columns WHERE table_schema = 'public'")
        };
        assert!(columns.len() > 80 && columns.iter().any(|name| name == "frozen_until"));
        let others = ["role", "isAdmin", "is_admin", "openId", "unionId", "userId", "sessionKey", "createdAt", "_id"];
        // the names that the endpoint does know are sent elsewhere
        let known = ["gender", "country", "province", "city", "language"];
        let names: Vec<&str> = columns.iter().map(String::as_str).chain(others).filter(|name| !known.contains(name)).collect();
        let before = db.dump();
        for value in [json!(bob.uid), json!(1), json!("owner"), json!(null), json!({ "a": [1] })] {
            let body: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), value.clone())).collect();
            let answer = site.post("/api/userProfile", &login.token, &Value::Object(body));
            assert_eq!((answer.status, &answer.json()["user"]["id"]), (200, &json!(login.uid)));
        }
        assert_eq!(db.dump(), before);
    }

    async fn a_profile_goes_to_whose_session_it_is_whatever_the_body_says(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        let body = json!({ "nickName": "张三", "id": bob.uid, "uid": bob.uid, "code": "bob-2", "openid": "o1" });
        let answer = site.post("/api/userProfile", &alice.token, &body).json();
        assert_eq!(answer["user"]["id"], json!(alice.uid));
        assert!(answer.get("token").is_none());
        assert_eq!(site.get("/api/userProfile", &bob.token).json()["user"]["nickName"], "");
        assert_eq!(site.simulator.calls(), 2);
    }
}
