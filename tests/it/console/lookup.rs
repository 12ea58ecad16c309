//! The one box: what it takes a term for, what it finds, and where it leads.

use serde_json::json;

use crate::support::browser::{Browser, between, each};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::Answer;
use crate::support::site::TestSite;

fn look(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    browser.get("/admin/lookup");
    browser.send("/admin/lookup", fields)
}

fn find(browser: &mut Browser, term: &str) -> Answer {
    look(browser, &[("term", term)])
}

fn sids(page: &str) -> Vec<String> {
    let mut all = each(page, "href=\"/admin/sessions/", "\"");
    all.retain(|sid| !sid.ends_with("/revoke"));
    all
}

/// Sessions from these addresses, the first one oldest.
fn from(db: &TestDatabase, site: &TestSite, addresses: &[&str]) -> Vec<String> {
    let one = |(number, address): (usize, &&str)| {
        site.clock.advance(std::time::Duration::from_secs(1));
        let sid = site.login(&format!("user{}x{number}-1", address.len())).sid;
        db.plain().execute(&format!("UPDATE sessions SET ip = '{address}' WHERE sid = '{sid}'")).unwrap();
        sid
    };
    addresses.iter().enumerate().map(one).collect()
}

on_each_database! {
    async fn several_of_a_nickname_are_a_list_that_pages_and_counts(db: TestDatabase) {
        let site = TestSite::new(&db);
        for number in 0..30 {
            let user = site.login(&format!("user{number}-1"));
            let name = json!({ "nickName": "张伟" });
            assert_eq!(site.post("/api/userProfile", &user.token, &name).status, 200);
        }
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let found = find(&mut browser, "张\u{200b}伟\u{feff} ");
        assert_eq!((found.status, found.header("location")), (303, "/admin/users?q=%E5%BC%A0%E4%BC%9F"));
        let list = browser.get(found.header("location")).body;
        assert_eq!(each(&list, "href=\"/admin/users/", "\"").len(), 30, "{list}");
    }

    async fn more_sessions_of_an_address_than_fit_are_counted_and_paged_without_it_in_an_address(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut made = from(&db, &site, &["203.0.113.7"; 60]);
        from(&db, &site, &["203.0.113.70"]);
        made.reverse();
        let mut browser = Browser::of(&site, "chen", "admin").await;
        for term in ["203.0.113.7", "203.0.113.7/32", "203.0.113.0/26", "２０３.0.113.7"] {
            let mut page = find(&mut browser, term).body;
            assert!(page.contains("Looked up as IP address or network: 60 found"), "{term}: {page}");
            assert!(page.contains("the newest first"));
            let mut seen = sids(&page);
            assert_eq!(seen.len(), 25, "{term}");
            while let Some(before) = between(&page, "name=\"before\" value=\"", "\"").map(str::to_owned) {
                let next = browser.send("/admin/lookup", &[("term", term), ("as", "ip"), ("before", &before)]);
                assert_eq!(next.status, 200);
                assert!(next.body.contains(">Newest</button>"));
                seen.extend(sids(&next.body));
                page = next.body;
            }
            assert_eq!(seen, made, "{term}");
        }
    }

    async fn sessions_of_a_network_are_found(db: TestDatabase) {
        let site = TestSite::new(&db);
        let made = from(&db, &site, &[
            "203.0.113.7", "203.0.113.200", "203.0.112.9", "20.3.0.113", "2001:db8::1", "2001:db8:0:1::1", "2001:db9::1",
        ]);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let mut found = |term: &str| {
            let answer = find(&mut browser, term);
            let alone = answer.header("location").strip_prefix("/admin/sessions/").map(str::to_owned);
            let all = alone.map_or_else(|| sids(&answer.body), |sid| vec![sid]);
            let mut places: Vec<_> =
                all.iter().map(|sid| made.iter().position(|one| one == sid).unwrap()).collect();
            places.sort_unstable();
            places
        };
        for (network, expected) in [
            ("203.0.113.0/24", vec![0, 1]),
            ("203.0.113.0/25", vec![0]),
            ("203.0.112.0/23", vec![0, 1, 2]),
            ("203.0.0.0/16", vec![0, 1, 2]),
            ("203.0.0.0/8", vec![0, 1, 2]),
            ("0.0.0.0/0", vec![0, 1, 2, 3]),
            ("2001:db8::/32", vec![4, 5]),
            ("2001:db8::/64", vec![4]),
            ("2001:db8::/31", vec![4, 5, 6]),
            ("2001:DB8:0:1::/64", vec![5]),
            ("198.51.100.0/24", vec![]),
        ] {
            assert_eq!(found(network), expected, "{network}");
        }
        let trail = db.plain().rows("audit").join("\n");
        assert!(trail.contains("lookup.ip") && !trail.contains("203.0.113.0"));
    }

    async fn what_is_cut_says_so(db: TestDatabase) {
        let site = TestSite::new(&db);
        let sid = from(&db, &site, &["203.0.113.7"]).remove(0);
        let digest =
            if db.engine() == menwei::db::Engine::Postgres { "decode(md5(n::text), 'hex')" } else { "CAST(n AS BLOB)" };
        db.plain().execute(&format!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10001) INSERT INTO sessions \
             (digest, sid, user_id, identity_id, appid, created_at, last_seen_at, expires_at, ip, user_agent, client, device, \
             wechat_version, app_version) SELECT {digest}, 'x' || n, user_id, identity_id, appid, created_at, last_seen_at, \
             expires_at, '203.0.113.8', '', client, '', '', '' FROM sessions, numbers WHERE sid = '{sid}'",
        )).unwrap();
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let page = find(&mut browser, "203.0.113.0/24").body;
        assert!(page.contains("10,000+ found") && page.contains("10,000 were looked at"), "{page}");
        let page = find(&mut browser, "203.0.113.8").body;
        assert!(page.contains("10,000+ found") && !page.contains("were looked at"), "{page}");
    }

    async fn jobs_and_entries_are_found_by_who_may_see_them(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let mut chen = Browser::of(&site, "chen", "admin").await;
        let page = chen.get("/admin/sessions/revoke-matching?client=other").body;
        let jid = between(&page, "name=\"key\" value=\"", "\"").unwrap().to_owned();
        let fields = [("key", jid.as_str()), ("query", "client=other"), ("counted", "1"), ("reason", "test")];
        assert_eq!(chen.send("/admin/sessions/revoke-matching", &fields).status, 303);
        let simple = jid.replace('-', "").to_uppercase();
        for term in [jid.clone(), format!("job:{jid}"), simple] {
            assert_eq!(find(&mut chen, &term).header("location"), format!("/admin/jobs/{jid}"), "{term}");
        }
        assert_eq!(find(&mut chen, &format!("user:{}", user.uid)).header("location"), format!("/admin/users/{}", user.uid));
        let id = db.plain().number("SELECT max(id) AS number FROM audit WHERE action = 'job.create'");
        assert_eq!(find(&mut chen, &format!("#{id}")).header("location"), format!("/admin/audit/{id}"));
        let asked = look(&mut chen, &[("term", &id.to_string()), ("as", "id")]);
        assert_eq!(asked.header("location"), format!("/admin/audit/{id}"));
        let mut other = Browser::of(&site, "lin", "support").await;
        assert!(find(&mut other, &format!("audit:{id}")).body.contains("nothing found"), "another's entry");
        assert!(find(&mut other, "#9000000000000000000").body.contains("nothing found"));
    }

    async fn what_is_hidden_of_an_address_cannot_be_pinned_down_by_networks(db: TestDatabase) {
        let site = TestSite::new(&db);
        let made = from(&db, &site, &["203.0.113.7", "2001:db8:1:2::1"]);
        let mut lin = Browser::of(&site, "lin", "support").await;
        let narrow = ["203.0.113.0/25", "203.0.113.7/31", "203.0.113.6/31", "2001:db8:1::/49", "2001:db8:1:2::/64"];
        for network in narrow {
            let answer = find(&mut lin, network);
            assert_eq!(answer.status, 422, "{network}");
            assert!(answer.body.contains("hidden from you") && sids(&answer.body).is_empty(), "{}", answer.body);
        }
        let at = |answer: &Answer| answer.header("location").strip_prefix("/admin/sessions/").map(str::to_owned);
        for (known, place) in [("203.0.113.0/24", 0), ("203.0.113.7", 0), ("203.0.113.7/32", 0), ("2001:db8:1::/48", 1)] {
            assert_eq!(at(&find(&mut lin, known)).as_ref(), Some(&made[place]), "{known}");
        }
        let mut chen = Browser::of(&site, "chen", "admin").await;
        assert!(at(&find(&mut chen, "203.0.113.6/31")).is_some(), "who sees addresses may");
        // nor by trying one after the other
        let tried = (0..=255).map(|last| find(&mut lin, &format!("203.0.113.{last}"))).position(|one| one.status == 429);
        let trail = db.plain().number("SELECT COUNT(*) AS number FROM audit WHERE action = 'lookup.ip' AND actor = 'lin'");
        assert!(tried.is_some_and(|tried| tried < 40) && trail < 40, "{tried:?} {trail}");
        for _ in 0..40 {
            assert!(find(&mut chen, "203.0.113.7").status < 400);
        }
    }

    async fn too_long_a_term_is_told_so(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let long = find(&mut browser, &"张".repeat(65));
        assert!(long.status == 422 && long.body.contains("Too long: at most 64 characters"), "{}", long.body);
        assert_eq!(find(&mut browser, &format!("{}\u{200b}", "张".repeat(64))).status, 200);
        assert!(find(&mut browser, " \u{200b} ").body.contains("Type what you are looking for"));
    }
}
