//! What is taken, and what comes of it.

use image::{GenericImageView as _, ImageFormat};
use serde_json::json;

use super::pictures::{self, BLUE, GREEN, RED};
use super::{body, holds, upload};
use crate::support::database::{TestDatabase, on_each_database};
use crate::support::site::{TestSite, text};

/// The colour at a place, by the nearest of the three stripes.
fn stripe(jpeg: &[u8], x: u32, y: u32) -> &'static str {
    let picture = image::load_from_memory(jpeg).unwrap();
    let pixel = picture.get_pixel(x, y).0;
    let distance = |colour: [u8; 3]| -> i32 {
        colour.iter().zip(pixel).map(|(one, other)| (i32::from(*one) - i32::from(other)).abs()).sum()
    };
    let stripes = [("red", RED), ("green", GREEN), ("blue", BLUE), ("white", [255; 3])];
    stripes.into_iter().min_by_key(|(_, colour)| distance(*colour)).unwrap().0
}

on_each_database! {
    async fn a_picture_of_each_format_becomes_a_small_jpeg(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        for picture in [pictures::png(), pictures::jpeg(), pictures::webp()] {
            let answer = site.upload(&login.token, &picture);
            assert_eq!((answer.status, answer.header("content-type")), (200, "application/json"), "{answer:?}");
            let said = answer.json();
            assert_eq!(said["status"], "success");
            assert_eq!(said["avatarUrl"], said["user"]["avatarUrl"]);
            let (_, jpeg) = site.fetch(&site.path(&text(&said, "/avatarUrl")));
            assert_eq!(image::guess_format(&jpeg).unwrap(), ImageFormat::Jpeg);
            assert_eq!(image::load_from_memory(&jpeg).unwrap().dimensions(), (256, 256));
            assert_eq!([20, 128, 236].map(|x| stripe(&jpeg, x, 128)), ["red", "green", "blue"]);
            for path in ["/api/me", "/api/userProfile"] {
                assert_eq!(site.get(path, &login.token).json()["user"]["avatarUrl"], said["avatarUrl"]);
            }
        }
        assert_eq!(site.try_login("alice-2").json()["user"]["avatarUrl"], site.me(&login.token).json()["user"]["avatarUrl"]);
    }

    async fn the_session_may_come_as_a_part_before_or_after_the_picture(db: TestDatabase) {
        let site = TestSite::new(&db);
        let login = site.login("alice-1");
        let (token, picture) = (login.token.as_bytes(), pictures::png());
        let file = ("avatar", Some("a.png"), picture.as_slice());
        let more = ("scene", None, b"profile".as_slice());
        for parts in [vec![("token", None, token), file], vec![file, more, ("token", None, token)]] {
            let answer = site.send(&upload(None, &body(&parts)));
            assert_eq!((answer.status, text(&answer.json(), "/user/id")), (200, login.uid.clone()), "{answer:?}");
        }
        let header = ["X-WX-Skey: ", &login.token, "\r\nContent-Type"].concat();
        let request = String::from_utf8_lossy(&upload(None, b"")).replacen("Content-Type", &header, 1);
        let whole = body(&[file]);
        let request = request.replace("Content-Length: 0", &format!("Content-Length: {}", whole.len()));
        assert_eq!(site.send(&[request.as_bytes(), &whole].concat()).status, 200);
    }

    async fn a_url_that_menwei_made_changes_nothing_when_it_is_sent_back(db: TestDatabase) {
        let site = TestSite::new(&db);
        let (alice, bob) = (site.login("alice-1"), site.login("bob-1"));
        let path = site.uploaded(&alice.token, &pictures::png());
        let url = text(&site.me(&alice.token).json(), "/user/avatarUrl");
        let profile = json!({ "nickName": "安娜", "avatarUrl": url });
        let answer = site.post("/api/userProfile", &alice.token, &profile).json();
        assert_eq!((&answer["user"]["avatarUrl"], &answer["user"]["nickName"]), (&json!(url), &json!("安娜")));
        assert_eq!(site.post("/api/userProfile", &bob.token, &profile).json()["user"]["avatarUrl"], "");
        assert_eq!(site.fetch(&path).0.status, 200);
    }
}

#[actix_web::test]
async fn a_picture_is_turned_as_its_exif_says_and_keeps_nothing_of_it() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    // what stands left: by EXIF 3 right, by 6 above, by 8 below
    for (orientation, (x, y)) in
        [(1, (20, 128)), (3, (236, 128)), (6, (128, 20)), (8, (128, 236)), (99, (20, 128))]
    {
        let picture = pictures::jpeg_with_exif(orientation);
        assert!(holds(&picture, b"canary"));
        let (_, jpeg) = site.fetch(&site.uploaded(&login.token, &picture));
        assert_eq!(stripe(&jpeg, x, y), "red", "orientation {orientation}");
        assert!(!holds(&jpeg, b"canary") && !holds(&jpeg, b"Exif") && jpeg.len() < 40_000);
    }
}

#[actix_web::test]
async fn the_middle_is_kept_small_pictures_grow_and_glass_is_white() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    let portrait = |picture: &[u8]| site.fetch(&site.uploaded(&login.token, picture)).1;
    let wide = portrait(&pictures::encoded(&pictures::stripes(900, 300), ImageFormat::Png));
    assert_eq!([10, 128, 246].map(|x| stripe(&wide, x, 128)), ["green"; 3]);
    let small = portrait(&pictures::encoded(&pictures::stripes(3, 3), ImageFormat::WebP));
    assert_eq!([10, 128, 246].map(|x| stripe(&small, x, 128)), ["red", "green", "blue"]);
    assert_eq!(stripe(&portrait(&pictures::glass()), 128, 128), "white");
    let lossy = portrait(&pictures::lossy_webp());
    assert_eq!(
        [(20, 128), (128, 128), (236, 128), (236, 236)].map(|(x, y)| stripe(&lossy, x, y)),
        ["red", "green", "blue", "white"]
    );
    // the most that is taken
    let largest = pictures::png_of_zeros(2048, 1536, 8, 2, 1 + 3 * 2048);
    assert_eq!(image::load_from_memory(&portrait(&largest)).unwrap().dimensions(), (256, 256));
    let progressive = portrait(&pictures::progressive(1024, 1536));
    assert_eq!(image::load_from_memory(&progressive).unwrap().dimensions(), (256, 256));
    // a phone's picture with its preview behind it
    let twice = [pictures::jpeg(), pictures::jpeg()].concat();
    assert_eq!(stripe(&portrait(&twice), 10, 128), "red");
    // a colour profile that unpacks to 200 MB is not looked at
    assert_eq!(stripe(&portrait(&pictures::profile_bomb()), 10, 128), "red");
}
