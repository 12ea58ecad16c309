//! Every page of the console, and how one comes to it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::scene::{Scene, rename, setup};
use crate::console::roles::registered;
use crate::support::browser::{Browser, PASSWORD, each, staff};
use crate::support::database::TestDatabase;
use crate::support::second_factor::enrol;
use crate::support::site::TestSite;

/// Routes with GET that show no page of their own.
pub const NO_PAGE: [&str; 1] = [
    // leads to the list whose ticks are sent there
    "/admin/sessions/selection",
];

/// All mini-programs, the phrase (the English one is good in Chinese, too), a reason.
const EMERGENCY: Fields = &[("#app", "\u{e015}"), ("#phrase", "revoke all sessions"), ("#reason", " ")];
/// The button of a form with nothing else to press.
const MAIN: &str = "main .submit button";

/// Who looks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Nobody,
    /// A member of support with a second factor.
    Support,
    Admin,
    /// The same admin in another browser.
    Elsewhere,
    /// An admin whose proof is too old.
    Stale,
    Auditor,
    Owner,
}

/// Where what is typed: a space chooses, an arrow takes the next of a list.
pub type Fields = &'static [(&'static str, &'static str)];

/// A form on the way to a page.
pub struct Send {
    pub fields: Fields,
    pub button: &'static str,
    /// As whom it is sent; a session may end, or begin, while a form is filled in.
    pub who: Who,
}

/// A page and how one comes to it.
pub struct Page {
    pub name: &'static str,
    pub who: Who,
    /// On the other site: with where that is.
    pub path: String,
    pub send: Option<Send>,
    /// The address that is shown in the end.
    pub shown: String,
    pub status: u16,
}

fn page(name: &'static str, who: Who, path: impl Into<String>) -> Page {
    let path = path.into();
    Page { name, who, shown: path.clone(), path, send: None, status: 200 }
}

impl Page {
    /// After a form was sent.
    fn sent(self, fields: Fields, button: &'static str) -> Self {
        Self { send: Some(Send { fields, button, who: self.who }), ..self }
    }

    /// The form is sent with the cookies of somebody else.
    fn sent_as(mut self, who: Who) -> Self {
        self.send.as_mut().unwrap().who = who;
        self
    }

    /// It leads to another address.
    fn at(self, shown: &str) -> Self {
        Self { shown: shown.to_owned(), ..self }
    }

