//! A browser of a few lines: one connection that is kept, cookies, and the token of the last form.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context as _, Result};

/// A browser.
pub struct Browser {
    stream: BufReader<TcpStream>,
    cookies: BTreeMap<String, String>,
    /// The page that was shown last.
    pub page: String,
}

/// What came back.
pub struct Answer {
    /// The status.
    pub status: u16,
}

impl Browser {
    /// Connects.
    pub fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), cookies: BTreeMap::new(), page: String::new() })
    }

    /// The bytes of a GET.
    pub fn request_to_get(&self, path: &str) -> String {
        format!(
            "GET {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: zh-CN\r\nCookie: {}\r\n\r\n",
            self.cookie()
        )
    }

    /// The bytes of a form.
    pub fn request_to_post(&self, path: &str, body: &str) -> String {
        format!(
            "POST {path} HTTP/1.1\r\nHost: bench\r\nAccept-Language: zh-CN\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nCookie: {}\r\n\r\n{body}",
            body.len(),
            self.cookie()
        )
    }

    fn cookie(&self) -> String {
        let pairs: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("; ")
    }

    /// Shows a page.
    pub fn get(&mut self, path: &str) -> Result<Answer> {
        let request = self.request_to_get(path);
        self.ask(&request)
    }

    /// Sends a form.
    pub fn post(&mut self, path: &str, body: &str) -> Result<Answer> {
        let request = self.request_to_post(path, body);
        self.ask(&request)
    }

    /// The token of the page that was shown last.
    pub fn token(&self) -> Option<String> {
        let (_, rest) = self.page.split_once("name=\"csrf\" value=\"")?;
        rest.split('"').next().map(str::to_owned)
    }

    /// Sends a request and reads the whole answer.
    pub fn ask(&mut self, request: &str) -> Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let status = self.line()?.split(' ').nth(1).context("no status")?.parse()?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            let value = value.trim();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.parse()?,
                "transfer-encoding" => is_chunked = true,
                "set-cookie" => self.keep(value),
                _ => {}
            }
        }
        let body = if is_chunked { self.chunks()? } else { self.exactly(length)? };
        // what only leads elsewhere is not shown
        if !body.is_empty() {
            self.page = String::from_utf8(body)?;
        }
        Ok(Answer { status })
    }

    fn keep(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().and_then(|pair| pair.split_once('='));
        let Some((name, value)) = pair else { return };
        if cookie.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok(body)
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line()?, 16)?;
            body.extend(self.exactly(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
}
