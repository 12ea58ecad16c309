//! What a page weighs on its way: bytes as they are sent, requests, elements. Counted, never timed.

use crate::console::budgets::{pages, people};
use crate::support::browser::{Browser, each};
use crate::support::database::on_each_database;
use crate::support::raw::get;
use crate::support::site::TestSite;

/// Elements of a page with a hundred rows, and of one with as many as it has unasked.
const MOST_ELEMENTS: usize = 1_400;
const USUAL_ELEMENTS: usize = 850;
/// Bytes of the page alone, when it has as many rows as it has unasked; and with its style and script.
const USUAL_HTML: usize = 15 * 1024;
const MOST_BYTES: usize = 25 * 1024;
/// The page, its style and its script.
const MOST_REQUESTS: usize = 3;

on_each_database! {
    async fn a_hundred_rows_stay_light(db: TestDatabase) {
        let site = TestSite::new(&db);
        let first = site.login("first-1");
        people(&site, 0, 150);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for path in pages(&first.uid, &first.sid) {
            let page = browser.follow(&path).body;
            let elements = elements(&page);
            assert!(elements > 20 && elements <= MOST_ELEMENTS, "{path}: {elements} elements");
            let needed = needed(&page);
            assert!(needed.len() < MOST_REQUESTS, "{path}: {needed:?}");
            let assets: usize = needed.iter().map(|href| sent(&site, &browser, href)).sum();
            let bytes = sent(&site, &browser, &path) + assets;
            assert!(bytes <= MOST_BYTES, "{path}: {bytes} bytes");
        }
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        for number in 0..120 {
            auditor.get(&format!("/admin/users/{}/freeze?{number}", first.uid));
        }
        let trail = auditor.follow("/admin/audit?n=100").body;
        assert_eq!(trail.matches("<tr role=\"row\">").count(), 101);
        assert!(elements(&trail) <= MOST_ELEMENTS, "{} elements", elements(&trail));
    }

    async fn a_list_as_it_is_shown_unasked_is_lighter_still(db: TestDatabase) {
        let site = TestSite::new(&db);
        let first = site.login("first-1");
        people(&site, 0, 75);
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let mut auditor = Browser::of(&site, "zhou", "auditor").await;
        for path in ["/admin/users", "/admin/sessions", "/admin/sessions?state=all", "/admin/logins", "/admin/audit"] {
            let browser = if path == "/admin/audit" { &mut auditor } else { &mut admin };
            if path == "/admin/audit" {
                for number in 0..50 {
                    browser.get(&format!("/admin/users/{}/freeze?{number}", first.uid));
                }
            }
            let page = browser.follow(path).body;
            assert_eq!(page.matches("<tr role=\"row\">").count(), 51, "{path}");
            let (elements, bytes) = (elements(&page), sent(&site, browser, path));
            assert!(elements <= USUAL_ELEMENTS, "{path}: {elements} elements");
            assert!(bytes <= USUAL_HTML, "{path}: {bytes} bytes");
        }
    }
}

/// What a page loads. Its icon is in it, and there is nothing else.
fn needed(page: &str) -> Vec<String> {
    assert!(page.contains("<link rel=\"icon\" type=\"image/svg+xml\" href=\"data:"), "{page}");
    assert!(!page.contains("<img ") && !page.contains("<iframe"), "{page}");
    let mut needed = each(page, "<link rel=\"stylesheet\" href=\"", "\"");
    needed.extend(each(page, "<script src=\"", "\""));
    needed
}

/// How many elements a page has: the tags that open one.
fn elements(page: &str) -> usize {
    page.split('<').skip(1).filter(|rest| rest.starts_with(char::is_alphabetic)).count()
}

/// How long the body of an answer is on its way to a browser that takes gzip: the server must have used it.
fn sent(site: &TestSite, browser: &Browser, path: &str) -> usize {
    let cookies: Vec<String> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let cookies = format!("Cookie: {}", cookies.join("; "));
    let mut raw = site.connect();
    assert!(raw.send(get(path, &[&cookies, "Accept-Encoding: gzip", "Accept-Language: en"])));
    let (answer, body) = raw.answer_bytes();
    assert_eq!((answer.status, answer.header("content-encoding")), (200, "gzip"), "{path}");
    body.len()
}
