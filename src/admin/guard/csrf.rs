//! The form token: proves that a form came from a page of ours, in this session.
//!
//! Pages are compressed, so a token that stood in each of them unchanged could be guessed from their lengths
//! (BREACH): every response carries it under a new mask. Before sign-in the session is a random cookie.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::error::Result;
use crate::secret::{self, KeyRing};

const LENGTH: usize = 32;

/// The secret behind one session's form tokens.
#[derive(Clone)]
pub struct Csrf([u8; LENGTH]);

impl Csrf {
    /// The secret of the session that `seed` names: anything of the session that others cannot know.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn of(keys: &KeyRing, seed: &str) -> Result<Self> {
        keys.digest("csrf", seed).map(Self)
    }

    /// The token under a new mask: 86 characters.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn masked(&self) -> Result<String> {
        let mask: [u8; LENGTH] = secret::random()?;
        let covered = self.0.iter().zip(mask).map(|(secret, mask)| secret ^ mask);
        let bytes: Vec<u8> = mask.into_iter().chain(covered).collect();
        Ok(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Whether `token` is this session's, under any mask.
    #[must_use]
    pub fn accepts(&self, token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else { return false };
        let Some((mask, covered)) = bytes.split_first_chunk::<LENGTH>() else { return false };
        let plain: Vec<u8> = mask.iter().zip(covered).map(|(mask, byte)| mask ^ byte).collect();
        covered.len() == LENGTH && bool::from(plain.ct_eq(&self.0))
    }
}

impl std::fmt::Debug for Csrf {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Csrf(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mask_of_the_sessions_token_is_accepted_and_no_two_look_alike() {
        let keys = KeyRing::generate().unwrap();
        let csrf = Csrf::of(&keys, "session").unwrap();
        let (one, two) = (csrf.masked().unwrap(), csrf.masked().unwrap());
        assert_ne!(one, two);
        assert_eq!(one.len(), 86);
        assert!(csrf.accepts(&one) && csrf.accepts(&two));
    }

    #[test]
    fn a_token_of_another_session_or_a_broken_one_is_refused() {
        let keys = KeyRing::generate().unwrap();
        let csrf = Csrf::of(&keys, "session").unwrap();
        let token = csrf.masked().unwrap();
        let foreign = Csrf::of(&keys, "other").unwrap().masked().unwrap();
        for wrong in ["", "AAAA", &foreign, token.get(..80).unwrap(), &format!("{token}AAAA"), "€"] {
            assert!(!csrf.accepts(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn it_does_not_print() {
        let keys = KeyRing::generate().unwrap();
        assert_eq!(format!("{:?}", Csrf::of(&keys, "session").unwrap()), "Csrf(…)");
    }
}
