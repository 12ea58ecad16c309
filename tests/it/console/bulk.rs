//! Revoking by filter, watching and stopping the job, everything at once, and how much support may do.

use std::time::Duration;

use menwei::db::staff::Staff;
use serde_json::json;

use crate::support::browser::{Browser, PASSWORD, between};
use crate::support::database::on_each_database;
use crate::support::site::{APPID, Login, OTHER_APPID, TestSite, app, refused};

/// Proves that it is they, so that the next dangerous page opens.
fn prove(browser: &mut Browser) {
    browser.get("/admin/reauth");
    let proven = browser.send("/admin/reauth", &[("password", PASSWORD), ("next", "/admin")]);
    assert_eq!(proven.status, 303, "{}", proven.body);
}

pub(super) fn hidden(page: &str, name: &str) -> String {
    between(page, &format!("name=\"{name}\" value=\""), "\"").unwrap_or_default().to_owned()
}

async fn work(site: &TestSite) {
    let state = &site.site.state;
    state.db.carry_out_due_emergencies(state.now()).await.unwrap();
    while state.db.work_on_jobs("test", state.liveness()).await.unwrap() {}
}

/// A login to one of two mini-programs.
fn log_in(site: &TestSite, appid: &str, code: &str) -> Login {
    let body = json!({ "code": code, "appId": appid });
    site.read(&site.ask("POST", "/api/login", None, Some(&body)))
}

fn two_apps(db: &menwei::db::Database) -> TestSite {
    TestSite::with(db, |config| config.apps.push(app(OTHER_APPID)))
}

fn tick(site: &TestSite, seconds: u64) {
    site.clock.advance(Duration::from_secs(seconds));
}

