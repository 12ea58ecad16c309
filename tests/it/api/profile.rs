use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::site::{TestSite, refused, text};

const GREY: &str = concat!(
    "https://thirdwx.qlogo.cn/mmopen/vi_32/",
    "POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132"
);

on_each_database! {
    async fn what_a_user_shares_is_stored_and_told(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let body = json!({
            "nickName": "  张三🌸 ", "avatarUrl": "https://example.com/a.png", "gender": 2,
            "country": "China", "province": "广东", "city": "深圳", "language": "zh_CN",
        });
        let answer = site.post("/api/userProfile", &login.token, &body);
        assert_eq!((answer.status, answer.json()["status"].clone()), (200, json!("success")));
        let user = site.get("/api/userProfile", &login.token).json()["user"].clone();
        assert_eq!(user, answer.json()["user"]);
        assert_eq!(
            user,
            json!({
                "id": login.uid, "nickName": "张三🌸", "avatarUrl": "https://example.com/a.png", "gender": 2,
                "country": "China", "province": "广东", "city": "深圳", "language": "zh_CN",
                "createdAt": "2023-11-14T22:13:20.000Z",
            })
        );
        let me = site.me(&login.token).json();
        assert_eq!(text(&me, "/user/nickName"), "张三🌸");
        assert_eq!(text(&site.login("alice-2").body, "/user/nickName"), "张三🌸");
    }

    async fn a_part_of_a_profile_leaves_the_rest(db: TestDatabase) {
        let site = TestSite::new(&db);
        let token = site.login("alice-1").token;
        site.post("/api/userProfile", &token, &json!({ "nickName": "张三", "city": "深圳", "gender": 1 }));
        let before = site.get("/api/userProfile", &token).json();
        // what says nothing wipes nothing out
        for body in [
            json!({}),
            json!({ "nickName": "", "city": " ", "gender": 0, "avatarUrl": "", "unknown": 1 }),
            json!({ "nickName": null, "gender": null }),
        ] {
            assert_eq!(site.post("/api/userProfile", &token, &body).status, 200);
        }
        assert_eq!(site.get("/api/userProfile", &token).json(), before);
        let after = site.post("/api/userProfile", &token, &json!({ "city": "广州" })).json();
        assert_eq!((text(&after, "/user/city"), text(&after, "/user/nickName")), ("广州".into(), "张三".into()));
    }

    async fn the_grey_default_never_overwrites(db: TestDatabase) {
        let site = TestSite::new(&db);
        let token = site.login("alice-1").token;
        let grey = json!({
            "nickName": "微信用户", "avatarUrl": GREY, "gender": 0, "country": "", "province": "", "city": "", "language": "",
        });
        assert_eq!(text(&site.post("/api/userProfile", &token, &grey).json(), "/user/nickName"), "");
        site.post("/api/userProfile", &token, &json!({ "nickName": "张三", "avatarUrl": "https://example.com/a.png" }));
        let before = db.dump();
        assert_eq!(text(&site.post("/api/userProfile", &token, &grey).json(), "/user/nickName"), "张三");
        assert_eq!(db.dump(), before);
    }

    async fn a_fresh_code_stands_for_its_user_and_is_a_login(db: TestDatabase) {
        let site = TestSite::new(&db);
        let body = json!({ "code": "alice-1", "nickName": "张三" });
        let answer = site.ask("POST", "/api/userProfile", None, Some(&body));
        assert_eq!(answer.status, 200, "{answer:?}");
        let login = site.read(&answer);
        assert_eq!((text(&login.body, "/user/nickName"), text(&login.body, "/status")), ("张三".into(), "success".into()));
        assert_eq!(site.login("alice-2").uid, login.uid);
        let none = site.ask("POST", "/api/userProfile", None, Some(&json!({ "nickName": "x" })));
        refused(&none, 401, "session_missing");
        let bad = json!({ "code": "errcode40029-x", "nickName": "x" });
        refused(&site.ask("POST", "/api/userProfile", None, Some(&bad)), 400, "code_invalid");
        let dead = site.post("/api/userProfile", "dead", &json!({ "code": "alice-3" }));
        refused(&dead, 401, "session_unknown");
    }

    async fn the_client_of_the_old_tutorial_sends_its_login_code_twice(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.api.session_key_alias = true);
        let login = site.try_login("alice-1");
        let key = text(&login.json(), "/session_key");
        let body = json!({
            "nickName": "张三", "gender": 0, "language": "zh_CN", "city": "", "province": "", "country": "",
            "avatarUrl": "https://thirdwx.qlogo.cn/mmopen/vi_32/x/132", "code": "alice-1",
        });
        let answer = site.ask("POST", "/api/userProfile", None, Some(&body));
        assert_eq!((answer.status, text(&answer.json(), "/status").as_str()), (200, "success"));
        assert_eq!(text(&answer.json(), "/session_key"), key);
        assert_eq!(text(&site.me(&key).json(), "/user/nickName"), "张三");
        assert_eq!(site.simulator.calls(), 1);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM sessions"), 1);
    }

    async fn the_alias_is_off_unless_it_is_asked_for(db: TestDatabase) {
        let off = TestSite::new(&db).login("alice-1");
        assert!(off.body.get("session_key").is_none());
        let on = TestSite::with(&db, |config| config.api.session_key_alias = true);
        let login = on.login("alice-2");
        assert_eq!(login.body["session_key"], login.body["token"]);
        let keys = std::sync::Arc::clone(&on.site.state.keys);
        let openid = db.plain().lines("SELECT openid AS line FROM identities").remove(0);
        let found = db
            .read(move |conn| menwei::db::identities::Identity::find(conn, crate::support::site::APPID, &openid))
            .await;
        let of_wechat = found.unwrap().unwrap().0.session_keys(&keys);
        assert_eq!(of_wechat.len(), 1, "the first site sealed with a ring of its own");
        for key in of_wechat {
            assert_eq!(key.len(), 24);
            assert!(!login.body.to_string().contains(key.as_str()) && !login.token.contains(key.trim_end_matches('=')));
        }
    }
}
