//! Nicknames that WeChat must let pass: what is shown meanwhile, and what WeChat's failing does not hinder.

use std::time::Duration;

use menwei::api::content_check::ContentCheck;
use menwei::db::Database;
use menwei::wechat::Wxa;
use serde_json::{Value, json};

use crate::support::database::on_each_database;
use crate::support::site::{TestSite, text};

fn checking(db: &Database) -> TestSite {
    TestSite::with(db, |config| config.wechat.content_check = true)
}

/// Shares a nickname; the user as they then see themself.
fn share(site: &TestSite, token: &str, name: &str) -> Value {
    let answer = site.post("/api/userProfile", token, &json!({ "nickName": name, "city": "广州" }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["user"].clone()
}

fn profile(site: &TestSite, token: &str) -> Value {
    site.get("/api/userProfile", token).json()["user"].clone()
}

/// Lets time pass, and asks about what is due then.
async fn later(site: &TestSite, span: Duration) -> usize {
    site.clock.advance(span);
    let wxa = Wxa::new(std::sync::Arc::clone(&site.site.tokens));
    ContentCheck { state: site.site.state.clone(), wxa }.run_due().await.unwrap()
}

fn review(state: &str, value: &str) -> Value {
    json!({ "nickName": { "state": state, "value": value } })
}

on_each_database! {
    async fn a_harmless_nickname_is_shown_in_the_very_answer(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        let user = share(&site, &alice.token, "李小明");
        assert_eq!((text(&user, "/nickName").as_str(), &user["review"]), ("李小明", &Value::Null));
        assert!(db.dump()["reviews"].is_empty());
        // what is there already is not asked about again
        share(&site, &alice.token, "李小明");
        assert_eq!(site.simulator.checks().len(), 1);
    }

    async fn a_risky_nickname_is_refused_and_the_old_one_stays(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        share(&site, &alice.token, "小明");
        let user = share(&site, &alice.token, "违规小明");
        assert_eq!(text(&user, "/nickName"), "小明");
        assert_eq!(user["review"], review("risky", "违规小明"));
        assert_eq!(text(&user, "/city"), "广州", "what needs no check is stored at once");
        let user = share(&site, &alice.token, "复核小明");
        assert_eq!((text(&user, "/nickName").as_str(), &user["review"]), ("小明", &review("review", "复核小明")));
        // nobody else sees it
        let me = site.me(&alice.token).json();
        assert_eq!(text(&me, "/user/nickName"), "小明");
        // back to what was there: nothing is proposed any more
        assert_eq!(share(&site, &alice.token, "小明")["review"], Value::Null);
        assert!(later(&site, Duration::from_hours(2)).await == 0 && db.dump()["reviews"].is_empty());
    }

    async fn wechat_failing_blocks_nobody_and_is_asked_again(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        // as the stand-in has it: this text fails once
        let user = share(&site, &alice.token, "onceerrcode45009-小明");
        assert_eq!(text(&user, "/nickName"), "", "{user}");
        let state = &user["review"]["nickName"]["state"];
        assert_eq!(state, "pending", "{user}");
        assert_eq!(later(&site, Duration::from_secs(1)).await, 0, "not at once");
        assert_eq!(later(&site, Duration::from_secs(30)).await, 1);
        assert_eq!(text(&profile(&site, &alice.token), "/nickName"), "onceerrcode45009-小明");
    }

    async fn wechat_hanging_holds_nobody_up(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        // a token is there: it is the check itself that hangs
        share(&site, &alice.token, "小明");
        let begun = std::time::Instant::now();
        let user = share(&site, &alice.token, "hang-小明");
        let waited = begun.elapsed();
        assert!(waited < site.site.state.config.wechat.deadline / 2, "{waited:?}");
        assert_eq!((text(&user, "/nickName").as_str(), &user["review"]), ("小明", &review("pending", "hang-小明")));
        assert_eq!(site.me(&alice.token).status, 200);
    }

    async fn a_user_who_was_away_is_asked_about_at_their_next_login(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        let user = share(&site, &alice.token, "onceerrcode61010-小明");
        assert_eq!(user["review"]["nickName"]["state"], "pending");
        assert_eq!(later(&site, Duration::from_hours(3)).await, 0);
        let again = site.login("alice-2");
        assert_eq!(later(&site, Duration::ZERO).await, 1);
        assert_eq!(text(&profile(&site, &again.token), "/nickName"), "onceerrcode61010-小明");
    }

    async fn whoever_waits_too_long_for_wechat_is_a_matter_for_staff(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        share(&site, &alice.token, "errcode40003-小明");
        db.plain().execute("UPDATE reviews SET tries = 48").unwrap();
        assert_eq!(later(&site, Duration::from_hours(2)).await, 1);
        assert_eq!(profile(&site, &alice.token)["review"]["nickName"]["state"], "review");
        assert_eq!(later(&site, Duration::from_hours(2)).await, 0);
    }

    async fn two_processes_ask_once(db: TestDatabase) {
        let site = checking(&db);
        let alice = site.login("alice-1");
        share(&site, &alice.token, "onceerrcode45009-小红");
        let other = checking(&db.again());
        other.clock.advance(Duration::from_secs(31));
        let due = {
            let now = other.site.state.now();
            db.write_now(move |conn| menwei::db::reviews::Review::due(conn, now)).unwrap()
        };
        let claim = |db: &Database| {
            let (review, now) = (due[0].clone(), other.site.state.now());
            db.write_now(move |conn| review.claim(conn, now)).unwrap()
        };
        assert!(claim(&db) && !claim(&other.site.state.db));
    }

    async fn with_the_check_switched_off_what_waits_is_shown_and_what_was_refused_is_not(db: TestDatabase) {
        let site = checking(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        share(&site, &alice.token, "http502-小明");
        share(&site, &bob.token, "违规小红");
        let off = TestSite::new(&db);
        off.clock.advance(Duration::from_hours(2));
        assert_eq!(later(&off, Duration::ZERO).await, 1);
        assert_eq!(text(&off.me(&off.login("x-1").token).json(), "/user/nickName"), "");
        let names = db.plain().lines("SELECT nickname AS line FROM users ORDER BY id LIMIT 2");
        assert_eq!(names, ["http502-小明", ""]);
        // said directly, it stands, and the proposal is gone
        share(&off, &off.login("y-1").token, "直接");
        assert_eq!(db.dump()["reviews"].len(), 1);
    }
}
