//! Values that must not leak: random bytes, session tokens, and what is sealed at rest.
//!
//! A token exists in clear only in the answer that hands it out; what is stored is its digest (OWASP ASVS 6.5.2).

pub mod keys;
pub mod token;
pub mod totp;

pub use keys::{KeyRing, Sealed};
pub use token::{Token, TokenDigest};

/// `N` bytes of the operating system's randomness: the only source of chance in menwei.
///
/// # Errors
/// When the operating system has none to give.
pub fn random<const N: usize>() -> crate::error::Result<[u8; N]> {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
    getrandom::fill(&mut bytes).map_err(|_cause| crate::error::Error::Internal("no randomness"))?;
    Ok(bytes)
}

/// A public id: a UUID of version 7 (RFC 9562) as text, ordered by time, unrelated to any token.
///
/// # Errors
/// When there is no randomness.
pub fn public_id(now: crate::clock::Instant) -> crate::error::Result<String> {
    let chance = RESERVE.with_borrow_mut(|reserve| {
        if reserve.is_empty() {
            reserve.extend_from_slice(random::<IDS>()?.as_chunks().0);
        }
        reserve.pop().ok_or(crate::error::Error::Internal("no randomness"))
    })?;
    let id = uuid::Builder::from_unix_timestamp_millis(now.millis(), &chance).into_uuid();
    let mut text = [0; uuid::fmt::Hyphenated::LENGTH];
    Ok(id.hyphenated().encode_lower(&mut text).to_owned())
}

/// Randomness for the next 64 ids: each request has one, and asking the system each time costs more than all the rest
/// of an id. Only for ids, which everybody may see: what must stay secret never waits in memory.
const IDS: usize = 64 * 10;

thread_local! {
    static RESERVE: std::cell::RefCell<Vec<[u8; 10]>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// The bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // writing to a String cannot fail
        let _ = write!(text, "{byte:02x}");
        text
    })
}
