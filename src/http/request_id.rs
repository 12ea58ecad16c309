//! A name for each request, in the answer, the errors and every log line.

use std::future::{Ready, ready};
use std::sync::Arc;

use actix_web::dev::{Payload, ServiceRequest};
use actix_web::http::header::HeaderName;
use actix_web::{FromRequest, HttpRequest};

use super::TrustedProxies;
use super::language::Language;
use crate::clock::Instant;
use crate::secret;

/// The header that carries it, both ways.
pub static HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken over from a proxy, in characters.
const LONGEST: usize = 64;

tokio::task_local! {
    static CURRENT: Current;
}

/// What is known about the request under way, wherever its code runs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Current {
    /// Its id: a UUID of version 7, or what a trusted proxy called it.
    pub id: Arc<str>,
    /// The language its sender reads.
    pub language: Language,
}

impl Current {
    /// The facts of a new request. `X-Request-Id` is believed from trusted proxies only, so that nobody outside can
    /// write another's id into our logs.
    pub(crate) fn of(proxies: &TrustedProxies, now: Instant, request: &ServiceRequest) -> Self {
        let is_trusted = request.peer_addr().is_some_and(|peer| proxies.contain(peer.ip()));
        let given = is_trusted
            .then(|| request.headers().get(&HEADER)?.to_str().ok().filter(|id| is_plain(id)))
            .flatten()
            .map(Arc::from);
        let id = given.unwrap_or_else(|| secret::public_id(now).unwrap_or_default().into());
        Self { id, language: Language::of(request.headers()) }
    }

    /// The request under way; none outside of requests.
    #[must_use]
    pub fn get() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs a request's future, so that [`Current::get`] finds `self` in it.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }

    /// Runs a closure, on any thread, so that [`Current::get`] finds `self` in it.
    pub fn during<T>(self, work: impl FnOnce() -> T) -> T {
        CURRENT.sync_scope(self, work)
    }
}

/// Handlers take it as an argument; outside of [`crate::server::serve`] it is empty.
impl FromRequest for Current {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let found = Self::get();
        ready(Ok(
            found.unwrap_or_else(|| Self { id: Arc::from(""), language: Language::of(request.headers()) })
        ))
    }
}

/// Whether a proxy's id may stand in logs and headers as it is.
fn is_plain(id: &str) -> bool {
    (1..=LONGEST).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_could_forge_a_log_line_is_not_plain() {
        assert!(is_plain("0193a5b2-7c4e-7d1f-8a2b-3c4d5e6f7a8b"));
        for id in ["", "a b", "a\"b", "a\u{1b}b", "é", &"a".repeat(65)] {
            assert!(!is_plain(id), "{id:?}");
        }
    }

    #[test]
    fn the_request_under_way_is_known_in_its_scope_only() {
        let current = Current { id: Arc::from("one"), language: Language::English };
        assert!(Current::get().is_none());
        assert_eq!(current.during(|| Current::get().map(|current| current.id)), Some(Arc::from("one")));
    }
}
