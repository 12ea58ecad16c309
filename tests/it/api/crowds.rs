use std::time::Duration;

use menwei::db::Database;

use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::Answer;
use crate::support::site::{TestSite, request};

/// A database with the usual number of connections.
fn usual(db: &TestDatabase) -> Database {
    let mut settings = db.settings.clone();
    settings.pool = 8;
    Database::open(&settings).unwrap()
}

/// Logs in with every code at once.
fn all_at_once(site: &TestSite, codes: &[String]) -> Vec<Answer> {
    let start = std::sync::Barrier::new(codes.len());
    std::thread::scope(|scope| {
        let asking: Vec<_> = codes
            .iter()
            .map(|code| {
                let start = &start;
                scope.spawn(move || {
                    let mut client = site.connect();
                    start.wait();
                    client.ask(&request(
                        "POST",
                        "/api/login",
                        None,
                        Some(&serde_json::json!({ "code": code })),
                    ))
                })
            })
            .collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

on_each_database! {
    async fn sixty_four_first_logins_of_one_openid_make_one_user(db: TestDatabase) {
        let site = TestSite::with(&usual(&db), |config| {
            config.session.per_user = 100;
            // a place for each, though all come from one address
            config.wechat.max_in_flight = 100;
        });
        let codes: Vec<String> = (0..64).map(|number| format!("alice-{number}")).collect();
        let answers = all_at_once(&site, &codes);
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        let new = answers.iter().filter(|answer| answer.json()["isNew"] == true).count();
        assert_eq!((new, site.simulator.calls()), (1, 64));
        let mut plain = db.plain();
        for (table, count) in [("users", 1), ("identities", 1), ("sessions", 64), ("logins", 64)] {
            assert_eq!(plain.number(&format!("SELECT count(*) AS number FROM {table}")), count, "{table}");
        }
    }

    async fn sixty_four_of_one_code_make_one_upstream_call_and_one_session(db: TestDatabase) {
        let site = TestSite::new(&usual(&db));
        let answers = all_at_once(&site, &vec!["slow200-alice-1".to_owned(); 64]);
        assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
        let first = answers[0].json()["token"].clone();
        assert!(answers.iter().all(|answer| answer.json()["token"] == first));
        assert_eq!(site.simulator.calls(), 1);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM sessions"), 1);
    }

    async fn a_client_that_goes_away_leaves_one_whole_session_or_none(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut gone = Vec::new();
        for number in 0..30 {
            let mut client = site.connect();
            let code = format!("slow{}-u{number}-1", number * 10);
            client.send(request("POST", "/api/login", None, Some(&serde_json::json!({ "code": code }))));
            std::thread::sleep(Duration::from_millis(number % 7));
            gone.push(client);
            if number % 3 == 0 {
                gone.clear();
            }
        }
        drop(gone);
        // all that began come to their end
        let mut plain = db.plain();
        let begun = std::time::Instant::now();
        while plain.number("SELECT count(*) AS number FROM logins") < i64::try_from(site.simulator.calls()).unwrap() {
            assert!(begun.elapsed() < crate::support::raw::PATIENCE, "a login got lost");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(site.simulator.calls() > 0);
        let orphans = "SELECT count(*) AS number FROM users u WHERE \
             (SELECT count(*) FROM identities i WHERE i.user_id = u.id) <> 1 OR \
             (SELECT count(*) FROM sessions s WHERE s.user_id = u.id) <> 1 OR \
             (SELECT count(*) FROM logins l WHERE l.user_id = u.id AND l.result = 'ok') <> 1";
        assert_eq!(plain.number(orphans), 0);
        let users = plain.number("SELECT count(*) AS number FROM users");
        assert_eq!(users, plain.number("SELECT count(*) AS number FROM sessions"));
    }
}
