//! One masked field, for a reason, so many times a day.

use std::time::Duration;

use serde_json::json;

use crate::support::browser::{Browser, between};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

/// What the page shows, if it does.
fn shown(page: &str) -> Option<&str> {
    between(page, "<code class=\"long\">", "</code>")
}

on_each_database! {
    async fn a_field_is_shown_for_a_reason_once_and_the_trail_has_it_first(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let given = site.post("/api/phone", &user.token, &json!({ "code": "alice-p1" }));
        let mask = given.json()["phone"].as_str().unwrap().to_owned();
        let mut support = Browser::of(&site, "lin", "support").await;
        let page = format!("/admin/users/{}", user.uid);
        let href = format!("{page}/reveal?field=phone");
        assert!(support.get(&page).body.contains(&format!("href=\"{href}\"")));
        let asked = support.get(&href);
        assert!(asked.status == 200 && asked.body.contains(&mask) && shown(&asked.body).is_none());
        assert!(asked.body.contains("20 fields left today"));
        let path = format!("{page}/reveal");
        let without = support.send(&path, &[("field", "phone")]);
        assert!(without.status == 422 && shown(&without.body).is_none());
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM audit WHERE action = 'user.reveal'"), 0);
        let answer = support.send(&path, &[("field", "phone"), ("reason", "user_request"), ("note", "rang")]);
        assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.body);
        let number = shown(&answer.body).unwrap().to_owned();
        assert!(number.starts_with("+86 1") && number.len() == 15, "{number}");
        assert!(answer.body.contains("19 fields left today"));
        assert!(!support.get(&page).body.contains(&number), "nowhere else");
        let trail = db.plain().rows("audit").join("\n");
        assert!(trail.contains("user.reveal") && trail.contains("user_request") && !trail.contains(&number));
    }

    async fn a_form_sent_twice_takes_of_the_quota_once(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut support = Browser::of(&site, "lin", "support").await;
        let page = format!("/admin/users/{}", user.uid);
        let path = format!("{page}/reveal");
        let asked = support.get(&format!("{path}?field=openid&of=0")).body;
        let key = between(&asked, "name=\"key\" value=\"", "\"").unwrap().to_owned();
        let fields = [("field", "openid"), ("of", "0"), ("reason", "test"), ("key", key.as_str())];
        for _ in 0..3 {
            support.get(&page);
            let answer = support.send(&path, &fields);
            assert!(shown(&answer.body).is_some() && answer.body.contains("19 fields left today"), "{}", answer.body);
        }
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM audit WHERE action = 'user.reveal'"), 1);
        // the key opens nothing else, and nobody else's page
        support.get(&page);
        let other = support.send(&path, &[("field", "unionid"), ("of", "0"), ("reason", "test"), ("key", &key)]);
        assert!(other.status == 404 && shown(&other.body).is_none());
        let mut second = Browser::of(&site, "wang", "support").await;
        second.get(&page);
        let foreign = second.send(&path, &fields);
        assert!(foreign.status == 409 && shown(&foreign.body).is_none(), "{}", foreign.body);
        // after an hour it is a new look
        site.clock.advance(Duration::from_secs(1700));
        support.get(&page);
        site.clock.advance(Duration::from_secs(1700));
        support.get(&page);
        site.clock.advance(Duration::from_secs(300));
        support.get(&page);
        let late = support.send(&path, &fields);
        assert!(shown(&late.body).is_none(), "{}", late.body);
    }

    async fn each_field_of_each_identity_and_session_can_be_asked_for(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (user, other) = (site.login("alice-1"), site.login("bob-1"));
        let mut support = Browser::of(&site, "lin", "support").await;
        let path = format!("/admin/users/{}/reveal", user.uid);
        support.get(&format!("/admin/users/{}", user.uid));
        let mut ask = |fields: &[(&str, &str)]| {
            let answer = support.send(&path, &[fields, &[("reason", "user_request")]].concat());
            let value = shown(&answer.body).map(str::to_owned);
            support.get("/admin/users");
            (answer.status, value)
        };
        let stored = |column: &str| {
            db.plain().lines(&format!("SELECT {column} AS line FROM identities ORDER BY id LIMIT 1")).remove(0)
        };
        assert_eq!(ask(&[("field", "openid"), ("of", "0")]), (200, Some(stored("openid"))));
        assert_eq!(ask(&[("field", "unionid"), ("of", "0")]), (200, Some(stored("unionid"))));
        assert_eq!(ask(&[("field", "ip"), ("sid", &user.sid)]), (200, Some("127.0.0.1".to_owned())));
        for fields in [
            vec![("field", "phone")],
            vec![("field", "openid"), ("of", "1")],
            vec![("field", "ip"), ("sid", other.sid.as_str())],
        ] {
            assert_eq!(ask(&fields), (404, None), "{fields:?}");
        }
        for fields in [vec![], vec![("field", "session_key")], vec![("field", "openid")], vec![("field", "ip")]] {
            assert_eq!(ask(&fields), (400, None), "{fields:?}");
        }
        let counted = "SELECT reveals AS number FROM reveal_counts";
        assert_eq!(db.plain().number(counted), 3, "what is not shown is not counted");
    }

    async fn each_identity_is_a_look_of_its_own_and_the_trail_says_which(db: TestDatabase) {
        let other = crate::support::site::OTHER_APPID;
        let site = TestSite::with(&db, |config| {
            config.apps.push(crate::support::site::app(other));
            for app in &mut config.apps {
                app.platform = Some("one".to_owned());
                app.link_unionid = true;
            }
        });
        let own = crate::support::site::APPID;
        let first = json!({ "code": "alice-1", "appId": own });
        let user = site.read(&site.ask("POST", "/api/login", None, Some(&first)));
        let linked = site.ask("POST", "/api/login", None, Some(&json!({ "code": "alice-2", "appId": other })));
        assert_eq!(linked.json()["user"]["id"], user.uid.as_str(), "{linked:?}");
        let mut support = Browser::of(&site, "lin", "support").await;
        let page = format!("/admin/users/{}", user.uid);
        let path = format!("{page}/reveal");
        let asked = support.get(&format!("{path}?field=openid&of=0")).body;
        let key = between(&asked, "name=\"key\" value=\"", "\"").unwrap().to_owned();
        let mut ask = |of: &str, key: &str| {
            support.get(&page);
            let fields = [("field", "openid"), ("of", of), ("reason", "test"), ("key", key)];
            let answer = support.send(&path, &fields);
            (answer.status, shown(&answer.body).map(str::to_owned))
        };
        let first = ask("0", &key);
        assert!(first.0 == 200 && first.1.is_some(), "{first:?}");
        assert_eq!(ask("1", &key), (404, None), "the key opens nothing else");
        let second = ask("1", "");
        assert!(second.0 == 200 && second.1.is_some() && second != first, "{second:?}");
        let trail = db.plain().lines("SELECT detail AS line FROM audit WHERE action = 'user.reveal' ORDER BY id");
        assert_eq!(trail.len(), 2, "{trail:?}");
        assert!(trail[0].contains(own) && trail[1].contains(other), "{trail:?}");
        assert_eq!(db.plain().number("SELECT reveals AS number FROM reveal_counts"), 2);
    }

    async fn a_quota_is_shared_by_processes_and_comes_back_the_next_day(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.admin.reveals_per_day = 5);
        let user = site.login("alice-1");
        let twin = menwei::db::reveals::Reveals { staff_id: 1, most: 5 };
        let mut support = Browser::of(&site, "lin", "support").await;
        let path = format!("/admin/users/{}/reveal", user.uid);
        let mut ask = || {
            support.get(&format!("/admin/users/{}", user.uid));
            support.send(&path, &[("field", "openid"), ("of", "0"), ("reason", "test")])
        };
        let first = ask();
        assert!(shown(&first.body).is_some() && !first.body.contains("four fifths"));
        // another process, at once
        let again = db.again();
        let takes = (0..3).map(|_| again.write(move |conn| twin.take(conn, "2023-11-15")));
        let mut taken: Vec<_> =
            futures_util::future::join_all(takes).await.into_iter().map(|taken| taken.unwrap()).collect();
        taken.sort();
        assert_eq!(taken, [Some(2), Some(3), Some(4)]);
        let last = ask();
        assert!(shown(&last.body).is_some() && last.body.contains("four fifths"), "{}", last.body);
        let over = ask();
        assert!(over.status == 429 && shown(&over.body).is_none() && over.body.contains("used up"));
        let denied = "SELECT count(*) AS number FROM audit WHERE action = 'user.reveal' AND result = 'denied'";
        assert_eq!(db.plain().number(denied), 1);
        site.clock.advance(Duration::from_hours(24));
        let mut support = Browser::new(&site);
        support.sign_in("lin", crate::support::browser::PASSWORD);
        support.get(&format!("/admin/users/{}", user.uid));
        let next = support.send(&path, &[("field", "openid"), ("of", "0"), ("reason", "test")]);
        assert!(shown(&next.body).is_some(), "{}", next.body);
    }
}
