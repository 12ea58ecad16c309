//! WeChat's `session_key`: the AES key of a user's encrypted data, which never leaves the server.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

/// Standard base64 as WeChat writes it. Stray bits after the last byte are let pass: they change no key.
pub(super) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true),
);

/// Base64 of 16 bytes, kept as the text that WeChat sent: signatures are made with the text, not with the bytes.
#[derive(Clone)]
pub struct SessionKey(Zeroizing<String>);

impl SessionKey {
    /// The key in WeChat's text; none when it is not base64 of 16 bytes.
    #[must_use]
    pub fn parse(text: String) -> Option<Self> {
        let key = Self(Zeroizing::new(text));
        key.decode().is_some().then_some(key)
    }

    /// The base64 text: what is sealed at rest and what signatures are made with.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The 16 bytes of the AES key.
    pub(super) fn decode(&self) -> Option<Zeroizing<[u8; 16]>> {
        let bytes = Zeroizing::new(BASE64.decode(self.0.as_bytes()).ok()?);
        <[u8; 16]>::try_from(bytes.as_slice()).ok().map(Zeroizing::new)
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("SessionKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_base64_of_16_bytes_is_a_session_key() {
        assert!(SessionKey::parse("tiihtNczf5v6AKRyjwEUhQ==".to_owned()).is_some());
        for text in ["", "tiihtNczf5v6AKRyjwEUhQ", "tiihtNczf5v6AKRyjwEU", "tiihtNczf5v6AKRyjwEU hQ=="] {
            assert!(SessionKey::parse(text.to_owned()).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_session_key_does_not_print() {
        let key = SessionKey::parse("tiihtNczf5v6AKRyjwEUhQ==".to_owned()).unwrap();
        assert_eq!(format!("{key:?}"), "SessionKey(…)");
    }
}
