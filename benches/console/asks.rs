//! The pages that are asked for, the same on every database.

use std::time::Duration;

use anyhow::{Context as _, Result};
use menwei::admin::locale::zone::Zone;
use menwei::clock::Clock;

use crate::browser::Browser;

/// A page.
pub struct Ask {
    /// What it is.
    pub name: &'static str,
    path: String,
    /// The body of a form, without its token.
    body: Option<String>,
}

impl Ask {
    fn get(name: &'static str, path: impl Into<String>) -> Self {
        Self { name, path: path.into(), body: None }
    }

    fn look_up(name: &'static str, term: &str) -> Self {
        let term = menwei::admin::query::encode(term);
        Self { name, path: "/admin/lookup".to_owned(), body: Some(format!("term={term}")) }
    }

    /// The status that it is answered with: a form may lead elsewhere.
    pub fn is_answered_by(&self, status: u16) -> bool {
        status == 200 || (status == 303 && self.body.is_some())
    }

    /// Its bytes. A form takes the token of the page that was shown last.
    pub fn request(&self, browser: &Browser) -> String {
        match &self.body {
            None => browser.request_to_get(&self.path),
            Some(body) => {
                let token = browser.token().unwrap_or_default();
                browser.request_to_post(&self.path, &format!("csrf={token}&{body}"))
            }
        }
    }
}

