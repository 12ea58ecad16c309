//! Ways in, with JavaScript off.

use std::time::Duration;

use super::chromium::Chromium;
use crate::support::browser::{Browser, PASSWORD, staff};
use crate::support::database::TestDatabase;
use crate::support::second_factor::{code, enrol};
use crate::support::site::{TestSite, refused};

#[actix_web::test]
async fn without_script_one_signs_in_with_a_second_factor_or_with_a_recovery_code_once() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let codes = enrol(&site, &mut Browser::of(&site, "chen", "admin").await);
    let chromium = Chromium::without_script(&site).await;
    site.clock.advance(Duration::from_secs(30));
    for (code, leads_to) in [
        (code(&site, "chen"), "/admin"),
        (codes[0].clone(), "/admin"),
        (codes[0].clone(), "/admin/login/second"),
    ] {
        chromium.sign_in("chen").await;
        assert_eq!(chromium.path().await, "/admin/login/second");
        chromium.fill("#code", &code).await;
        chromium.go("main button.primary").await;
        assert_eq!(chromium.path().await, leads_to);
        if leads_to == "/admin" {
            chromium.sign_out().await;
        }
    }
    assert_eq!(chromium.count("#problems").await, 1);
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_somebody_is_invited_and_comes_in_with_a_password_of_their_own() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    staff(&site, "wang", "owner").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("wang").await;
    chromium.go(".sections a[href='/admin/staff']").await;
    chromium.go(".actions a[href='/admin/staff/new']").await;
    chromium.fill("#name", "li.na").await;
    chromium.click("label.choice:has([value=support])").await;
    chromium.go("main .submit button").await;
    let link = chromium.text("code.long").await;
    let path = link.find("/admin/setup/").and_then(|at| link.get(at..)).unwrap();
    chromium.sign_out().await;
    chromium.open(path).await;
    chromium.fill("#password", PASSWORD).await;
    chromium.fill("#again", PASSWORD).await;
    chromium.go("main button").await;
    assert_eq!(chromium.text(".menu bdi").await, "li.na");
    chromium.sign_out().await;
    chromium.sign_in("li.na").await;
    chromium.go(".sections a[href='/admin/users']").await;
    assert_eq!(chromium.path().await, "/admin/users");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_a_form_outlives_the_session_and_is_sent_after_sign_in() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let user = site.login("alice-1");
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    chromium.open(&format!("/admin/users/{}/freeze", user.uid)).await;
    chromium.fill("#note", "rang us").await;
    site.clock.advance(Duration::from_mins(31));
    chromium.confirm("violation").await;
    chromium.fill("#name", "chen").await;
    chromium.fill("#password", PASSWORD).await;
    chromium.go("main button").await;
    assert_eq!(chromium.count("[name=note][value='rang us']").await, 1);
    chromium.go("main .submit button").await;
    assert_eq!(chromium.path().await, format!("/admin/users/{}", user.uid));
    refused(&site.try_login("alice-2"), 403, "user_frozen");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}
