//! The security headers of every answer.

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};

/// What a page of the console may do: our own style and script, nothing inline, nothing from elsewhere.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";
/// What anything else may do when a browser opens it: nothing.
const DATA_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

static OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
static RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// Puts the headers on an answer. Whatever its handler chose of policies and caching stays.
///
/// HSTS only over https: over http browsers ignore it, and a developer's loopback must not be pinned.
pub fn put(headers: &mut HeaderMap, is_https: bool) {
    let is_page = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    unless_set(headers, &CONTENT_SECURITY_POLICY, if is_page { PAGE_POLICY } else { DATA_POLICY });
    unless_set(headers, &CACHE_CONTROL, "no-store");
    set(headers, &X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(headers, &REFERRER_POLICY, "no-referrer");
    set(headers, &OPENER, "same-origin");
    unless_set(headers, &RESOURCE, "same-origin");
    if is_https {
        set(headers, &STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

fn set(headers: &mut HeaderMap, name: &HeaderName, value: &'static str) {
    headers.insert(name.clone(), HeaderValue::from_static(value));
}

fn unless_set(headers: &mut HeaderMap, name: &HeaderName, value: &'static str) {
    if !headers.contains_key(name) {
        set(headers, name, value);
    }
}
