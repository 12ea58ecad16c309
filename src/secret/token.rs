//! Session tokens: shown once, stored as digests.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use zeroize::{Zeroize as _, ZeroizeOnDrop};

use crate::clock::Instant;

/// The version that new tokens carry; it decides how the storage key is made from a token.
const VERSION: u8 = 1;
/// Version, 6 bytes of time, 26 random bytes: 208 bits of chance (OWASP asks for 64, ASVS 7.2.3 for 128).
const LENGTH: usize = 33;
/// The time prefix of a token and of its storage key, in bytes.
const PREFIX: usize = 6;

/// A session's token in clear: 44 characters of URL-safe base64. Never printed, never stored.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Token([u8; LENGTH]);

/// What is stored instead of a token: its 6 bytes of time, then SHA-256 of the whole token.
///
/// The prefix puts sessions that begin together side by side in the index, so that one commit of many logins
/// writes few pages. The digest cannot be turned back: a stolen database opens no session.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TokenDigest(Vec<u8>);

impl Token {
    /// A new token.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate(now: Instant) -> crate::error::Result<Self> {
        let chance: [u8; LENGTH - 1 - PREFIX] = super::random()?;
        let [_, _, time @ ..] = now.millis().to_be_bytes();
        let mut bytes = [0; LENGTH];
        let parts = [VERSION].into_iter().chain(time).chain(chance);
        bytes.iter_mut().zip(parts).for_each(|(byte, part)| *byte = part);
        Ok(Self(bytes))
    }

    /// The token that a client sent; none when it cannot be one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; LENGTH];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let token = Self(bytes);
        (length == LENGTH && token.0.first() == Some(&VERSION)).then_some(token)
    }

    /// The token as text, for the one answer that hands it out.
    #[must_use]
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The key under which the session is stored.
    #[must_use]
    pub fn digest(&self) -> TokenDigest {
        let [_, time @ ..] = &self.0;
        let mut key = Vec::with_capacity(PREFIX + 32);
        key.extend(time.iter().take(PREFIX));
        key.extend_from_slice(&Sha256::digest(self.0));
        TokenDigest(key)
    }
}

impl TokenDigest {
    /// The digest of an opaque text of our own that is no [`Token`]: a console cookie, a set-up link.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).to_vec())
    }

    /// The bytes that are stored.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The stored bytes of a row that was read.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(…)")
    }
}

impl fmt::Debug for TokenDigest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("TokenDigest(…)")
    }
}

/// A one-time text for links and cookies: 32 random bytes as URL-safe base64, with its digest.
///
/// # Errors
/// When there is no randomness.
pub fn one_time() -> crate::error::Result<(String, TokenDigest)> {
    let mut bytes: [u8; 32] = super::random()?;
    let text = URL_SAFE_NO_PAD.encode(bytes);
    bytes.zeroize();
    let digest = TokenDigest::of_text(&text);
    Ok((text, digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_text() {
        let token = Token::generate(Instant::from_seconds(1_700_000_000)).unwrap();
        let again = Token::parse(&token.reveal()).unwrap();
        assert_eq!(token.digest(), again.digest());
        assert_eq!(token.reveal().len(), 44);
    }

    #[test]
    fn digests_of_later_tokens_sort_after_earlier_ones() {
        let early = Token::generate(Instant::from_seconds(1_700_000_000)).unwrap().digest();
        let late = Token::generate(Instant::from_seconds(1_700_000_001)).unwrap().digest();
        assert!(early < late);
    }

    #[test]
    fn neither_prints_its_bytes() {
        let token = Token::generate(Instant::EPOCH).unwrap();
        assert_eq!(format!("{token:?} {:?}", token.digest()), "Token(…) TokenDigest(…)");
    }

    #[test]
    fn what_is_no_token_of_ours_is_refused() {
        let token = Token::generate(Instant::EPOCH).unwrap().reveal();
        let tail: String = token.chars().skip(1).collect();
        let other_version = format!("B{tail}");
        for text in ["", "a", &tail, &format!("{token}A"), &other_version, "€€€€€€€€€€€"]
        {
            assert!(Token::parse(text).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_million_tokens_would_differ() {
        let mut seen = std::collections::HashSet::new();
        assert!((0..10_000).all(|_| seen.insert(Token::generate(Instant::EPOCH).unwrap().reveal())));
    }
}
