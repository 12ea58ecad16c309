//! One Chromium with its chromedriver, both gone when it is dropped.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::{
    By, ChromiumLikeCapabilities as _, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver, WebElement,
};

use crate::support::browser::PASSWORD;
use crate::support::site::TestSite;

/// A window of Chromium that looks at one site.
pub struct Chromium {
    pub driver: WebDriver,
    process: Child,
    origin: String,
    // chromedriver must be able to write as long as it lives
    _printed: BufReader<ChildStdout>,
    _profile: TempDir,
}

/// The names under which distributions ship the browser.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
const ARGUMENTS: [&str; 11] = [
    "--headless=new",
    // a sandbox needs rights that a container or root does not have
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--window-size=1280,900",
];

impl Chromium {
    /// One without any script: files of script do not load, and the page's policy allows no other.
    pub async fn without_script(site: &TestSite) -> Self {
        let chromium = Self::start(site).await;
        chromium.tell("Network.enable", json!({})).await;
        chromium.tell("Network.setBlockedURLs", json!({ "urls": ["*.js"] })).await;
        chromium
    }

    /// A fresh profile, at no page yet.
    pub async fn start(site: &TestSite) -> Self {
        Self::of(format!("http://{}", site.running.address)).await
    }

    /// The same for whatever serves at `origin`.
    pub async fn of(origin: String) -> Self {
        let is_there = |name: &&str| Command::new(name).arg("--version").output().is_ok();
        let binary = NAMES.iter().find(|name| is_there(name)).expect("chromium is missing: run tests/run");
        let profile = tempfile::tempdir().unwrap();
        let mut wanted = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            wanted.add_arg(argument).unwrap();
        }
        wanted.add_arg(&format!("--user-data-dir={}", profile.path().display())).unwrap();
        wanted.set_binary(&path_of(binary)).unwrap();
        wanted.set_browser_log_level(LoggingPrefsLogLevel::Warning).unwrap();
        let (process, printed, port) = chromedriver();
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await;
        let driver = driver.expect("Chromium does not start");
        Self { driver, process, origin, _printed: printed, _profile: profile }
    }

    /// One command of the DevTools protocol.
    pub async fn tell(&self, command: &str, parameters: Value) {
        self.driver
            .cdp()
            .send_raw(command, parameters)
            .await
            .unwrap_or_else(|why| panic!("{command}: {why}"));
    }

    /// Opens a page of the site, or of another, whose address is whole.
    pub async fn open(&self, path: &str) {
        let origin = if path.starts_with('/') { &self.origin } else { "" };
        self.driver.goto(format!("{origin}{path}")).await.unwrap_or_else(|why| panic!("{path}: {why}"));
    }

    /// The path of the page that is shown.
    pub async fn path(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// Waits until the page of that path is shown.
    pub async fn comes_to(&self, path: &str) {
        for _ in 0..500 {
            if self.path().await == path && self.count("footer.foot").await == 1 {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not at {path}, but at {}", self.path().await);
    }

    pub async fn find(&self, css: &str) -> WebElement {
        match self.driver.find(By::Css(css)).await {
            Ok(found) => found,
            Err(why) => panic!("no {css} at {}: {why}", self.path().await),
        }
    }

    pub async fn count(&self, css: &str) -> usize {
        self.driver.find_all(By::Css(css)).await.unwrap().len()
    }

    pub async fn text(&self, css: &str) -> String {
        self.find(css).await.text().await.unwrap()
    }

    /// Clicks what leads to another page, and waits for that page.
    pub async fn go(&self, css: &str) {
        let before = self.find("html").await.element_id();
        self.click(css).await;
        // chromedriver itself does not wait where no script may run
        for _ in 0..1000 {
            let now = self.driver.find(By::Css("html")).await;
            let is_new = now.is_ok_and(|html| html.element_id() != before);
            // the footer comes last
            if is_new && self.count("footer.foot").await == 1 {
                return;
            }
            actix_web::rt::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{css} leads nowhere from {}", self.path().await);
    }

    /// Clicks what stays on the page.
    pub async fn click(&self, css: &str) {
        self.find(css).await.click().await.unwrap_or_else(|why| panic!("{css}: {why}"));
    }

    pub async fn fill(&self, css: &str, text: &str) {
        self.find(css).await.send_keys(text).await.unwrap_or_else(|why| panic!("{css}: {why}"));
    }

    /// Runs a script in the page, as DevTools do: the page's policy does not stop it.
    pub async fn run(&self, script: &str) -> Value {
        self.driver.execute(script, Vec::new()).await.unwrap().json().clone()
    }

    /// Signs in by the form.
    pub async fn sign_in(&self, name: &str) {
        self.sign_in_with(name, PASSWORD).await;
    }

    /// The same with another password.
    pub async fn sign_in_with(&self, name: &str, password: &str) {
        self.open("/admin/login").await;
        self.fill("#name", name).await;
        self.fill("#password", password).await;
        self.go("main button").await;
        assert_ne!(self.path().await, "/admin/login");
    }

    /// Signs out by the menu.
    pub async fn sign_out(&self) {
        self.click("details.menu summary").await;
        self.go("details.menu form button").await;
        assert_eq!(self.path().await, "/admin/login");
    }

    /// Chooses a reason and confirms.
    pub async fn confirm(&self, reason: &str) {
        self.click(&format!("label.choice:has([name=reason][value={reason}])")).await;
        self.go("main .submit button").await;
    }

    /// Forgets everything and goes on with these cookies.
    pub async fn with_cookies(&self, cookies: &BTreeMap<String, String>) {
        self.tell("Network.clearBrowserCookies", json!({})).await;
        for (name, value) in cookies {
            self.tell("Network.setCookie", json!({ "name": name, "value": value, "url": self.origin })).await;
        }
    }

    /// What the browser complained of since it was last asked: blocked scripts, missing files.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.driver.browser_log().await.unwrap();
        entries.into_iter().map(|entry| format!("{}: {}", entry.level, entry.message)).collect()
    }

    /// The same without scripts that we kept away ourselves, and pages that say why not.
    pub async fn faults(&self) -> Vec<String> {
        let is_meant = |line: &String| {
            line.contains("ERR_BLOCKED_BY_CLIENT") || line.contains("the server responded with a status of 4")
        };
        self.complaints().await.into_iter().filter(|line| !is_meant(line)).collect()
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // else it would wait two minutes for an answer to its goodbye
        let _ = self.driver.clone().leak();
        // Chromium runs in the process group that chromedriver leads
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// The whole path, which chromedriver asks for.
fn path_of(program: &str) -> String {
    let found = Command::new("sh").args(["-c", "command -v \"$0\"", program]).output().unwrap();
    String::from_utf8(found.stdout).unwrap().trim().to_owned()
}

/// Starts one on a port that it chooses itself.
fn chromedriver() -> (Child, BufReader<ChildStdout>, u16) {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("chromedriver is missing: run tests/run");
    let mut printed = BufReader::new(process.stdout.take().unwrap());
    let mut line = String::new();
    while !line.contains("started successfully on port ") {
        line.clear();
        assert!(printed.read_line(&mut line).unwrap() > 0, "chromedriver ended early");
    }
    let port = line.split("on port ").nth(1).unwrap().trim().trim_end_matches('.').parse().unwrap();
    (process, printed, port)
}
