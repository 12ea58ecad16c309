//! The list of jobs, screen by screen.

use std::time::Duration;

use menwei::db::Conn;
use menwei::db::audit::Entry;
use menwei::db::jobs::{Kind, NewJob};
use menwei::db::sessions::list::{Filter, StateFilter};
use menwei::secret::public_id;

use crate::support::browser::{Browser, between, each};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

/// Jobs one second apart; their ids.
async fn make(site: &TestSite, count: u64) -> Vec<String> {
    let start = site.clock.now();
    let write = move |conn: &mut Conn| {
        let one = |number| {
            let created_at = start + Duration::from_secs(number);
            let new = NewJob {
                jid: public_id(created_at)?,
                kind: Kind::Revoke,
                query: "client=ios".to_owned(),
                filter: Filter::of(StateFilter::Live),
                found: None,
                reason: "test".to_owned(),
                note: String::new(),
                ticket: String::new(),
                created_by: "chen".to_owned(),
                created_at,
            };
            new.create(conn, &Entry::default()).map(|_| new.jid)
        };
        (0..count).map(one).collect()
    };
    site.site.state.db.write(write).await.unwrap()
}

/// The address behind a word of the paging.
fn turn(page: &str, word: &str) -> Option<String> {
    let links = each(between(page, "<nav class=\"pager\"", "</nav>")?, "<a ", "</a>");
    let link = links.iter().find(|link| link.ends_with(&format!(">{word}")))?;
    between(link, "href=\"", "\"").map(|href| href.replace("&#38;", "&"))
}

fn jids(page: &str) -> Vec<String> {
    each(between(page, "<tbody", "</tbody>").unwrap(), "href=\"/admin/jobs/", "\"")
}

on_each_database! {
    async fn every_job_is_on_one_screen_of_the_list_and_pages_turn_both_ways(db: TestDatabase) {
        let site = TestSite::new(&db);
        let oldest_first = make(&site, 60).await;
        let newest_first: Vec<String> = oldest_first.iter().rev().cloned().collect();
        let mut auditor = Browser::of(&site, "lin", "auditor").await;
        // the list of what is not over begins with what waits longest
        for (path, all, forward, back) in [
            ("/admin/jobs", &newest_first, "Older", "Newest"),
            ("/admin/jobs?state=unfinished", &oldest_first, "Newer", "Oldest"),
        ] {
            let first = auditor.get(path).body;
            assert_eq!(jids(&first), all[..50], "{path}: {first}");
            assert_eq!(turn(&first, back), None, "{path}");
            let second = auditor.get(&turn(&first, forward).unwrap()).body;
            assert_eq!(jids(&second), all[50..], "{path}");
            assert_eq!(turn(&second, forward), None, "{path}");
            assert_eq!(turn(&second, back).as_deref(), Some(path));
            assert_eq!(second.contains("\"count\">60 results"), path.contains("unfinished"), "{second}");
        }
        assert_eq!(jids(&auditor.get("/admin/jobs?before=end&n=25").body), newest_first[35..]);
        let tab = "href=\"/admin/jobs?state=unfinished&#38;n=25\"";
        assert!(auditor.get("/admin/jobs?n=25").body.contains(tab), "{}", auditor.page);
    }
}
