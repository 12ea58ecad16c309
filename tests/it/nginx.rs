//! The README's nginx configuration for another service of the team, in a real nginx.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};

use crate::support::database::TestDatabase;
use crate::support::raw::{Answer, PATIENCE, Raw, get, with_body};
use crate::support::running::{Running, gate};
use crate::support::site::{APPID, TestSite};

/// Ends with the test.
struct Nginx {
    process: Child,
    address: SocketAddr,
}

impl Nginx {
    /// Runs the README's server block before `service`, asking `menwei`.
    fn start(folder: &Path, menwei: SocketAddr, service: SocketAddr) -> Self {
        // free until nginx takes it
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let block = of_readme()
            .replace("listen 443 ssl;", &format!("listen {address};"))
            .replace("127.0.0.1:8080", &menwei.to_string())
            .replace("127.0.0.1:9000", &service.to_string());
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};\n", folder.join(kind).display()))
            .concat();
        let pid = folder.join("pid");
        let config = format!(
            "daemon off;\nmaster_process off;\nerror_log stderr;\npid {};\nevents {{}}\n\
             http {{\naccess_log off;\n{temporary}{block}\n}}\n",
            pid.display()
        );
        let path = folder.join("nginx.conf");
        std::fs::write(&path, config).unwrap();
        let started =
            Command::new(program()).arg("-p").arg(folder).arg("-c").arg(&path).stdin(Stdio::null()).spawn();
        let mut nginx = Self { process: started.expect("nginx is needed: tests/run installs it"), address };
        nginx.wait();
        nginx
    }

    fn wait(&mut self) {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(
                self.process.try_wait().unwrap().is_none(),
                "nginx refuses its configuration: it says why above"
            );
            assert!(begun.elapsed() < PATIENCE, "nginx does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn ask(&self, headers: &[&str]) -> Answer {
        let lines: Vec<&str> = headers.iter().copied().chain(["Connection: close"]).collect();
        Raw::connect(self.address).ask(&get("/orders?page=2", &lines))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Debian keeps it where only root looks.
fn program() -> &'static str {
    let usual = "/usr/sbin/nginx";
    if Path::new(usual).exists() { usual } else { "nginx" }
}

/// The server block that the README shows for another service.
fn of_readme() -> &'static str {
    let readme = include_str!("../../README.md");
    let blocks = readme.split("```nginx\n").skip(1).filter_map(|rest| rest.split("```").next());
    let found: Vec<&str> = blocks.filter(|block| block.contains("auth_request ")).collect();
    assert_eq!(found.len(), 1);
    found[0]
}

/// A service that tells which headers and which body reached it, one a line.
async fn echo(request: HttpRequest, body: web::Bytes) -> HttpResponse {
    let mut told: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?")))
        .collect();
    told.sort();
    told.push(format!("{} {}", request.method(), request.uri()));
    told.push(String::from_utf8_lossy(&body).into_owned());
    HttpResponse::Ok().body(told.join("\n"))
}

/// The values under which a header reached the service.
fn reached<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let told = answer.body.lines().filter_map(|line| line.split_once(": "));
    told.filter(|(other, _)| other.replace('_', "-") == name).map(|(_, value)| value).collect()
}

#[actix_web::test]
async fn a_service_behind_nginx_trusts_a_session_until_it_is_revoked() {
    let (db, folder) = (TestDatabase::sqlite(), tempfile::tempdir().unwrap());
    let site = TestSite::new(&db);
    let service = Running::start(gate(""), |app| {
        app.default_service(web::to(echo));
    });
    let nginx = Nginx::start(folder.path(), site.running.address, service.address);
    let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
    let token = format!("Authorization: Bearer {}", alice.token);

    // a live session passes, and the service hears who it is, whatever the client says of itself
    let forged = [
        "X-Menwei-User: admin",
        "x-menwei-user: root",
        "X-Menwei-App: wx0000000000000000",
        "X-Menwei-Session: 1",
        "X_Menwei_User: admin",
    ];
    let forging: Vec<&str> = [token.as_str()].into_iter().chain(forged).collect();
    for headers in [vec![token.as_str()], forging, vec![&format!("X-WX-Skey: {}", alice.token)]] {
        let answer = nginx.ask(&headers);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(reached(&answer, "x-menwei-user"), [alice.uid.as_str()], "{answer:?}");
        assert_eq!(reached(&answer, "x-menwei-app"), [APPID]);
        assert_eq!(reached(&answer, "x-menwei-session"), [alice.sid.as_str()]);
        assert!(
            answer.body.contains("GET /orders?page=2") && !answer.body.contains(&alice.token),
            "{answer:?}"
        );
    }

    // a body reaches the service, and menwei is asked without it
    let post = with_body("POST", "/orders", &[&token, "Connection: close"], Some("two dumplings"));
    let answer = Raw::connect(nginx.address).ask(&post);
    assert!(answer.status == 200 && answer.body.ends_with("POST /orders\ntwo dumplings"), "{answer:?}");

    // who has no session is refused, forged headers or not
    for headers in [&forged[..], &["Authorization: Bearer x"]] {
        let answer = nginx.ask(headers);
        assert_eq!((answer.status, answer.header("www-authenticate").starts_with("Bearer")), (401, true));
    }
    // what nginx asks menwei is nothing that a client can ask through it
    assert_eq!(Raw::connect(nginx.address).ask(&get("/_menwei", &[&token, "Connection: close"])).status, 404);

    // revoked is revoked on the next request; others are not concerned
    assert_eq!(site.ask("POST", "/api/logout", Some(&alice.token), None).status, 200);
    assert_eq!(nginx.ask(&[&token]).status, 401);
    assert_eq!(nginx.ask(&[&format!("Authorization: Bearer {}", bob.token)]).status, 200);
}
