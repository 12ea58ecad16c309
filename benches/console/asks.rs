//! The pages that are asked for, the same on every database.

use anyhow::{Context as _, Result};

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

/// All of them.
pub fn all(browser: &mut Browser) -> Result<Vec<Ask>> {
    let mut all = Vec::new();
    let lists: [(&str, Ends); 9] = [
        ("/admin/users?", ["users: first", "users: deep", "users: last"]),
        ("/admin/users?sort=-seen&", ["users by last login: first", "… deep", "… last"]),
        ("/admin/sessions?", ["sessions, live: first", "… deep", "… last"]),
        ("/admin/sessions?sort=-created&", ["sessions, live, by age: first", "… deep", "… last"]),
        ("/admin/sessions?sort=expires&", ["sessions, live, by end: first", "… deep", "… last"]),
        ("/admin/sessions?state=all&", ["sessions, all: first", "… deep", "… last"]),
        ("/admin/sessions?state=revoked&", ["sessions, revoked: first", "… deep", "… last"]),
        ("/admin/sessions?state=idle&", ["sessions, idle: first", "… deep", "… last"]),
        ("/admin/sessions?state=expired&", ["sessions, expired: first", "… deep", "… last"]),
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
    let users = [
        ("users: frozen", "status=frozen".to_owned()),
        ("users: active", "status=active".to_owned()),
        ("users: of a mini-program", format!("app={app}")),
        ("users: frozen, of a mini-program", format!("status=frozen&app={app}")),
        ("users: with a live session", "has=session".to_owned()),
        ("users: with a phone number", "has=phone".to_owned()),
    ];
    let sessions = [
        ("sessions: of a mini-program", format!("app={app}")),
        ("sessions: developer tools", "client=devtools".to_owned()),
        ("sessions: an old version", "ver=37".to_owned()),
        ("sessions: revoked, lost devices", "state=revoked&reason=device_lost".to_owned()),
        ("sessions: revoked by one member of staff", "state=revoked&by=demo-support".to_owned()),
        ("sessions: revoked by nobody", "state=revoked&by=nobody".to_owned()),
    ];
    let users = users.map(|(name, query)| Ask::get(name, format!("{USERS}?{query}")));
    let sessions = sessions.map(|(name, query)| Ask::get(name, format!("{SESSIONS}?{query}")));
    users.into_iter().chain(sessions).collect()
}

fn searches() -> Vec<Ask> {
    let needles = [
        ("search: 1 character, common", "小"),
        ("search: 1 character, rare", "司"),
        ("search: 1 character, absent", "龘"),
        ("search: 2 characters, common", "小明"),
        ("search: 2 characters, rare", "傅芳"),
        ("search: 2 characters, absent together", "王静待"),
        ("search: 3 characters", "欧阳伟"),
        ("search: no match", "龘靐"),
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
        Ask::get("user", format!("{USERS}/{uid}")),
        Ask::get("user's sessions", format!("{SESSIONS}?state=all&user={uid}")),
        Ask::get("session", format!("{SESSIONS}/{sid}")),
        Ask::look_up("look-up: phone number, none", "13800138000"),
        Ask::look_up("look-up: openid, none", "oGZUI0egBJY1zhBYw2KhdUfwVJJE"),
        Ask::look_up("look-up: address", "203.0.113.7"),
        Ask::look_up("look-up: id", &sid),
        Ask::look_up("look-up: name", "小明"),
    ])
}
