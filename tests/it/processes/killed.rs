//! SIGKILL under load, again and again: what was acknowledged before is true afterwards.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Process, menwei};
use crate::support::database::TestDatabase;
use crate::support::dump::Plain;
use crate::support::raw::PATIENCE;
use crate::support::site::{START, request, wechat};

/// What clients know: tokens that were handed out, and those whose end was acknowledged.
#[derive(Default)]
struct Known {
    live: Vec<String>,
    ended: Vec<String>,
    /// Asked to end when the process died: either may be true.
    unclear: Vec<String>,
}

impl Known {
    /// Whether there was load.
    fn is_enough(&self) -> bool {
        self.live.len() > 5 && self.ended.len() > 5
    }
}

/// One request that may be cut off; its status and body when it was answered whole.
fn ask(address: SocketAddr, request: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    stream.write_all(request.as_bytes()).ok()?;
    let (mut seen, mut buffer) = (Vec::new(), [0; 8192]);
    loop {
        let text = String::from_utf8_lossy(&seen).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length: usize =
                head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
            if body.len() >= length {
                return Some((head.split(' ').nth(1)?.parse().ok()?, serde_json::from_str(body).ok()?));
            }
        }
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            count => seen.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Logs in, and logs every second session out again, until the process is gone.
fn load(address: SocketAddr, codes: &AtomicU32, stop: &AtomicBool, known: &Mutex<Known>) {
    while !stop.load(Ordering::SeqCst) {
        let number = codes.fetch_add(1, Ordering::SeqCst);
        let login = request(
            "POST",
            "/api/login",
            None,
            Some(&json!({ "code": format!("u{}-{number}", number % 7) })),
        );
        let Some((status, body)) = ask(address, &login) else { return };
        assert_eq!(status, 200, "{body}");
        let token = body["token"].as_str().unwrap().to_owned();
        if number.is_multiple_of(2) {
            known.lock().unwrap().live.push(token);
            continue;
        }
        match ask(address, &request("POST", "/api/logout", Some(&token), None)) {
            Some((200, _)) => known.lock().unwrap().ended.push(token),
            _ => known.lock().unwrap().unclear.push(token),
        }
    }
}

fn nothing_is_lost(url: &str, folder: &Path) {
    let simulator = wechat(&menwei::clock::Clock::fixed(START));
    let (codes, known) = (AtomicU32::new(0), Mutex::new(Known::default()));
    for round in 0..4 {
        let mut process = Process::start(menwei(folder, url, &simulator.api_base()), folder);
        let (stop, address) = (AtomicBool::new(false), process.address);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| load(address, &codes, &stop, &known));
            }
            std::thread::sleep(Duration::from_millis(250 + 61 * round));
            // a machine that is busy with other tests is given time to come that far
            let begun = Instant::now();
            while !known.lock().unwrap().is_enough() && begun.elapsed() < PATIENCE {
                std::thread::sleep(Duration::from_millis(5));
            }
            process.kill();
            stop.store(true, Ordering::SeqCst);
        });
        let process = Process::start(menwei(folder, url, &simulator.api_base()), folder);
        let known = known.lock().unwrap();
        assert!(known.is_enough(), "no load");
        for (tokens, expected) in [(&known.live, "live"), (&known.ended, "session_revoked")] {
            for token in tokens {
                assert_eq!(process.state(token), expected);
            }
        }
        for token in &known.unclear {
            assert!(matches!(process.state(token).as_str(), "live" | "session_revoked"));
        }
        assert!(process.stop());
    }
    let mut plain = Plain::connect(url);
    if url.starts_with("sqlite") {
        assert_eq!(plain.lines("SELECT integrity_check AS line FROM pragma_integrity_check"), ["ok"]);
        assert_eq!(
            plain.lines("SELECT \"table\" AS line FROM pragma_foreign_key_check"),
            Vec::<String>::new()
        );
    }
    assert_eq!(plain.number("SELECT count(*) AS number FROM users"), 7);
    let halves = "SELECT count(*) AS number FROM sessions s WHERE NOT EXISTS \
         (SELECT 1 FROM logins l WHERE l.sid = s.sid AND l.result = 'ok')";
    assert_eq!(plain.number(halves), 0);
}

mod after_kill_9_every_acknowledged_login_lives_and_every_revoked_session_is_dead {
    use super::*;

    #[test]
    fn sqlite() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
        nothing_is_lost(&url, folder.path());
    }

    #[test]
    fn postgres() {
        let (db, folder) = (TestDatabase::postgres(), tempfile::tempdir().unwrap());
        nothing_is_lost(db.url(), folder.path());
    }
}
