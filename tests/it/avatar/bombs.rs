//! Pictures that unpack to gigabytes, all at once, at the real binary.

use std::sync::atomic::{AtomicBool, Ordering};

use super::pictures::{self, png_of_zeros, webp_of};
use super::{body, lossless, upload};
use crate::processes::{Process, menwei};
use crate::support::raw::Raw;
use crate::support::site::{START, text, wechat};

/// Each kind with what may become of it: the header tells on most; others are as large as is taken, and wait for
/// their turn.
fn kinds() -> Vec<(Vec<u8>, &'static [u16])> {
    let largest = png_of_zeros(2048, 1536, 8, 6, 1 + 4 * 2048);
    let mut heavy = pictures::png();
    heavy.resize(4 * 1024 * 1024, 0);
    vec![
        (pictures::png_bomb(), &[413]),
        (pictures::jpeg_of(65_500, 65_500), &[413]),
        (webp_of(16_384, 16_384), &[413]),
        (png_of_zeros(2048, 1536, 16, 6, 1 + 8 * 2048), &[413]),
        (pictures::profile_bomb(), &[200]),
        (pictures::progressive(1024, 1536), &[200]),
        (largest, &[200]),
        (heavy, &[422]),
        // codes of 1.3 GB in 3.8 MB, and as many as are taken
        (lossless::picture(65_536), &[413]),
        (lossless::picture(560), &[200]),
    ]
}

#[test]
fn sixty_four_image_bombs_at_once_cost_less_than_64_mib() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("menwei.db").display());
    let simulator = wechat(&menwei::clock::Clock::fixed(START));
    let process = Process::start(menwei(folder.path(), &url, &simulator.api_base()), folder.path());
    let tokens: Vec<String> = (0..8).map(|number| process.login(&format!("u{number}-1"))).collect();
    let kinds = kinds();
    let address = process.address;
    let before = process.memory("VmHWM");
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asked = scope.spawn(|| {
            let mut count = 0;
            while !is_over.load(Ordering::Relaxed) {
                assert_eq!(process.state(&tokens[0]), "live");
                count += 1;
            }
            count
        });
        let bombs: Vec<_> = (0..64)
            .map(|number| {
                let ((picture, expected), token) = (&kinds[number % kinds.len()], &tokens[number / 8]);
                scope.spawn(move || {
                    let file = ("file", Some("a.jpg"), picture.as_slice());
                    // every other one comes as nobody until its end
                    let request = if number % 16 < 8 {
                        upload(Some(token), &body(&[file]))
                    } else {
                        upload(None, &body(&[file, ("token", None, token.as_bytes())]))
                    };
                    let mut client = Raw::connect(address);
                    assert!(client.send(request));
                    let answer = client.answer();
                    let is_busy = answer.status == 503 && text(&answer.json(), "/code") == "busy";
                    assert!(expected.contains(&answer.status) || is_busy, "{number}: {answer:?}");
                })
            })
            .collect();
        for bomb in bombs {
            bomb.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        assert!(asked.join().unwrap() > 0, "/api/me went on answering");
    });
    let grown = process.memory("VmHWM") - before;
    assert!(grown < 64 * 1024, "the process grew by {grown} KiB");
    assert!(process.stop());
}
