//! Phone numbers by code: bound to the caller, stored sealed, shown masked, and exchanged once.

use std::time::{Duration, Instant};

use menwei::db::Engine;
use menwei::db::users::User;
use menwei::wechat::breaker::State;
use serde_json::{Value, json};

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::PATIENCE;
use crate::support::site::{TestSite, refused, text};

pub fn phone(site: &TestSite, token: &str, code: &str) -> crate::support::raw::Answer {
    site.post("/api/phone", token, &json!({ "code": code }))
}

/// The only user's number, opened, in E.164.
pub async fn stored(site: &TestSite, db: &TestDatabase) -> Option<String> {
    let id = db.plain().number("SELECT min(id) AS number FROM users");
    let stored = db.lookup(move |conn| User::phone(conn, id)).await.unwrap();
    stored.open(&site.site.state.keys).map(|phone| phone.e164().to_string())
}

/// What has every write of a number fail.
fn trap(db: &TestDatabase) -> &'static str {
    match db.engine() {
        Engine::Sqlite => {
            "CREATE TRIGGER trap BEFORE UPDATE OF phone_sealed ON users BEGIN SELECT RAISE(ABORT, 'away'); END"
        }
        Engine::Postgres => {
            "CREATE FUNCTION away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'away'; END $$; \
             CREATE TRIGGER trap BEFORE UPDATE OF phone_sealed ON users FOR EACH ROW EXECUTE FUNCTION away()"
        }
    }
}

fn untrap(db: &TestDatabase) -> &'static str {
    match db.engine() {
        Engine::Sqlite => "DROP TRIGGER trap",
        Engine::Postgres => "DROP TRIGGER trap ON users",
    }
}

/// Whether these digits stand anywhere in the database: rows, and on SQLite the bytes of its files.
fn stands_in(db: &TestDatabase, digits: &str) -> bool {
    let hex = menwei::secret::hex(digits.as_bytes());
    let dump = format!("{:?}", db.dump());
    let in_files = db.folder().is_some_and(|folder| {
        std::fs::read_dir(folder).unwrap().any(|file| {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            bytes.windows(digits.len()).any(|window| window == digits.as_bytes())
        })
    });
    in_files || dump.contains(digits) || dump.to_lowercase().contains(&hex)
}

