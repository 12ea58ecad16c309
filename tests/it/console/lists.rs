//! Lists: found, narrowed, walked through, and strict about their addresses.

use serde_json::json;

use crate::support::browser::{Browser, between, each};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

fn uids(page: &str) -> Vec<String> {
    each(page, "href=\"/admin/users/", "\"")
}

fn sids(page: &str) -> Vec<String> {
    // the way to revoke all of them stands below the table
    let mut all = each(page.split("</tbody>").next().unwrap(), "href=\"/admin/sessions/", "\"");
    all.retain(|sid| !sid.ends_with("/revoke"));
    all
}

/// The address behind a word of the paging.
fn turn(page: &str, word: &str) -> Option<String> {
    let pager = between(page, "<nav class=\"pager\"", "</nav>")?;
    let before = pager.split(&format!("\">{word}</a>")).next().filter(|before| before.len() < pager.len())?;
    before.rsplit("href=\"").next().map(|href| href.replace("&#38;", "&"))
}

on_each_database! {
    async fn paging_shows_every_user_once_forwards_and_backwards(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut made: Vec<String> = (0..60).map(|n| site.login(&format!("user{n}-1")).uid).collect();
        made.reverse();
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let mut page = browser.get("/admin/users?n=25").body;
        let mut seen = uids(&page);
        let mut screens = vec![seen.clone()];
        while let Some(older) = turn(&page, "Older") {
            page = browser.get(&older).body;
            seen.extend(uids(&page));
            screens.push(uids(&page));
        }
        assert_eq!(seen.len(), 60);
        seen.sort();
        let mut all = made.clone();
        all.sort();
        assert_eq!(seen, all);
        while let Some(newer) = turn(&page, "Newer") {
            screens.pop();
            page = browser.get(&newer).body;
            assert_eq!(Some(&uids(&page)), screens.last());
        }
        let last = browser.get("/admin/users?before=end&n=25").body;
        assert_eq!(uids(&last).len(), 25);
        assert!(turn(&last, "Older").is_none() && turn(&last, "Newest").is_some());
    }

    async fn a_day_is_gone_to_and_newer_rows_are_before_it(db: TestDatabase) {
        let site = TestSite::new(&db);
        let old: Vec<String> = (0..3).rev().map(|n| site.login(&format!("old{n}-1")).uid).collect();
        site.clock.advance(std::time::Duration::from_hours(24));
        let new: Vec<String> = (0..26).map(|n| site.login(&format!("new{n}-1")).uid).collect();
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for list in ["/admin/users", "/admin/logins"] {
            // begun on the 15th in Shanghai; what else narrows the list stays
            let page = browser.follow(&format!("{list}?app=wx0123456789abcdef&jump=2023-11-15&n=25")).body;
            let mut listed = uids(&page);
            listed.reverse();
            assert_eq!(listed, old, "{list}");
            let newer = browser.get(&turn(&page, "Newer").unwrap()).body;
            assert_eq!(uids(&newer).len(), 25, "{list}");
            assert!(uids(&newer).iter().all(|uid| new.contains(uid)), "{list}");
            assert!(newer.contains("name=\"jump\"") && newer.contains("name=\"app\" value=\"wx"), "{list}");
            assert_eq!(uids(&browser.follow(&format!("{list}?jump=2023-11-14")).body), [""; 0], "{list}");
            assert_eq!(browser.get(&format!("{list}?jump=14.11.2023")).status, 400, "{list}");
        }
        // a search is in another order
        assert_eq!(browser.get("/admin/users?q=a&jump=2023-11-15").status, 400);
    }

    async fn filters_that_are_seldom_wanted_are_folded_away_until_they_are_set(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let page = browser.get("/admin/sessions").body;
        for name in ["client", "ver", "seen_from", "expires_to"] {
            assert!(page.contains(&format!("name=\"{name}\"")), "{name}");
        }
        assert!(page.contains("<details class=\"more\">") && !page.contains("name=\"by\""));
        let sent = "/admin/sessions?app=&created_from=&created_to=&sort=-seen&client=ios&ver=&seen_from=&seen_to=\
                    &expires_from=2023-11-15&expires_to=";
        let first = browser.get(sent).header("location").to_owned();
        let page = browser.follow(&first).body;
        let usual = "/admin/sessions?expires=2023-11-15..&client=ios";
        assert_eq!(browser.get(&first).header("location"), usual, "the usual order is not said");
        assert!(page.contains("<details class=\"more\" open>"), "{page}");
        assert!(page.contains("<option value=\"ios\" selected>") && page.contains("value=\"2023-11-15\""));
        let page = browser.get("/admin/sessions?state=revoked").body;
        assert!(page.contains("name=\"by\"") && page.contains("name=\"ended_from\""));
    }

    async fn users_are_found_by_a_part_of_their_name(db: TestDatabase) {
        let site = TestSite::new(&db);
        for (code, name) in [("a-1", "张伟"), ("b-1", "小张"), ("c-1", "李娜"), ("d-1", "100%_张\\")] {
            let user = site.login(code);
            assert_eq!(site.post("/api/userProfile", &user.token, &json!({ "nickName": name })).status, 200);
        }
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let mut found = |q: &str| {
            let page = browser.follow(&format!("/admin/users?q={}", menwei::admin::query::encode(q))).body;
            uids(&page).len()
        };
        assert_eq!([found("张"), found("张伟"), found("娜"), found("王"), found("%"), found("_")], [3, 1, 1, 0, 1, 1]);
    }

    async fn what_names_a_person_is_not_searched_for_in_an_address_and_stands_in_none_of_ours(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let number = "13800138000";
        assert_eq!(site.post("/api/userProfile", &user.token, &json!({ "nickName": number })).status, 200);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for (term, kind) in [(number, "phone"), ("203.0.113.7", "ip"), ("oGZUI0egBJY1zhBYw2KhdUfwVJJE", "openid")] {
            for spelled in [format!("/admin/users?q={term}"), format!("/admin/users?n=50&q=%20{term}")] {
                let answer = browser.get(&spelled);
                assert_eq!((answer.status, answer.header("location")), (200, ""), "{spelled}");
                assert!(uids(&answer.body).is_empty(), "{spelled}: {}", answer.body);
                assert_eq!(between(&answer.body, "name=\"as\" value=\"", "\""), Some(kind), "{spelled}");
                for address in ["href=\"", "action=\"", "name=\"back\" value=\""] {
                    assert!(each(&answer.body, address, "\"").iter().all(|to| !to.contains(term)), "{spelled}");
                }
            }
            let export = browser.get(&format!("/admin/exports/users?q={term}"));
            assert!(export.status == 400 && !export.body.contains(term), "{}", export.body);
            let stranger = Browser::new(&site).get(&format!("/admin/users?q={term}"));
            assert_eq!(stranger.header("location"), "/admin/login?next=%2Fadmin%2Fusers");
        }
        // the list's own box sends it in the body, and looks it up at once
        browser.get("/admin/users");
        let found = browser.send("/admin/users", &[("q", "127.0.0.1"), ("sort", "-created")]);
        assert_eq!(found.header("location"), format!("/admin/sessions/{}", user.sid));
        browser.get("/admin/users");
        let nobody = browser.send("/admin/users", &[("q", "138 0013 8001")]);
        assert!(nobody.status == 200 && nobody.body.contains("Looked up as phone number: nothing found"), "{}", nobody.body);
        // who is called like a number is found by it all the same
        for code in ["bob-1", "carol-1"] {
            let other = site.login(code);
            assert_eq!(site.post("/api/userProfile", &other.token, &json!({ "nickName": number })).status, 200);
        }
        let named = browser.send("/admin/lookup", &[("term", number), ("as", "nickname")]);
        assert_eq!((named.status, uids(&named.body).len()), (200, 3), "{}", named.body);
    }

    async fn filters_that_a_form_sends_are_an_address_of_their_own(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for (fields, address) in [
            (&[("q", " 张 "), ("app", ""), ("sort", "-seen"), ("created_from", "2023-11-15")][..], "/admin/users?q=%E5%BC%A0&created=2023-11-15..&sort=-seen"),
            (&[("q", ""), ("sort", "-created"), ("n", "50")], "/admin/users"),
            (&[("q", ""), ("has", "phone"), ("sort", "-seen")], "/admin/users?has=phone&sort=-seen"),
        ] {
            browser.get("/admin/users");
            let sent = browser.send("/admin/users", fields);
            assert_eq!((sent.status, sent.header("location")), (303, address));
        }
        browser.get("/admin/users");
        assert_eq!(browser.send("/admin/users", &[("sotr", "-seen")]).status, 400);
        // a search has an order of its own, and says so
        let searched = browser.get("/admin/users?q=a&sort=-seen");
        assert_eq!((searched.status, searched.header("location")), (308, "/admin/users?q=a"));
        assert!(!browser.get("/admin/users?q=a").body.contains("name=\"sort\""));
    }

    async fn a_search_says_how_many_it_found_or_that_nobody_counted_and_counts_when_asked(db: TestDatabase) {
        let site = TestSite::new(&db);
        for number in 0..31 {
            let user = site.login(&format!("user{number}-1"));
            assert_eq!(site.post("/api/userProfile", &user.token, &json!({ "nickName": format!("小明{number}") })).status, 200);
        }
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let q = menwei::admin::query::encode("小明");
        let mut count = |path: &str| {
            let page = browser.get(path).body;
            let count = between(&page, "<p class=\"count\">", "</p>").unwrap().to_owned();
            let exact = between(&count, "href=\"", "\"").filter(|href| href.contains("count=exact"));
            (count.split('<').next().unwrap().trim().to_owned(), exact.map(|href| href.replace("&#38;", "&")))
        };
        assert_eq!(count(&format!("/admin/users?q={q}")), ("31 results".to_owned(), None));
        assert_eq!(count(&format!("/admin/users?q={q}1")), ("11 results".to_owned(), None));
        let (said, exact) = count(&format!("/admin/users?q={q}&n=25"));
        assert_eq!((said.as_str(), exact.as_deref()), ("More than one screen; not counted", Some(&*format!("/admin/users?q={q}&count=exact&n=25"))));
        assert_eq!(count(&exact.unwrap()), ("31 results".to_owned(), None));
        // what is known needs no other count
        assert_eq!(count("/admin/users?n=25"), ("31 results".to_owned(), None));
        assert_eq!(count("/admin/users?count=exact&n=25"), ("31 results".to_owned(), None));
    }

    async fn an_exact_count_stops_when_its_time_is_over(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let liveness = site.site.state.liveness();
        let count = |go_on: bool| {
            let filter = menwei::db::users::list::Filter::default();
            db.read(move |conn| menwei::db::users::User::count_all(conn, "", &filter, liveness, || go_on))
        };
        let (whole, stopped) = (count(true).await.unwrap(), count(false).await.unwrap());
        assert_eq!((whole.counted, whole.is_more), (1, false));
        assert_eq!((stopped.counted, stopped.is_more), (0, true));
    }

    async fn an_address_that_does_not_fit_is_refused_by_name(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for (path, name) in [
            ("/admin/users?sotr=-seen", "sotr"),
            ("/admin/users?q=a&q=b", "q"),
            ("/admin/users?n=0", "n"),
            ("/admin/users?n=-1", "n"),
            ("/admin/users?n=9223372036854775808", "n"),
            ("/admin/users?sort=;", "sort"),
            ("/admin/users?created=yesterday", "created"),
            ("/admin/sessions?state=dead", "state"),
            ("/admin/sessions?user=1", "user"),
            ("/admin/sessions?state=all&sort=-seen", "sort"),
            ("/admin/sessions?state=revoked&sort=-created", "sort"),
            ("/admin/sessions?after=a&before=b", "before"),
            ("/admin/audit?result=maybe", "result"),
        ] {
            let answer = browser.get(path);
            assert_eq!(answer.status, 400, "{path}");
            assert!(answer.body.contains(&format!("The parameter “{name}”")), "{path}");
        }
        let spelled = browser.get("/admin/users?sort=-created&q=&n=50&status=active");
        assert_eq!((spelled.status, spelled.header("location")), (308, "/admin/users?status=active"));
    }

    async fn a_forged_place_leads_to_the_first_screen_with_a_notice(db: TestDatabase) {
        let site = TestSite::new(&db);
        site.login("alice-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        browser.follow("/admin/users");
        let answer = browser.get("/admin/users?status=active&after=Zm9yZ2Vk");
        assert_eq!((answer.status, answer.header("location")), (303, "/admin/users?status=active"));
        browser.follow("/admin/users?status=active");
        assert!(browser.notice().contains("no longer valid"));
        browser.follow("/admin/users");
        assert_eq!(browser.notice(), "", "a notice is shown once");
    }

    async fn sessions_are_listed_by_state(db: TestDatabase) {
        let site = TestSite::new(&db);
        let one = site.login("alice-1");
        // sessions of one millisecond have no order
        site.clock.advance(std::time::Duration::from_secs(1));
        let two = site.login("bob-1");
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let path = format!("/admin/sessions/{}/revoke", one.sid);
        browser.get(&path);
        browser.send(&path, &[("reason", "test")]);
        let mut listed = |query: &str| sids(&browser.follow(&format!("/admin/sessions{query}")).body);
        assert_eq!(listed(""), [two.sid.as_str()]);
        assert_eq!(listed("?state=revoked"), [one.sid.as_str()]);
        assert_eq!(listed("?state=revoked&by=chen&reason=test"), [one.sid.as_str()]);
        assert!(listed("?state=revoked&by=wang").is_empty());
        assert!(listed("?state=expired").is_empty());
        assert_eq!(listed("?state=all"), [two.sid.as_str(), &one.sid]);
        assert_eq!(listed(&format!("?user={}", two.uid)), [two.sid.as_str()]);
        site.clock.advance(site.site.state.config.session.idle);
        browser.sign_in("chen", crate::support::browser::PASSWORD);
        let mut listed = |query: &str| sids(&browser.follow(&format!("/admin/sessions{query}")).body);
        assert!(listed("").is_empty());
        assert!(listed("?state=expired").is_empty());
        assert_eq!(listed("?state=idle"), [two.sid.as_str()]);
        site.clock.advance(site.site.state.config.session.lifetime);
        browser.sign_in("chen", crate::support::browser::PASSWORD);
        let mut listed = |query: &str| sids(&browser.follow(&format!("/admin/sessions{query}")).body);
        assert_eq!(listed("?state=expired"), [two.sid.as_str()]);
    }

    async fn the_box_finds_users_and_sessions_by_what_they_are_called(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        site.post("/api/userProfile", &user.token, &json!({ "nickName": "张伟" }));
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let mut look = |term: &str| {
            browser.get("/admin/lookup");
            let answer = browser.send("/admin/lookup", &[("term", term)]);
            (answer.status, answer.header("location").to_owned(), answer.body)
        };
        let page = format!("/admin/users/{}", user.uid);
        assert_eq!(look("伟").1, page);
        assert_eq!(look(&user.uid.to_uppercase()).1, page);
        assert_eq!(look(&format!("  {} ", user.sid)).1, format!("/admin/sessions/{}", user.sid));
        assert_eq!(look("127.0.0.1").1, format!("/admin/sessions/{}", user.sid));
        let (status, _, body) = look("oGZUI0egBJY1zhBYw2KhdUfwVJJE");
        assert!(status == 200 && body.contains("Looked up as openid or unionid: nothing found"));
        assert!(look(&"x".repeat(65)).2.contains("Too long"));
        let trail = browser.follow("/admin/audit").body;
        assert!(trail.contains("Look up an openid") && !trail.contains("oGZUI0eg"));
    }
}
