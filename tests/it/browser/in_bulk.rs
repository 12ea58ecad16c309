//! What ends many sessions, with JavaScript off.

use std::time::Duration;

use super::chromium::Chromium;
use crate::support::browser::{PASSWORD, staff};
use crate::support::database::TestDatabase;
use crate::support::site::TestSite;

async fn work(site: &TestSite) {
    let state = &site.site.state;
    while state.db.work_on_jobs("test", state.liveness()).await.unwrap() {}
}

/// Fills the form of an emergency in, and sends it.
async fn propose(chromium: &Chromium) {
    chromium.go(".sections a[href='/admin/jobs']").await;
    chromium.go(".actions a[href='/admin/emergency']").await;
    chromium.click("#app option[value='*']").await;
    chromium.fill("#phrase", "revoke all sessions").await;
    chromium.fill("#note", "a note of what happened").await;
    chromium.confirm("suspected_theft").await;
}

#[actix_web::test]
async fn without_script_all_that_match_are_revoked_by_a_job_that_is_watched_to_its_end() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let users = ["alice-1", "bob-1", "carol-1"].map(|code| site.login(code));
    // what a job is about is older than the job
    site.clock.advance(Duration::from_secs(1));
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    chromium.open("/admin/sessions?client=other").await;
    chromium.go("main a[href^='/admin/sessions/revoke-matching']").await;
    assert!(chromium.text("h1").await.contains('3'));
    chromium.confirm("suspected_theft").await;
    assert!(chromium.path().await.starts_with("/admin/jobs/"));
    assert_eq!(users.each_ref().map(|user| site.state(&user.token)), ["live"; 3]);
    site.clock.advance(Duration::from_secs(11));
    work(&site).await;
    chromium.go("main a[href$='?follow=on']").await;
    assert_eq!(chromium.count("progress[value='3'][max='3']").await, 1);
    assert_eq!(chromium.count(".badge.active").await, 1);
    assert_eq!(users.map(|user| site.state(&user.token)), ["session_revoked"; 3]);
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_everything_is_revoked_by_one_who_proposes_and_another_who_approves() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let user = site.login("alice-1");
    staff(&site, "chen", "admin").await;
    staff(&site, "wang", "owner").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    propose(&chromium).await;
    assert_eq!(chromium.count("form[action$='/approve']").await, 0, "not one's own");
    chromium.sign_out().await;
    assert_eq!(site.state(&user.token), "live");
    chromium.sign_in("wang").await;
    chromium.go(".sections a[href='/admin/jobs']").await;
    chromium.go(".actions a[href='/admin/emergency']").await;
    assert!(chromium.text("main").await.contains("a note of what happened"));
    chromium.go("form[action$='/approve'] button").await;
    assert_eq!(chromium.count(".notice.done").await, 1);
    assert_eq!(site.state(&user.token), "session_revoked");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_a_form_waits_for_the_proof_and_is_sent_with_all_that_was_filled_in() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    staff(&site, "chen", "admin").await;
    staff(&site, "wang", "owner").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    site.clock.advance(Duration::from_mins(16));
    propose(&chromium).await;
    assert_eq!(chromium.count("form[action='/admin/reauth']").await, 1);
    chromium.fill("#password", "wrong").await;
    chromium.go("main .submit button").await;
    assert_eq!(chromium.count("#problems").await, 1);
    chromium.fill("#password", PASSWORD).await;
    chromium.go("main .submit button").await;
    assert_eq!(chromium.count("form[action='/admin/emergency'] [name=phrase]").await, 1);
    chromium.go("main .submit button").await;
    assert_eq!(chromium.path().await, "/admin/emergency");
    assert_eq!(chromium.count("form[action$='/refuse']").await, 1, "it waits for another person");
    assert!(chromium.text("main").await.contains("a note of what happened"));
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}
