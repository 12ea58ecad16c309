//! Whoever is let in by the head of a request may have lost that right before the body is there.

use menwei::db::staff::Staff;
use menwei::db::staff::proved::Proved;
use menwei::db::staff_sessions::{NewStaffSession, StaffSession};
use menwei::db::{Conn, Database};
use menwei::error::Error;
use menwei::secret::TokenDigest;

use crate::support::browser::{Browser, PASSWORD, between, staff};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::second_factor::code_of;
use crate::support::site::TestSite;

async fn find(db: &Database, name: &'static str) -> Staff {
    db.read(move |conn| Ok(Staff::find_by_name(conn, name)?.unwrap().0)).await.unwrap()
}

async fn disable(site: &TestSite, name: &'static str) {
    let (id, now) = (find(&site.site.state.db, name).await.id, site.clock.now());
    site.site.state.db.write(move |conn| Staff::disable(conn, id, now)).await.unwrap();
}

fn open_sessions(db: &TestDatabase, name: &str) -> i64 {
    db.plain().number(&format!(
        "SELECT COUNT(*) AS number FROM staff_sessions s JOIN staff a ON a.id = s.staff_id \
         WHERE a.name = '{name}' AND s.ended_at IS NULL"
    ))
}

on_each_database! {
    async fn who_is_disabled_while_the_form_is_on_its_way_does_nothing_with_it(db: TestDatabase) {
        let site = TestSite::new(&db);
        let user = site.login("alice-1");
        let _other = Browser::of(&site, "wang", "owner").await;
        let mut owner = Browser::of(&site, "chen", "owner").await;
        let mut admin = Browser::of(&site, "lin", "admin").await;
        owner.get("/admin/staff/new");
        let invite = owner.begin(&db, "/admin/staff/new", &[("name", "puppet"), ("role", "owner")]);
        let freeze = format!("/admin/users/{}/freeze", user.uid);
        admin.get(&freeze);
        let deed = admin.begin(&db, &freeze, &[("reason", "violation"), ("until", "24h")]);
        admin.get("/admin/lookup");
        let look = admin.begin(&db, "/admin/lookup", &[("term", "nobody of that name")]);
        admin.get("/admin/exports/users");
        let file = admin.begin(&db, "/admin/exports/users", &[("column", "id")]);
        disable(&site, "chen").await;
        disable(&site, "lin").await;
        let answer = invite.finish();
        assert_eq!(answer.status, 419, "{}", answer.body);
        assert!(!answer.body.contains("/admin/setup/") && answer.body.contains("type=\"password\""));
        assert!(!answer.body.contains("chen"), "as to a stranger");
        for begun in [deed, look, file] {
            let answer = begun.finish();
            assert_eq!(answer.status, 419, "{}", answer.body);
            assert!(answer.header("content-type").starts_with("text/html"));
        }
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM staff WHERE name = 'puppet'"), 0);
        assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM setup_links"), 0);
        assert_eq!(site.try_login("alice-2").status, 200, "nobody was frozen");
        let deeds = "SELECT COUNT(*) AS number FROM audit WHERE action IN ('staff.add', 'user.freeze', 'export.begin')";
        assert_eq!(db.plain().number(deeds), 0);
    }

    async fn a_session_that_was_ended_cannot_take_the_account_over(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut victim = Browser::of(&site, "chen", "admin").await;
        let mut thief = Browser::new(&site);
        assert_eq!(thief.sign_in("chen", PASSWORD).status, 303);
        let page = thief.get("/admin/account/totp").body;
        let typed = between(&page, "<code class=\"long\">", "</code>").unwrap().replace(' ', "");
        let factor = thief.begin(&db, "/admin/account/totp", &[("code", &code_of(&site, &typed))]);
        thief.get("/admin/account/password");
        let new = "marble trumpet 9 lagoon";
        let password = thief.begin(&db, "/admin/account/password", &[("password", new), ("again", new)]);
        victim.get("/admin/account");
        assert_eq!(victim.send("/admin/account/sessions/end", &[("sid", "others")]).status, 303);
        for begun in [factor, password] {
            let answer = begun.finish();
            assert_eq!(answer.status, 419, "{}", answer.body);
            assert!(!answer.headers.iter().any(|(_, value)| value.starts_with("menwei=")), "{:?}", answer.headers);
        }
        assert_eq!(victim.get("/admin/users").status, 200, "the victim's goes on");
        assert_eq!(thief.get("/admin/users").status, 303);
        assert_eq!(open_sessions(&db, "chen"), 1);
        let account = find(&db, "chen").await;
        assert!(account.totp_at.is_none());
        assert_eq!(Browser::new(&site).sign_in("chen", PASSWORD).status, 303, "the password is the old one");
    }

    async fn a_sign_in_is_no_session_once_the_account_changed(db: TestDatabase) {
        let site = TestSite::new(&db);
        staff(&site, "chen", "admin").await;
        let account = find(&db, "chen").await;
        let (id, begun) = (account.id, site.clock.now());
        let idle = site.site.state.config.admin.idle;
        let open = |number: u8, proved: Proved| {
            let now = site.clock.now();
            let new = NewStaffSession {
                digest: vec![number; 32],
                sid: format!("sid {number}"),
                staff_id: id,
                state: "{}".to_owned(),
                created_at: now,
                last_seen_at: now,
                expires_at: now + std::time::Duration::from_hours(1),
                ip: String::new(),
                user_agent: String::new(),
            };
            db.write(move |conn| StaffSession::open(conn, &new, &proved, idle))
        };
        let before = Proved::from(&account);
        open(1, before).await.unwrap();
        site.clock.advance(idle);
        open(2, before).await.unwrap();
        // the clock is set back
        let then = db.read(move |conn| StaffSession::open_of(conn, id, begun, idle)).await.unwrap();
        let then: Vec<&str> = then.iter().map(|one| one.sid.as_str()).collect();
        assert_eq!(then, ["sid 2"], "what was over stays over");
        let later = site.clock.now();
        db.write(move |conn| Staff::change_password(conn, id, "another", later)).await.unwrap();
        assert!(matches!(open(3, before).await, Err(Error::Conflict(_))), "the password was changed");
        let after = Proved::from(&find(&db, "chen").await);
        open(4, after).await.unwrap();
        disable(&site, "chen").await;
        assert!(matches!(open(5, after).await, Err(Error::Conflict(_))), "the account was disabled");
    }

    async fn a_new_cookie_is_the_same_session_and_never_one_that_has_ended(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut browser = Browser::of(&site, "chen", "admin").await;
        let ends = "SELECT CAST(expires_at AS TEXT) AS line FROM staff_sessions WHERE ended_at IS NULL";
        let (before, old) = (db.plain().lines(ends), browser.cookies.clone());
        site.clock.advance(std::time::Duration::from_mins(10));
        browser.get("/admin/account/password");
        let new = "marble trumpet 9 lagoon";
        let changed = browser.send("/admin/account/password", &[("password", new), ("again", new)]);
        assert_eq!(changed.status, 303, "{}", changed.body);
        assert_ne!(browser.cookies, old, "a new cookie (SES-04)");
        assert_eq!(browser.get("/admin/users").status, 200);
        assert_eq!(db.plain().lines(ends), before, "no later end");
        let mut thief = Browser::new(&site);
        thief.cookies = old;
        assert_eq!(thief.get("/admin/users").status, 303);
        let [a, b, c] = ["a", "b", "c"].map(TokenDigest::of_text);
        let renew = move |conn: &mut Conn| StaffSession::renew(conn, (&a, &b), "{}", None);
        assert!(!db.write(renew).await.unwrap(), "there is no such session");
        assert!(!db.write(move |conn| StaffSession::store(conn, &c, "{}")).await.unwrap());
        assert_eq!(open_sessions(&db, "chen"), 1);
    }
}
