//! How a page comes: nothing moves once it is there (CLS), and on a slow phone it is soon there (LCP).

use std::io::Write as _;

use serde_json::{Value, json};

use super::chromium::Chromium;
use super::pages::{Page, Pages};
use crate::support::database::TestDatabase;

/// Runs in each new page before it is read: adds up what moves, and keeps when the largest thing was painted, in milliseconds.
const WATCH: &str = "
    window.painted = { moved: 0, largest: 0 };
    new PerformanceObserver((list) => list.getEntries().forEach((one) => {
        painted.moved += one.value;
        painted.what = one.sources.map((source) => source.node?.outerHTML?.slice(0, 80));
    }))
        .observe({ type: 'layout-shift', buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((one) => { painted.largest = one.startTime; }))
        .observe({ type: 'largest-contentful-paint', buffered: true });";

/// What was seen when two frames have been drawn.
const SEEN: &str = "
    const done = arguments[arguments.length - 1];
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(window.painted), 50)));";

/// A phone and a desk, in pixels.
const SIZES: [(u32, u32); 2] = [(320, 640), (1280, 900)];

async fn watch(chromium: &Chromium) {
    chromium.tell("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
}

async fn open(chromium: &Chromium, pages: &Pages, page: &Page, (width, height): (u32, u32)) -> Value {
    chromium.with_cookies(&pages.cookies(page.who)).await;
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    chromium.tell("Emulation.setDeviceMetricsOverride", size).await;
    chromium.open(&page.path.replace("LANGUAGE", "zh")).await;
    chromium.driver.execute_async(SEEN, Vec::new()).await.unwrap().json().clone()
}

fn shown_unasked(pages: &Pages) -> impl Iterator<Item = &Page> {
    pages.list.iter().filter(|page| page.send.is_none())
}

#[actix_web::test]
async fn nothing_moves_once_it_is_there() {
    let db = TestDatabase::sqlite();
    let pages = Pages::new(&db).await;
    let chromium = Chromium::start(&pages.scene.site).await;
    watch(&chromium).await;
    for page in shown_unasked(&pages) {
        for size in SIZES {
            let mut seen = open(&chromium, &pages, page, size).await;
            assert!(seen["largest"].as_f64().is_some_and(|at| at > 0.0), "{}: {seen}", page.name);
            // half of a page may be drawn by chance before the rest is there; what is wrong with the page moves each time
            for _ in 0..2 {
                if seen["moved"] != json!(0) {
                    seen = open(&chromium, &pages, page, size).await;
                }
            }
            assert_eq!(seen["moved"], json!(0), "{} {size:?}: {seen}", page.name);
        }
    }
}

#[actix_web::test]
#[ignore = "timed: by hand, on a machine left alone"]
async fn a_slow_phone_shows_each_page_within_a_second_and_a_half() {
    let db = TestDatabase::sqlite();
    let pages = Pages::new(&db).await;
    let chromium = Chromium::start(&pages.scene.site).await;
    watch(&chromium).await;
    // 1.6 Mbit/s, 150 ms there and back, a quarter of the speed, nothing kept
    let line = json!({ "offline": false, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750 });
    chromium.tell("Network.enable", json!({})).await;
    chromium.tell("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
    chromium.tell("Network.emulateNetworkConditions", line).await;
    chromium.tell("Emulation.setCPUThrottlingRate", json!({ "rate": 4 })).await;
    let mut slowest = (0.0, "");
    for page in shown_unasked(&pages) {
        let seen = open(&chromium, &pages, page, SIZES[0]).await;
        let largest = seen["largest"].as_f64().unwrap();
        writeln!(std::io::stdout(), "{largest:7.0} ms  {}", page.name).unwrap();
        if largest > slowest.0 {
            slowest = (largest, page.name);
        }
    }
    assert!(slowest.0 <= 1500.0, "{slowest:?}");
}
