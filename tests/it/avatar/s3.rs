//! Avatars in a bucket: a stand-in on the loopback that checks every signature and keeps the bytes.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use menwei::config::avatar::S3;
use menwei::db::users::User;
use menwei::db::users::withdraw::Field;
use menwei::secret::hex;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::pictures;
use crate::support::database::TestDatabase;
use crate::support::raw::PATIENCE;
use crate::support::site::{TestSite, refused, text};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A bucket in memory.
#[derive(Clone)]
struct Bucket {
    address: SocketAddr,
    objects: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
    /// What was asked: method, path, content type.
    asked: Arc<Mutex<Vec<String>>>,
    is_down: Arc<AtomicBool>,
}

struct Request {
    method: String,
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Bucket {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let bucket = Self {
            address: listener.local_addr().unwrap(),
            objects: Arc::default(),
            asked: Arc::default(),
            is_down: Arc::default(),
        };
        let serving = bucket.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || while serving.answer(&stream).is_some() {});
            }
        });
        bucket
    }

    /// Answers one request; none at the connection's end.
    fn answer(&self, mut stream: &TcpStream) -> Option<()> {
        let request = Request::read(stream)?;
        let kind = request.headers.get("content-type").cloned().unwrap_or_default();
        self.asked.lock().unwrap().push(format!("{} {} {kind}", request.method, request.path));
        let mut objects = self.objects.lock().unwrap();
        let (status, body) = if self.is_down.load(Ordering::Relaxed) {
            (500, Vec::new())
        } else if !request.is_signed() {
            (403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>".to_vec())
        } else {
            match request.method.as_str() {
                "PUT" => {
                    objects.insert(request.path, request.body);
                    (200, Vec::new())
                }
                "GET" => objects.get(&request.path).map_or((404, Vec::new()), |body| (200, body.clone())),
                "DELETE" => {
                    objects.remove(&request.path);
                    (204, Vec::new())
                }
                _ => (405, Vec::new()),
            }
        };
        let head = format!(
            "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nETag: \"x\"\r\n\
             Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n\r\n",
            body.len()
        );
        stream.write_all(&[head.as_bytes(), &body].concat()).ok()
    }

    fn settings(&self) -> S3 {
        S3 {
            bucket: "faces".to_owned(),
            endpoint: Some(format!("http://{}", self.address)),
            region: "eu-test-1".to_owned(),
            access_key: "AKIAEXAMPLE".to_owned(),
            secret: SECRET.into(),
            path_style: true,
        }
    }
}

impl Request {
    fn read(stream: &TcpStream) -> Option<Self> {
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let (method, rest) = line.split_once(' ')?;
        let (method, path) = (method.to_owned(), rest.split(' ').next()?.to_owned());
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).ok()?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { method, path, headers, body })
    }

    /// AWS Signature Version 4, computed anew.
    fn is_signed(&self) -> bool {
        let Some(authorization) = self.headers.get("authorization") else { return false };
        let part = |name: &str| {
            let rest = authorization.split_once(name).unwrap().1;
            rest.split(',').next().unwrap().trim().to_owned()
        };
        let (credential, signed, signature) =
            (part("Credential="), part("SignedHeaders="), part("Signature="));
        let Some(scope) = credential.strip_prefix("AKIAEXAMPLE/") else { return false };
        assert!(scope.ends_with("/eu-test-1/s3/aws4_request"), "{scope}");
        assert!(signed.split(';').any(|name| name == "host") && !self.path.contains('?'));
        let hash = &self.headers["x-amz-content-sha256"];
        if *hash != hex(&Sha256::digest(&self.body)) {
            return false;
        }
        let lines: Vec<String> =
            signed.split(';').map(|name| format!("{name}:{}", self.headers[name])).collect();
        let lines = lines.join("\n");
        let canonical = format!("{}\n{}\n\n{lines}\n\n{signed}\n{hash}", self.method, self.path);
        let date = &self.headers["x-amz-date"];
        let digest = hex(&Sha256::digest(canonical));
        let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}");
        let key = scope.split('/').fold(format!("AWS4{SECRET}").into_bytes(), |key, part| mac(&key, part));
        hex(&mac(&key, &text)) == signature
    }
}

