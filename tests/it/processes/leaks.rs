//! After a thousand logins at log level trace, every byte that is left is searched for what must not be there.

use std::io::{Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use menwei::wechat::simulator::Running;
use serde_json::{Value, json};

use super::{Process, menwei};
use crate::support::database::TestDatabase;
use crate::support::dump::Plain;
use crate::support::raw::{Answer, Raw, get, with_body};
use crate::support::site::{APPID, SECRET, START, request, wechat};

const PASSWORD: &str = "correct horse battery staple 8461";
const LOGINS: usize = 1000;

/// What clients and WeChat know.
#[derive(Default)]
struct Secrets {
    tokens: Vec<String>,
    codes: Vec<String>,
    session_keys: Vec<String>,
    openids: Vec<String>,
    cookies: Vec<String>,
}

/// What WeChat answered for a code: the stand-in gives the same to the same code, so a twin of it can be asked.
fn as_wechat_answered(twin: SocketAddr, code: &str) -> Value {
    let path = format!(
        "/sns/jscode2session?appid={APPID}&secret={SECRET}&js_code={code}&grant_type=authorization_code"
    );
    let mut stream = std::net::TcpStream::connect(twin).unwrap();
    stream.write_all(get(&path, &["Connection: close"]).as_bytes()).unwrap();
    let (mut seen, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8(seen.clone()).unwrap();
        if let Some(json) = text.split_once("\r\n\r\n").and_then(|(_, body)| serde_json::from_str(body).ok())
        {
            return json;
        }
        let count = stream.read(&mut buffer).unwrap();
        assert!(count > 0, "{text}");
        seen.extend_from_slice(&buffer[..count]);
    }
}

/// Signs in to the console, wrongly and rightly; the cookies that it set.
fn sign_in(process: &Process) -> Vec<String> {
    let mut cookies = Vec::new();
    let mut client = Raw::connect(process.address);
    for (password, status) in [("another password entirely", 422), (PASSWORD, 303)] {
        let page = client.ask(&get("/admin/login", &["Accept-Encoding: identity"]));
        let cookie = cookie_of(&page);
        let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").expect("a form token");
        let form = format!(
            "csrf={}&name=anna&password={}",
            &rest.split('"').next().unwrap(),
            password.replace(' ', "+")
        );
        let headers = [
            "Content-Type: application/x-www-form-urlencoded",
            "Sec-Fetch-Site: same-origin",
            &format!("Cookie: {cookie}"),
        ];
        let answer = client.ask(&with_body("POST", "/admin/login", &headers, Some(&form)));
        assert_eq!(answer.status, status, "{answer:?}");
        cookies.push(cookie);
        if status == 303 {
            let cookie = cookie_of(&answer);
            let users = client.ask(&get("/admin", &[&format!("Cookie: {cookie}")]));
            assert!(matches!(users.status, 200 | 303), "{users:?}");
            cookies.push(cookie);
        }
    }
    cookies
}

/// `name=value` of the session's cookie.
fn cookie_of(answer: &Answer) -> String {
    let set = answer.headers.iter().filter(|(name, _)| name == "set-cookie");
    let mut pairs = set.filter_map(|(_, value)| value.split(';').next()).filter(|pair| pair.len() > 30);
    pairs.next().unwrap_or_else(|| panic!("no cookie: {answer:?}")).to_owned()
}

/// Logins, good and bad, with profiles and sessions in between.
fn visit(
    process: &Process,
    twin: SocketAddr,
    numbers: impl Iterator<Item = usize>,
    secrets: &Mutex<Secrets>,
) {
    let mut client = Raw::connect(process.address);
    for number in numbers {
        let code = match number % 20 {
            1 => format!("errcode40029-canarycode-{number}"),
            2 => format!("canary\"'%0d{number}"),
            3 => format!("{{canary{number}}}"),
            _ => format!("u{}-canarycode{number}", number % 50),
        };
        let answer = client.ask(&request("POST", "/api/login", None, Some(&json!({ "code": code }))));
        if answer.status != 200 {
            secrets.lock().unwrap().codes.push(code);
            continue;
        }
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        let profile = json!({
            "nickName": format!("张{number}"), "rawData": "{}", "signature": "75e81ceda165f4ffa64f4068af58c64b8f54b88c",
        });
        let good = json!({ "nickName": format!("张{number}") });
        let odd = |one: char| !one.is_ascii_alphanumeric();
        for ask in [
            request(
                "POST",
                "/api/userProfile",
                Some(&token),
                Some(if number % 3 == 0 { &profile } else { &good }),
            ),
            request(
                "GET",
                &format!("/api/me?token={token}&code={}", code.replace(odd, "")),
                Some(&token),
                None,
            ),
            request("GET", &format!("/api/{token}"), Some(&token), None),
            request("POST", "/api/login", Some(&token), Some(&json!({ "code": [&code], "token": token }))),
        ] {
            client.ask(&ask);
        }
        if number % 20 == 2 {
            // what is no HTTP is not logged either
            let mut malformed = Raw::connect(process.address);
            malformed.send(request("GET", &format!("/{code} {token}"), Some(&token), None));
            malformed.rest();
        }
        if number % 4 == 0 {
            client.ask(&request("POST", "/api/logout", Some(&token), None));
        }
        let is_plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let wechat = is_plain.then(|| as_wechat_answered(twin, &code));
        let mut secrets = secrets.lock().unwrap();
        if let Some(wechat) = wechat {
            secrets.session_keys.push(wechat["session_key"].as_str().unwrap().to_owned());
            secrets.openids.push(wechat["openid"].as_str().unwrap().to_owned());
        }
        secrets.tokens.push(token);
        secrets.codes.push(code);
    }
}

impl Secrets {
    /// Every form in which one of them could be written down.
    fn needles(&self) -> Vec<Vec<u8>> {
        let mut needles = vec![SECRET.as_bytes().to_vec(), PASSWORD.as_bytes().to_vec()];
        needles.push(PASSWORD.replace(' ', "+").into_bytes());
        let values = self.cookies.iter().filter_map(|cookie| cookie.split_once('='));
        needles.extend(values.map(|(_, value)| value.as_bytes().to_vec()));
        for (texts, raw) in [
            (&self.tokens, self.tokens.iter().map(|text| URL_SAFE_NO_PAD.decode(text).unwrap()).collect()),
            (
                &self.session_keys,
                self.session_keys.iter().map(|text| STANDARD.decode(text).unwrap()).collect(),
            ),
            (&self.codes, Vec::new()),
        ] {
            let raw: Vec<Vec<u8>> = raw;
            needles.extend(texts.iter().map(|text| text.as_bytes().to_vec()));
            needles.extend(raw.iter().map(|bytes| menwei::secret::hex(bytes).into_bytes()));
            needles.extend(raw.iter().map(|bytes| menwei::secret::hex(bytes).to_uppercase().into_bytes()));
            needles.extend(raw.iter().map(|bytes| STANDARD.encode(bytes).into_bytes()));
            needles.extend(raw);
        }
        needles
    }
}

/// The needles that stand in `text`. A table of their first three bytes lets most places be passed over at once.
fn found(text: &[u8], needles: &[Vec<u8>]) -> Vec<String> {
    let number =
        |bytes: &[u8]| usize::from(bytes[0]) << 16 | usize::from(bytes[1]) << 8 | usize::from(bytes[2]);
    let mut begins = vec![false; 1 << 24];
    let mut by_beginning = std::collections::HashMap::<&[u8], Vec<&Vec<u8>>>::new();
    for needle in needles {
        begins[number(needle)] = true;
        by_beginning.entry(&needle[..8]).or_default().push(needle);
    }
    let mut hits = Vec::new();
    for (place, window) in text.windows(8).enumerate().filter(|(_, window)| begins[number(window)]) {
        for needle in by_beginning.get(window).into_iter().flatten() {
            if text[place..].starts_with(needle) {
                hits.push(String::from_utf8_lossy(needle).into_owned());
            }
        }
    }
    hits
}

/// A thousand visits to the binary at log level trace; what was handed out.
fn visited(url: &str, folder: &Path) -> Secrets {
    let clock = menwei::clock::Clock::fixed(START);
    let (simulator, twin): (Running, Running) = (wechat(&clock), wechat(&clock));
    let command = || {
        let mut command = menwei(folder, url, &simulator.api_base());
        command.env("MENWEI_LOG_LEVEL", "trace").env("MENWEI_API_SESSION_KEY_ALIAS", "true");
        command
    };
    let mut staff = command()
        .args(["staff", "add", "anna", "--role", "owner", "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(folder.join("staff.log")).unwrap())
        .spawn()
        .unwrap();
    staff.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(staff.wait().unwrap().success());
    let process = Process::start(command(), folder);
    let secrets = Mutex::new(Secrets::default());
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let (process, secrets, twin) = (&process, &secrets, twin.address());
            scope.spawn(move || visit(process, twin, (thread..LOGINS).step_by(6), secrets));
        }
    });
    let cookies = sign_in(&process);
    // the log of SQLite is still there: nothing was tidied up by an orderly end
    let mut process = process;
    process.kill();
    let mut secrets = secrets.into_inner().unwrap();
    secrets.cookies = cookies;
    assert!(secrets.tokens.len() > LOGINS * 3 / 4 && secrets.codes.len() == LOGINS);
    secrets
}

