//! Every page by axe, in both languages, light and dark, on a desk and on a phone: nothing found, nothing to scroll
//! sideways, and no complaint of the browser.

use std::path::PathBuf;

use serde_json::json;

use super::chromium::Chromium;
use super::pages::{Page, Pages, plain};
use crate::support::database::TestDatabase;

/// Finds what breaks WCAG 2.2 AA or good practice; one line each.
const CHECK: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const say = (rule) => `${rule.id} (${rule.nodes.length}): ${rule.nodes[0].html} ${rule.nodes[0].failureSummary}`;
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const wider = [...document.querySelectorAll('body *')].filter((one) =>
        one.getBoundingClientRect().right > innerWidth + 1).slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
    const faults = wide > 0 ? [`${wide} pixels to scroll sideways: ${wider.join(' | ')}`] : [];
    const [brand, menu] = ['.brand', '.menu'].map((one) => document.querySelector(one)?.getBoundingClientRect());
    if (menu && menu.top >= brand.bottom) faults.push('the menu has a line of its own');
    axe.run({ runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] }).then(
        (found) => done(found.violations.map(say).concat(faults)), (why) => done([`axe: ${why}`]));";

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
async fn open(chromium: &Chromium, pages: &Pages, page: &Page, language: &str) {
    let cookies = |who| {
        let mut cookies = pages.cookies(who);
        cookies.insert("menwei-preferences".to_owned(), format!("{language}.system"));
        cookies
    };
    chromium.with_cookies(&cookies(page.who)).await;
    // the docs have their language in the address
    let short = language.split('-').next().unwrap_or(language);
    chromium.open(&page.path.replace("LANGUAGE", short)).await;
    let Some(send) = &page.send else { return };
    for (css, text) in send.fields {
        chromium.fill(css, text).await;
    }
    if send.who != page.who {
        chromium.with_cookies(&cookies(send.who)).await;
    }
    chromium.go(send.button).await;
}

/// In which language, with which status and at which address a page came.
const ARRIVED: &str = "return [document.documentElement.lang,
    performance.getEntriesByType('navigation')[0].responseStatus, location.pathname];";

/// Light or dark, how many pixels wide, and whether the reader's system chooses the colours.
const VARIANTS: [(&str, u32, &str); 6] = [
    ("light", 1280, "none"),
    ("light", 320, "none"),
    ("dark", 320, "none"),
    ("dark", 1280, "none"),
    ("light", 1280, "active"),
    ("light", 320, "active"),
];

async fn nothing_is_found(language: &str) {
    let db = TestDatabase::sqlite();
    let pages = Pages::new(&db).await;
    let chromium = Chromium::start(&pages.scene.site).await;
    // it comes with each page, and does nothing until it is asked
    chromium.tell("Page.addScriptToEvaluateOnNewDocument", json!({ "source": axe() })).await;
    let mut found = Vec::new();
    for page in &pages.list {
        // what axe itself met on the page before is not the page's
        chromium.complaints().await;
        open(&chromium, &pages, page, language).await;
        let arrived = json!([language, page.status, plain(&page.shown)]);
        assert_eq!(chromium.run(ARRIVED).await, arrived, "{}", page.name);
        let complaints = chromium.faults().await;
        found.extend(complaints.into_iter().map(|line| format!("{} {language}: {line}", page.name)));
        for (scheme, width, forced) in VARIANTS {
            let variant = format!("{} {language} {scheme} {width} forced: {forced}", page.name);
            let features = [
                ("prefers-color-scheme", scheme),
                ("prefers-reduced-motion", "reduce"),
                ("forced-colors", forced),
            ];
            let features = features.map(|(name, value)| json!({ "name": name, "value": value }));
            chromium.tell("Emulation.setEmulatedMedia", json!({ "features": features })).await;
            // so high that the bar that sticks to the lower edge lies over no row
            let size = json!({ "width": width, "height": 8000, "deviceScaleFactor": 1, "mobile": false });
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
