//! Every page by axe, in both languages, light and dark, on a desk and on a phone: nothing found, nothing to scroll
//! sideways, and no complaint of the browser.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::json;

use super::chromium::Chromium;
use super::scene::Scene;
use crate::support::browser::{Browser, each};
use crate::support::database::TestDatabase;

/// Finds what breaks WCAG 2.2 AA or good practice; one line each.
const CHECK: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const say = (rule) => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].html} ${rule.nodes[0].failureSummary}`;
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const wider = [...document.querySelectorAll('body *')].filter((one) =>
        one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
    const sideways = wide > 0 ? [`${wide} pixels to scroll sideways: ${wider.join(' | ')}`] : [];
    axe.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
        (found) => done(found.violations.map(say).concat(sideways)), (why) => done([`axe: ${why}`]));";

/// Who looks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Admin,
    Auditor,
}

/// A page and how one comes to it.
struct Page {
    name: &'static str,
    who: Who,
    path: String,
    /// What is filled in there, and the button that sends it.
    send: Option<(Fields, &'static str)>,
}

/// Where what is typed.
type Fields = &'static [(&'static str, &'static str)];

fn page(name: &'static str, who: Who, path: impl Into<String>) -> Page {
    Page { name, who, path: path.into(), send: None }
}

fn sends(name: &'static str, who: Who, path: &str, fields: Fields, button: &'static str) -> Page {
    Page { send: Some((fields, button)), ..page(name, who, path) }
}

async fn pages(scene: &mut Scene) -> Vec<Page> {
    use Who::{Admin, Auditor, Nobody};

    let user = |uid: &str, act: &str| format!("/admin/users/{uid}{act}");
    let (one, frozen) = (scene.user.uid.clone(), scene.frozen.uid.clone());
    let session = format!("/admin/sessions/{}", scene.user.sid);
    let entries = each(&scene.auditor.follow("/admin/audit").body, "href=\"/admin/audit/", "\"");
    vec![
        page("sign-in", Nobody, "/admin/login"),
        sends(
            "sign-in, refused",
            Nobody,
            "/admin/login",
            &[("#name", "chen"), ("#password", "wrong")],
            "main button",
        ),
        page("set-up", Nobody, scene.setup(None).await),
        page("set-up of an account", Nobody, scene.setup(Some(1)).await),
        page("set-up, over", Nobody, "/admin/setup/chen"),
        page("users", Admin, "/admin/users"),
        page("users, none found", Admin, "/admin/users?q=nobody-is-called-so"),
        page("users, last screen", Admin, "/admin/users?before=end"),
        page("user", Admin, user(&one, "")),
        page("frozen user", Admin, user(&frozen, "")),
        page("sessions", Admin, "/admin/sessions"),
        page("ended sessions", Admin, "/admin/sessions?state=ended"),
        page("session", Admin, session.clone()),
        page("ended session", Admin, format!("/admin/sessions/{}", scene.revoked.sid)),
        page("revoke one", Admin, format!("{session}/revoke")),
        page("revoke ticked", Admin, scene.ticked()),
        page("revoke all", Admin, user(&one, "/revoke")),
        page("freeze", Admin, user(&one, "/freeze")),
        page("unfreeze", Admin, user(&frozen, "/unfreeze")),
        page("lookup", Admin, "/admin/lookup"),
        sends("lookup, several", Admin, "/admin/lookup", &[("#lookup", "alert")], "form.lookup button"),
        sends("lookup, nothing", Admin, "/admin/lookup", &[("#lookup", "203.0.113.9")], "form.lookup button"),
        page("own audit", Admin, "/admin/audit"),
        page("404", Admin, user(&"0".repeat(32), "")),
        page("audit", Auditor, "/admin/audit"),
        page("audit entry", Auditor, format!("/admin/audit/{}", entries[0])),
        page("403", Auditor, user(&one, "/freeze")),
    ]
}

/// The script of axe-core.
fn axe() -> String {
    #[expect(clippy::disallowed_methods, reason = "not a setting of menwei")]
    let named = std::env::var("AXE_JS").ok().map(PathBuf::from);
    let fetched = || {
        let target = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/target")).ok()?;
        let folders = target.map(|entry| entry.unwrap().path());
        folders.map(|folder| folder.join("axe.min.js")).find(|path| path.is_file())
    };
    let path = named.or_else(fetched).expect("AXE_JS is not set and axe-core was not fetched: run tests/run");
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}: run tests/run", path.display()))
}

/// Opens a page in a language, as whoever may see it.
async fn open(chromium: &Chromium, scene: &Scene, page: &Page, language: &str) {
    let cookies = |browser: &Browser| browser.cookies.clone();
    let mut cookies = match page.who {
        Who::Nobody => BTreeMap::new(),
        Who::Admin => cookies(&scene.admin),
        Who::Auditor => cookies(&scene.auditor),
    };
    cookies.insert("menwei-preferences".to_owned(), format!("{language}.system"));
    chromium.with_cookies(&cookies).await;
    chromium.open(&page.path).await;
    let Some((fields, button)) = page.send else { return };
    for (css, text) in fields {
        chromium.fill(css, text).await;
    }
    chromium.go(button).await;
}

async fn nothing_is_found(language: &str) {
    let db = TestDatabase::sqlite();
    let mut scene = Scene::new(&db).await;
    let pages = pages(&mut scene).await;
    let chromium = Chromium::start(&scene.site).await;
    let axe = axe();
    let mut found = Vec::new();
    for page in &pages {
        // what axe itself met on the page before is not the page's
        chromium.complaints().await;
        open(&chromium, &scene, page, language).await;
        assert_eq!(chromium.run("return document.documentElement.lang").await, language, "{}", page.name);
        // a page that is not there, or refuses, is itself an entry
        let complaints = chromium.complaints().await;
        let own =
            complaints.into_iter().filter(|line| !line.contains("the server responded with a status of 4"));
        found.extend(own.map(|line| format!("{} {language}: {line}", page.name)));
        chromium.driver.execute(axe.as_str(), Vec::new()).await.unwrap();
        for (scheme, width) in [("light", 1280), ("light", 320), ("dark", 320), ("dark", 1280)] {
            let variant = format!("{} {language} {scheme} {width}", page.name);
            let features = [("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")];
            let features = features.map(|(name, value)| json!({ "name": name, "value": value }));
            chromium.tell("Emulation.setEmulatedMedia", json!({ "features": features })).await;
            let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            chromium.tell("Emulation.setDeviceMetricsOverride", size).await;
            let lines = chromium.driver.execute_async(CHECK, Vec::new()).await.unwrap();
            let lines: Vec<String> = lines.convert().unwrap();
            found.extend(lines.into_iter().map(|line| format!("{variant}: {line}")));
        }
    }
    assert!(found.is_empty(), "{}: {:#?}", found.len(), found);
}

#[actix_web::test]
async fn axe_finds_nothing_on_any_page_in_chinese() {
    nothing_is_found("zh-CN").await;
}

#[actix_web::test]
async fn axe_finds_nothing_on_any_page_in_english() {
    nothing_is_found("en").await;
}