/// Searches every file of the folder but the key file; how many bytes there were.
fn search(folder: &Path, secrets: &Secrets) -> Vec<String> {
    let needles = secrets.needles();
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            // of avatars, of which there are none
            assert_eq!(path.read_dir().unwrap().count(), 0);
            continue;
        }
        let (name, text) =
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap());
        assert_eq!(found(&text, &needles), Vec::<String>::new(), "in {name}");
        if path.extension().is_some_and(|kind| kind == "log") && !text.is_empty() {
            let ids: Vec<Vec<u8>> = secrets.openids.iter().map(|openid| openid.as_bytes().to_vec()).collect();
            assert_eq!(found(&text, &ids), Vec::<String>::new(), "openids in {name}");
        }
        names.push(name);
    }
    let log: Vec<&String> = names.iter().filter(|name| name.starts_with("serve")).collect();
    let log = std::fs::read_to_string(folder.join(log[0])).unwrap();
    assert!(log.contains("\"level\":\"TRACE\"") && log.contains("menwei::access"), "the log was on");
    names
}

#[test]
fn sqlites_files_its_log_and_our_logs_hold_no_secret_after_a_thousand_logins() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
    let secrets = visited(&url, folder.path());
    let names = search(folder.path(), &secrets);
    assert!(
        ["menwei.db", "menwei.db-wal", "menwei.db-shm"]
            .iter()
            .all(|name| names.contains(&(*name).to_owned())),
        "{names:?}"
    );
    // the search itself finds what is there
    let files: Vec<u8> = ["menwei.db", "menwei.db-wal"]
        .iter()
        .flat_map(|name| std::fs::read(folder.path().join(name)).unwrap())
        .collect();
    let there: Vec<Vec<u8>> = secrets.openids.iter().map(|openid| openid.as_bytes().to_vec()).collect();
    assert!(!found(&files, &there).is_empty());
}

