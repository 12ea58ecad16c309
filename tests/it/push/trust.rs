use std::time::Duration;

use serde_json::json;

use super::{AES_KEY, Sent, TOKEN, event, signature, site, taken};
use crate::support::database::on_each_database;
use crate::support::dump::Plain;
use crate::support::raw::get;
use crate::support::site::{APPID, OTHER_APPID, START, TestSite, refused};

const CANCELLED: &str = "user_authorization_cancellation";

on_each_database! {
    async fn the_trial_of_the_address_is_answered_with_its_echo(db: TestDatabase) {
        let site = site(&db, true);
        let sent = Sent::plain("17", "");
        let ask = |query: &str| {
            site.connect().ask(&get(&format!("/wechat/push/{APPID}?{query}&echostr=43%2F%3Cb%3E"), &[]))
        };
        let answer = ask(&sent.query);
        assert_eq!((answer.status, answer.body.as_str()), (200, "43/<b>"), "{answer:?}");
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        refused(&ask(&sent.query.replace("nonce=17", "nonce=18")), 403, "forbidden");
        refused(&ask("timestamp=1700000000&nonce=17"), 403, "forbidden");
        site.clock.advance(Duration::from_secs(301));
        refused(&ask(&sent.query), 403, "forbidden");
    }

    async fn what_is_not_signed_by_wechat_is_refused_and_changes_nothing(db: TestDatabase) {
        let site = site(&db, true);
        let login = site.login("alice-1");
        let openid = db.plain().lines("SELECT openid AS line FROM identities").remove(0);
        let message = event(CANCELLED, &openid, "").to_string();
        let good = Sent::secure("17", &message, APPID);
        let other = Sent::secure("18", &event(CANCELLED, &openid, "9").to_string(), APPID);
        let with = |change: &dyn Fn(&mut Sent)| {
            let mut sent = good.clone();
            change(&mut sent);
            sent
        };
        let strange = format!("/wechat/push/{OTHER_APPID}");
        let before = db.dump();
        for (sent, status, code) in [
            (with(&|sent| sent.query.clear()), 403, "forbidden"),
            (with(&|sent| sent.query = sent.query.replace("msg_signature=", "x=")), 403, "forbidden"),
            (with(&|sent| sent.query = sent.query.replace("timestamp=17", "timestamp=16")), 403, "forbidden"),
            (with(&|sent| sent.query = sent.query.replace("nonce=17", "nonce=18")), 403, "forbidden"),
            (with(&|sent| sent.query.clone_from(&other.query)), 403, "forbidden"),
            (with(&|sent| sent.body.clone_from(&other.body)), 403, "forbidden"),
            (with(&|sent| sent.body = sent.body.replacen("\"Encrypt\":\"", "\"Encrypt\":\"A", 1)), 403, "forbidden"),
            (with(&|sent| sent.body.clone_from(&message)), 403, "forbidden"),
            (Sent::plain("17", &message), 403, "forbidden"),
            (Sent::secure("17", &message, OTHER_APPID), 403, "forbidden"),
            (Sent::secure("17", "no message", APPID), 400, "invalid_request"),
            (with(&|sent| sent.body = "x".to_owned()), 400, "invalid_request"),
            (with(&|sent| sent.query = format!("{}&nonce=17", sent.query)), 400, "invalid_request"),
            (with(&|sent| sent.body = "x".repeat(70_000)), 413, "too_large"),
            (with(&|sent| sent.path.clone_from(&strange)), 404, "not_found"),
            (with(&|sent| sent.path = "/wechat/push/%00".to_owned()), 404, "not_found"),
        ] {
            refused(&sent.to(&site), status, code);
        }
        site.clock.advance(Duration::from_secs(301));
        refused(&good.to(&site), 403, "forbidden");
        assert_eq!(site.site.state.db.work_off_pushes(site.site.state.liveness()).await.unwrap(), 0);
        assert_eq!(db.dump(), before);
        assert_eq!(site.state(&login.token), "live");
    }

    async fn a_push_that_comes_again_is_answered_and_done_once(db: TestDatabase) {
        let site = site(&db, true);
        let message = event("user_info_modified", "o1", "").to_string();
        let first = Sent::secure("17", &message, APPID);
        let work = || db.work_off_pushes(site.site.state.liveness());
        taken(&first.to(&site));
        taken(&first.to(&site));
        taken(&Sent::secure("18", &message, APPID).to(&site));
        assert_eq!(work().await.unwrap(), 1);
        taken(&first.to(&site));
        assert_eq!(work().await.unwrap(), 0);
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM audit"), 1);
    }

    async fn a_plain_signature_carries_one_message_only(db: TestDatabase) {
        let site = site(&db, false);
        let login = site.login("alice-1");
        let openid = db.plain().lines("SELECT openid AS line FROM identities").remove(0);
        taken(&Sent::plain("17", &json!({ "MsgType": "event", "Event": "debug_demo" }).to_string()).to(&site));
        let before = db.dump();
        refused(&Sent::plain("17", &event(CANCELLED, &openid, "").to_string()).to(&site), 403, "forbidden");
        let bomb = "<!DOCTYPE xml [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><xml><Event>&b;</Event></xml>";
        refused(&Sent::plain("18", bomb).to(&site), 400, "invalid_request");
        assert_eq!(db.dump(), before);
        assert_eq!(site.state(&login.token), "live");
    }

    async fn an_app_without_a_token_takes_no_pushes(db: TestDatabase) {
        let site = TestSite::new(&db);
        refused(&Sent::plain("17", "{}").to(&site), 404, "not_found");
    }

    async fn a_push_that_cannot_be_kept_in_time_is_refused_and_taken_when_it_comes_again(db: TestDatabase) {
        let site = site(&db, false);
        let sent = Sent::plain("1", &event("user_info_modified", "oNobody", "").to_string());
        let mut plain = db.plain();
        let hold = match plain {
            Plain::Sqlite(_) => "BEGIN IMMEDIATE",
            Plain::Postgres(_) => "BEGIN; LOCK TABLE push_events",
        };
        plain.execute(hold).unwrap();
        let begun = std::time::Instant::now();
        refused(&sent.to(&site), 503, "storage_unavailable");
        assert!(begun.elapsed() < std::time::Duration::from_millis(4800), "WeChat waits 5 seconds");
        plain.execute("COMMIT").unwrap();
        taken(&sent.to(&site));
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM push_events"), 1);
    }
}

#[test]
fn openssl_signs_as_wechats_page_says() {
    let signed = signature(&["AAAAA", "1714037059", "486452656"]);
    assert_eq!(signed, "899cf89e464efb63f54ddac96b0a0a235f53aa78");
    assert!(TOKEN.len() <= 32 && AES_KEY.len() == 43 && START.seconds() > 0);
}