on_each_database! {
    async fn a_number_is_stored_sealed_and_shown_masked_only(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let before = site.get("/api/userProfile", &alice.token).json();
        assert!(before["user"].get("phone").is_none());
        let answer = phone(&site, &alice.token, "alice-p1");
        assert_eq!(answer.status, 200, "{answer:?}");
        let number = stored(&site, &db).await.unwrap();
        let national = number.strip_prefix("+86").unwrap();
        let (tail, last) = (national.split_at(3).1, national.split_at(9).1);
        let mask = format!("138******{last}");
        assert_eq!(answer.json(), json!({ "status": "success", "phone": mask }));
        assert_eq!(text(&site.get("/api/userProfile", &alice.token).json(), "/user/phone"), mask);
        let named = site.post("/api/userProfile", &alice.token, &json!({ "nickName": "张三", "phone": "1" }));
        assert_eq!(text(&named.json(), "/user/phone"), mask);
        for path in ["/api/me", "/api/userProfile", "/api/sessions"] {
            assert!(!site.get(path, &alice.token).body.contains(tail), "{path}");
        }
        assert!(stands_in(&db, "张三"), "the search finds what stands there");
        assert!(!stands_in(&db, national) && !stands_in(&db, tail));
    }

    async fn a_code_of_somebody_else_is_refused(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let before = db.dump();
        refused(&phone(&site, &alice.token, "bob-p1"), 400, "code_invalid");
        assert_eq!(db.dump(), before);
        let bob = site.login("bob-1");
        assert_eq!(phone(&site, &bob.token, "bob-p1").status, 200, "it is still good for its owner");
        refused(&phone(&site, &alice.token, "bob-p1"), 400, "code_invalid");
    }

    async fn a_code_that_arrives_again_gets_the_answer_it_got(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        let answers: Vec<Value> = std::thread::scope(|scope| {
            let ask = || scope.spawn(|| phone(&site, &alice.token, "alice-p1").json());
            let all: Vec<_> = (0..6).map(|_| ask()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
        site.clock.advance(Duration::from_mins(30));
        assert_eq!(phone(&site, &alice.token, "alice-p1").json(), answers[0]);
        assert_eq!(text(&answers[0], "/status"), "success");
        assert_eq!(phone(&site, &alice.token, "alice-p2").status, 200, "a new code is a new exchange");
        refused(&phone(&site, &alice.token, "alice-p1"), 400, "code_invalid");
    }

    async fn a_number_is_stored_although_the_database_was_away_when_wechat_told_it(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        db.plain().execute(trap(&db)).unwrap();
        let answer = std::thread::scope(|scope| {
            let asked = scope.spawn(|| phone(&site, &alice.token, "alice-p1"));
            let begun = Instant::now();
            while site.simulator.token_calls() == 0 {
                assert!(begun.elapsed() < PATIENCE, "WeChat is not asked");
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(300));
            assert!(!asked.is_finished(), "it is tried again");
            db.plain().execute(untrap(&db)).unwrap();
            asked.join().unwrap()
        });
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(phone(&site, &alice.token, "alice-p1").json(), answer.json());
        assert!(stored(&site, &db).await.is_some());
    }

    async fn numbers_of_other_countries_and_country_codes_as_numbers_are_read(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        assert_eq!(phone(&site, &alice.token, "number-alice-1").status, 200);
        assert!(stored(&site, &db).await.unwrap().starts_with("+86138"));
        let foreign = text(&phone(&site, &alice.token, "foreign-alice-2").json(), "/phone");
        assert!(foreign.starts_with("+852 ") && foreign.contains("****") && foreign.len() == 13, "{foreign}");
        assert_eq!(stored(&site, &db).await.unwrap().len(), 12);
    }

    async fn what_wechat_refuses_or_fails_stores_nothing(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.wechat.deadline = Duration::from_secs(2));
        let alice = site.login("alice-1");
        let before = db.dump();
        for (code, status, expected) in [
            ("other-alice-1", 502, "wechat_bad_response"),
            ("old-alice-1", 502, "wechat_bad_response"),
            ("errcode40029-alice-1", 400, "code_invalid"),
            ("errcode40013-alice-1", 503, "wechat_misconfigured"),
            ("errcode45011-alice-1", 429, "rate_limited"),
            ("busy-alice-1", 503, "wechat_busy"),
            ("http502-alice-1", 503, "wechat_unavailable"),
            ("html-alice-1", 502, "wechat_bad_response"),
            ("hang-alice-1", 504, "wechat_timeout"),
        ] {
            refused(&phone(&site, &alice.token, code), status, expected);
        }
        for body in [json!({}), json!({ "code": "" }), json!({ "code": "a b" }), json!({ "iv": "x" }), json!({ "code": 1 })] {
            refused(&site.post("/api/phone", &alice.token, &body), 400, "invalid_request");
        }
        let body = json!({ "code": "alice-1" });
        refused(&site.ask("POST", "/api/phone", None, Some(&body)), 401, "session_missing");
        assert_eq!(db.dump(), before);
    }

    async fn a_token_that_died_is_replaced_and_a_dead_token_service_keeps_nobody_from_logging_in(db: TestDatabase) {
        let site = TestSite::new(&db);
        let alice = site.login("alice-1");
        assert_eq!(phone(&site, &alice.token, "alice-p1").status, 200);
        site.simulator.forget_tokens();
        assert_eq!(phone(&site, &alice.token, "alice-p2").status, 200);
        assert_eq!(site.simulator.token_calls(), 2);
        site.simulator.set_token_service_down(true);
        site.simulator.forget_tokens();
        for number in 0..25 {
            refused(&phone(&site, &alice.token, &format!("alice-down{number}")), 503, "wechat_unavailable");
        }
        assert_ne!(site.site.tokens.upstream().breaker(), State::Closed, "calls are no longer made");
        assert_eq!(site.site.upstream.breaker(), State::Closed);
        assert_eq!(site.try_login("bob-1").status, 200);
        assert_eq!(site.me(&alice.token).status, 200);
    }
}
