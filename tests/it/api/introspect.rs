use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use menwei::config::{Client, Config};
use serde_json::json;

use crate::support::database::on_each_database;
use crate::support::raw::{Answer, with_body};
use crate::support::site::{APPID, START, TestSite, refused};

const ID: &str = "orders";
const SECRET: &str = "k3+y/of%the&orders=service";
const OTHER_SECRET: &str = "another-service-of-the-team";

fn with_clients(config: &mut Config) {
    let client =
        |id: &str, secret: &str| Client { id: id.to_owned(), secret: secret.into(), name: id.to_owned() };
    config.clients = vec![client(ID, SECRET), client("stock", OTHER_SECRET)];
}

/// A value as a form has it.
fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
}

fn basic(id: &str, secret: &str) -> String {
    format!("Authorization: Basic {}", STANDARD.encode(format!("{id}:{secret}")))
}

fn ask(site: &TestSite, headers: &[&str], form: &str) -> Answer {
    let headers: Vec<&str> =
        headers.iter().copied().chain(["Content-Type: application/x-www-form-urlencoded"]).collect();
    site.connect().ask(&with_body("POST", "/introspect", &headers, Some(form)))
}

on_each_database! {
    async fn a_service_learns_whose_a_live_session_is(db: TestDatabase) {
        let site = TestSite::with(&db, with_clients);
        let login = site.login("alice-1");
        let token = &login.token;
        let whole = json!({
            "active": true, "sub": login.uid, "client_id": APPID, "sid": login.sid, "token_type": "Bearer",
            "iat": START.seconds(), "exp": START.seconds() + 30 * 86_400,
        });
        let in_form = format!("token={token}&client_id={ID}&client_secret={}", encoded(SECRET));
        let as_said = basic(ID, &encoded(SECRET));
        let plain = basic("stock", OTHER_SECRET);
        for (headers, form) in [
            (vec![], in_form.as_str()),
            (vec![as_said.as_str()], &format!("token={token}")),
            (vec![basic(ID, SECRET).as_str()], &format!("token={token}&token_type_hint=access_token")),
            (vec![plain.as_str()], &format!("token={token}")),
        ] {
            let answer = ask(&site, &headers, form);
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.json(), whole);
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }

    async fn of_any_other_token_it_learns_nothing_but_that(db: TestDatabase) {
        let site = TestSite::with(&db, with_clients);
        let (login, idle) = (site.login("alice-1"), site.login("bob-1"));
        let client = basic(ID, SECRET);
        let is_active = |token: &str| {
            let answer = ask(&site, &[&client], &format!("token={token}"));
            assert_eq!(answer.status, 200, "{answer:?}");
            assert!(answer.json()["active"] == true || answer.json() == json!({ "active": false }), "{answer:?}");
            answer.json()["active"] == true
        };
        assert!(is_active(&login.token) && is_active(&idle.token));
        for stranger in ["x", &login.sid, &login.uid, "%00", &format!("{}A", login.token)] {
            assert!(!is_active(stranger), "{stranger}");
        }
        assert_eq!(site.ask("POST", "/api/logout", Some(&login.token), None).status, 200);
        assert!(!is_active(&login.token));
        site.clock.advance(std::time::Duration::from_secs(7 * 86_400));
        assert!(!is_active(&idle.token));
    }

    async fn nobody_asks_without_a_clients_secret(db: TestDatabase) {
        let site = TestSite::with(&db, with_clients);
        let token = site.login("alice-1").token;
        let form = format!("token={token}");
        let before = db.dump();
        let bearer = format!("Authorization: Bearer {token}");
        for header in [
            basic(ID, OTHER_SECRET),
            basic("stock", SECRET),
            basic("nobody", SECRET),
            basic("", ""),
            basic(ID, ""),
            basic(ID, SECRET.strip_suffix('e').unwrap()),
            basic(ID, &format!("{SECRET}x")),
            basic(ID, &SECRET.to_uppercase()),
            "Authorization: Basic !".to_owned(),
            "Authorization: Basic".to_owned(),
            "X-Nothing: x".to_owned(),
            bearer,
        ] {
            let answer = ask(&site, &[&header], &form);
            refused(&answer, 401, "invalid_client");
            assert_eq!(answer.header("www-authenticate"), "Basic realm=\"menwei\"", "{header}");
        }
        for form in ["", &format!("{form}&client_id={ID}"), &format!("{form}&client_id={ID}&client_secret=x")] {
            refused(&ask(&site, &[], form), 401, "invalid_client");
        }
        assert_eq!(db.dump(), before);
    }

    async fn a_form_that_does_not_fit_is_refused(db: TestDatabase) {
        let site = TestSite::with(&db, with_clients);
        let client = basic(ID, SECRET);
        for form in [
            "",
            "token=",
            "tokens=x",
            "token=x&token=y",
            "token=x&client_secret=y",
        ] {
            refused(&ask(&site, &[&client], form), 400, "invalid_request");
        }
        let json = with_body("POST", "/introspect", &[&client, "Content-Type: application/json"], Some("{}"));
        refused(&site.connect().ask(&json), 415, "unsupported_media_type");
        refused(&ask(&site, &[&client], &format!("token={}", "x".repeat(16_384))), 413, "too_large");
        refused(&site.ask("GET", "/introspect", None, None), 405, "method_not_allowed");
    }

    async fn without_a_configured_client_nobody_may_ask(db: TestDatabase) {
        let site = TestSite::new(&db);
        refused(&ask(&site, &[&basic("", "")], "token=x"), 401, "invalid_client");
    }

    async fn a_form_of_too_many_fields_is_refused_before_anything_is_compared(db: TestDatabase) {
        let site = TestSite::with(&db, with_clients);
        let form = |fields: usize| (0..fields).map(|number| format!("f{number}=")).collect::<Vec<_>>().join("&");
        refused(&ask(&site, &[], &form(33)), 400, "invalid_request");
        refused(&ask(&site, &[], &form(2000)), 400, "invalid_request");
        refused(&ask(&site, &[], &form(32)), 401, "invalid_client");
    }
}
