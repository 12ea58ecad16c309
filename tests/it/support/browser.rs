//! A browser without JavaScript: keeps cookies, follows what it is told to, sends forms with the page's token.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use menwei::db::Database;
use menwei::db::staff::Staff;
use secrecy::SecretString;

use super::raw::{Answer, PATIENCE, Raw, with_body};
use super::site::TestSite;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
/// The password of every member of staff in tests.
pub const PASSWORD: &str = "orchid lantern 7 gravel";

/// One browser.
pub struct Browser {
    address: SocketAddr,
    pub cookies: BTreeMap<String, String>,
    /// The page that was shown last.
    pub page: String,
    pub language: &'static str,
    /// What a browser says of where a form comes from.
    pub site: &'static str,
    /// What a proxy says of where the browser is.
    pub forwarded_for: Option<&'static str>,
}

/// A form whose other half is still to come.
pub struct Begun {
    raw: Raw,
    rest: String,
}

/// Makes an account that can sign in.
pub async fn staff(site: &TestSite, name: &str, role: &str) {
    let state = &site.site.state;
    let phc = state.passwords.hash(SecretString::from(PASSWORD)).await.unwrap();
    let (now, name, role) = (state.now(), name.to_owned(), role.to_owned());
    let make = move |conn: &mut _| {
        let id = Staff::create(conn, &name, &role, now)?;
        Staff::set_password(conn, id, &phc, now)
    };
    state.db.write(make).await.unwrap();
}

impl Browser {
    pub fn new(site: &TestSite) -> Self {
        Self {
            address: site.running.address,
            cookies: BTreeMap::new(),
            page: String::new(),
            language: "en",
            site: "same-origin",
            forwarded_for: None,
        }
    }

    /// Somebody of that role, signed in.
    pub async fn of(site: &TestSite, name: &str, role: &str) -> Self {
        staff(site, name, role).await;
        let mut browser = Self::new(site);
        let answer = browser.sign_in(name, PASSWORD);
        assert_eq!(answer.status, 303, "{}", answer.body);
        browser
    }

    pub fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.get("/admin/login");
        self.send("/admin/login", &[("name", name), ("password", password)])
    }

    /// Opens a page, without following a redirect.
    pub fn get(&mut self, path: &str) -> Answer {
        self.ask("GET", path, &[], None)
    }

    /// Opens a page, wherever it leads.
    pub fn follow(&mut self, path: &str) -> Answer {
        let mut answer = self.get(path);
        for _ in 0..5 {
            match answer.header("location").to_owned() {
                to if to.is_empty() => return answer,
                to => answer = self.get(&to),
            }
        }
        panic!("{path} goes round in circles");
    }

    /// Sends a form with the token of the page that was shown last.
    pub fn send(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        self.post(path, &[&[("csrf", token.as_str())], fields].concat())
    }

    /// Sends a form as it is.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let site = format!("Sec-Fetch-Site: {}", self.site);
        // our pages send no referrer, and so no origin
        self.ask("POST", path, &[&site, "Origin: null", FORM], Some(&form(fields)))
    }

    /// Sends the head of a form with the token of the page that was shown last, and half of its body. The server has
    /// looked at the head when this returns.
    pub fn begin(&self, db: &Database, path: &str, fields: &[(&str, &str)]) -> Begun {
        let token = self.token();
        let body = form(&[&[("csrf", token.as_str())], fields].concat());
        let lines = self.lines();
        let site = format!("Sec-Fetch-Site: {}", self.site);
        let own: Vec<&str> =
            lines.iter().map(String::as_str).chain([site.as_str(), "Origin: null", FORM]).collect();
        let whole = with_body("POST", path, &own, Some(&body));
        let (first, rest) = whole.split_at(whole.len() - body.len() / 2);
        let before = db.statements();
        let mut raw = Raw::connect(self.address);
        assert!(raw.send(first));
        let start = Instant::now();
        while db.statements() == before {
            assert!(start.elapsed() < PATIENCE, "nobody looked at {path}");
            std::thread::sleep(Duration::from_millis(5));
        }
        // until the look is over
        std::thread::sleep(Duration::from_millis(200));
        Begun { raw, rest: rest.to_owned() }
    }

    /// The form token of the page that was shown last.
    pub fn token(&self) -> String {
        between(&self.page, "name=\"csrf\" value=\"", "\"").unwrap_or_default().to_owned()
    }

    /// What stands in the first notice of the page.
    pub fn notice(&self) -> String {
        let notice = between(&self.page, "<div class=\"notice", "</div>").unwrap_or_default();
        between(notice, "<p>", "</p>").unwrap_or_default().to_owned()
    }

    /// What the browser says with every request.
    fn lines(&self) -> Vec<String> {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let own = [format!("Cookie: {}", cookies.join("; ")), format!("Accept-Language: {}", self.language)];
        own.into_iter()
            .chain(self.forwarded_for.map(|address| format!("X-Forwarded-For: {address}")))
            .collect()
    }

    fn ask(&mut self, method: &str, path: &str, lines: &[&str], body: Option<&str>) -> Answer {
        let own = self.lines();
        let lines: Vec<&str> = own.iter().map(String::as_str).chain(lines.iter().copied()).collect();
        let answer = Raw::connect(self.address).ask(&with_body(method, path, &lines, body));
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        self.page.clone_from(&answer.body);
        answer
    }
}

impl Begun {
    /// Sends the other half.
    pub fn finish(mut self) -> Answer {
        assert!(self.raw.send(&self.rest));
        self.raw.answer()
    }
}

/// A form as browsers send it.
fn form(fields: &[(&str, &str)]) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={}", menwei::admin::query::encode(value));
    fields.iter().map(pair).collect::<Vec<_>>().join("&")
}

/// What stands between two texts.
pub fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(between, _)| between)
}

/// Everything that stands between two texts, in order, each once.
pub fn each(text: &str, from: &str, to: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for part in text.split(from).skip(1) {
        let one = part.split(to).next().unwrap().to_owned();
        if !found.contains(&one) {
            found.push(one);
        }
    }
    found
}
