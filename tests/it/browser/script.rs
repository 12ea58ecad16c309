//! The comforts that app.js adds, and names that would be scripts.

use thirtyfour::error::WebDriverErrorInner;

use super::chromium::Chromium;
use super::scene::{HOSTILE, Scene, rename};
use crate::support::browser::staff;
use crate::support::database::TestDatabase;
use crate::support::named::pages_with_the_name;
use crate::support::site::TestSite;

#[actix_web::test]
async fn a_slash_goes_to_the_lookup_one_tick_ticks_all_and_a_form_is_sent_once() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let user = site.login("alice-1");
    site.login("bob-1");
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::start(&site).await;
    chromium.sign_in("chen").await;
    chromium.open("/admin/sessions").await;
    chromium.driver.action_chain().send_keys("/").perform().await.unwrap();
    let focused = "return [document.activeElement.id, document.activeElement.value]";
    assert_eq!(chromium.run(focused).await, serde_json::json!(["lookup", ""]));
    chromium.fill("#lookup", "a/b").await;
    assert_eq!(chromium.run(focused).await, serde_json::json!(["lookup", "a/b"]));

    chromium.click(".tick-all").await;
    assert_eq!(chromium.count("[name=sid]:checked").await, 2);
    chromium.click("[name=sid]").await;
    assert_eq!(chromium.run("return document.querySelector('.tick-all').indeterminate").await, true);
    chromium.click(".tick-all").await;
    chromium.click(".tick-all").await;
    assert_eq!(chromium.count("[name=sid]:checked").await, 0);

    chromium.open(&format!("/admin/sessions/{}/revoke", user.sid)).await;
    chromium.click("label.choice:has([name=reason])").await;
    let twice = "let sent = 0;
        document.addEventListener('submit', (event) => {
            if (!event.defaultPrevented) sent += 1;
            event.preventDefault();
        });
        const button = document.querySelector('main .submit button');
        button.click();
        button.click();
        return [sent, button.getAttribute('aria-busy')];";
    assert_eq!(chromium.run(twice).await, serde_json::json!([1, "true"]));
    assert_eq!(chromium.complaints().await, Vec::<String>::new());
}

#[actix_web::test]
async fn a_file_is_taken_away_as_often_as_it_is_asked_for() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    site.login("alice-1");
    staff(&site, "chen", "admin").await;
    let folder = tempfile::tempdir().unwrap();
    let chromium = Chromium::start(&site).await;
    let allowed = serde_json::json!({ "behavior": "allow", "downloadPath": folder.path() });
    chromium.tell("Page.setDownloadBehavior", allowed).await;
    chromium.sign_in("chen").await;
    chromium.open("/admin/exports/users").await;
    for wanted in 1..=3 {
        // the name tells the second
        site.clock.advance(std::time::Duration::from_secs(1));
        chromium.click("main .submit button").await;
        let there = || {
            let all = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
            let whole = all.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "csv"));
            whole.filter(|entry| entry.metadata().unwrap().len() > 0).count()
        };
        for _ in 0..500 {
            if there() == wanted {
                break;
            }
            actix_web::rt::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!((there(), chromium.count("[aria-busy]").await), (wanted, 0));
    }
    assert_eq!(chromium.complaints().await, Vec::<String>::new());
}

async fn press(chromium: &Chromium, keys: &str) {
    chromium.driver.action_chain().send_keys(keys).perform().await.unwrap();
}

