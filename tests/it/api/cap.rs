use std::time::Duration;

use menwei::clock::Clock;
use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::site::{TestSite, refused};

const LIVE: &str = "SELECT count(*) AS number FROM sessions WHERE ended_at IS NULL";

on_each_database! {
    async fn the_eleventh_login_displaces_the_oldest(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut logins = Vec::new();
        for number in 0..11 {
            site.clock.advance(Duration::from_millis(1));
            logins.push(site.login(&format!("alice-{number}")));
        }
        assert_eq!((&logins[9].body["displaced"], &logins[10].body["displaced"]), (&json!(0), &json!(1)));
        refused(&site.me(&logins[0].token), 401, "session_revoked");
        assert!(logins[1..].iter().all(|login| site.state(&login.token) == "live"));
        let why = "SELECT ended_by || ' ' || ended_reason AS line FROM sessions WHERE ended_at IS NOT NULL";
        assert_eq!(db.plain().lines(why), ["system displaced"]);
    }

    async fn the_cap_counts_each_user_alone(db: TestDatabase) {
        let site = TestSite::with(&db, |config| config.session.per_user = 1);
        let bob = site.login("bob-1");
        let one = site.login("alice-1");
        site.clock.advance(Duration::from_millis(1));
        let two = site.login("alice-2");
        assert_eq!([site.state(&one.token), site.state(&two.token), site.state(&bob.token)],
            ["session_revoked", "live", "live"]);
    }

    async fn sixty_four_logins_of_one_user_at_once_never_exceed_the_cap(db: TestDatabase) {
        // a clock that moves, as it does between logins; three at once over two servers
        let site = TestSite::at(&db.again(), Clock::System, |config| config.session.per_user = 3);
        let twin = TestSite::at(&db.again(), Clock::System, |config| config.session.per_user = 3);
        site.login("alice-first");
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..64)
                .map(|number| {
                    let site = if number % 2 == 0 { &site } else { &twin };
                    scope.spawn(move || site.try_login(&format!("alice-{number}")).status)
                })
                .collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses, [200; 64]);
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM users"), 1);
        assert_eq!(db.plain().number(LIVE), 3);
    }
}
