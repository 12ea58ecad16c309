//! Just enough HTTP/1.1: GETs, POSTs with a length, and answers as bytes.

use std::fmt::Write as _;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::clock::Instant;

const LONGEST_HEAD: usize = 16 * 1024;

/// A request, read.
pub struct Request {
    /// Whether it is a POST; else it is a GET.
    pub is_post: bool,
    pub path: String,
    /// What was posted.
    pub body: Vec<u8>,
    query: String,
}

impl Request {
    /// The decoded value of a query parameter; empty when it is absent.
    pub fn parameter(&self, name: &str) -> String {
        let pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map_or_else(String::new, |(_, value)| decoded(value))
    }

    /// The query as it came.
    pub fn query(&self) -> &str {
        &self.query
    }
}

/// The next request on a connection; none when the peer is gone or talks nonsense. `buffer` holds what was read ahead.
pub async fn next(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Request> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head: Vec<u8> = buffer.drain(..end + 4).collect();
            let (request, length) = parse(&String::from_utf8_lossy(&head))?;
            while buffer.len() < length {
                if stream.read_buf(buffer).await.ok()? == 0 {
                    return None;
                }
            }
            return Some(Request { body: buffer.drain(..length).collect(), ..request });
        }
        if buffer.len() > LONGEST_HEAD || stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// A request without its body, and the length of that.
fn parse(head: &str) -> Option<(Request, usize)> {
    let mut words = head.lines().next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_post = match method {
        "GET" => false,
        "POST" => true,
        _ => return None,
    };
    let length = head.lines().filter_map(|line| line.split_once(':'));
    let length = length.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
    let request = Request { is_post, path: path.to_owned(), body: Vec::new(), query: query.to_owned() };
    (length <= LONGEST_HEAD).then_some((request, length))
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next().unwrap_or_default(), rest.next().unwrap_or_default()];
                let digits = std::str::from_utf8(&digits).unwrap_or_default();
                u8::from_str_radix(digits, 16).unwrap_or(b'?')
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// An answer with its length, on a connection that stays open.
pub fn reply(status: u16, content_type: &str, body: &str) -> Vec<u8> {
    reply_with(status, content_type, "", body)
}

/// The same, with `headers`, each of which ends in CR LF. Statuses that have no body get none.
pub fn reply_with(status: u16, content_type: &str, headers: &str, body: &str) -> Vec<u8> {
    let mut text = String::with_capacity(192 + headers.len() + body.len());
    // writing to a String cannot fail
    let _ = write!(text, "HTTP/1.1 {status} Simulated\r\nContent-Type: {content_type}\r\n{headers}");
    if status >= 200 && status != 204 && status != 304 {
        let _ = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    } else {
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// The answer with the `Date` that a server with a clock sends; one that was cut short stays so.
pub fn dated(mut answer: Vec<u8>, now: Instant) -> Vec<u8> {
    if let Some(end) = answer.windows(2).position(|two| two == b"\r\n") {
        let date = now.utc().format("Date: %a, %d %b %Y %H:%M:%S GMT\r\n").to_string();
        answer.splice(end + 2..end + 2, date.into_bytes());
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded() {
        let request = parse("GET /a?x=%22b%26&y=+&xx=1&z HTTP/1.1\r\n\r\n").unwrap().0;
        assert_eq!((request.path.as_str(), request.parameter("x").as_str()), ("/a", "\"b&"));
        assert_eq!((request.parameter("y").as_str(), request.parameter("z").as_str()), (" ", ""));
    }

    #[test]
    fn get_and_post_are_spoken_and_nothing_else() {
        let (posted, length) = parse("POST /a HTTP/1.1\r\nContent-Length: 7\r\n\r\n").unwrap();
        assert_eq!((posted.is_post, length), (true, 7));
        assert!(parse("PUT / HTTP/1.1\r\n\r\n").is_none() && parse("").is_none());
        assert!(parse("POST / HTTP/1.1\r\nContent-Length: 99999\r\n\r\n").is_none());
    }
}
