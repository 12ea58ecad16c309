//! Who made an unsafe request: a page of ours, or another site.
//!
//! `Sec-Fetch-Site` decides where a browser sends it (it cannot be forged by a page). Older browsers are judged by
//! `Origin`. A request with neither is refused: the console's clients are browsers.

use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, ORIGIN};

/// Whether the request may change anything: it is a safe one, or comes from our own pages.
///
/// `own` is the origin of the console as browsers see it: `https://login.example.com`.
#[must_use]
pub fn is_own(method: &Method, headers: &HeaderMap, own: &str) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| match headers.get_all(name).collect::<Vec<_>>().as_slice() {
        [] => Some(None),
        [only] => only.to_str().ok().map(Some),
        // twice is never a browser's
        _ => None,
    };
    match (text("sec-fetch-site"), text(ORIGIN.as_str())) {
        // our pages send no referrer, so that browsers write `Origin: null` on their forms; a named origin must fit
        (Some(Some("same-origin")), Some(None | Some("null"))) => true,
        (Some(Some("same-origin") | None), Some(Some(origin))) => is_origin(own, origin),
        _ => false,
    }
}

/// Whether two origins are the same: scheme and host without regard to case, a default port left out.
fn is_origin(own: &str, other: &str) -> bool {
    fn plain(origin: &str) -> String {
        let origin = origin.trim_end_matches('/').to_ascii_lowercase();
        let port = if origin.starts_with("https://") { ":443" } else { ":80" };
        origin.strip_suffix(port).map_or_else(|| origin.clone(), str::to_owned)
    }
    plain(own) == plain(other)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn post(headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        is_own(&Method::POST, &map, "https://login.example.com")
    }

    #[test]
    fn forms_of_our_own_pages_pass() {
        assert!(post(&[("sec-fetch-site", "same-origin")]));
        assert!(post(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(post(&[("sec-fetch-site", "same-origin"), ("origin", "https://login.example.com")]));
    }

    #[test]
    fn browsers_without_fetch_metadata_are_judged_by_origin() {
        assert!(post(&[("origin", "https://login.example.com")]));
        assert!(post(&[("origin", "https://LOGIN.example.com:443")]));
        assert!(!post(&[("origin", "null")]));
        assert!(!post(&[("origin", "http://login.example.com")]));
        assert!(!post(&[("origin", "https://login.example.com.evil.example")]));
        assert!(!post(&[]));
    }

    #[test]
    fn other_sites_are_refused_whatever_else_they_send() {
        for site in ["cross-site", "same-site", "none", "", "SAME-ORIGIN"] {
            assert!(!post(&[("sec-fetch-site", site), ("origin", "https://login.example.com")]), "{site}");
        }
        assert!(!post(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]));
        assert!(!post(&[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("origin", "https://login.example.com"), ("origin", "https://evil.example")]));
    }

    #[test]
    fn reading_needs_no_origin() {
        assert!(is_own(&Method::GET, &HeaderMap::new(), "https://login.example.com"));
        assert!(!is_own(&Method::DELETE, &HeaderMap::new(), "https://login.example.com"));
    }
}
