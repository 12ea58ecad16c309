use crate::support::database::on_each_database;
use crate::support::raw::get;
use crate::support::site::{APPID, OTHER_APPID, TestSite, app, refused};

on_each_database! {
    async fn a_proxy_learns_who_calls_and_in_which_mini_program(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.apps = vec![app(APPID), app(OTHER_APPID)]);
        for appid in [APPID, OTHER_APPID] {
            let body = serde_json::json!({ "code": format!("alice-{appid}"), "appId": appid });
            let login = site.read(&site.ask("POST", "/api/login", None, Some(&body)));
            for header in [format!("Authorization: Bearer {}", login.token), format!("X-WX-Skey: {}", login.token)] {
                let answer = site.connect().ask(&get("/verify", &[&header, "X-Menwei-User: somebody"]));
                assert_eq!((answer.status, answer.body.as_str()), (204, ""), "{answer:?}");
                let told = ["x-menwei-user", "x-menwei-app", "x-menwei-session"].map(|name| answer.header(name));
                assert_eq!(told, [login.uid.as_str(), appid, login.sid.as_str()]);
            }
        }
    }

    async fn whoever_has_no_live_session_is_refused_and_named_nowhere(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        site.ask("POST", "/api/logout", Some(&login.token), None);
        let ended = site.get("/verify", &login.token);
        refused(&ended, 401, "session_revoked");
        let strange = site.get("/verify", "x");
        refused(&strange, 401, "session_unknown");
        let query = site.connect().ask(&get(&format!("/verify?token={}", login.token), &[]));
        refused(&query, 401, "session_missing");
        for answer in [ended, strange, query] {
            assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("x-menwei")), "{answer:?}");
        }
    }
}
