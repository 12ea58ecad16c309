//! A client that sends exactly the bytes it is told to, and may stop in the middle.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// How long anything may take before a test fails: far more than it does.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One connection.
pub struct Raw {
    stream: TcpStream,
    seen: Vec<u8>,
}

/// One answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    /// The value of a header; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {self:?}"))
    }
}

impl Raw {
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, seen: Vec::new() }
    }

    /// Sends `bytes`; whether the connection still took them.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).is_ok()
    }

    /// The next answer, by its Content-Length or its chunks' end.
    pub fn answer(&mut self) -> Answer {
        let (mut answer, body) = self.answer_bytes();
        answer.body = String::from_utf8(body).unwrap();
        answer
    }

    /// The next answer, with a body that need be no text.
    pub fn answer_bytes(&mut self) -> (Answer, Vec<u8>) {
        let head = loop {
            if let Some(end) = find(&self.seen, b"\r\n\r\n") {
                let rest = self.seen.split_off(end + 4);
                break String::from_utf8(std::mem::replace(&mut self.seen, rest)).unwrap();
            }
            assert!(self.more(), "closed before an answer; seen: {:?}", String::from_utf8_lossy(&self.seen));
        };
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).unwrap();
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let answer = Answer { status, headers, body: String::new() };
        if answer.header("transfer-encoding") == "chunked" {
            let body = self.chunks();
            return (answer, body);
        }
        let length: usize = answer.header("content-length").parse().unwrap_or(0);
        while self.seen.len() < length {
            assert!(self.more(), "closed within a body");
        }
        let rest = self.seen.split_off(length);
        (answer, std::mem::replace(&mut self.seen, rest))
    }

    /// A body in chunks (RFC 9112 §7.1); fails when it breaks off before the last one.
    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(end) = find(&self.seen, b"\r\n") {
                    break end;
                }
                assert!(self.more(), "closed before a chunk");
            };
            let size = usize::from_str_radix(std::str::from_utf8(&self.seen[..end]).unwrap(), 16).unwrap();
            while self.seen.len() < end + 2 + size + 2 {
                assert!(self.more(), "closed within a chunk");
            }
            body.extend(&self.seen[end + 2..end + 2 + size]);
            self.seen.drain(..end + 2 + size + 2);
            if size == 0 {
                return body;
            }
        }
    }

    /// Sends one request and takes its answer.
    pub fn ask(&mut self, request: &str) -> Answer {
        assert!(self.send(request));
        self.answer()
    }

    /// Everything until the server closes; fails when it does not.
    pub fn rest(&mut self) -> String {
        while self.more() {}
        String::from_utf8_lossy(&std::mem::take(&mut self.seen)).into_owned()
    }

    /// Sends one byte of `bytes` every 50 ms, over and over, until the server closes; fails when it does not.
    pub fn drip_until_closed(&mut self, bytes: &[u8]) -> String {
        let start = Instant::now();
        self.stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        for byte in bytes.iter().cycle() {
            assert!(start.elapsed() < PATIENCE, "a dripping client was never cut off");
            let mut buffer = [0; 4096];
            let is_open = self.send([*byte]);
            match self.stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => self.seen.extend_from_slice(&buffer[..count]),
                Err(why) if matches!(why.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) && is_open => {}
                Err(_closed) => break,
            }
        }
        String::from_utf8_lossy(&std::mem::take(&mut self.seen)).into_owned()
    }

    /// Reads some; false at the end.
    fn more(&mut self) -> bool {
        let mut buffer = [0; 16_384];
        match self.stream.read(&mut buffer) {
            Ok(count) => {
                self.seen.extend_from_slice(&buffer[..count]);
                count > 0
            }
            Err(why) if why.kind() == ErrorKind::ConnectionReset => false,
            Err(why) => panic!("the server neither answers nor closes: {why}"),
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// `GET path` over HTTP/1.1 with further header lines.
pub fn get(path: &str, headers: &[&str]) -> String {
    with_body("GET", path, headers, None)
}

/// `POST path` with a JSON body.
pub fn post(path: &str, json: &str) -> String {
    with_body("POST", path, &["Content-Type: application/json"], Some(json))
}

/// Any request.
pub fn with_body(method: &str, path: &str, headers: &[&str], body: Option<&str>) -> String {
    let lines: String = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
    let length = body.map(|body| format!("Content-Length: {}\r\n", body.len())).unwrap_or_default();
    format!(
        "{method} {path} HTTP/1.1\r\nHost: menwei.example.com\r\n{lines}{length}\r\n{}",
        body.unwrap_or("")
    )
}
