//! The overview: every number is what the list behind it counts.

use std::time::Duration;

use menwei::rollup::Rollup;

use crate::support::browser::{Browser, between, each};
use crate::support::database::on_each_database;
use crate::support::site::{OTHER_APPID, TestSite, app};

/// Every number of the page that leads somewhere: what it says, and where to.
fn numbers(page: &str) -> Vec<(String, String)> {
    let main = between(page, "<main", "</main>").unwrap();
    let mut found = Vec::new();
    for part in main.split("<a ").skip(1) {
        let link = part.split("</a>").next().unwrap();
        let href = between(link, "href=\"", "\"").unwrap().replace("&#38;", "&");
        let number = match between(link, "<strong class=\"figure", "</strong>") {
            Some(figure) => figure.split_once('>').unwrap().1,
            None => link.split_once('>').unwrap().1,
        };
        found.push((number.trim().to_owned(), href));
    }
    found
}

/// What a list says that it counts.
fn counted(page: &str) -> String {
    let Some(count) = between(page, "<p class=\"count\">", "<") else { return "0".to_owned() };
    count.strip_prefix("More than ").map_or_else(
        || count.split(' ').next().unwrap().to_owned(),
        |more| format!("{}+", more.split(' ').next().unwrap()),
    )
}

/// Logins, failures, ends of sessions, over two days and two mini-programs.
fn live_through(site: &TestSite) {
    for day in 0..2 {
        for number in 0..4 {
            let user = site.login(&format!("user{number}-{day}"));
            if number == 3 {
                site.delete(&format!("/api/sessions/{}", user.sid), &user.token);
            }
            site.clock.advance(Duration::from_mins(50));
        }
        for code in ["errcode40029-a", "errcode40029-b", "errcode45011-c"] {
            assert_ne!(site.try_login(&format!("{code}{day}")).status, 200);
        }
        site.clock.advance(Duration::from_hours(11));
    }
    site.login(&format!("late-{}", 1));
}