#[actix_web::test]
async fn keys_lead_to_lists_and_from_row_to_row_until_they_are_switched_off() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    site.login("alice-1");
    site.login("bob-1");
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::start(&site).await;
    chromium.sign_in("chen").await;
    for (keys, path) in [("gs", "/admin/sessions"), ("gu", "/admin/users")] {
        press(&chromium, keys).await;
        chromium.comes_to(path).await;
    }
    // one key alone, or another before the second, leads nowhere
    press(&chromium, "sgxs").await;
    assert_eq!(chromium.path().await, "/admin/users");
    // rows, only from a link in a row
    let row =
        "return [...document.querySelectorAll('tbody tr')].indexOf(document.activeElement.closest('tr'))";
    press(&chromium, "j").await;
    assert_eq!(chromium.run(row).await, -1);
    chromium.run("document.querySelector('tbody tr a').focus()").await;
    for (key, place) in [("j", 1), ("j", 1), ("k", 0), ("k", 0)] {
        press(&chromium, key).await;
        assert_eq!(chromium.run(row).await, place, "{key}");
    }
    // while something is typed they are letters
    chromium.fill("#lookup", "gs").await;
    assert_eq!(chromium.path().await, "/admin/users");
    // off
    chromium.open("/admin/help").await;
    chromium.go("button[name=shortcuts][value=off]").await;
    press(&chromium, "gu/").await;
    assert_eq!(chromium.path().await, "/admin/help");
    assert_ne!(chromium.run("return document.activeElement.id").await, "lookup");
    assert_eq!(chromium.complaints().await, Vec::<String>::new());
}

#[actix_web::test]
async fn what_is_to_be_copied_has_a_button_that_says_so() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let user = site.login("alice-1");
    staff(&site, "chen", "admin").await;
    let chromium = Chromium::start(&site).await;
    chromium.sign_in("chen").await;
    // what is copied is kept here instead: a browser without a window has no clipboard to read
    let keep = "navigator.clipboard.writeText = async (text) => { window.kept = text; };";
    for (path, text) in [
        (format!("/admin/users/{}", user.uid), &user.uid),
        (format!("/admin/sessions/{}", user.sid), &user.sid),
    ] {
        chromium.open(&path).await;
        assert_eq!(chromium.count("button.copy").await, 1, "{path}");
        chromium.run(keep).await;
        let label = chromium.find("button.copy").await.attr("aria-label").await.unwrap().unwrap();
        assert!(label.starts_with("Copy: ") || label.starts_with("复制: "), "{label}");
        chromium.click("button.copy").await;
        assert_eq!(chromium.run("return window.kept").await, **text, "{path}");
        let said =
            chromium.run("return document.querySelector('main > .aside[role=status]').textContent").await;
        assert!(said.as_str().unwrap().contains(label.split(": ").nth(1).unwrap()), "{said}");
    }
    chromium.open("/admin/account/totp").await;
    chromium.run(keep).await;
    chromium.click("button.copy").await;
    let key = chromium.text("code.long").await;
    assert_eq!(chromium.run("return window.kept").await, key);
    assert_eq!(chromium.complaints().await, Vec::<String>::new());
    let plain = Chromium::without_script(&site).await;
    plain.sign_in("chen").await;
    plain.open(&format!("/admin/users/{}", user.uid)).await;
    assert_eq!(plain.count(".copy").await, 0);
}

/// How many elements of each kind the page has, and attributes that run something.
const DRAWN: &str = "
    const drawn = {};
    for (const one of document.querySelectorAll('*')) {
        drawn[one.tagName] = (drawn[one.tagName] ?? 0) + 1;
        for (const { name, value } of one.attributes) {
            if (name.startsWith('on') || /^javascript:/i.test(value)) drawn.hot = (drawn.hot ?? 0) + 1;
        }
    }
    return drawn;";

#[actix_web::test]
async fn a_hostile_nickname_draws_no_element_and_runs_nothing() {
    let db = TestDatabase::sqlite();
    let scene = Scene::new(&db).await;
    let (site, user) = (&scene.site, &scene.user);
    let chromium = Chromium::start(site).await;
    chromium.with_cookies(&scene.admin.cookies).await;
    let pages = pages_with_the_name(user, "a");
    for page in &pages {
        rename(site, user, "a plain name");
        chromium.open(page).await;
        let plain = chromium.run(DRAWN).await;
        for name in HOSTILE {
            rename(site, user, name);
            chromium.open(page).await;
            assert_eq!(chromium.run(DRAWN).await, plain, "{page}: {name}");
            let dialog = chromium.driver.get_alert_text().await.unwrap_err();
            assert!(matches!(*dialog, WebDriverErrorInner::NoSuchAlert(_)), "{page}: {name}: {dialog}");
        }
        assert!(
            chromium.driver.source().await.unwrap().contains("alert(7)"),
            "{page} does not show the name"
        );
        assert_eq!(chromium.complaints().await, Vec::<String>::new(), "{page}");
    }
}
