//! A site in use: users with hostile names, sessions in every state, staff of three roles, and what they did.

use menwei::db::setup_links::SetupLink;
use menwei::secret::token::one_time;
use serde_json::json;

use crate::support::browser::{Browser, each};
use crate::support::database::TestDatabase;
use crate::support::raw::with_body;
use crate::support::site::{Login, TestSite};

/// Names that would do something, were they not text.
pub const HOSTILE: [&str; 7] = [
    "\"><img src=x onerror=alert(1)>'",
    "<script>alert(2)</script>",
    "</title></a><svg onload=alert(3)>",
    "' onfocus=alert(4) autofocus x='",
    "{{7*7}}${alert(5)}",
    "javascript:alert(6)//",
    "<details open ontoggle=alert(7)>",
];

const PHONE: &str = "User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 \
     (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.43(0x18002b2f) NetType/WIFI Language/zh_CN";

/// The site and what is on it.
pub struct Scene {
    pub site: TestSite,
    /// An administrator, signed in.
    pub admin: Browser,
    /// An auditor, signed in.
    pub auditor: Browser,
    /// An owner, signed in.
    pub owner: Browser,
    /// A user with three sessions, of which one is revoked.
    pub user: Login,
    /// The revoked one.
    pub revoked: Login,
    /// Frozen, with a note.
    pub frozen: Login,
}

impl Scene {
    pub async fn new(db: &TestDatabase) -> Self {
        let site = TestSite::with(db, |config| config.wechat.content_check = true);
        for (number, name) in HOSTILE.iter().enumerate() {
            let user = site.login(&format!("user{number}-1"));
            rename(&site, &user, name);
        }
        let (user, revoked) = (on_a_phone(&site, "user0-2"), site.login("user0-3"));
        let frozen = site.login("user1-2");
        let left = site.login("user2-2");
        assert_eq!(site.ask("POST", "/api/logout", Some(&left.token), None).status, 200);
        let mut admin = Browser::of(&site, "chen", "admin").await;
        let auditor = Browser::of(&site, "lin", "auditor").await;
        let owner = Browser::of(&site, "wang", "owner").await;
        let note = ("note", "打过电话 <b>rang us</b>");
        let revoke = format!("/admin/sessions/{}/revoke", revoked.sid);
        let freeze = format!("/admin/users/{}/freeze", frozen.uid);
        for (path, reason) in [(revoke, "device_lost"), (freeze, "violation")] {
            admin.get(&path);
            assert_eq!(admin.send(&path, &[("reason", reason), note]).status, 303, "{path}");
            // the notice of what was done is shown once
            admin.follow("/admin/users");
        }
        assert_eq!(admin.send("/admin/lookup", &[("term", "127.0.0.1")]).status, 200);
        assert_eq!(Browser::new(&site).sign_in("chen", "not the password at all").status, 422);
        Self { site, admin, auditor, owner, user, revoked, frozen }
    }

    /// A job that waits; its id.
    pub fn job(&mut self) -> String {
        let path = "/admin/sessions/revoke-matching";
        let page = self.admin.follow(&format!("{path}?client=other")).body;
        let key = each(&page, "name=\"key\" value=\"", "\"").remove(0);
        let fields =
            [("key", key.as_str()), ("query", "client=other"), ("counted", "1000"), ("reason", "test")];
        assert_eq!(self.admin.send(path, &fields).status, 303, "{}", self.admin.page);
        key
    }

    /// The page that asks before two ticked sessions are revoked.
    pub fn ticked(&mut self) -> String {
        self.admin.get("/admin/sessions");
        let sids = each(&self.admin.page, "name=\"sid\" value=\"", "\"");
        let ticks: Vec<_> = sids.iter().take(2).map(|sid| ("sid", sid.as_str())).collect();
        let kept = self.admin.send("/admin/sessions/selection", &ticks);
        assert_eq!((kept.status, ticks.len()), (303, 2), "{}", kept.body);
        kept.header("location").to_owned()
    }
}

/// A link to the set-up page: the first owner's, or that of an account.
pub async fn setup(site: &TestSite, account: Option<i64>) -> String {
    let (secret, digest) = one_time().unwrap();
    let now = site.clock.now();
    let make = move |conn: &mut _| SetupLink::create(conn, &digest, account, now);
    site.site.state.db.write(make).await.unwrap();
    format!("/admin/setup/{secret}")
}

/// Gives a user a name.
pub fn rename(site: &TestSite, user: &Login, name: &str) {
    let sent = site.post("/api/userProfile", &user.token, &json!({ "nickName": name }));
    assert_eq!(sent.status, 200, "{name}: {sent:?}");
}

fn on_a_phone(site: &TestSite, code: &str) -> Login {
    let body = json!({ "code": code }).to_string();
    let lines = [PHONE, "Content-Type: application/json"];
    site.read(&site.connect().ask(&with_body("POST", "/api/login", &lines, Some(&body))))
}
