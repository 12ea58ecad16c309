//! What staff do, with JavaScript off.

use std::time::Duration;

use serde_json::json;

use super::chromium::Chromium;
use super::scene::rename;
use crate::support::browser::staff;
use crate::support::database::TestDatabase;
use crate::support::site::{TestSite, refused, text};

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
    chromium.confirm("suspected_theft").await;
    assert!(chromium.text(".notice").await.contains('2'));
    refused(&site.me(&one.token), 401, "session_revoked");
    refused(&site.me(&two.token), 401, "session_revoked");

    chromium.open(&user).await;
    chromium.go(".actions a[href$='/freeze']").await;
    chromium.confirm("violation").await;
    assert_eq!(chromium.path().await, user);
    refused(&site.try_login("alice-3"), 403, "user_frozen");

    chromium.go(".actions a[href$='/unfreeze']").await;
    chromium.confirm("other").await;
    assert_eq!(chromium.path().await, user);
    assert_eq!(site.state(&site.login("alice-4").token), "live");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
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
    chromium.confirm("device_lost").await;
    let states = users.map(|user| site.state(&user.token));
    assert_eq!(states, ["session_revoked", "session_revoked", "session_revoked", "live"]);
    assert_eq!(chromium.faults().await, Vec::<String>::new());
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
    for (language, word) in [("en", "Overview"), ("zh-CN", "概览"), ("en", "Overview")] {
        chromium.go(&format!("button[name=language][value={language}]")).await;
        assert_eq!(chromium.path().await, page);
        assert_eq!(chromium.count(&format!("html[lang={language}]")).await, 1);
        assert_eq!(chromium.text("nav.sections a").await, word);
    }
    chromium.go("button[name=theme][value=dark]").await;
    assert_eq!((chromium.path().await, chromium.count("html[data-theme=dark]").await), (page, 1));

    chromium.sign_out().await;
    for _ in 0..3 {
        chromium.driver.back().await.unwrap();
        assert_eq!(chromium.path().await, "/admin/login");
        assert_eq!(chromium.count("main .sheet, header nav").await, 0);
    }
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_a_number_is_revealed_for_a_reason_and_a_note_is_left() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let user = site.login("alice-1");
    assert_eq!(site.post("/api/phone", &user.token, &json!({ "code": "alice-p1" })).status, 200);
    staff(&site, "lin", "support").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("lin").await;
    let page = format!("/admin/users/{}", user.uid);
    chromium.open(&page).await;
    chromium.go("a.reveal[href$='field=phone']").await;
    chromium.confirm("user_request").await;
    assert!(chromium.text(".revealed").await.starts_with("+86 1"));
    chromium.go("main a.button").await;
    assert_eq!((chromium.path().await, chromium.count(".revealed").await), (page, 0));

    chromium.click("details:has(#text) summary").await;
    chromium.fill("#text", "rang us <b>twice</b>").await;
    chromium.go("form[action$='/notes'] button").await;
    assert_eq!(chromium.text("main .timeline blockquote").await, "rang us <b>twice</b>");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_a_list_is_taken_away_as_a_file() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
    staff(&site, "chen", "admin").await;
    let folder = tempfile::tempdir().unwrap();
    let chromium = Chromium::without_script(&site).await;
    let allowed = json!({ "behavior": "allow", "downloadPath": folder.path() });
    chromium.tell("Page.setDownloadBehavior", allowed).await;
    chromium.sign_in("chen").await;
    chromium.go(".sections a[href='/admin/users']").await;
    chromium.go("main a[href^='/admin/exports/users']").await;
    chromium.click("main .submit button").await;
    let file = || {
        let all = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
        all.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "csv"))
    };
    let mut rows = String::new();
    for _ in 0..500 {
        // Chromium keeps the name by an empty file until all is there
        rows = file().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
        if !rows.is_empty() {
            break;
        }
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(rows.contains(&alice.uid) && rows.contains(&bob.uid) && rows.lines().count() == 3, "{rows}");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}

#[actix_web::test]
async fn without_script_a_nickname_of_which_wechat_is_unsure_is_let_pass() {
    let db = TestDatabase::sqlite();
    let site = TestSite::with(&db, |config| config.wechat.content_check = true);
    let user = site.login("alice-1");
    rename(&site, &user, "复核小明");
    staff(&site, "lin", "support").await;
    let chromium = Chromium::without_script(&site).await;
    chromium.sign_in("lin").await;
    chromium.go(".sections a[href='/admin/reviews']").await;
    assert!(chromium.text("main tbody").await.contains("复核小明"));
    chromium.go("form[action$='/accept'] button").await;
    assert_eq!((chromium.path().await.as_str(), chromium.count("main tbody").await), ("/admin/reviews", 0));
    assert_eq!(text(&site.me(&user.token).json(), "/user/nickName"), "复核小明");
    assert_eq!(chromium.faults().await, Vec::<String>::new());
}
