//! Avatars from a client's side: what is taken, what is refused, where it is to be had, and that it goes.

mod bombs;
mod deleted;
mod forms;
mod lossless;
pub mod pictures;
mod refused;
mod s3;
mod served;
mod taken;

use std::path::{Path, PathBuf};

use menwei::site::collecting::collect_avatars;

use crate::support::raw::{Answer, Raw};
use crate::support::site::{TestSite, text};

const BOUNDARY: &str = "----WeChat8461";

/// A part of a form: its name, its file name (none: a plain field), its bytes.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

/// A multipart body.
pub fn body(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file =
            file.map(|file| format!("; filename=\"{file}\"\r\nContent-Type: image/jpeg")).unwrap_or_default();
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// The whole request of an upload.
pub fn upload(token: Option<&str>, body: &[u8]) -> Vec<u8> {
    let token = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let mut request = format!(
        "POST /api/avatar HTTP/1.1\r\nHost: menwei.example.com\r\n{token}\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(body);
    request
}

impl TestSite {
    /// Sends any bytes as one request.
    pub fn send(&self, request: &[u8]) -> Answer {
        let mut client = self.connect();
        assert!(client.send(request));
        client.answer()
    }

    /// Uploads one picture as `wx.uploadFile` does.
    pub fn upload(&self, token: &str, picture: &[u8]) -> Answer {
        self.send(&upload(Some(token), &body(&[("file", Some("tmp_8461.jpg"), picture)])))
    }

    /// Uploads a picture that is taken; its path on this site.
    pub fn uploaded(&self, token: &str, picture: &[u8]) -> String {
        let answer = self.upload(token, picture);
        assert_eq!(answer.status, 200, "{answer:?}");
        self.path(&text(&answer.json(), "/avatarUrl"))
    }

    /// The path of an avatar's URL.
    pub fn path(&self, url: &str) -> String {
        url.strip_prefix(&self.site.state.config.server.public_url).unwrap().to_owned()
    }

    /// What stands at a path: status, headers, bytes.
    pub fn fetch(&self, path: &str) -> (Answer, Vec<u8>) {
        fetch(&mut self.connect(), path, &[])
    }

    /// The same where a problem is expected.
    pub fn fetch_text(&self, path: &str) -> Answer {
        self.connect().ask(&crate::support::raw::get(path, &[]))
    }

    /// The files of all avatars.
    pub fn objects(&self) -> Vec<PathBuf> {
        files(self.folder.path())
    }

    /// What the loop does every few seconds; how many objects went.
    pub async fn collect(&self) -> usize {
        collect_avatars(&self.site.state).await.unwrap()
    }
}

/// `GET path` with further header lines.
pub fn fetch(client: &mut Raw, path: &str, headers: &[&str]) -> (Answer, Vec<u8>) {
    assert!(client.send(crate::support::raw::get(path, headers)));
    client.answer_bytes()
}

/// The files in a folder, and in those in it.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Whether `bytes` contain `part`.
pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
