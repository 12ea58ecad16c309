//! What WeChat found of an avatar.

use std::time::Duration;

use menwei::api::content_check::ContentCheck;
use menwei::config::Push;
use menwei::db::Database;
use menwei::db::users::User;
use menwei::db::users::withdraw::Field;
use menwei::wechat::Wxa;
use serde_json::{Value, json};

use super::{AES_KEY, Sent, TOKEN, taken};
use crate::avatar::pictures;
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{APPID, Login, START, TestSite, refused, text};

const OLD: &str = "https://img.example.com/old.png";

fn site(db: &Database) -> TestSite {
    TestSite::with(db, |config| {
        config.apps[0].push = Push { token: Some(TOKEN.into()), aes_key: Some(AES_KEY.into()) };
        config.wechat.content_check = true;
    })
}

/// As WeChat's page on `media_check_async` has it.
fn verdict(trace_id: &str, errcode: i64, suggest: &str) -> Value {
    json!({
        "ToUserName": "gh_1", "FromUserName": "oX", "CreateTime": START.seconds(), "MsgType": "event",
        "Event": "wxa_media_check", "appid": APPID, "trace_id": trace_id, "version": 2,
        "detail": [{ "strategy": "content_model", "errcode": 0, "suggest": suggest, "label": 20002, "prob": 90 }],
        "errcode": errcode, "errmsg": "ok", "result": { "suggest": suggest, "label": 20002 },
    })
}

async fn pushed(site: &TestSite, db: &Database, nonce: &str, body: &str) -> usize {
    taken(&Sent::secure(nonce, body, APPID).to(site));
    db.work_off_pushes(site.site.state.liveness()).await.unwrap()
}

/// Proposes an avatar; its trace.
fn propose(site: &TestSite, who: &Login, url: &str) -> String {
    let answer = site.post("/api/userProfile", &who.token, &json!({ "avatarUrl": url })).json();
    assert_eq!(answer["user"]["review"]["avatarUrl"], json!({ "state": "pending", "value": url }));
    let (asked, trace_id) = site.simulator.checks().pop().unwrap();
    assert_eq!(asked, url);
    trace_id
}

fn user(site: &TestSite, who: &Login) -> (String, Value) {
    let user = site.get("/api/userProfile", &who.token).json()["user"].clone();
    (text(&user, "/avatarUrl"), user["review"]["avatarUrl"]["state"].clone())
}

/// Asks WeChat about what is due.
async fn ask_again(site: &TestSite) -> usize {
    let wxa = Wxa::new(std::sync::Arc::clone(&site.site.tokens));
    ContentCheck { state: site.site.state.clone(), wxa }.run_due().await.unwrap()
}

/// A user whose avatar is [`OLD`].
fn with_avatar(site: &TestSite, db: &TestDatabase) -> Login {
    let alice = site.login("alice-1");
    db.plain()
        .execute(&format!("UPDATE users SET avatar_url = '{OLD}' WHERE uid = '{}'", alice.uid))
        .unwrap();
    alice
}

