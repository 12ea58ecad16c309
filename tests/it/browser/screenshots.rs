//! The pictures of the README, of the demo as it is.

use std::path::Path;

use serde_json::json;

use super::chromium::Chromium;
use crate::demo::Demo;

/// The pages and their names; the user is the one whose name comes first in the list.
const PAGES: [(&str, &str); 2] = [("overview", "/admin"), ("sessions", "/admin/sessions")];

#[actix_web::test]
#[ignore = "a tool: tests/screenshots runs it"]
async fn screenshots_for_the_readme() {
    let demo = Demo::of("3000", &[]);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    let chromium = Chromium::of(format!("http://{}", demo.address())).await;
    let size = json!({ "width": 1280, "height": 820, "deviceScaleFactor": 1, "mobile": false });
    chromium.tell("Emulation.setDeviceMetricsOverride", size).await;
    chromium.sign_in_with("demo-admin", &demo.password("admin")).await;
    for language in ["zh-CN", "en"] {
        chromium.open("/admin/users").await;
        chromium.go(&format!("button[name='language'][value='{language}']")).await;
        for (name, path) in PAGES {
            chromium.open(path).await;
            let file = folder.join(format!("{name}.{language}.png"));
            chromium.driver.screenshot(&file).await.unwrap();
        }
        chromium.open("/admin/users").await;
        chromium.go("table.rows tbody a[href^='/admin/users/']").await;
        chromium.driver.screenshot(&folder.join(format!("user.{language}.png"))).await.unwrap();
    }
}