fn mac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[actix_web::test]
async fn a_bucket_keeps_serves_and_loses_avatars_by_signed_requests_only() {
    let db = TestDatabase::sqlite();
    let bucket = Bucket::start();
    let site = TestSite::with(&db, |config| config.avatar.s3 = Some(bucket.settings()));
    let login = site.login("alice-1");
    let path = site.uploaded(&login.token, &pictures::png());
    let name = path.strip_prefix("/avatar/").unwrap();
    let key = format!("/faces/avatars/{}/{name}", name.split_at(2).0);
    assert_eq!(*bucket.asked.lock().unwrap(), [format!("PUT {key} image/jpeg")]);
    let (answer, jpeg) = site.fetch(&path);
    assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
    assert_eq!(bucket.objects.lock().unwrap()[&key], jpeg);
    assert!(site.objects().is_empty(), "nothing is in the directory");
    // it is the bucket's to lose
    bucket.objects.lock().unwrap().clear();
    refused(&site.fetch_text(&path), 404, "not_found");
    let second = site.uploaded(&login.token, &pictures::png());
    assert_eq!(site.collect().await, 1);
    assert!(bucket.asked.lock().unwrap().iter().any(|asked| asked.starts_with(&format!("DELETE {key}"))));
    assert_eq!(site.fetch(&second).0.status, 200);
}

#[actix_web::test]
async fn a_bucket_that_fails_fails_uploads_and_is_asked_again_for_deletions() {
    let db = TestDatabase::sqlite();
    let bucket = Bucket::start();
    let site = TestSite::with(&db, |config| config.avatar.s3 = Some(bucket.settings()));
    let login = site.login("alice-1");
    let path = site.uploaded(&login.token, &pictures::png());
    site.uploaded(&login.token, &pictures::png());
    bucket.is_down.store(true, Ordering::Relaxed);
    refused(&site.upload(&login.token, &pictures::png()), 503, "storage_unavailable");
    assert_eq!(site.collect().await, 0);
    bucket.is_down.store(false, Ordering::Relaxed);
    site.clock.advance(Duration::from_mins(1));
    assert_eq!(
        site.collect().await,
        2,
        "the one that was replaced, and whatever came of the one that failed"
    );
    assert_eq!((site.fetch(&path).0.status, bucket.objects.lock().unwrap().len()), (404, 1));
    assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM avatars"), 1);
}

#[actix_web::test]
async fn an_avatar_that_is_taken_back_while_it_is_uploaded_is_as_one_that_is_taken_back_just_after() {
    for is_checked in [false, true] {
        let db = TestDatabase::sqlite();
        let bucket = Bucket::start();
        let site = TestSite::with(&db, |config| {
            config.avatar.s3 = Some(bucket.settings());
            config.wechat.content_check = is_checked;
        });
        let login = site.login("alice-1");
        let answer = std::thread::scope(|scope| {
            // the bucket takes its time
            let held = bucket.objects.lock().unwrap();
            let uploading = scope.spawn(|| site.upload(&login.token, &pictures::png()));
            let begun = Instant::now();
            while bucket.asked.lock().unwrap().is_empty() {
                assert!(begun.elapsed() < PATIENCE, "nothing is uploaded");
                std::thread::sleep(Duration::from_millis(5));
            }
            let id = db.plain().number("SELECT id AS number FROM users");
            db.write_now(move |conn| User::withdraw(conn, id, &[Field::Avatar])).unwrap();
            drop(held);
            uploading.join().unwrap()
        });
        assert_eq!((answer.status, &answer.json()["avatarUrl"]), (200, &json!("")), "{answer:?}");
        assert!(site.simulator.checks().is_empty() && db.dump()["reviews"].is_empty());
        assert_eq!((site.collect().await, bucket.objects.lock().unwrap().len()), (1, 0));
    }
}

#[actix_web::test]
async fn a_wrong_secret_is_a_store_out_of_reach_and_a_public_address_is_told_to_clients() {
    let db = TestDatabase::sqlite();
    let bucket = Bucket::start();
    let wrong = S3 { secret: "another".into(), ..bucket.settings() };
    let site = TestSite::with(&db, |config| config.avatar.s3 = Some(wrong));
    refused(&site.upload(&site.login("alice-1").token, &pictures::png()), 503, "storage_unavailable");
    let site = TestSite::with(&db, |config| {
        config.avatar.s3 = Some(bucket.settings());
        config.avatar.public_url = Some("https://cdn.example.com".to_owned());
    });
    let answer = site.upload(&site.login("alice-2").token, &pictures::png());
    let url = text(&answer.json(), "/avatarUrl");
    let key = url.strip_prefix("https://cdn.example.com").unwrap();
    assert!(bucket.objects.lock().unwrap().contains_key(&format!("/faces{key}")), "{url}");
}
