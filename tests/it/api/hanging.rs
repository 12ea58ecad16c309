use std::time::Duration;

use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::raw::{Raw, get, with_body};
use crate::support::site::{TestSite, code, request};

on_each_database! {
    async fn sessions_and_health_answer_while_wechat_hangs_and_five_hundred_logins_wait(db: TestDatabase) {
        let site = TestSite::with(&db, |config| {
            config.wechat.deadline = Duration::from_secs(30);
            config.wechat.max_in_flight = 1000;
        });
        let login = site.login("alice-1");
        let mut waiting: Vec<_> = (0..500)
            .map(|number| {
                let mut client = site.connect();
                let body = json!({ "code": format!("hang-u{number}-1") });
                client.send(request("POST", "/api/login", None, Some(&body)));
                client
            })
            .collect();
        let begun = std::time::Instant::now();
        while site.simulator.calls() < 501 {
            assert!(begun.elapsed() < crate::support::raw::PATIENCE, "{} are waiting", site.simulator.calls());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let mut client = site.connect();
        for _ in 0..200 {
            assert_eq!(client.ask(&request("GET", "/api/me", Some(&login.token), None)).status, 200);
        }
        for (method, path) in [("GET", "/api/sessions"), ("GET", "/api/userProfile"), ("GET", "/admin/login"),
            ("GET", "/readyz"), ("GET", "/livez")] {
            assert_eq!(site.ask(method, path, Some(&login.token), None).status, 200, "{path}");
        }
        let profile = site.post("/api/userProfile", &login.token, &json!({ "nickName": "张三" }));
        assert_eq!(profile.status, 200);
        assert!(begun.elapsed() < Duration::from_secs(25), "the logins gave up before the test was through");
        assert_eq!(db.plain().number("SELECT count(*) AS number FROM logins"), 1, "every login still waits");
        // and each of them gets an answer in the end
        let TestSite { simulator, running, .. } = site;
        drop(simulator);
        for client in &mut waiting {
            let answer = client.answer();
            assert!(matches!(code(&answer).as_str(), "wechat_unavailable" | "wechat_timeout"), "{answer:?}");
        }
        drop(running);
    }

    async fn logins_over_the_limit_are_refused_at_once_and_hold_nothing_up(db: TestDatabase) {
        let site = TestSite::with(&db, |config| {
            config.wechat.max_in_flight = 2;
            config.server.trusted_proxies = vec![menwei::config::Network::parse("127.0.0.1").unwrap()];
        });
        let login = site.login("alice-1");
        // each from an address of its own
        let mut waiting: Vec<_> = (0..20)
            .map(|number| {
                let mut client = site.connect();
                let headers = [&*format!("X-Forwarded-For: 192.0.2.{number}"), "Content-Type: application/json"];
                let body = json!({ "code": format!("slow1500-u{number}-1") }).to_string();
                client.send(with_body("POST", "/api/login", &headers, Some(&body)));
                client
            })
            .collect();
        assert_eq!(site.connect().ask(&get("/livez", &[])).status, 200);
        assert_eq!(site.state(&login.token), "live");
        let answers: Vec<_> = waiting.iter_mut().map(Raw::answer).collect();
        let refusals: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
        assert_eq!(refusals.len(), 18);
        for answer in refusals {
            assert_eq!((answer.status, code(answer).as_str()), (503, "wechat_unavailable"));
            assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
        }
    }
}