on_each_database! {
    async fn each_number_is_what_its_list_counts(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.apps = vec![app(crate::support::site::APPID)]);
        live_through(&site);
        let rollup = Rollup::new(site.site.state.clone()).unwrap();
        assert!(rollup.round().await.unwrap() > 24);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let page = browser.get("/admin").body;
        let numbers = numbers(&page);
        assert!(numbers.len() > 75, "{numbers:?}");
        let hours = |number: &str| {
            let of_users = |(shown, href): &&(String, String)| href.contains("/users?hours=") && shown == number;
            numbers.iter().filter(of_users).count()
        };
        assert!(hours("0") > 10 && hours("0") < 24, "{numbers:?}");
        let mut seen = Vec::new();
        for (number, href) in numbers {
            let list = browser.get(&href);
            assert_eq!(list.status, 200, "{href}");
            // a latency is no count
            if !number.contains("ms") {
                assert_eq!(counted(&list.body), number, "{href}");
                seen.push(number);
            }
        }
        // something other than nothing was compared
        assert!(seen.iter().filter(|number| *number != "0").count() > 10, "{seen:?}");
        assert!(page.contains("40029") && page.contains("AppID of the mini-program"));
        assert!(page.contains("as of ") && !page.contains("stopped at"));
        // of each chart the same as a table
        assert_eq!((page.matches("<svg class=\"chart\"").count(), page.matches("<details><summary>").count()), (4, 4));
        // now, and at each full hour of the last day: of eight people the last came since, one had left before
        let live: Vec<&str> = page.split("data-label=\"Live sessions\">").skip(1).collect();
        assert_eq!(live.len(), 25);
        let live: Vec<String> = live.iter().map(|cell| cell.split("</td>").next().unwrap().to_owned()).collect();
        assert!(live[0].ends_with(">7</a>") && live[1] == "6" && live[24] == "3", "{live:?}");
    }

    async fn jobs_that_are_not_over_are_counted_with_the_age_of_the_oldest(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let tile = |browser: &mut Browser| {
            let page = browser.get("/admin").body;
            let tile = page.split("<a ").find(|link| link.contains("href=\"/admin/jobs?state=unfinished\""));
            tile.map(|tile| tile.split("</a>").next().unwrap().to_owned())
        };
        let none = tile(&mut chen).unwrap();
        assert!(none.contains(">0</strong>") && !none.contains("oldest"), "{none}");
        assert!(chen.get("/admin/jobs?state=unfinished").body.contains("No unfinished jobs"));
        let path = "/admin/sessions/revoke-matching";
        let mut made = Vec::new();
        for _ in 0..2 {
            let page = chen.get(&format!("{path}?client=other")).body;
            let key = each(&page, "name=\"key\" value=\"", "\"").remove(0);
            let fields = [("key", key.as_str()), ("query", "client=other"), ("counted", "1"), ("reason", "test")];
            assert_eq!(chen.send(path, &fields).status, 303, "{}", chen.page);
            made.push(key);
            site.clock.advance(Duration::from_mins(5));
        }
        let two = tile(&mut chen).unwrap();
        assert!(two.contains("\"figure\">2</strong>") && two.contains("oldest: 10 minutes ago"), "{two}");
        let list = chen.get("/admin/jobs?state=unfinished").body;
        assert_eq!(counted(&list), "2");
        assert!(list.find(&made[0]).unwrap() < list.find(&made[1]).unwrap(), "the oldest first");
        chen.get(&format!("/admin/jobs/{}", made[0]));
        chen.send(&format!("/admin/jobs/{}/cancel", made[0]), &[]);
        site.clock.advance(Duration::from_mins(60));
        chen.sign_in("chen", crate::support::browser::PASSWORD);
        let one = tile(&mut chen).unwrap();
        assert!(one.contains("\"figure bad\">1</strong>") && one.contains("oldest: 1 hour ago"), "{one}");
        assert!(!chen.get("/admin/jobs?state=unfinished").body.contains(&made[0]));
        assert!(chen.get("/admin/jobs").body.contains(&made[0]));
        assert_eq!(chen.get("/admin/jobs?state=done").status, 400);
        // support may see no jobs
        let mut lin = Browser::of(&site, "lin", "support").await;
        assert_eq!(tile(&mut lin), None);
    }

    async fn numbers_that_are_old_or_missing_are_said_to_be(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "lin", "support").await;
        let page = browser.get("/admin").body;
        assert!(page.contains("Counting has just begun") && page.contains("Before the first login"));
        site.login("alice-1");
        Rollup::new(site.site.state.clone()).unwrap().round().await.unwrap();
        let page = browser.get("/admin").body;
        assert!(!page.contains("Counting has just begun") && !page.contains("Before the first login"));
        site.clock.advance(Duration::from_mins(6));
        assert!(browser.get("/admin").body.contains("The numbers by the hour stopped at"));
    }

    async fn the_list_of_logins_is_narrowed_and_explains(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.apps.push(app(OTHER_APPID)));
        let login = |appid: &str, code: &str| {
            let body = serde_json::json!({ "code": code, "appId": appid });
            site.ask("POST", "/api/login", None, Some(&body))
        };
        let own = crate::support::site::APPID;
        let user = site.read(&login(own, "alice-1"));
        login(OTHER_APPID, "errcode40163-1");
        login(own, "errcode45011-1");
        login(own, "errcode40029-1");
        let mut browser = Browser::of(&site, "lin", "support").await;
        let mut rows = |query: &str| {
            let page = browser.follow(&format!("/admin/logins{query}")).body;
            // what a printed page says of where it is
            let page = page.replace(&site.site.state.config.server.public_url, "");
            (page.matches("<tr role=\"row\"><td").count(), page)
        };
        assert_eq!(rows("").0, 4);
        assert_eq!(rows("?result=failed").0, 3);
        let (count, page) = rows("?result=ok");
        assert_eq!(count, 1);
        assert!(page.contains(&format!("/admin/users/{}", user.uid)) && page.contains(&user.sid));
        assert!(page.contains("127.0.0.*") && !page.contains("127.0.0.1"));
        assert_eq!(rows(&format!("?app={OTHER_APPID}")).0, 1);
        assert_eq!(rows(&format!("?user={}", user.uid)).0, 1);
        let (count, page) = rows("?errcode=40029");
        assert_eq!(count, 1);
        assert!(page.contains("The code is unknown") && page.contains("compare the AppID"));
        assert_eq!(rows("?at=2023-11-15..2023-11-15").0, 4);
        assert_eq!(rows("?hours=2023-11-15T06..2023-11-15T06").0, 4);
        assert_eq!(rows("?hours=2023-11-15T07..2023-11-15T07").0, 0);
        assert_eq!(browser.get("/admin/logins?result=lost").status, 400);
    }
}
