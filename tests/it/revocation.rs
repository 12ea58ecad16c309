//! Revoked is revoked: no request that starts after a revocation was acknowledged is accepted.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use menwei::db::Conn;
use menwei::db::sessions::Session;
use menwei::db::sessions::end::Ending;
use menwei::db::users::User;
use menwei::error::Error;
use menwei::site::Site;
use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::site::{TestSite, refused, text};

fn ending(site: &Site, reason: &str) -> Ending {
    Ending {
        ended_at: site.state.now(),
        ended_by: "anna".into(),
        ended_reason: reason.into(),
        ended_note: String::new(),
    }
}

/// Staff revoke one session.
async fn revoke(site: &Site, sid: &str) {
    let (sids, ending, liveness) = (vec![sid.to_owned()], ending(site, "device_lost"), site.state.liveness());
    let write = move |conn: &mut Conn| Session::end_each(conn, &sids, &ending, liveness);
    assert_eq!(site.state.db.write(write).await.unwrap().0.revoked, 1);
}

/// Staff freeze a user; how many sessions ended.
async fn freeze(site: &Site, uid: &str, span: Option<Duration>) -> usize {
    let (uid, ending, liveness) = (uid.to_owned(), ending(site, "violation"), site.state.liveness());
    let until = span.map(|span| site.state.now() + span);
    let write = move |conn: &mut Conn| {
        let user = User::find(conn, &uid)?.ok_or(Error::NotFound)?;
        User::freeze(conn, user.id, until, &ending, liveness)
    };
    site.state.db.write(write).await.unwrap().len()
}

