//! The comforts that app.js adds, and names that would be scripts.

use thirtyfour::error::WebDriverErrorInner;

use super::chromium::Chromium;
use super::scene::{HOSTILE, Scene, rename};
use crate::support::browser::staff;
use crate::support::database::TestDatabase;
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
    let pages = [
        "/admin/users".to_owned(),
        "/admin/users?q=a".to_owned(),
        "/admin/sessions".to_owned(),
        format!("/admin/users/{}", user.uid),
        format!("/admin/users/{}/revoke", user.uid),
        format!("/admin/users/{}/freeze", user.uid),
        format!("/admin/sessions/{}", user.sid),
        format!("/admin/sessions/{}/revoke", user.sid),
    ];
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
