//! How many requests a page makes, icon and all, counted on their way to the site.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::chromium::Chromium;
use super::scene::Scene;
use crate::support::database::TestDatabase;

/// HTML, style, script.
const MOST: usize = 3;

/// The first lines of the requests that went by.
type Lines = Arc<Mutex<Vec<String>>>;

/// Listens on a port of its own, and hands everything on to `site`.
fn relay(site: SocketAddr) -> (SocketAddr, Lines) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (address, lines) = (listener.local_addr().unwrap(), Lines::default());
    let noted = Arc::clone(&lines);
    // it ends with the process of the tests
    std::thread::spawn(move || {
        for browser in listener.incoming() {
            let (browser, server) = (browser.unwrap(), TcpStream::connect(site).unwrap());
            let (from, to) = (browser.try_clone().unwrap(), server.try_clone().unwrap());
            let noted = Arc::clone(&noted);
            std::thread::spawn(move || pass_on(from, to, |text| note(&noted, text)));
            std::thread::spawn(move || pass_on(server, browser, |_| {}));
        }
    });
    (address, lines)
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, see: impl Fn(&str)) {
    let mut room = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut room) {
        see(&String::from_utf8_lossy(&room[..length]));
        if to.write_all(&room[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Requests without a body: each is small, and comes in one piece.
fn note(lines: &Lines, text: &str) {
    let first = text.lines().filter(|line| line.starts_with("GET ") && line.ends_with(" HTTP/1.1"));
    lines.lock().unwrap().extend(first.map(str::to_owned));
}

#[actix_web::test]
async fn a_page_takes_three_requests_its_icon_included() {
    let db = TestDatabase::sqlite();
    let scene = Scene::new(&db).await;
    let (address, lines) = relay(scene.site.running.address);
    let pages = [
        "/admin".to_owned(),
        "/admin/users".to_owned(),
        "/admin/sessions".to_owned(),
        format!("/admin/users/{}", scene.user.uid),
        format!("/admin/sessions/{}", scene.user.sid),
        "/admin/audit".to_owned(),
        "/docs".to_owned(),
    ];
    for page in &pages {
        // a browser that was never here: nothing is kept, and no icon is known
        let chromium = Chromium::of(format!("http://{address}")).await;
        chromium.with_cookies(&scene.admin.cookies).await;
        chromium.tell("Network.setCacheDisabled", json!({ "cacheDisabled": true })).await;
        chromium.open("about:blank").await;
        lines.lock().unwrap().clear();
        chromium.open(page).await;
        // an icon is asked for once the page is there
        actix_web::rt::time::sleep(Duration::from_millis(700)).await;
        let seen = std::mem::take(&mut *lines.lock().unwrap());
        assert!((2..=MOST).contains(&seen.len()), "{page}: {seen:#?}");
        assert!(seen[0].starts_with(&format!("GET {page} ")), "{page}: {seen:#?}");
        assert_eq!(chromium.complaints().await, Vec::<String>::new(), "{page}");
    }
}
