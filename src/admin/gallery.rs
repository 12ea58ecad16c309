//! Samples of every page: rendered with hostile texts, and written to `target/pages` to be looked at.

mod accounts;
mod jobs;
mod operations;
mod payloads;
mod personal;
mod samples;
mod tables;

use std::sync::Arc;

use super::frame::{Assets, Frame, Section, Setting, Staff, Theme};
use super::locale::Lang;
use super::locale::zone::Zone;
use super::role::Role;
use crate::clock::Instant;

/// 2026-08-01 10:03:04 in Shanghai.
pub const NOW: Instant = Instant::from_seconds(1_785_549_784);

/// A frame as an admin sees it.
pub fn frame(lang: Lang, section: Section) -> Frame {
    Frame {
        lang,
        theme: Theme::System,
        staff: Some(Staff { name: "lin.xia".to_owned(), role: Role::Admin }),
        section,
        flash: None,
        shortcuts: true,
        has_reviews: false,
        setting: Setting::Production,
        site: String::new(),
        path: "/admin/users".to_owned(),
        csrf: "sample-form-token".to_owned(),
        request_id: "0198f0c1-2222-7333-8444-555566667777".to_owned(),
        version: "0.1.0",
        now: NOW,
        zone: Zone::SHANGHAI,
        assets: Arc::new(Assets {
            css: "/static/app.css".to_owned(),
            js: "/static/app.js".to_owned(),
            icon: "/static/favicon.svg".to_owned(),
        }),
    }
}

/// What people can write, everywhere where they can write it.
pub struct Texts {
    pub nickname: String,
    pub city: String,
    pub device: String,
    pub agent: String,
    pub note: String,
    pub term: String,
    pub staff: String,
}

impl Texts {
    fn plain() -> Self {
        let text = str::to_owned;
        Self {
            nickname: text("张伟"),
            city: text("杭州"),
            device: text("iPhone 15 Pro · iOS 18.1"),
            agent: text(
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                 Mobile/15E148 MicroMessenger/8.0.50(0x1800322f) NetType/WIFI Language/zh_CN",
            ),
            note: text("用户来电称手机遗失，已核对最近登录时间。"),
            term: text("张伟"),
            staff: text("lin.xia"),
        }
    }

    fn all(text: &str) -> Self {
        let text = || text.to_owned();
        Self {
            nickname: text(),
            city: text(),
            device: text(),
            agent: text(),
            note: text(),
            term: text(),
            staff: text(),
        }
    }
}

/// Every page, by name.
fn pages(lang: Lang, texts: &Texts) -> Vec<(&'static str, String)> {
    [
        samples::pages(lang, texts),
        tables::pages(lang, texts),
        accounts::pages(lang, texts),
        operations::pages(lang, texts),
        personal::pages(lang, texts),
        jobs::pages(lang, texts),
    ]
    .concat()
}

fn html(template: &impl askama::Template) -> String {
    template.render().unwrap()
}

#[test]
fn hostile_texts_make_no_markup_on_any_page() {
    let marks = |html: &str| {
        ['<', '>', '"', '\''].map(|mark| html.chars().filter(|character| *character == mark).count())
    };
    for lang in Lang::ALL {
        let plain = pages(lang, &Texts::all("x"));
        assert!(plain.len() > 20);
        for payload in payloads::PAYLOADS {
            for ((name, hostile), (_, plain)) in pages(lang, &Texts::all(payload)).iter().zip(&plain) {
                assert_eq!(marks(hostile), marks(plain), "{name} with {payload}");
                assert!(!hostile.contains("href=\"javascript:"), "{name} with {payload}");
            }
        }
    }
}

#[test]
fn no_page_needs_inline_code_or_a_foreign_host() {
    for lang in Lang::ALL {
        for (name, html) in pages(lang, &Texts::plain()) {
            for banned in [" style=", " onclick=", "<style", "javascript:", "http://", "https://"] {
                assert!(!html.contains(banned), "{name} has {banned}");
            }
            assert_eq!(html.matches("<script").count(), 1, "{name}");
        }
    }
}

#[test]
fn every_page_has_one_heading_one_main_and_forms_with_a_token() {
    for (name, html) in Lang::ALL.into_iter().flat_map(|lang| pages(lang, &Texts::plain())) {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert_eq!(html.matches("<main").count(), 1, "{name}");
        let posts = html.matches("method=\"post\"").count();
        assert_eq!(html.matches("name=\"csrf\"").count(), posts, "{name}");
        for field in ["<input", "<select", "<textarea"] {
            for part in html.split(field).skip(1).map(|part| part.split('>').next().unwrap()) {
                let is_silent = part.contains("type=\"hidden\"") || part.contains("name=\"sid\"");
                let id = part.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next());
                let has_label = id.is_some_and(|id| html.contains(&format!("for=\"{id}\"")))
                    || part.contains("aria-label=")
                    || part.contains("type=\"radio\"")
                    || part.contains("name=\"column\"")
                    || part.contains("aria-hidden");
                assert!(is_silent || has_label, "{name}: {field}{part}");
            }
        }
    }
}

#[test]
fn ids_are_unique_on_every_page() {
    for (name, html) in pages(Lang::Zh, &Texts::plain()) {
        let mut seen = std::collections::HashSet::new();
        for id in html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            assert!(seen.insert(id), "{name} has #{id} twice");
        }
    }
}

#[test]
fn style_and_script_stay_within_their_budgets() {
    let size =
        |file| std::fs::metadata(format!("{}/static/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap().len();
    // what travels is a quarter of it: a test of the assets holds that under 6 KiB
    assert!(size("app.css") <= 24 * 1024, "app.css has {} bytes", size("app.css"));
    assert!(size("app.js") <= 5 * 1024, "app.js has {} bytes", size("app.js"));
}

#[test]
#[ignore = "a tool: writes target/pages/*.html for the eye"]
fn write_pages() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/pages");
    std::fs::create_dir_all(folder.join("static")).unwrap();
    for file in ["app.css", "app.js", "favicon.svg"] {
        let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(file);
        std::fs::copy(source, folder.join("static").join(file)).unwrap();
    }
    for lang in Lang::ALL {
        for (name, html) in pages(lang, &Texts::plain()) {
            let html = html.replace("\"/static/", "\"static/");
            std::fs::write(folder.join(format!("{name}.{}.html", lang.code())), html).unwrap();
        }
    }
}
