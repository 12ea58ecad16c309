//! The second factor of staff: codes of an authenticator app (TOTP, RFC 6238: SHA-1, 30 s, 6 digits, as every app has them).

use totp_rs::{Builder, Secret, Totp};

use super::{KeyRing, Sealed, random};
use crate::clock::Instant;
use crate::error::{Error, Result};

/// The app's name for us.
const ISSUER: &str = "menwei";

/// A secret that an authenticator app and we share: 160 bits. Does not print.
pub struct TotpSecret(Secret);

impl TotpSecret {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn generate() -> Result<Self> {
        Ok(Self(Secret::from(random::<20>()?.to_vec())))
    }

    /// Seals it for the account with that key: moved to another row it does not open.
    ///
    /// # Errors
    /// When the key ring is empty.
    pub fn seal(&self, keys: &KeyRing, staff_id: i64) -> Result<Sealed> {
        keys.seal(&place(staff_id), self.0.as_bytes())
    }

    /// Opens what [`TotpSecret::seal`] made.
    #[must_use]
    pub fn open(keys: &KeyRing, staff_id: i64, sealed: &[u8]) -> Option<Self> {
        keys.open(&place(staff_id), sealed).map(|bytes| Self(Secret::from(bytes.to_vec())))
    }

    /// For typing: 32 letters and digits, in groups of four.
    #[must_use]
    pub fn text(&self) -> String {
        let text = self.0.to_base32();
        let groups: Vec<String> =
            text.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
        groups.join(" ")
    }

    /// The address (`otpauth://`) that apps read out of a QR code.
    ///
    /// # Errors
    /// When the name cannot stand in one.
    pub fn url(&self, name: &str) -> Result<String> {
        // the separator of issuer and name must not stand in a name; ours have none
        self.totp(name)?.to_url().map_err(|_cause| Error::Internal("totp url"))
    }

    /// The 30-second step for which `code` is right now, one step before or after included: clocks differ. Blanks in the
    /// code are those of people.
    #[must_use]
    pub fn check(&self, code: &str, now: Instant) -> Option<i64> {
        let digits: String = code.chars().filter(|one| !one.is_whitespace()).collect();
        let seconds = u64::try_from(now.seconds()).ok()?;
        let step = self.totp("staff").ok()?.check(&digits, seconds)?;
        i64::try_from(step).ok()
    }

    /// The code of that time: for tests and for the demo, which have no phone.
    ///
    /// # Errors
    /// Never in practice.
    pub fn code(&self, now: Instant) -> Result<String> {
        Ok(self.totp("staff")?.generate(u64::try_from(now.seconds()).unwrap_or_default()).to_string())
    }

    fn totp(&self, name: &str) -> Result<Totp> {
        let builder = Builder::new().with_secret(self.0.as_bytes().to_vec()).with_account_name(name);
        builder.with_issuer(Some(ISSUER)).build().map_err(|_cause| Error::Internal("totp"))
    }
}

fn place(staff_id: i64) -> String {
    format!("totp|{staff_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> TotpSecret {
        TotpSecret(Secret::from(b"12345678901234567890".to_vec()))
    }

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // appendix B has eight digits; apps show the last six
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (1_234_567_890, "005924")] {
            assert_eq!(known().code(Instant::from_seconds(seconds)).unwrap(), code);
        }
    }

    #[test]
    fn a_code_is_right_for_a_step_around_its_own_and_no_longer() {
        let at = |seconds: i64| known().check("081 804", Instant::from_seconds(1_111_111_109 + seconds));
        let step = at(0).unwrap();
        assert_eq!((at(-29), at(30)), (Some(step), Some(step)));
        assert_eq!((at(-60), at(62)), (None, None));
        assert_eq!(known().check("", Instant::from_seconds(59)), None);
    }

    #[test]
    fn a_secret_opens_only_for_its_own_account() {
        let keys = KeyRing::generate().unwrap();
        let secret = TotpSecret::generate().unwrap();
        let sealed = secret.seal(&keys, 7).unwrap();
        assert_eq!(TotpSecret::open(&keys, 7, &sealed).unwrap().text(), secret.text());
        assert!(TotpSecret::open(&keys, 8, &sealed).is_none());
        assert_eq!(secret.text().len(), 39);
        assert!(secret.url("li.na").unwrap().starts_with("otpauth://totp/menwei:li.na?secret="));
    }
}