    /// It says why not.
    fn is(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// The site, who looks at it, and its pages in the order in which they are opened.
pub struct Pages {
    pub scene: Scene,
    /// Another one that has no owner yet.
    _fresh: (TestDatabase, TestSite),
    stale: Browser,
    elsewhere: Browser,
    support: Browser,
    pub list: Vec<Page>,
}

impl Pages {
    pub async fn new(db: &TestDatabase) -> Self {
        let mut scene = Scene::new(db).await;
        let stale = Browser::of(&scene.site, "gao", "admin").await;
        scene.site.clock.advance(Duration::from_mins(16));
        for browser in [&mut scene.admin, &mut scene.owner] {
            browser.get("/admin/reauth");
            let proven = browser.send("/admin/reauth", &[("password", PASSWORD), ("next", "/admin/help")]);
            assert_eq!(proven.status, 303, "{}", proven.body);
        }
        let mut elsewhere = Browser::new(&scene.site);
        elsewhere.sign_in("chen", PASSWORD);
        let mut support = Browser::of(&scene.site, "han", "support").await;
        enrol(&scene.site, &mut support);
        staff(&scene.site, "zhou", "auditor").await;
        many_from_one_network(db, &scene);
        rename(&scene.site, &scene.site.login("review-1"), "复核 <b>");
        let empty = TestDatabase::sqlite();
        let fresh = TestSite::new(&empty);
        let mut list = before_sign_in(&scene, &fresh).await;
        list.extend(of_users(&scene));
        list.extend(of_sessions(&mut scene));
        list.extend(of_operation());
        list.extend(of_audit(&mut scene));
        list.extend(of_staff(&mut scene));
        list.extend(of_oneself());
        list.extend(why_not(&scene));
        // last: all sessions are over then
        list.extend(of_emergency());
        Self { scene, _fresh: (empty, fresh), stale, elsewhere, support, list }
    }

    /// What somebody's browser holds.
    pub fn cookies(&self, who: Who) -> BTreeMap<String, String> {
        match who {
            Who::Nobody => BTreeMap::new(),
            Who::Support => self.support.cookies.clone(),
            Who::Admin => self.scene.admin.cookies.clone(),
            Who::Elsewhere => self.elsewhere.cookies.clone(),
            Who::Stale => self.stale.cookies.clone(),
            Who::Auditor => self.scene.auditor.cookies.clone(),
            Who::Owner => self.scene.owner.cookies.clone(),
        }
    }
}

/// More sessions of one network than a screen of the lookup has; they are over, and no list of live ones grows.
fn many_from_one_network(db: &TestDatabase, scene: &Scene) {
    let logins: Vec<_> = (0..26).map(|number| scene.site.login(&format!("many-{number}"))).collect();
    let whose = format!("user_id = (SELECT id FROM users WHERE uid = '{}')", logins[0].uid);
    for change in [
        format!("UPDATE sessions SET ip = '203.0.113.7', expires_at = created_at WHERE {whose}"),
        format!("DELETE FROM logins WHERE {whose}"),
    ] {
        db.plain().execute(&change).unwrap();
    }
}

async fn before_sign_in(scene: &Scene, fresh: &TestSite) -> Vec<Page> {
    use Who::Nobody;
    let refused: Fields = &[("#name", "chen"), ("#password", "wrong")];
    let first = setup(fresh, None).await;
    // the password of every member of staff in tests
    let half: Fields = &[("#name", "han"), ("#password", PASSWORD)];
    vec![
        page("docs", Nobody, "/docs?lang=LANGUAGE"),
        page("sign-in", Nobody, "/admin/login"),
        page("sign-in, refused", Nobody, "/admin/login").sent(refused, "main button").is(422),
        page("second factor", Nobody, "/admin/login").sent(half, "main button").at("/admin/login/second"),
        page("set-up", Nobody, format!("http://{}{first}", fresh.running.address)).at(&first),
        page("set-up of an account", Nobody, setup(&scene.site, Some(1)).await),
        page("set-up, over", Nobody, "/admin/setup/chen").is(410),
    ]
}

fn of_users(scene: &Scene) -> Vec<Page> {
    use Who::Admin;
    let one = format!("/admin/users/{}", scene.user.uid);
    let frozen = format!("/admin/users/{}", scene.frozen.uid);
    let at = |act: &str| format!("{one}{act}");
    vec![
        page("users", Admin, "/admin/users"),
        page("users, none found", Admin, "/admin/users?q=nobody-is-called-so"),
        page("users, searched for a number in the address", Admin, "/admin/users?q=13800138000"),
        page("users, last screen", Admin, "/admin/users?before=end"),
        page("user", Admin, one.clone()),
        page("frozen user", Admin, frozen.clone()),
        page("revoke all", Admin, at("/revoke")),
        page("freeze", Admin, at("/freeze")),
        page("unfreeze", Admin, format!("{frozen}/unfreeze")),
        page("delete", Admin, at("/delete")),
        page("delete, refused", Admin, at("/delete"))
            .sent(&[("#reason", " "), ("#confirm", "x")], MAIN)
            .is(422),
        page("reveal", Admin, at("/reveal?field=openid&of=0")),
        page("reveal, shown", Admin, at("/reveal?field=openid&of=0")).sent(&[("#reason", " ")], MAIN),
        page("notes", Admin, at("/notes")),
        page("export of users", Admin, "/admin/exports/users?has=session"),
        page("reviews", Admin, "/admin/reviews"),
        page("lookup", Admin, "/admin/lookup"),
        found("lookup, several", &[("#lookup", "127.0.0.0/24")]),
        found("lookup, of a network, cut", &[("#lookup", "203.0.113.0/24")]),
        found("lookup, nothing", &[("#lookup", "203.0.113.9")]),
    ]
}

/// What the box in the header finds.
fn found(name: &'static str, fields: Fields) -> Page {
    page(name, Who::Admin, "/admin/lookup").sent(fields, "form.lookup button")
}

fn of_sessions(scene: &mut Scene) -> Vec<Page> {
    use Who::Admin;
    let session = format!("/admin/sessions/{}", scene.user.sid);
    vec![
        page("sessions", Admin, "/admin/sessions"),
        page("ended sessions", Admin, "/admin/sessions?state=revoked"),
        page("session", Admin, session.clone()),
        page("ended session", Admin, format!("/admin/sessions/{}", scene.revoked.sid)),
        page("revoke one", Admin, format!("{session}/revoke")),
        page("revoke ticked", Admin, scene.ticked()),
        page("revoke all that match", Admin, "/admin/sessions/revoke-matching?client=ios"),
        page("export of sessions", Admin, "/admin/exports/sessions"),
        page("jobs", Admin, "/admin/jobs"),
        page("jobs that are not over", Admin, "/admin/jobs?state=unfinished"),
        page("job", Admin, format!("/admin/jobs/{}", scene.job())),
    ]
}

fn of_operation() -> Vec<Page> {
    use Who::Admin;
    vec![
        page("overview", Admin, "/admin"),
        page("overview of an owner", Who::Owner, "/admin"),
        page("logins", Admin, "/admin/logins"),
        page("mini-programs", Who::Auditor, "/admin/apps"),
        page("mini-programs of an owner", Who::Owner, "/admin/apps"),
        page("system", Who::Auditor, "/admin/system"),
        page("help", Admin, "/admin/help"),
    ]
}

fn of_audit(scene: &mut Scene) -> Vec<Page> {
    use Who::Auditor;
    let entries = each(&scene.auditor.follow("/admin/audit").body, "href=\"/admin/audit/", "\"");
    vec![
        page("own audit", Who::Admin, "/admin/audit"),
        page("audit", Auditor, "/admin/audit"),
        page("audit entry", Auditor, format!("/admin/audit/{}", entries[0])),
        page("exports", Auditor, "/admin/exports"),
        page("export of the trail", Auditor, "/admin/exports/audit"),
    ]
}

fn of_staff(scene: &mut Scene) -> Vec<Page> {
    use Who::Owner;
    let (support, other) = (account(&mut scene.owner, "han"), account(&mut scene.owner, "zhou"));
    let disable = format!("{other}/disable");
    scene.owner.get(&disable);
    assert_eq!(scene.owner.send(&disable, &[("reason", "left")]).status, 303, "{}", scene.owner.page);
    // what was done is said once
    scene.owner.get(&other);
    let new: Fields = &[("#name", "li.na"), ("#role", " ")];
    vec![
        page("staff", Owner, "/admin/staff"),
        page("new staff", Owner, "/admin/staff/new"),
        page("new staff, refused", Owner, "/admin/staff/new")
            .sent(&[("#name", "root"), ("#role", " ")], MAIN)
            .is(422),
        page("link of new staff", Owner, "/admin/staff/new").sent(new, MAIN),
        page("account of staff", Owner, support.clone()),
        page("disabled account of staff", Owner, other.clone()),
        page("role", Owner, format!("{support}/role")),
        page("disable", Owner, format!("{support}/disable")),
        page("enable", Owner, format!("{other}/enable")),
        page("reset of a second factor", Owner, format!("{support}/reset")),
    ]
}

/// The address of an account.
fn account(owner: &mut Browser, name: &str) -> String {
    let list = owner.get("/admin/staff").body;
    let before = list.split(&format!("<bdi>{name}</bdi></a>")).next().unwrap();
    let href = before.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
    assert!(href.starts_with("/admin/staff/"), "{name}: {href}");
    href.to_owned()
}

fn of_oneself() -> Vec<Page> {
    use Who::{Admin, Stale, Support};
    let codes = "main form[action$='/codes'] button";
    vec![
        page("own account", Admin, "/admin/account"),
        page("own account with a second factor", Support, "/admin/account"),
        page("own recovery codes", Support, "/admin/account").sent(&[], codes).at("/admin/account/codes"),
        page("own password", Admin, "/admin/account/password"),
        page("own second factor", Admin, "/admin/account/totp"),
        page("another second factor", Support, "/admin/account/totp"),
        page("proof of oneself", Stale, "/admin/reauth"),
        page("proof with a second factor", Support, "/admin/reauth"),
        page("proof with a form", Stale, "/admin/emergency")
            .sent(EMERGENCY, "main form[action='/admin/emergency'] button")
            .is(403),
    ]
}

fn why_not(scene: &Scene) -> Vec<Page> {
    use Who::{Admin, Auditor, Elsewhere, Nobody, Owner};
    let freeze = format!("/admin/users/{}/freeze", scene.user.uid);
    let filled: Fields = &[("#reason", " "), ("#note", "rang us")];
    vec![
        page("400", Admin, "/admin/sessions?state=ended").is(400),
        page("403", Auditor, freeze.clone()).is(403),
        page("404", Admin, format!("/admin/users/{}", "0".repeat(32))).is(404),
        page("405", Admin, "/admin/logout").is(405),
        page("409", Owner, "/admin/staff/3/disable").is(409),
        page("419", Admin, freeze.clone()).sent(filled, MAIN).sent_as(Elsewhere).is(419),
        page("sign-in with a form", Admin, freeze).sent(filled, MAIN).sent_as(Nobody).is(419),
    ]
}

fn of_emergency() -> Vec<Page> {
    let path = "/admin/emergency";
    let approve = "main form[action$='/approve'] button";
    vec![
        page("emergency", Who::Admin, path),
        page("emergency, proposed", Who::Admin, path)
            .sent(EMERGENCY, "main form[action='/admin/emergency'] button"),
        page("emergency, second person", Who::Owner, path),
        page("emergency, done", Who::Owner, path).sent(&[], approve),
    ]
}

/// The address without what follows its path.
pub fn plain(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap()
}

/// How many parts of a route stand for anything, when an address fits it.
fn open_parts(route: &str, path: &str) -> Option<usize> {
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    let fits = route.len() == path.len()
        && route.iter().zip(&path).all(|(part, other)| part.starts_with('{') || part == other);
    fits.then(|| route.iter().filter(|part| part.starts_with('{')).count())
}

/// The routes that answer GET, and of an address the one that it is of: what has a name of its own is not what takes any id.
pub struct Routes(Vec<String>);

impl Routes {
    pub fn all() -> Self {
        Self(registered().into_iter().filter(|(_, get, _)| *get).map(|(route, ..)| route).collect())
    }

    /// Those that none of these addresses is of.
    pub fn missing(&self, addresses: &[&str]) -> Vec<&str> {
        let of = |path: &&str| {
            let fitting = self.0.iter().filter_map(|route| Some((open_parts(route, plain(path))?, route)));
            fitting.min().map(|(_, route)| route.as_str())
        };
        let seen: Vec<&str> = addresses.iter().filter_map(of).collect();
        self.0.iter().map(String::as_str).filter(|route| !seen.contains(route)).collect()
    }
}

#[actix_web::test]
async fn every_route_that_shows_a_page_is_on_the_list() {
    let db = TestDatabase::sqlite();
    let pages = Pages::new(&db).await;
    let is_page = |page: &&super::pages::Page| page.status == 200;
    let seen: Vec<&str> = pages.list.iter().filter(is_page).map(|page| page.shown.as_str()).collect();
    assert_eq!(Routes::all().missing(&seen), NO_PAGE);
}
