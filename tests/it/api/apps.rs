use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::dump::Plain;
use crate::support::site::{APPID, OTHER_APPID, SECRET, TestSite, app, refused, text};

on_each_database! {
    async fn the_same_openid_in_two_apps_is_two_users(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.apps.push(app(OTHER_APPID)));
        let login = |appid: &str, code: &str| {
            let body = json!({ "code": code, "appId": appid });
            let answer = site.ask("POST", "/api/login", None, Some(&body));
            assert_eq!(answer.status, 200, "{answer:?}");
            text(&answer.json(), "/user/id")
        };
        let (one, other) = (login(APPID, "alice-1"), login(OTHER_APPID, "alice-1"));
        assert_ne!(one, other);
        // the stand-in gives each app its own openid: make them the same, as a careless restore would
        let openids = db.plain().lines("SELECT openid AS line FROM identities ORDER BY id");
        db.plain().execute("UPDATE identities SET openid = 'oSame'").unwrap();
        assert_ne!(openids[0], openids[1]);
        let found = db.read(|conn| menwei::db::users::User::find_by_wechat_id(conn, "oSame")).await.unwrap();
        assert_eq!(found.len(), 2);
        let of = |appid: &'static str| {
            db.read(move |conn| menwei::db::identities::Identity::find(conn, appid, "oSame"))
        };
        assert_eq!(of(APPID).await.unwrap().unwrap().1.uid, one);
        assert_eq!(of(OTHER_APPID).await.unwrap().unwrap().1.uid, other);
        assert!(db.read(|conn| menwei::db::identities::Identity::find(conn, APPID, "osame")).await.unwrap().is_none());
    }

    async fn an_app_that_is_not_ours_is_unknown_and_wechat_is_not_asked(db: TestDatabase) {
        let site = TestSite::new(&db);
        for appid in [OTHER_APPID, "", "wx0123456789ABCDEF", "wx0123456789abcdef ", "\u{0}", SECRET] {
            let body = json!({ "code": "alice-1", "appId": appid });
            refused(&site.ask("POST", "/api/login", None, Some(&body)), 400, "app_unknown");
            refused(&site.ask("POST", "/api/userProfile", None, Some(&body)), 400, "app_unknown");
        }
        assert_eq!(site.simulator.calls(), 0);
        assert!(db.dump()["users"].is_empty());
    }

    async fn one_person_is_one_user_in_linked_apps_and_hears_of_both(db: TestDatabase) {
        let site = TestSite::with(&db, |config| {
            config.apps.push(app(OTHER_APPID));
            for app in &mut config.apps {
                (app.platform, app.link_unionid) = (Some("shop".to_owned()), true);
            }
        });
        let login = |appid: &str, code: &str| {
            let body = json!({ "code": code, "appId": appid });
            site.ask("POST", "/api/login", None, Some(&body)).json()
        };
        let (here, there) = (login(APPID, "alice-1"), login(OTHER_APPID, "alice-2"));
        assert_eq!(text(&here, "/user/id"), text(&there, "/user/id"));
        assert_eq!((&here["isNew"], &there["isNew"]), (&json!(true), &json!(false)));
        assert_ne!(text(&login(OTHER_APPID, "bob-1"), "/user/id"), text(&here, "/user/id"));
        // the sessions of both mini-programs are the user's own
        let sessions = site.get("/api/sessions", &text(&there, "/token")).json();
        assert_eq!(sessions["sessions"].as_array().unwrap().len(), 2);
    }

    async fn a_login_that_records_a_conflict_and_a_revocation_do_not_wait_for_each_other(db: TestDatabase) {
        let site = |is_linked: bool| {
            TestSite::with(&db, |config| {
                config.session.per_user = 1;
                config.apps.push(app(OTHER_APPID));
                for app in &mut config.apps {
                    (app.platform, app.link_unionid) = (Some("shop".to_owned()), is_linked);
                }
            })
        };
        let login = |site: &TestSite, appid: &str, code: &str| {
            let body = json!({ "code": code, "appId": appid });
            site.ask("POST", "/api/login", None, Some(&body)).status
        };
        let before = site(false);
        assert_eq!([login(&before, APPID, "alice-1"), login(&before, OTHER_APPID, "alice-2")], [200, 200]);
        drop(before);
        let site = site(true);
        let mut revoking = db.plain();
        std::thread::scope(|scope| {
            let is_postgres = matches!(revoking, Plain::Postgres(_));
            if is_postgres {
                // as a revocation does: sessions first, then the end of the trail
                revoking.execute("SET lock_timeout = '5s'; BEGIN; SELECT digest FROM sessions FOR UPDATE").unwrap();
            }
            let displacing = scope.spawn(|| login(&site, APPID, "alice-3"));
            if is_postgres {
                db.await_waiting(1);
                revoking.execute("UPDATE audit_head SET last_id = last_id; COMMIT").unwrap();
            }
            assert_eq!(displacing.join().unwrap(), 200);
        });
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM audit WHERE action = 'identity.unionid_conflict'"), 1);
        // the trail is for good: it names nobody's other account
        let others = "SELECT COUNT(*) AS number FROM audit a JOIN users u ON a.detail LIKE '%' || u.uid || '%'";
        assert_eq!(db.plain().number(others), 0);
    }

    async fn several_apps_must_be_told_apart_and_one_need_not(db: TestDatabase) {
        let several = TestSite::with(&db, |config| config.apps.push(app(OTHER_APPID)));
        refused(&several.try_login("alice-1"), 400, "app_unknown");
        assert_eq!(several.simulator.calls(), 0);
        let none = TestSite::with(&db, |config| config.apps.clear());
        refused(&none.try_login("alice-1"), 400, "app_unknown");
        assert_eq!(TestSite::new(&db).try_login("alice-1").status, 200);
    }
}
