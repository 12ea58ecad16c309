//! What staff do, with JavaScript off.

use super::chromium::Chromium;
use crate::support::browser::staff;
use crate::support::database::TestDatabase;
use crate::support::site::{TestSite, refused};

/// Chooses a reason and confirms.
async fn confirm(chromium: &Chromium, reason: &str) {
    chromium.click(&format!("label.choice:has([name=reason][value={reason}])")).await;
    chromium.go("main .submit button").await;
}

#[actix_web::test]
async fn without_script_a_user_is_found_revoked_frozen_and_unfrozen() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let (one, two) = (site.login("alice-1"), site.login("alice-2"));
    site.login("bob-1");
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    assert_eq!(chromium.count("html.js").await, 0, "a script ran");
    chromium.fill("#lookup", &format!(" {} ", one.uid)).await;
    chromium.go("form.lookup button").await;
    let user = format!("/admin/users/{}", one.uid);
    assert_eq!(chromium.path().await, user);

    chromium.go(".actions a[href$='/revoke']").await;
    chromium.fill("#note", "rang us").await;
    confirm(&chromium, "suspected_theft").await;
    assert!(chromium.text(".notice").await.contains('2'));
    refused(&site.me(&one.token), 401, "session_revoked");
    refused(&site.me(&two.token), 401, "session_revoked");

    chromium.open(&user).await;
    chromium.go(".actions a[href$='/freeze']").await;
    confirm(&chromium, "violation").await;
    assert_eq!(chromium.path().await, user);
    refused(&site.try_login("alice-3"), 403, "user_frozen");

    chromium.go(".actions a[href$='/unfreeze']").await;
    confirm(&chromium, "other").await;
    assert_eq!(chromium.path().await, user);
    assert_eq!(site.state(&site.login("alice-4").token), "live");
    // the only complaint is of the script that we kept away
    assert!(chromium.complaints().await.iter().all(|line| line.contains("ERR_BLOCKED_BY_CLIENT")));
}

#[actix_web::test]
async fn without_script_ticked_sessions_are_revoked_and_no_others() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let users = ["alice-1", "bob-1", "carol-1", "dave-1"].map(|code| site.login(code));
    staff(&site, "chen", "support").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    chromium.go("nav.sections a[href='/admin/sessions']").await;
    for user in &users[..3] {
        chromium.click(&format!("[name=sid][value='{}']", user.sid)).await;
    }
    chromium.go(".tally button").await;
    assert!(chromium.text("h1").await.contains('3'));
    confirm(&chromium, "device_lost").await;
    let states = users.map(|user| site.state(&user.token));
    assert_eq!(states, ["session_revoked", "session_revoked", "session_revoked", "live"]);
}

#[actix_web::test]
async fn without_script_the_language_changes_and_nothing_is_left_after_sign_out() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let user = site.login("alice-1");
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("chen").await;
    let page = format!("/admin/users/{}", user.uid);
    chromium.open(&page).await;
    for (language, word) in [("en", "Users"), ("zh-CN", "用户"), ("en", "Users")] {
        chromium.go(&format!("button[name=language][value={language}]")).await;
        assert_eq!(chromium.path().await, page);
        assert_eq!(chromium.count(&format!("html[lang={language}]")).await, 1);
        assert_eq!(chromium.text("nav.sections a").await, word);
    }
    chromium.go("button[name=theme][value=dark]").await;
    assert_eq!((chromium.path().await, chromium.count("html[data-theme=dark]").await), (page, 1));

    chromium.click("details.menu summary").await;
    chromium.go("details.menu button").await;
    assert_eq!(chromium.path().await, "/admin/login");
    for _ in 0..3 {
        chromium.driver.back().await.unwrap();
        assert_eq!(chromium.path().await, "/admin/login");
        assert_eq!(chromium.count("main .sheet, header nav").await, 0);
    }
}