on_each_database! {
    async fn all_that_match_are_revoked_by_a_job_that_can_be_stopped(db: TestDatabase) {
        let site = two_apps(&db);
        let here: Vec<Login> = (0..12).map(|n| log_in(&site, APPID, &format!("alice{n}-1"))).collect();
        let there = log_in(&site, OTHER_APPID, "alice0-2");
        let mut chen = Browser::of(&site, "chen", "admin").await;
        // signing in was the proof; it lasts a quarter of an hour
        tick(&site, 16 * 60);
        let list = format!("/admin/sessions?app={APPID}&client=other");
        let page = chen.get(&list).body;
        assert!(page.contains("Revoke all 12 that match"), "{page}");
        let href = format!("/admin/sessions/revoke-matching?app={APPID}&client=other");
        assert!(page.contains(&format!("href=\"{}\"", href.replace('&', "&#38;"))));
        assert!(chen.get(&href).header("location").starts_with("/admin/reauth?next="), "proof first");
        prove(&mut chen);
        let page = chen.get(&href).body;
        assert!(page.contains("Revoke the 12 sessions that match?") && page.contains("Oldest"), "{page}");
        let (key, query) = (hidden(&page, "key"), hidden(&page, "query"));
        assert_eq!(query, format!("app={APPID}&#38;client=other"));
        let query = query.replace("&#38;", "&");
        assert!(page.contains("None of them is from WeChat DevTools") && page.contains("It will take about 1 second"));
        let form = |counted: &'static str| {
            vec![("key", key.clone()), ("query", query.clone()), ("counted", counted.to_owned()), ("reason", "test".to_owned())]
        };
        let send = |browser: &mut Browser, counted: &'static str| {
            let fields = form(counted);
            let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.send("/admin/sessions/revoke-matching", &fields)
        };
        let grown = send(&mut chen, "10");
        assert_eq!(grown.status, 422);
        assert!(grown.body.contains("There are 12 sessions now, not 10"));
        let made = send(&mut chen, "11");
        assert_eq!(made.header("location"), format!("/admin/jobs/{key}?follow=on"), "{}", made.body);
        let job = chen.get(made.header("location"));
        assert_eq!(job.header("refresh"), "5");
        assert!(job.body.contains("The job begins in 11 seconds") && job.body.contains("Cancel the job"));
        assert_eq!(send(&mut chen, "12").header("location"), made.header("location"), "twice is once");
        let path = format!("/admin/jobs/{key}");
        assert_eq!(chen.get(&path).header("refresh"), "", "only who asked for it");
        assert_eq!(chen.send(&format!("{path}/pause"), &[]).status, 303);
        tick(&site, 11);
        work(&site).await;
        assert!(chen.get(&path).body.contains("Paused"));
        assert!(here.iter().all(|login| site.state(&login.token) == "live"));
        assert_eq!(chen.send(&format!("{path}/resume"), &[]).status, 303);
        let late = log_in(&site, APPID, "bob-1");
        work(&site).await;
        let page = chen.get(&path).body;
        assert!(page.contains("Done") && page.contains("12 of 12"), "{page}");
        assert!(here.iter().all(|login| site.state(&login.token) == "session_revoked"));
        assert_eq!([site.state(&there.token), site.state(&late.token)], ["live", "live"]);
        assert!(chen.get(&format!("/admin/sessions/{}", here[0].sid)).body.contains("chen, Test"));
        assert!(chen.get("/admin/jobs").body.contains(&path));
        let late = chen.send(&format!("{path}/cancel"), &[]);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("The job has moved on") && late.body.contains("A job was done, 20"), "{}", late.body);
        let trail = chen.follow("/admin/audit").body;
        for deed in ["Make a job", "Pause a job", "Resume a job"] {
            assert!(trail.contains(deed), "{deed}");
        }
        let mut lin = Browser::of(&site, "lin", "auditor").await;
        assert!(lin.follow("/admin/audit?action=job.finish").body.contains(">1 result "));
        assert!(!lin.get(&path).body.contains("Cancel the job"));
        assert_eq!(lin.send(&format!("{path}/cancel"), &[]).status, 403);
    }

    async fn the_teams_own_sessions_are_counted_apart(db: TestDatabase) {
        let site = TestSite::new(&db);
        let logins: Vec<Login> = (0..5).map(|n| site.login(&format!("alice{n}-1"))).collect();
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let path = "/admin/sessions/revoke-matching";
        let page = chen.get(&format!("{path}?client=other")).body;
        assert!(page.contains("own are not spared") && page.contains("None of them is from WeChat DevTools"), "{page}");
        let change = |sid: &str, to: &str| {
            db.plain().execute(&format!("UPDATE sessions SET {to} WHERE sid = '{sid}'")).unwrap();
        };
        change(&logins[0].sid, "client = 'devtools', app_version = '0'");
        change(&logins[1].sid, "client = 'devtools', app_version = '0'");
        change(&logins[2].sid, "app_version = '0'");
        let page = chen.get(&format!("{path}?ver=0")).body;
        assert!(page.contains("Revoke the 3 sessions that match?"), "{page}");
        for (text, href, count) in [
            ("From WeChat DevTools: 2", "/admin/sessions?ver=0&client=devtools", 2),
            ("version: 3", "/admin/sessions?ver=0", 3),
        ] {
            let link = href.replace('&', "&#38;");
            assert!(page.contains(text) && page.contains(&format!("href=\"{link}\"")), "{text}: {page}");
            assert!(chen.get(href).body.contains(&format!("<p class=\"count\">{count} result")), "{href}");
        }
        for path in ["/admin/sessions/revoke-matching?ver=0", "/admin/emergency"] {
            let before = db.statements();
            chen.get(path);
            assert!(db.statements() - before <= 6, "{path}: {}", db.statements() - before);
        }
    }

    async fn of_very_many_that_match_the_page_counts_the_newest_and_the_job_counts_the_rest(db: TestDatabase) {
        let site = TestSite::new(&db);
        let sid = site.login("alice-1").sid;
        let digest =
            if db.engine() == menwei::db::Engine::Postgres { "decode(md5(n::text), 'hex')" } else { "CAST(n AS BLOB)" };
        db.plain().execute(&format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 12000) INSERT INTO sessions \
             (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, user_agent, client, device, \
             wechat_version, app_version) SELECT {digest}, 'x' || n, user_id, identity_id, appid, created_at, last_seen_at, \
             expires_at, ip, '', CASE WHEN n % 2 = 0 THEN 'devtools' ELSE 'ios' END, '', '', '' FROM sessions, numbers \
             WHERE sid = '{sid}'",
        )).unwrap();
        tick(&site, 60);
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let path = "/admin/sessions/revoke-matching";
        // many, and one that is older than what is looked at
        for (filter, many) in [("client=devtools", "0+ sessions"), ("client=other", "the 0+ sessions")] {
            let page = chen.get(&format!("{path}?{filter}")).body;
            let heading = between(&page, "<h1 id=\"matching\">", "</h1>").unwrap().to_owned();
            assert!(heading.contains(many), "{heading}");
            assert!(page.contains("at least."), "{page}");
        }
        let page = chen.get(&format!("{path}?client=ios")).body;
        let (key, counted) = (hidden(&page, "key"), hidden(&page, "counted"));
        let fields = [("key", key.as_str()), ("query", "client=ios"), ("counted", &counted), ("reason", "test")];
        assert_eq!(chen.send(path, &fields).status, 303, "{}", chen.page);
        let find = async |jid: String| {
            db.read(move |conn| menwei::db::jobs::Job::find(conn, &jid)).await.unwrap().unwrap()
        };
        assert_eq!(find(key.clone()).await.found, None, "part of them is not how many there are");
        site.clock.advance(std::time::Duration::from_secs(11));
        while db.work_on_jobs("one", site.site.state.liveness()).await.unwrap() {}
        let job = find(key).await;
        assert_eq!((job.found, job.done), (Some(6_000), 6_000));
    }

    async fn a_typo_in_the_filter_never_widens_what_is_revoked(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut chen = Browser::of(&site, "chen", "admin").await;
        prove(&mut chen);
        for wrong in ["ap=x", "state=all", "sort=expires", "client=nokia", "app=a&app=b"] {
            assert_eq!(chen.get(&format!("/admin/sessions/revoke-matching?{wrong}")).status, 400, "{wrong}");
        }
        let page = chen.get("/admin/sessions/revoke-matching?client=other").body;
        let key = hidden(&page, "key");
        let fields = [("key", key.as_str()), ("query", "ap=x"), ("counted", "1"), ("reason", "test")];
        assert_eq!(chen.send("/admin/sessions/revoke-matching", &fields).status, 400);
        let nothing = chen.get("/admin/sessions/revoke-matching?client=ios");
        assert_eq!(nothing.header("location"), "/admin/sessions");
    }

    async fn what_leaves_nothing_out_is_not_for_one_person(db: TestDatabase) {
        let site = two_apps(&db);
        let user = log_in(&site, APPID, "alice-1");
        let mut chen = Browser::of(&site, "chen", "admin").await;
        prove(&mut chen);
        let page = chen.get("/admin/sessions/revoke-matching?client=other").body;
        let key = hidden(&page, "key");
        let mut everything = vec![String::new(), format!("app={APPID}")];
        // a range of days that holds every session that can be live
        everything.push("created=2000-01-01..".to_owned());
        everything.push(format!("app={APPID}&seen=2000-01-01..&expires=2000-01-01.."));
        for query in &everything {
            let path = format!("/admin/sessions/revoke-matching?{query}");
            let asked = chen.get(path.trim_end_matches('?'));
            assert_eq!((asked.status, asked.header("location")), (303, "/admin/emergency"), "{query}");
            let page = chen.get("/admin/emergency").body;
            assert!(chen.notice().contains("which nobody revokes alone"), "{query}: {page}");
            let fields = [("key", key.as_str()), ("query", query), ("counted", "100"), ("reason", "test")];
            let sent = chen.send("/admin/sessions/revoke-matching", &fields);
            assert_eq!((sent.status, sent.header("location")), (303, "/admin/emergency"), "{query}");
            chen.get("/admin/emergency");
            assert!(chen.notice().contains("which nobody revokes alone"), "{query}");
            let list = chen.get(format!("/admin/sessions?{query}").trim_end_matches('?')).body;
            assert!(list.contains("Revoke everything (takes two people)"), "{query}: {list}");
            assert!(!list.contains("revoke-matching"), "{query}");
        }
        assert_eq!(chen.get(&format!("/admin/jobs/{key}")).status, 404, "no job was made");
        assert_eq!(site.state(&user.token), "live");
    }

    async fn everything_is_revoked_by_two_people_in_an_instant(db: TestDatabase) {
        let site = two_apps(&db);
        let (here, there) = (log_in(&site, APPID, "alice-1"), log_in(&site, OTHER_APPID, "alice-2"));
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let mut wang = Browser::of(&site, "wang", "owner").await;
        tick(&site, 16 * 60);
        let page = chen.get("/admin/emergency").body;
        assert!(page.contains("It takes two people"));
        assert!(page.contains("All mini-programs, live right now: 2 results."), "{page}");
        assert_eq!(page.matches("data-label=\"Device\"").count(), 2, "some of them are shown");
        let key = hidden(&page, "key");
        let form = |app: &'static str, phrase: &'static str| {
            [("key", key.clone()), ("app", app.to_owned()), ("phrase", phrase.to_owned()), ("reason", "other".to_owned()), ("ticket", "T-77".to_owned())]
        };
        let send = |browser: &mut Browser, app, phrase| {
            let fields = form(app, phrase);
            let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
            browser.send("/admin/emergency", &fields)
        };
        let asked = send(&mut chen, "*", "revoke all sessions");
        assert_eq!(asked.status, 403, "proof first");
        assert!(asked.body.contains("kept"));
        prove(&mut chen);
        chen.get("/admin/emergency");
        for (app, phrase) in [("*", "revoke all"), ("*", ""), (OTHER_APPID, "revoke all sessions"), ("", "x")] {
            assert_eq!(send(&mut chen, app, phrase).status, 422, "{app} {phrase}");
        }
        assert_eq!(send(&mut chen, OTHER_APPID, OTHER_APPID).status, 303);
        assert!(chen.get("/admin/emergency").body.contains("Waiting for approval"));
        let eid = hidden(&chen.page, "key");
        assert_eq!(chen.send("/admin/emergency/approve", &[("key", &eid)]).status, 403, "not an admin");
        assert_eq!([site.state(&here.token), site.state(&there.token)], ["live", "live"]);
        let page = wang.get("/admin/emergency").body;
        assert!(page.contains("T-77") && page.contains("live right now: 1 result."), "{page}");
        assert!(!page.contains("/admin/sessions/"), "owners do not look at sessions");
        assert_eq!(wang.send("/admin/emergency/approve", &[("key", &eid)]).status, 403, "proof first");
        prove(&mut wang);
        wang.get("/admin/emergency");
        assert_eq!(wang.send("/admin/emergency/approve", &[("key", &eid)]).status, 303);
        refused(&site.me(&there.token), 401, "session_revoked");
        assert_eq!(site.state(&here.token), "live", "of the other mini-program");
        tick(&site, 1);
        let after = log_in(&site, OTHER_APPID, "bob-1");
        assert_eq!(site.state(&after.token), "live");
        let list = chen.follow(&format!("/admin/sessions?app={OTHER_APPID}")).body;
        assert!(list.contains(">1 result "), "the list knows it at once");
        assert!(chen.get(&format!("/admin/sessions/{}", there.sid)).body.contains("all sessions were revoked at once"));
        tick(&site, 15);
        work(&site).await;
        assert_eq!(site.state(&after.token), "live");
        assert!(chen.get(&format!("/admin/sessions/{}", there.sid)).body.contains("chen, Other"), "{}", chen.page);
        wang.get("/admin/emergency");
        assert!(wang.notice().contains("every session opened before is dead"), "{}", wang.notice());
        wang.send("/admin/emergency/approve", &[("key", &eid)]);
        wang.get("/admin/emergency");
        assert!(wang.notice().contains("was decided"), "{}", wang.notice());
        let mut zhao = Browser::of(&site, "zhao", "owner").await;
        zhao.get("/admin/emergency");
        let late = zhao.send("/admin/emergency/approve", &[("key", &eid)]);
        assert_eq!(late.status, 409);
        assert!(late.body.contains("wang decided that proposal at 20"), "{}", late.body);
        let trail = wang.follow("/admin/audit").body;
        assert!(trail.contains("Propose to revoke everything") && trail.contains("Approve to revoke everything"));
    }

    async fn a_proposal_is_refused_taken_back_or_expires_and_nobody_approves_their_own(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut wang = Browser::of(&site, "wang", "owner").await;
        let mut zhao = Browser::of(&site, "zhao", "owner").await;
        prove(&mut wang);
        prove(&mut zhao);
        let propose = |browser: &mut Browser| {
            let key = hidden(&browser.get("/admin/emergency").body, "key");
            let fields = [("key", key.as_str()), ("app", "*"), ("phrase", "撤销全部会话"), ("reason", "test")];
            assert_eq!(browser.send("/admin/emergency", &fields).status, 303, "{}", browser.page);
            key
        };
        let key = propose(&mut wang);
        assert!(!wang.get("/admin/emergency").body.contains("/admin/emergency/approve"));
        wang.send("/admin/emergency/approve", &[("key", &key)]);
        assert_eq!(site.state(&user.token), "live");
        wang.get("/admin/emergency");
        assert_eq!(wang.send("/admin/emergency/refuse", &[("key", &key)]).status, 303, "taken back");
        let key = propose(&mut wang);
        zhao.get("/admin/emergency");
        assert_eq!(zhao.send("/admin/emergency/refuse", &[("key", &key)]).status, 303);
        let key = propose(&mut wang);
        tick(&site, 15 * 60);
        prove(&mut zhao);
        assert!(!zhao.get("/admin/emergency").body.contains("Waiting for approval"));
        zhao.send("/admin/emergency/approve", &[("key", &key)]);
        work(&site).await;
        assert_eq!(site.state(&user.token), "live");
        assert!(zhao.get("/admin/emergency").body.contains("Expired"));
    }

    async fn who_is_alone_waits_a_minute(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut wang = Browser::of(&site, "wang", "owner").await;
        prove(&mut wang);
        let page = wang.get("/admin/emergency").body;
        assert!(page.contains("You are alone here"), "{page}");
        let key = hidden(&page, "key");
        let fields = [("key", key.as_str()), ("app", "*"), ("phrase", "Revoke all sessions"), ("reason", "test")];
        assert_eq!(wang.send("/admin/emergency", &fields).status, 303);
        tick(&site, 59);
        work(&site).await;
        assert_eq!(site.state(&user.token), "live");
        tick(&site, 1);
        work(&site).await;
        assert_eq!(site.state(&user.token), "session_revoked");
        // with an admin there is a second person
        let state = &site.site.state;
        let add = |conn: &mut _| Staff::create(conn, "chen", "admin", state.now());
        let id = state.db.write_now(add).unwrap();
        state.db.write_now(|conn| Staff::set_password(conn, id, "x", state.now())).unwrap();
        let page = wang.get("/admin/emergency").body;
        assert!(page.contains("let an admin propose"), "{page}");
        let fields = [("key", key.as_str()), ("app", "*"), ("phrase", "revoke all sessions"), ("reason", "test")];
        assert_eq!(wang.send("/admin/emergency", &fields).status, 422);
    }

    async fn support_revokes_so_many_a_day_and_no_more(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.admin.support_revokes_per_day = 2);
        let logins: Vec<Login> = (0..4).map(|n| site.login(&format!("alice{n}-1"))).collect();
        let mut lin = Browser::of(&site, "lin", "support").await;
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let revoke = |browser: &mut Browser, place: usize| {
            let path = format!("/admin/sessions/{}/revoke", logins[place].sid);
            browser.get(&path);
            browser.send(&path, &[("reason", "test")])
        };
        assert_eq!([revoke(&mut lin, 0).status, revoke(&mut lin, 1).status], [303, 303]);
        let over = revoke(&mut lin, 2);
        assert_eq!(over.status, 422);
        assert!(over.body.contains("You revoked 2 sessions today; the limit is 2 a day."), "{}", over.body);
        assert_eq!(site.state(&logins[2].token), "live");
        assert_eq!(revoke(&mut chen, 2).status, 303, "admins have no limit");
        tick(&site, 86_400);
        assert!(lin.sign_in("lin", PASSWORD).status == 303);
        assert_eq!(revoke(&mut lin, 3).status, 303, "another day");
    }

    async fn a_freeze_on_the_way_can_end_by_itself(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/sessions/{}/revoke", user.sid);
        assert!(chen.get(&path).body.contains("value=\"24h\""));
        let fields = [("reason", "violation"), ("also", "freeze"), ("until", "1h")];
        assert_eq!(chen.send(&path, &fields).status, 303);
        refused(&site.try_login("alice-2"), 403, "user_frozen");
        tick(&site, 3601);
        assert_eq!(site.try_login("alice-3").status, 200);
    }
}