on_each_database! {
    async fn a_session_that_staff_revoke_is_refused_at_once_by_every_server(db: TestDatabase) {
        let (site, twin) = (TestSite::new(&db), TestSite::with(&db.again(), |_| {}));
        let (one, two) = (site.login("alice-1"), site.login("alice-2"));
        assert_eq!([site.state(&one.token), twin.state(&one.token)], ["live", "live"]);
        revoke(&site.site, &one.sid).await;
        for server in [&site, &twin] {
            refused(&server.me(&one.token), 401, "session_revoked");
            assert_eq!(server.state(&two.token), "live");
        }
        revoke(&twin.site, &two.sid).await;
        assert_eq!([site.state(&two.token), twin.state(&two.token)], ["session_revoked", "session_revoked"]);
        let list = site.login("alice-3");
        assert_eq!(site.get("/api/sessions", &list.token).json()["sessions"].as_array().unwrap().len(), 1);
    }

    async fn a_use_before_the_revocation_that_is_written_after_it_revives_nothing(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        site.clock.advance(Duration::from_secs(600));
        assert_eq!(site.state(&login.token), "live");
        revoke(&site.site, &login.sid).await;
        assert_eq!(db.flush_touches().await.unwrap(), 1, "the use was waiting");
        refused(&site.me(&login.token), 401, "session_revoked");
        let row = "SELECT count(*) AS number FROM sessions WHERE ended_at IS NOT NULL AND last_seen_at = created_at";
        assert_eq!(db.plain().number(row), 1);
    }

    async fn a_request_with_a_slow_body_that_began_before_does_not_open_the_session_again(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        site.clock.advance(Duration::from_secs(600));
        let body = json!({ "nickName": "张三" });
        let whole = crate::support::site::request("POST", "/api/userProfile", Some(&login.token), Some(&body));
        let (begin, end) = whole.split_at(whole.len() - 5);
        let mut slow = site.connect();
        slow.send(begin);
        tokio::time::sleep(Duration::from_millis(100)).await;
        revoke(&site.site, &login.sid).await;
        slow.send(end);
        // it is looked at when its body is there, so it may only be refused
        refused(&slow.answer(), 401, "session_revoked");
        db.flush_touches().await.unwrap();
        refused(&site.me(&login.token), 401, "session_revoked");
    }

    async fn under_fire_no_request_that_starts_after_the_revocation_is_accepted(db: TestDatabase) {
        let (site, twin) = (TestSite::new(&db), TestSite::with(&db.again(), |_| {}));
        for round in 0..5 {
            let login = site.login(&format!("alice-{round}"));
            let over = AtomicBool::new(false);
            let (acknowledged, accepted) = std::thread::scope(|scope| {
                let firing: Vec<_> = (0..4)
                    .map(|number| {
                        let (server, over, token) = (if number % 2 == 0 { &site } else { &twin }, &over, &login.token);
                        scope.spawn(move || {
                            let mut client = server.connect();
                            let request = crate::support::site::request("GET", "/api/me", Some(token), None);
                            let mut last = None;
                            while !over.load(Ordering::SeqCst) {
                                let start = Instant::now();
                                if client.ask(&request).status == 200 {
                                    last = Some(start);
                                }
                            }
                            last
                        })
                    })
                    .collect();
                std::thread::sleep(Duration::from_millis(40));
                let answer = site.delete(&format!("/api/sessions/{}", login.sid), &login.token);
                let acknowledged = Instant::now();
                assert_eq!(answer.status, 200);
                std::thread::sleep(Duration::from_millis(40));
                over.store(true, Ordering::SeqCst);
                let accepted: Vec<_> = firing.into_iter().map(|one| one.join().unwrap()).collect();
                (acknowledged, accepted)
            });
            assert!(accepted.iter().any(Option::is_some), "nothing was accepted at all");
            assert!(accepted.into_iter().flatten().all(|start| start < acknowledged), "accepted after its end");
        }
    }

    async fn a_frozen_user_is_signed_out_and_cannot_log_in(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (one, two, bob) = (site.login("alice-1"), site.login("alice-2"), site.login("bob-1"));
        assert_eq!(freeze(&site.site, &one.uid, Some(Duration::from_secs(3600))).await, 2);
        for token in [&one.token, &two.token] {
            refused(&site.me(token), 401, "session_revoked");
        }
        assert_eq!(site.state(&bob.token), "live");
        let sessions = db.dump()["sessions"].clone();
        let fresh = json!({ "code": "alice-4", "nickName": "张三" });
        let profile = site.ask("POST", "/api/userProfile", None, Some(&fresh));
        // a code that just opened a session is no way round the freeze either
        for answer in [site.try_login("alice-3"), site.try_login("alice-2"), profile] {
            refused(&answer, 403, "user_frozen");
            assert_eq!(text(&answer.json(), "/until"), "2023-11-14T23:13:20.000Z");
        }
        assert_eq!(db.dump()["sessions"], sessions);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM users WHERE nickname <> ''"), 0);
        site.clock.advance(Duration::from_secs(3600));
        refused(&site.me(&one.token), 401, "session_revoked");
        assert_eq!(site.login("alice-5").uid, one.uid);
    }

    async fn a_freeze_without_an_end_lasts_until_staff_undo_it(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        freeze(&site.site, &login.uid, None).await;
        site.clock.advance(Duration::from_secs(300 * 86_400));
        let answer = site.try_login("alice-2");
        refused(&answer, 403, "user_frozen");
        assert!(answer.json().get("until").is_none());
        let uid = login.uid.clone();
        let undo = move |conn: &mut Conn| {
            let user = User::find(conn, &uid)?.ok_or(Error::NotFound)?;
            User::unfreeze(conn, user.id)
        };
        db.write(undo).await.unwrap();
        refused(&site.me(&login.token), 401, "session_revoked");
        assert_eq!(site.login("alice-3").uid, login.uid);
    }

    async fn a_freeze_among_logins_leaves_no_live_session(db: TestDatabase) {
        let (site, twin) = (TestSite::new(&db), TestSite::with(&db.again(), |_| {}));
        for round in 0..4 {
            let uid = site.login(&format!("u{round}-first")).uid;
            std::thread::scope(|scope| {
                for number in 0..12 {
                    let server = if number % 2 == 0 { &site } else { &twin };
                    scope.spawn(move || {
                        let answer = server.try_login(&format!("u{round}-{number}"));
                        assert!(matches!(answer.status, 200 | 403), "{answer:?}");
                    });
                }
                std::thread::sleep(Duration::from_millis(3 * round));
                let (site, uid) = (&site.site, &uid);
                // a thread of its own: this one drives the test
                scope.spawn(move || actix_web::rt::Runtime::new().unwrap().block_on(freeze(site, uid, None)));
            });
            refused(&site.try_login(&format!("u{round}-last")), 403, "user_frozen");
        }
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM sessions WHERE ended_at IS NULL"), 0);
    }
}