on_each_database! {
    async fn the_old_avatar_is_shown_until_the_new_one_passes(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let new = "https://thirdwx.qlogo.cn/new.png";
        let trace = propose(&site, &alice, new);
        assert_eq!(user(&site, &alice), (OLD.to_owned(), json!("pending")));
        assert_eq!(pushed(&site, &db, "1", &verdict(&trace, 0, "pass").to_string()).await, 1);
        assert_eq!(user(&site, &alice), (new.to_owned(), Value::Null));
        let audit = "SELECT action || ' ' || target AS line FROM audit ORDER BY id DESC LIMIT 1";
        assert_eq!(db.plain().lines(audit), [format!("wechat.media_checked user:{}", alice.uid)]);
    }

    async fn a_risky_or_doubtful_avatar_is_not_shown(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        for (nonce, suggest) in ["risky", "review", "whatever"].into_iter().enumerate() {
            let trace = propose(&site, &alice, &format!("https://thirdwx.qlogo.cn/{nonce}.png"));
            assert_eq!(pushed(&site, &db, &nonce.to_string(), &verdict(&trace, 0, suggest).to_string()).await, 1);
            let state = if suggest == "risky" { "risky" } else { "review" };
            assert_eq!(user(&site, &alice), (OLD.to_owned(), json!(state)));
        }
    }

    async fn the_verdict_may_come_as_xml(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let trace = propose(&site, &alice, "https://thirdwx.qlogo.cn/new.png");
        let xml = format!(
            "<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[oX]]></FromUserName>\
             <CreateTime>{}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[wxa_media_check]]></Event>\
             <appid><![CDATA[{APPID}]]></appid><trace_id><![CDATA[{trace}]]></trace_id><version>2</version>\
             <detail><strategy><![CDATA[content_model]]></strategy><suggest><![CDATA[pass]]></suggest></detail>\
             <detail><strategy><![CDATA[keyword]]></strategy></detail>\
             <errcode>0</errcode><errmsg><![CDATA[ok]]></errmsg>\
             <result><suggest><![CDATA[risky]]></suggest><label>20002</label></result></xml>",
            START.seconds()
        );
        assert_eq!(pushed(&site, &db, "1", &xml).await, 1);
        assert_eq!(user(&site, &alice).1, json!("risky"));
        assert_eq!(db.plain().number("SELECT label AS number FROM reviews"), 20002);
    }

    async fn a_picture_that_wechat_could_not_fetch_is_asked_about_again(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let trace = propose(&site, &alice, "https://thirdwx.qlogo.cn/new.png");
        assert_eq!(pushed(&site, &db, "1", &verdict(&trace, -1008, "").to_string()).await, 1);
        assert_eq!(user(&site, &alice).1, json!("pending"));
        let due = "SELECT COUNT(*) AS number FROM reviews WHERE next_at IS NOT NULL AND trace_id IS NULL";
        assert_eq!(db.plain().number(due), 1);
    }

    async fn wechat_failing_blocks_nobody_and_is_asked_again(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        for (number, fault) in ["onceerrcode45009", "oncehtml", "onceerrcode44991"].into_iter().enumerate() {
            let url = format!("https://thirdwx.qlogo.cn/{fault}-{number}.png");
            propose(&site, &alice, &url);
            assert_eq!(user(&site, &alice), (OLD.to_owned(), json!("pending")));
            site.clock.advance(Duration::from_secs(31));
            assert_eq!(ask_again(&site).await, 1, "{fault}");
            let (asked, trace) = site.simulator.checks().pop().unwrap();
            assert_eq!(asked, url);
            assert_eq!(pushed(&site, &db, &number.to_string(), &verdict(&trace, 0, "risky").to_string()).await, 1);
            assert_eq!(user(&site, &alice), (OLD.to_owned(), json!("risky")));
        }
    }

    async fn an_avatar_of_a_user_who_was_away_is_asked_about_at_their_next_login(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let url = "https://thirdwx.qlogo.cn/onceerrcode61010-1.png";
        propose(&site, &alice, url);
        site.clock.advance(Duration::from_mins(1));
        assert_eq!(ask_again(&site).await, 0, "not by the time alone");
        let again = site.login("alice-2");
        assert_eq!(ask_again(&site).await, 1);
        let (_, trace) = site.simulator.checks().pop().unwrap();
        assert_eq!(pushed(&site, &db, "1", &verdict(&trace, 0, "pass").to_string()).await, 1);
        assert_eq!(user(&site, &again), (url.to_owned(), Value::Null));
    }

    async fn a_picture_that_its_owner_can_swap_later_is_not_taken_by_its_address(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let profile = json!({ "nickName": "小明", "avatarUrl": "https://img.example.com/new.png" });
        let answer = site.post("/api/userProfile", &alice.token, &profile);
        refused(&answer, 400, "invalid_request");
        assert_eq!(answer.json()["errors"][0]["field"], "avatarUrl");
        assert!(text(&answer.json(), "/errors/0/message").contains("/api/avatar"), "{answer:?}");
        assert!(site.simulator.checks().is_empty() && db.dump()["reviews"].is_empty());
        // what is theirs already is no news
        let same = site.post("/api/userProfile", &alice.token, &json!({ "avatarUrl": OLD }));
        assert_eq!((same.status, user(&site, &alice)), (200, (OLD.to_owned(), Value::Null)));
    }

    async fn a_verdict_that_is_faster_than_our_note_waits_for_it(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let trace = propose(&site, &alice, "https://thirdwx.qlogo.cn/new.png");
        db.plain().execute("UPDATE reviews SET trace_id = NULL").unwrap();
        assert_eq!(pushed(&site, &db, "1", &verdict(&trace, 0, "pass").to_string()).await, 0);
        db.plain().execute(&format!("UPDATE reviews SET trace_id = '{trace}'")).unwrap();
        assert_eq!(db.work_off_pushes(site.site.state.liveness()).await.unwrap(), 1);
        assert_eq!(user(&site, &alice).0, "https://thirdwx.qlogo.cn/new.png");
    }

    async fn a_verdict_about_nothing_of_ours_changes_nothing_and_does_not_wait_for_ever(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let first = propose(&site, &alice, "https://thirdwx.qlogo.cn/1.png");
        let second = propose(&site, &alice, "https://thirdwx.qlogo.cn/2.png");
        // of a proposal that was replaced
        assert_eq!(pushed(&site, &db, "1", &verdict(&first, 0, "pass").to_string()).await, 0);
        site.clock.advance(Duration::from_mins(2));
        assert_eq!(db.work_off_pushes(site.site.state.liveness()).await.unwrap(), 1);
        assert_eq!(user(&site, &alice), (OLD.to_owned(), json!("pending")));
        let trail = "SELECT action || ' ' || target || '.' AS line FROM audit WHERE role = 'wechat'";
        assert_eq!(db.plain().lines(trail), ["wechat.media_checked ."], "it is recorded, of nobody");
        // another event that names a trace
        let mut modified = verdict(&second, 0, "pass");
        modified["Event"] = json!("something_else");
        assert_eq!(pushed(&site, &db, "2", &modified.to_string()).await, 1);
        assert_eq!(user(&site, &alice).1, json!("pending"));
    }

    async fn an_uploaded_avatar_is_served_to_wechat_and_shown_once_it_passes(db: TestDatabase) {
        let site = site(&db);
        let alice = with_avatar(&site, &db);
        let upload = || {
            let answer = site.upload(&alice.token, &pictures::png());
            assert_eq!(answer.status, 200, "{answer:?}");
            let body = answer.json();
            assert_eq!((text(&body, "/avatarUrl"), text(&body, "/user/review/avatarUrl/state")), (OLD.to_owned(), "pending".to_owned()));
            let (url, trace_id) = site.simulator.checks().pop().unwrap();
            assert_eq!(url, text(&body, "/user/review/avatarUrl/value"));
            (url, trace_id)
        };
        // the first is replaced before anybody decided, the second refused, the third let pass
        let (first, _) = upload();
        let (second, trace) = upload();
        assert_eq!((site.collect().await, site.objects().len()), (1, 1));
        assert_eq!(site.fetch(&site.path(&first)).0.status, 404);
        assert_eq!(site.fetch(&site.path(&second)).0.status, 200, "WeChat must be able to fetch it");
        pushed(&site, &db, "1", &verdict(&trace, 0, "risky").to_string()).await;
        assert_eq!((site.collect().await, site.objects().len()), (1, 0));
        assert_eq!(user(&site, &alice), (OLD.to_owned(), json!("risky")));
        let (third, trace) = upload();
        pushed(&site, &db, "2", &verdict(&trace, 0, "pass").to_string()).await;
        assert_eq!(user(&site, &alice), (third, Value::Null));
        assert_eq!((site.collect().await, site.objects().len()), (0, 1));
    }

    async fn what_waits_to_be_let_pass_goes_with_the_account(db: TestDatabase) {
        let site = site(&db);
        let alice = site.login("alice-1");
        site.upload(&alice.token, &pictures::png());
        let id = db.plain().number("SELECT id AS number FROM users");
        db.write(move |conn| User::withdraw(conn, id, Field::ALL)).await.unwrap();
        assert!(db.dump()["reviews"].is_empty());
        assert_eq!((site.collect().await, site.objects().len()), (1, 0));
        // and stays for as long as nobody decided
        let bob = site.login("bob-1");
        site.upload(&bob.token, &pictures::png());
        site.clock.advance(Duration::from_hours(48));
        assert_eq!((site.collect().await, site.objects().len()), (0, 1));
    }
}