#[test]
fn postgres_tables_and_our_logs_hold_no_secret_after_a_thousand_logins() {
    let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
    let secrets = visited(db.url(), folder.path());
    let mut plain = Plain::connect(db.url());
    let tables = plain.tables();
    let dump: String = tables.iter().flat_map(|table| plain.rows(table)).collect();
    std::fs::write(folder.path().join("dump"), &dump).unwrap();
    search(folder.path(), &secrets);
    assert!(secrets.openids.iter().all(|openid| dump.contains(openid)));
}

#[test]
fn a_faulty_configuration_is_told_without_its_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let run = |change: &dyn Fn(&mut Command)| {
        let mut command = menwei(folder.path(), "sqlite://menwei.db", "http://127.0.0.1:1");
        change(&mut command);
        let output = command.arg("serve").output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = [output.stdout, output.stderr].concat();
        assert!(!said.is_empty());
        String::from_utf8(said).unwrap()
    };
    let secret = |said: String| {
        assert!(!said.contains(SECRET) && !said.contains("hunter2"), "{said}");
    };
    secret(run(&|command| {
        command.env("MENWEI_APP", format!("bad:{SECRET}"));
    }));
    secret(run(&|command| {
        command.env("MENWEI_APP", SECRET);
    }));
    secret(run(&|command| {
        command.env("MENWEI_DATABASE_URL", "mysql://root:hunter2@db.example.com/x");
    }));
    std::fs::write(folder.path().join("menwei.toml"), format!("[[app]]\nappid = 7\nsecret = \"{SECRET}"))
        .unwrap();
    secret(run(&|_| {}));
}
