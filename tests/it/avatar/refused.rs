//! What is refused, by which code, and that nothing is left of it.

use super::lossless;
use super::pictures::{self, chunk, inserted, png_of_zeros, webp_in_canvas, webp_of};
use crate::support::database::TestDatabase;
use crate::support::site::{TestSite, refused};

/// A JPEG of one marker after the other, each a scan.
fn scans(count: usize) -> Vec<u8> {
    let jpeg = pictures::jpeg();
    let scan = jpeg.windows(2).position(|two| two == [0xff, 0xda]).unwrap();
    let (head, tail) = jpeg.split_at(scan);
    let whole = &tail[..tail.len() - 2];
    [head, &whole.repeat(count), b"\xff\xd9"].concat()
}

/// A chunk of transparency, coded without loss.
fn transparency(length: u32) -> Vec<u8> {
    [b"ALPH".as_slice(), &length.to_le_bytes(), &vec![1; usize::try_from(length).unwrap()]].concat()
}

fn with_tail(picture: &[u8], tail: &[u8]) -> Vec<u8> {
    [picture, tail].concat()
}

/// What is no picture, by name.
fn invalid() -> Vec<(&'static str, Vec<u8>)> {
    let (png, jpeg, webp) = (pictures::png(), pictures::jpeg(), pictures::webp());
    let html = b"<html><script>alert(1)</script></html>".as_slice();
    let cut = |picture: &[u8]| picture[..picture.len() * 2 / 3].to_vec();
    let mut garbled = png.clone();
    let middle = garbled.len() / 2;
    garbled[middle] ^= 0xff;
    vec![
        ("text", b"hello".to_vec()),
        ("one byte", b"\xff".to_vec()),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
        ("SVG behind XML", b"<?xml version='1.0'?><svg/>".to_vec()),
        ("GIF", b"GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\0\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;".to_vec()),
        ("GIF that is a script", b"GIF89a/*\x01\0\x01\0*/=1;alert(1)".to_vec()),
        ("BMP", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0".to_vec()),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        ("ZIP", b"PK\x03\x04\x14\0\0\0".to_vec()),
        ("WAVE in RIFF", b"RIFF\x04\0\0\0WAVE".to_vec()),
        ("only a signature of PNG", b"\x89PNG\r\n\x1a\n".to_vec()),
        ("only a start of JPEG", b"\xff\xd8\xff".to_vec()),
        ("only a header of WebP", b"RIFF\x04\0\0\0WEBP".to_vec()),
        ("cut PNG", cut(&png)),
        ("cut JPEG", cut(&jpeg)),
        ("cut WebP", cut(&webp)),
        ("JPEG without its end", jpeg[..jpeg.len() - 2].to_vec()),
        ("garbled PNG", garbled),
        ("PNG with a page behind it", with_tail(&png, html)),
        ("JPEG with an archive behind it", with_tail(&jpeg, b"PK\x03\x04 rest of an archive")),
        ("JPEG with a page behind it", with_tail(&jpeg, html)),
        ("WebP with a page behind it", with_tail(&webp, html)),
        ("moving PNG", inserted(&png, &chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]))),
        ("moving WebP", webp_in_canvas(300, &webp, 0b10, b"ANIM\x06\0\0\0\0\0\0\0\0\0")),
        ("WebP that moves without saying so", webp_in_canvas(300, &webp, 0, b"ANMF\0\0\0\0")),
        ("JPEG of many scans", scans(200)),
        ("PNG without pixels", png_of_zeros(0, 0, 8, 2, 1)),
    ]
}

/// What is more than an avatar may be.
fn too_large() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("PNG of 20,000 × 20,000", pictures::png_bomb()),
        ("PNG of 2049 × 1536", png_of_zeros(2049, 1536, 8, 2, 1 + 3 * 2049)),
        ("progressive JPEG of 1032 × 1536", pictures::progressive(1032, 1536)),
        ("PNG of 16 bits a colour", png_of_zeros(2048, 1536, 16, 6, 1 + 8 * 2048)),
        ("PNG that is one line", png_of_zeros(1_000_000, 1, 8, 0, 1_000_001)),
        ("JPEG of 65,000 × 65,000", pictures::jpeg_of(65_000, 65_000)),
        ("WebP of 16,384 × 16,384", webp_of(16_384, 16_384)),
        ("small canvas of WebP around a huge picture", webp_in_canvas(300, &webp_of(16_384, 16_384), 0, b"")),
        ("huge canvas of WebP around a small picture", webp_in_canvas(16_000_000, &pictures::webp(), 0, b"")),
        ("WebP of 4 × 4 with 65,536 groups of codes", lossless::picture(65_536)),
        (
            "WebP with as long a transparency",
            webp_in_canvas(96, &pictures::lossy_webp(), 0b1_0000, &transparency(40_000)),
        ),
        ("4 MiB and a byte", with_tail(&pictures::png(), &vec![0; 4 * 1024 * 1024])),
        ("32 MiB", vec![0xff; 32 * 1024 * 1024]),
    ]
}

#[actix_web::test]
async fn what_is_no_whole_still_picture_is_refused_and_leaves_nothing() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    for (name, file) in invalid() {
        let answer = site.upload(&login.token, &file);
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        refused(&answer, 422, "avatar_invalid");
    }
    assert!(site.objects().is_empty());
    assert_eq!(db.plain().number("SELECT COUNT(*) AS number FROM avatars"), 0);
    assert_eq!(site.me(&login.token).json()["user"]["avatarUrl"], "");
}

#[actix_web::test]
async fn what_is_too_large_is_refused_by_its_header() {
    let db = TestDatabase::sqlite();
    let site = TestSite::new(&db);
    let login = site.login("alice-1");
    for (name, file) in too_large() {
        let answer = site.upload(&login.token, &file);
        assert_eq!(answer.status, 413, "{name}: {answer:?}");
        refused(&answer, 413, "avatar_too_large");
    }
}
