//! `GET /avatar/…`

use super::{fetch, pictures};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::raw::with_body;
use crate::support::site::{TestSite, refused};

on_each_database! {
    async fn an_avatar_is_served_to_whoever_has_its_name_and_kept_for_ever(db: TestDatabase) {
        let site = TestSite::new(&db);
        let path = site.uploaded(&site.login("alice-1").token, &pictures::png());
        let name = path.strip_prefix("/avatar/").unwrap().strip_suffix(".jpg").unwrap();
        assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        let (answer, jpeg) = site.fetch(&path);
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
        for (header, value) in [
            ("cache-control", "public, max-age=31536000, immutable"),
            ("x-content-type-options", "nosniff"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("cross-origin-resource-policy", "cross-origin"),
        ] {
            assert_eq!(answer.header(header), value);
        }
        let tag = answer.header("etag").to_owned();
        let mut client = site.connect();
        for known in [&tag, "*", &format!("\"other\", W/{tag}")] {
            let (answer, body) = fetch(&mut client, &path, &[&format!("If-None-Match: {known}")]);
            assert_eq!((answer.status, body.len(), answer.header("etag")), (304, 0, tag.as_str()), "{known}");
        }
        assert_eq!(fetch(&mut client, &path, &["If-None-Match: \"other\""]).0.status, 200);
        assert!(client.send(with_body("HEAD", &path, &["Connection: close"], None)));
        let head = client.rest();
        let length = format!("content-length: {}\r\n", jpeg.len());
        assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n") && head.contains(&length), "{head}");
    }
}

#[actix_web::test]
async fn no_other_name_reaches_a_file() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let path = site.uploaded(&site.login("alice-1").token, &pictures::png());
    std::fs::write(site.folder.path().join("avatars/secret.jpg"), "canary").unwrap();
    let plain = path.strip_prefix("/avatar/").unwrap();
    let upper = format!("/avatar/{}", plain.to_uppercase());
    let folder = plain.split_at(2).0;
    for other in [
        "/avatar/",
        "/avatar/secret.jpg",
        "/avatar/../secret.jpg",
        "/avatar/..%2fsecret.jpg",
        "/avatar/%2e%2e/%2e%2e/menwei.key",
        "/avatar/....//secret.jpg",
        "/avatar/0000000000000000000000000000000g.jpg",
        "/avatar/00000000000000000000000000000000.jpg",
        &upper,
        path.strip_suffix(".jpg").unwrap(),
        &format!("{path}%00.png"),
        &format!("{path}/"),
        &format!("/avatar/{folder}/{plain}"),
        &format!("/avatar/avatars%2f{folder}%2f{plain}"),
    ] {
        let (answer, body) = site.fetch(other);
        assert_eq!(answer.status, 404, "{other}");
        assert!(!super::holds(&body, b"canary"));
    }
    refused(&site.ask("DELETE", &path, None, None), 405, "method_not_allowed");
}