/// Names of the last screens of a list, and of one some way before.
type Ends = [&'static str; 3];

const USERS: &str = "/admin/users";
const SESSIONS: &str = "/admin/sessions";
const DAY: Duration = Duration::from_hours(24);

/// All of them.
pub fn all(browser: &mut Browser) -> Result<Vec<Ask>> {
    let mut all = Vec::new();
    let lists: [(&str, Ends); 10] = [
        ("/admin/users?", ["users, first screen", "users, deep", "users, last screen"]),
        ("/admin/users?sort=-seen&", ["users by last login, first", "… deep", "… last"]),
        (
            "/admin/sessions?",
            ["live sessions, first screen", "live sessions, deep", "live sessions, last screen"],
        ),
        ("/admin/sessions?sort=-created&", ["live sessions by age, first", "… deep", "… last"]),
        ("/admin/sessions?sort=expires&", ["live sessions by end, first", "… deep", "… last"]),
        ("/admin/sessions?state=all&", ["all sessions, first", "… deep", "… last"]),
        ("/admin/sessions?state=revoked&", ["revoked sessions, first", "… deep", "… last"]),
        ("/admin/sessions?state=idle&", ["idle sessions, first", "… deep", "… last"]),
        ("/admin/sessions?state=expired&", ["expired sessions", "… deep", "… last"]),
        ("/admin/logins?", ["logins, first screen", "logins, deep", "logins, last screen"]),
    ];
    for (path, names) in lists {
        all.extend(ends(browser, path, names)?);
    }
    all.extend(filters());
    all.extend(searches());
    all.extend(one_of_each(browser)?);
    Ok(all)
}

/// The first screen, the last, and one five screens before the last.
fn ends(browser: &mut Browser, path: &str, [first, deep, last]: Ends) -> Result<[Ask; 3]> {
    let start = path.trim_end_matches(['?', '&']);
    let before_end = format!("{path}before=end");
    let mut deeper = before_end.clone();
    browser.get(&deeper)?;
    for _ in 0..5 {
        let Some(newer) = link(&browser.page, "较新") else { break };
        browser.get(&newer)?;
        deeper = newer;
    }
    Ok([Ask::get(first, start), Ask::get(deep, deeper), Ask::get(last, before_end)])
}

/// Where a word of the paging leads.
fn link(page: &str, word: &str) -> Option<String> {
    let (before, _) = page.split_once(&format!("\">{word}</a>"))?;
    before.rsplit("href=\"").next().map(|href| href.replace("&#38;", "&"))
}

fn filters() -> Vec<Ask> {
    let app = menwei::cli::demo::APPS.last().map_or("", |(appid, _)| appid);
    let now = Clock::System.now();
    let [old, lately, today, soon] =
        [now - DAY * 60, now - DAY * 7, now, now + DAY * 5].map(|at| Zone::SHANGHAI.day(at));
    let all = [
        ("overview", "/admin".to_owned()),
        ("emergency", "/admin/emergency".to_owned()),
        ("jobs", "/admin/jobs".to_owned()),
        ("frozen users", format!("{USERS}?status=frozen")),
        ("active users", format!("{USERS}?status=active")),
        ("users of one mini-program", format!("{USERS}?app={app}")),
        ("frozen users of one mini-program", format!("{USERS}?status=frozen&app={app}")),
        ("users with a live session", format!("{USERS}?has=session")),
        ("users with a phone number", format!("{USERS}?has=phone")),
        ("users last seen on some days", format!("{USERS}?seen={old}..{lately}")),
        (
            "users of one mini-program, last seen on some days",
            format!("{USERS}?app={app}&seen={old}..{lately}"),
        ),
        (
            "users by last login, registered on some days",
            format!("{USERS}?created={old}..{lately}&sort=-seen"),
        ),
        ("sessions of one mini-program", format!("{SESSIONS}?app={app}")),
        ("sessions in developer tools", format!("{SESSIONS}?client=devtools")),
        ("sessions of an old version", format!("{SESSIONS}?ver=37")),
        ("sessions used on one day", format!("{SESSIONS}?seen={lately}..{lately}")),
        ("sessions opened on one day", format!("{SESSIONS}?created={lately}..{lately}")),
        ("sessions that end on some days", format!("{SESSIONS}?expires={today}..{soon}")),
        ("idle sessions of one mini-program", format!("{SESSIONS}?state=idle&app={app}")),
        ("expired sessions of one mini-program", format!("{SESSIONS}?state=expired&app={app}")),
        ("all sessions of an old day", format!("{SESSIONS}?state=all&created={old}..{old}")),
        ("all sessions of a version that is none", format!("{SESSIONS}?state=all&ver=none")),
        ("revoked sessions of an old day", format!("{SESSIONS}?state=revoked&created={old}..{old}")),
        (
            "revoked sessions that ended on one day",
            format!("{SESSIONS}?state=revoked&ended={lately}..{lately}"),
        ),
        (
            "revoked sessions of lost devices of an old day",
            format!("{SESSIONS}?state=revoked&created={old}..{old}&reason=device_lost"),
        ),
        ("all sessions revoked by nobody", format!("{SESSIONS}?state=all&by=nobody")),
        ("revoked sessions of lost devices", format!("{SESSIONS}?state=revoked&reason=device_lost")),
        ("sessions revoked by one member of staff", format!("{SESSIONS}?state=revoked&by=demo-support")),
        ("sessions revoked by nobody", format!("{SESSIONS}?state=revoked&by=nobody")),
        ("revoking what matches", format!("{SESSIONS}/revoke-matching?client=android")),
        ("revoking what matches, rare", format!("{SESSIONS}/revoke-matching?client=devtools")),
        ("logins that failed", "/admin/logins?result=failed".to_owned()),
        ("logins with one errcode", "/admin/logins?errcode=40029".to_owned()),
        ("logins to one mini-program", format!("/admin/logins?app={app}")),
    ];
    all.map(|(name, path)| Ask::get(name, path)).into()
}

/// What an auditor asks for.
pub fn trail(browser: &mut Browser) -> Result<Vec<Ask>> {
    let names = ["audit trail, first screen", "audit trail, deep", "audit trail, last screen"];
    let mut all = Vec::from(ends(browser, "/admin/audit?", names)?);
    let now = Clock::System.now();
    let [lately, today] = [now - DAY * 7, now].map(|at| Zone::SHANGHAI.day(at));
    let narrowed = [
        ("audit trail by reason", "/admin/audit?reason=device_lost".to_owned()),
        ("audit trail, what was denied", "/admin/audit?result=denied".to_owned()),
        ("audit trail of one member of staff by reason", "/admin/audit?actor=demo-3&reason=test".to_owned()),
        ("audit trail of some days", format!("/admin/audit?at={lately}..{today}")),
    ];
    all.extend(narrowed.map(|(name, path)| Ask::get(name, path)));
    Ok(all)
}

/// What is asked for when everything was revoked at once and nothing is swept yet.
pub fn after_epoch() -> Vec<Ask> {
    let app = menwei::cli::demo::APPS.last().map_or("", |(appid, _)| appid);
    let all = [
        ("overview, after an emergency", "/admin".to_owned()),
        ("emergency, after one", "/admin/emergency".to_owned()),
        ("live sessions, after an emergency", SESSIONS.to_owned()),
        ("… by end", format!("{SESSIONS}?sort=expires")),
        ("… of one mini-program", format!("{SESSIONS}?app={app}")),
        ("… idle", format!("{SESSIONS}?state=idle")),
        ("… users with a live session", format!("{USERS}?has=session")),
    ];
    all.map(|(name, path)| Ask::get(name, path)).into()
}

fn searches() -> Vec<Ask> {
    let needles = [
        ("search, 1 character", "小"),
        ("search, 1 character, rare", "司"),
        ("search, 1 character, absent", "龘"),
        ("search, 2 characters, common", "小明"),
        ("search, 2 characters, rare", "傅芳"),
        ("search, 2 characters, absent together", "王静待"),
        ("search, 3 characters", "欧阳伟"),
        ("search, nothing found", "龘靐"),
    ];
    let path = |needle: &str| format!("{USERS}?q={}", menwei::admin::query::encode(needle));
    needles.into_iter().map(|(name, needle)| Ask::get(name, path(needle))).collect()
}

/// The page of a user, of a session, and the box by what is known of them.
fn one_of_each(browser: &mut Browser) -> Result<Vec<Ask>> {
    let id = |page: &str, path: &str| {
        let (_, rest) = page.split_once(&format!("href=\"{path}/"))?;
        rest.get(..36).map(str::to_owned)
    };
    browser.get(&format!("{USERS}?has=phone"))?;
    let uid = id(&browser.page, USERS).context("no user in the list")?;
    browser.get(SESSIONS)?;
    let sid = id(&browser.page, SESSIONS).context("no session in the list")?;
    Ok(vec![
        Ask::get("one user", format!("{USERS}/{uid}")),
        Ask::get("one user's sessions", format!("{SESSIONS}?state=all&user={uid}")),
        Ask::get("one session", format!("{SESSIONS}/{sid}")),
        Ask::look_up("look-up by phone number", "13800138000"),
        Ask::look_up("look-up by openid", "oGZUI0egBJY1zhBYw2KhdUfwVJJE"),
        Ask::look_up("look-up by address", "203.0.113.7"),
        Ask::look_up("look-up by id", &sid),
        Ask::look_up("look-up by name", "小明"),
    ])
}
