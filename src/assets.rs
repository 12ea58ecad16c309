//! The console's stylesheet, script and icon, embedded by `build.rs`.
//!
//! Each is served under a name that changes with its content, so that browsers may keep it for ever.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, VARY,
};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::http::route::resource;

/// One file of `static/`.
struct Asset {
    /// Its name there.
    source: &'static str,
    /// Its path on the server, with its fingerprint.
    url: &'static str,
    plain: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The path under which `static/<name>` is served; `/static/` when there is no such file.
#[must_use]
pub fn url(name: &str) -> &'static str {
    let found = ASSETS.iter().find(|asset| asset.source == name);
    debug_assert!(found.is_some(), "static/{name} does not exist");
    found.map_or("/static/", |asset| asset.url)
}

/// `favicon.svg` as an address that holds it whole: one that is elsewhere would be a request of its own for every reader.
#[must_use]
pub fn icon() -> &'static str {
    static ICON: LazyLock<String> = LazyLock::new(|| {
        let icon = ASSETS.iter().find(|asset| asset.source == "favicon.svg");
        let text = icon.map_or_else(Default::default, |icon| String::from_utf8_lossy(icon.plain));
        // what an address cannot hold, and what HTML would write longer
        let escaped = |one: char| match one {
            '"' | '#' | '<' | '>' | '%' | '&' | '\'' => format!("%{:02X}", u32::from(one)),
            one => one.to_string(),
        };
        format!("data:image/svg+xml,{}", text.trim().chars().map(escaped).collect::<String>())
    });
    &ICON
}

/// `GET /static/{name}`
pub fn routes(app: &mut web::ServiceConfig) {
    app.service(resource("/static/{name}", [(Method::GET, web::to(asset))]));
}

async fn asset(request: HttpRequest) -> HttpResponse {
    std::future::ready(answer(request.path(), request.headers())).await
}

fn answer(path: &str, headers: &HeaderMap) -> HttpResponse {
    let Some(asset) = ASSETS.iter().find(|asset| asset.url == path) else {
        return HttpResponse::NotFound().finish();
    };
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((CONTENT_TYPE, content_type(asset.source)))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((VARY, "accept-encoding"));
    let compressed = [("br", asset.brotli), ("gzip", asset.gzip)];
    let best = compressed
        .into_iter()
        .find(|(coding, bytes)| bytes.len() < asset.plain.len() && accepts(headers, coding));
    match best {
        Some((coding, bytes)) => answer.insert_header((CONTENT_ENCODING, coding)).body(bytes),
        None => answer.body(asset.plain),
    }
}

/// Whether the client takes a coding: it names it, with a weight that is not 0 (RFC 9110 §12.5.3).
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight =
            weight.trim().strip_prefix("q=").map(|weight| weight.trim().trim_end_matches(['0', '.']));
        name.trim().eq_ignore_ascii_case(coding) && weight != Some("")
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn coding_for(accepted: &'static str) -> Option<String> {
        let asset = ASSETS.iter().max_by_key(|asset| asset.plain.len()).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        let answer = answer(asset.url, &headers);
        answer.headers().get(CONTENT_ENCODING).map(|coding| coding.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_best_coding_that_the_client_takes_is_sent() {
        assert_eq!(coding_for("gzip, deflate, br").as_deref(), Some("br"));
        assert_eq!(coding_for("gzip;q=0.5, br;q=0").as_deref(), Some("gzip"));
        assert_eq!(coding_for("br;q=0.001").as_deref(), Some("br"));
        for none in ["", "identity", "gzip;q=0.0", "brr"] {
            assert_eq!(coding_for(none), None, "{none:?}");
        }
    }

    #[test]
    fn every_file_is_found_under_its_fingerprinted_url_only() {
        for asset in ASSETS {
            assert_eq!(url(asset.source), asset.url);
            assert_eq!(answer(asset.url, &HeaderMap::new()).status(), 200);
            let bare = format!("/static/{}", asset.source);
            assert_eq!(answer(&bare, &HeaderMap::new()).status(), 404);
        }
    }

    #[test]
    fn each_file_is_small_on_its_way() {
        for asset in ASSETS {
            let gzip = asset.gzip.len();
            assert!(gzip <= 6 * 1024, "{} has {gzip} bytes", asset.source);
        }
    }
}
