//! Pages on paper.

use serde_json::json;

use super::chromium::Chromium;
use super::scene::Scene;
use crate::support::database::TestDatabase;

/// What is pressed, filled in or gone to, and can be seen.
const LEFT: &str = "return [...document.querySelectorAll('nav, button, input, select, textarea, .button')]
    .filter((one) => one.checkVisibility() && one.getClientRects().length).map((one) => one.outerHTML.slice(0, 120));";

#[actix_web::test]
async fn on_paper_a_page_says_where_it_is_who_printed_it_and_when_and_has_nothing_to_press() {
    let db = TestDatabase::sqlite();
    let scene = Scene::new(&db).await;
    let chromium = Chromium::start(&scene.site).await;
    let mut cookies = scene.admin.cookies.clone();
    cookies.insert("menwei-preferences".to_owned(), "en.dark".to_owned());
    chromium.with_cookies(&cookies).await;
    let user = format!("/admin/users/{}", scene.user.uid);
    for path in ["/admin/users?status=active", "/admin/sessions", &user, "/admin/logins", "/admin"] {
        chromium.tell("Emulation.setEmulatedMedia", json!({ "media": "screen" })).await;
        chromium.open(path).await;
        let shown = "return document.querySelector('.printed').checkVisibility()";
        assert_eq!(chromium.run(shown).await, false, "{path}");
        chromium.tell("Emulation.setEmulatedMedia", json!({ "media": "print" })).await;
        let line = chromium.text(".printed").await;
        let site = &scene.site.site.state.config.server.public_url;
        assert!(
            line.starts_with("Printed by chen at 2023-11-15 ") && line.ends_with(&format!("{site}{path}")),
            "{line}"
        );
        assert!(chromium.text(".foot").await.contains("UTC+08:00"), "{path}");
        assert_eq!(chromium.run(LEFT).await, json!([]), "{path}");
        // dark text, whatever the screen had
        let dark = "return getComputedStyle(document.body).color";
        assert_eq!(chromium.run(dark).await, "rgb(22, 33, 28)", "{path}");
    }
}
