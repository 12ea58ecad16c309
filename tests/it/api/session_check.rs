//! `POST /api/session/check`: what WeChat says of the stored session key.

use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::raw::{Raw, get};
use crate::support::site::{APPID, SECRET, TestSite, refused};

on_each_database! {
    async fn a_session_key_is_valid_until_wechat_gives_a_new_one(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let check = || site.ask("POST", "/api/session/check", Some(&alice.token), None);
        assert_eq!(check().json(), json!({ "valid": true }));
        // a login that menwei never hears of
        let path = format!(
            "/sns/jscode2session?appid={APPID}&secret={SECRET}&js_code=alice-x&grant_type=authorization_code"
        );
        assert_eq!(Raw::connect(site.simulator.address()).ask(&get(&path, &[])).status, 200);
        let answer = check();
        assert_eq!((answer.status, answer.json()), (200, json!({ "valid": false })));
        assert_eq!(site.me(&alice.token).status, 200, "our session is another matter");
        site.login("alice-2");
        assert_eq!(check().json(), json!({ "valid": true }));
    }

    async fn checks_at_once_on_all_workers_fetch_one_token(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| {
                    let answer = site.ask("POST", "/api/session/check", Some(&alice.token), None);
                    assert_eq!(answer.json(), json!({ "valid": true }));
                });
            }
        });
        assert_eq!(site.simulator.token_calls(), 1);
    }

    async fn without_wechat_there_is_no_verdict(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        site.simulator.set_token_service_down(true);
        let answer = site.ask("POST", "/api/session/check", Some(&alice.token), None);
        refused(&answer, 503, "wechat_unavailable");
        refused(&site.ask("POST", "/api/session/check", None, None), 401, "session_missing");
    }
}
