//! The accounts of staff, kept by owners.

use std::time::Duration;

use crate::support::browser::{Browser, PASSWORD, between};
use crate::support::database::on_each_database;
use crate::support::site::TestSite;

/// The number of an account in its address.
fn number(browser: &mut Browser, name: &str) -> String {
    let page = browser.get("/admin/staff").body;
    let page = between(&page, "<tbody", "</tbody>").unwrap();
    let before = page.split(&format!("<bdi>{name}</bdi>")).next().unwrap().to_owned();
    let at = before.rsplit("href=\"/admin/staff/").next().unwrap().to_owned();
    at.split('"').next().unwrap().to_owned()
}

/// Sends a form of an account's page.
fn send(browser: &mut Browser, id: &str, verb: &str, fields: &[(&str, &str)]) -> crate::support::raw::Answer {
    browser.get(&format!("/admin/staff/{id}"));
    let fields = [&[("reason", "duty_changed"), ("note", "as agreed")], fields].concat();
    browser.send(&format!("/admin/staff/{id}/{verb}"), &fields)
}

on_each_database! {
    async fn an_owner_invites_somebody_who_chooses_their_own_password(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        owner.get("/admin/staff/new");
        assert_eq!(owner.send("/admin/staff/new", &[("name", "root"), ("role", "support")]).status, 422);
        assert_eq!(owner.send("/admin/staff/new", &[("name", "li.na"), ("role", "god")]).status, 422);
        let made = owner.send("/admin/staff/new", &[("name", "li.na"), ("role", "support")]);
        let link = between(&made.body, "<code class=\"long\">", "</code>").unwrap();
        let path = link.find("/admin/setup/").and_then(|at| link.get(at..)).unwrap().to_owned();
        owner.get("/admin/staff/new");
        let twice = owner.send("/admin/staff/new", &[("name", "Li.Na"), ("role", "admin")]);
        assert!(twice.status == 422 && twice.body.contains("There is such an account already"));
        assert!(owner.get("/admin/staff").body.contains("Invited"));
        let mut li = Browser::new(&site);
        li.get(&path);
        assert_eq!(li.send(&path, &[("password", PASSWORD), ("again", PASSWORD)]).status, 303);
        assert_eq!(li.get("/admin/users").status, 200);
    }

    async fn a_role_holds_on_the_next_request_and_ends_what_was_open(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        let mut li = Browser::of(&site, "li.na", "support").await;
        assert_eq!(li.get("/admin/users").status, 200);
        let id = number(&mut owner, "li.na");
        let done = send(&mut owner, &id, "role", &[("role", "auditor")]);
        assert_eq!(done.status, 303, "{}", done.body);
        let told = between(&owner.follow(&format!("/admin/staff/{id}")).body, "href=\"/admin/audit/", "\"").map(str::to_owned);
        let entry = owner.get(&format!("/admin/audit/{}", told.unwrap())).body;
        for text in ["Before", "Role: Support", "After", "Role: Auditor", "Change of duties", "as agreed"] {
            assert!(entry.contains(text), "{text}: {entry}");
        }
        assert!(li.get("/admin/users").header("location").starts_with("/admin/login"));
        li.sign_in("li.na", PASSWORD);
        assert_eq!((li.get("/admin/staff").status, li.get("/admin/staff/new").status), (200, 403));
        assert_eq!(send(&mut owner, &id, "disable", &[]).status, 303);
        assert_eq!(li.get("/admin/users").status, 303);
        assert_eq!(li.sign_in("li.na", PASSWORD).status, 422);
        assert_eq!(send(&mut owner, &id, "enable", &[]).status, 303);
        assert_eq!(li.sign_in("li.na", PASSWORD).status, 303);
        let trail = db.plain().lines("SELECT action || ' ' || actor || ' ' || target AS line FROM audit WHERE action IN ('staff.role', 'staff.disable', 'staff.enable') ORDER BY id");
        assert_eq!(trail, ["staff.role chen staff:li.na", "staff.disable chen staff:li.na", "staff.enable chen staff:li.na"]);
    }

    async fn what_will_happen_is_said_first_and_a_reason_is_asked_for(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        let mut li = Browser::of(&site, "li.na", "support").await;
        let id = number(&mut owner, "li.na");
        let page = owner.get(&format!("/admin/staff/{id}")).body;
        let forms = crate::support::browser::each(between(&page, "<main", "</main>").unwrap(), "action=\"", "\"");
        assert_eq!(forms, [format!("/admin/staff/{id}/link")], "dangerous ones are links");
        for (verb, effect) in [("role", "All of their console sessions end at once"), ("disable", "cannot sign in until")] {
            let path = format!("/admin/staff/{id}/{verb}");
            let page = owner.get(&path).body;
            assert!(page.contains(effect) && page.contains("button danger"), "{page}");
            assert!(page.contains(&format!("href=\"/admin/staff/{id}\">Cancel")), "{page}");
            for fields in [&[("role", "admin")][..], &[("role", "admin"), ("reason", "user_request")], &[("reason", "left"), ("note", &"x".repeat(501))]] {
                assert_eq!(owner.send(&path, fields).status, 422, "{verb} {fields:?}");
            }
        }
        let same = send(&mut owner, &id, "role", &[("role", "support")]);
        assert!(same.status == 422 && same.body.contains("Choose another role"));
        assert_eq!(li.get("/admin/users").status, 200, "nothing was done");
        // nothing to reset, nothing to enable
        for verb in ["reset", "enable"] {
            let answer = owner.get(&format!("/admin/staff/{id}/{verb}"));
            assert_eq!(answer.header("location"), format!("/admin/staff/{id}"), "{verb}");
        }
        assert_eq!(send(&mut owner, &id, "disable", &[]).status, 303);
        let twice = send(&mut owner, &id, "disable", &[]);
        assert_eq!((twice.status, twice.header("location")), (303, format!("/admin/staff/{id}").as_str()));
        let line = "SELECT reason || ' ' || note || ' ' || detail AS line FROM audit WHERE action = 'staff.disable' ORDER BY id";
        let trail = db.plain().lines(line);
        let detail = r#"{"before":{"state":"active"},"after":{"state":"disabled"}}"#;
        assert_eq!(trail, [format!("duty_changed as agreed {detail}")]);
    }

    async fn failed_sign_ins_are_counted_until_one_succeeds(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        crate::support::browser::staff(&site, "li.na", "support").await;
        let mut li = Browser::new(&site);
        let id = number(&mut owner, "li.na");
        let failed = |owner: &mut Browser| {
            let list = owner.get("/admin/staff").body;
            let row = list.split("<bdi>li.na</bdi>").nth(1).unwrap();
            let listed = between(row, "data-label=\"Failed sign-ins\">", "<").unwrap().to_owned();
            let page = owner.get(&format!("/admin/staff/{id}")).body;
            assert_eq!(between(&page, "<dt>Failed sign-ins</dt><dd>", "<").unwrap(), listed);
            listed
        };
        assert_eq!(failed(&mut owner), "0");
        for _ in 0..3 {
            assert_eq!(li.sign_in("LI.NA", "not the password at all").status, 422);
        }
        assert_eq!(failed(&mut owner), "3");
        let before = db.statements();
        owner.get("/admin/staff");
        assert!(db.statements() - before <= 6);
        assert_eq!(li.sign_in("li.na", PASSWORD).status, 303);
        assert_eq!(failed(&mut owner), "0");
        Browser::new(&site).sign_in("li.na", "not the password at all");
        assert_eq!(failed(&mut owner), "1");
        site.clock.advance(Duration::from_hours(25));
        owner.sign_in("chen", PASSWORD);
        assert_eq!(failed(&mut owner), "0", "long ago");
    }

    async fn owners_are_told_when_duties_are_not_separated(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        for path in ["/admin", "/admin/staff"] {
            assert!(owner.follow(path).body.contains("You are the only one who can sign in, so duties are not separated"), "{path}");
        }
        let mut auditor = Browser::of(&site, "lin", "auditor").await;
        let before = db.statements();
        assert!(owner.get("/admin/staff").body.contains("There is only one owner, so duties are not separated"));
        assert!(db.statements() - before <= 6, "{}", db.statements() - before);
        assert!(!auditor.get("/admin/staff").body.contains("duties are"));
        assert!(auditor.get("/admin/audit").body.contains("kept for good"));
        crate::support::browser::staff(&site, "zhou", "owner").await;
        assert!(!owner.get("/admin/staff").body.contains("duties are"));
    }

    async fn an_owner_who_was_only_invited_is_none_to_count_on(db: TestDatabase) {
        use menwei::db::staff::Staff;
        use menwei::error::Error;

        let now = crate::support::site::START;
        TestSite::new(&db);
        let make = move |conn: &mut _| {
            let chen = Staff::create(conn, "chen", "owner", now)?;
            Staff::set_password(conn, chen, "a hash", now)?;
            Ok((chen, Staff::create(conn, "invited", "owner", now)?))
        };
        let (chen, invited) = db.write(make).await.unwrap();
        let disabled = db.write(move |conn| Staff::disable(conn, chen, now)).await;
        assert!(matches!(disabled, Err(Error::Conflict(_))), "{disabled:?}");
        let demoted = db.write(move |conn| Staff::set_role(conn, chen, "support", now)).await;
        assert!(matches!(demoted, Err(Error::Conflict(_))), "{demoted:?}");
        db.write(move |conn| Staff::disable(conn, invited, now)).await.unwrap();
        // two who can sign in and take each other away, by either way
        db.write(move |conn| Staff::enable(conn, invited)).await.unwrap();
        db.write(move |conn| Staff::set_password(conn, invited, "a hash", now)).await.unwrap();
        let one = db.write(move |conn| Staff::set_role(conn, chen, "admin", now));
        let other = db.write(move |conn| Staff::disable(conn, invited, now));
        let (one, other) = futures_util::future::join(one, other).await;
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let left = "SELECT COUNT(*) AS number FROM staff WHERE role = 'owner' AND disabled_at IS NULL";
        assert_eq!(db.plain().number(left), 1);
    }

    async fn a_link_to_choose_a_password_is_void_once_there_is_a_new_one(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        let mut li = Browser::of(&site, "li.na", "support").await;
        let id = number(&mut owner, "li.na");
        let shown = send(&mut owner, &id, "link", &[]);
        let link = between(&shown.body, "<code class=\"long\">", "</code>").unwrap();
        let path = link.find("/admin/setup/").and_then(|at| link.get(at..)).unwrap().to_owned();
        let mut finder = Browser::new(&site);
        assert_eq!(finder.get(&path).status, 200);
        li.get("/admin/account/password");
        let new = "marble trumpet 9 lagoon";
        assert_eq!(li.send("/admin/account/password", &[("password", new), ("again", new)]).status, 303);
        assert_eq!(finder.send(&path, &[("password", PASSWORD), ("again", PASSWORD)]).status, 410);
        assert_eq!(Browser::new(&site).sign_in("li.na", new).status, 303);
    }

    async fn nobody_changes_themself_and_the_last_owner_stays(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        let own = number(&mut owner, "chen");
        for (verb, fields) in [("role", vec![("role", "admin")]), ("disable", vec![]), ("reset", vec![])] {
            owner.get("/admin/staff/new");
            assert_eq!(owner.send(&format!("/admin/staff/{own}/{verb}"), &fields).status, 409, "{verb}");
        }
        // two owners who take each other away at once: one stays
        let mut other = Browser::of(&site, "zhou", "owner").await;
        let others = number(&mut owner, "zhou");
        owner.get(&format!("/admin/staff/{others}"));
        other.get(&format!("/admin/staff/{own}"));
        let done = |answer: &crate::support::raw::Answer| answer.header("location").starts_with("/admin/staff/");
        let answers = std::thread::scope(|scope| {
            let one = scope.spawn(|| owner.send(&format!("/admin/staff/{others}/disable"), &[("reason", "left")]));
            let two = scope.spawn(|| other.send(&format!("/admin/staff/{own}/disable"), &[("reason", "left")]));
            [one.join().unwrap(), two.join().unwrap()]
        });
        // the other is told no, or is signed out already
        assert_eq!(answers.iter().filter(|answer| done(answer)).count(), 1, "{answers:?}");
        let left = db.plain().number("SELECT COUNT(*) AS number FROM staff WHERE role = 'owner' AND disabled_at IS NULL");
        assert_eq!(left, 1);
    }

    async fn changing_an_account_asks_for_proof_and_unused_ones_are_pointed_out(db: TestDatabase) {
        let site = TestSite::new(&db);
        let mut owner = Browser::of(&site, "chen", "owner").await;
        Browser::of(&site, "li.na", "support").await;
        let id = number(&mut owner, "li.na");
        owner.get(&format!("/admin/staff/{id}"));
        site.clock.advance(Duration::from_mins(16));
        assert_eq!(owner.send(&format!("/admin/staff/{id}/disable"), &[("reason", "left")]).status, 403);
        assert!(owner.page.contains("Confirm that it is you"));
        site.clock.advance(Duration::from_hours(24 * 91));
        owner.sign_in("chen", PASSWORD);
        assert!(owner.get("/admin/staff").body.contains("Unused for more than 90 days"));
        assert_eq!(send(&mut owner, &id, "link", &[]).status, 200);
        assert!(owner.page.contains("/admin/setup/"));
    }
}
