//! Whether WeChat still takes a session key (`checksession`).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::SessionKey;
use super::wxa::{Call, Wxa};
use crate::config::App;
use crate::error::{Error, Result};

/// The key is not, or no more, the user's.
const WRONG_SIGNATURE: i64 = 87009;
const NO_KEY: i64 = 87007;

impl Wxa {
    /// Whether `key` is the valid session key of that openid.
    ///
    /// # Errors
    /// As [`Wxa::call`].
    pub async fn check_session(&self, app: &App, openid: &str, key: &SessionKey) -> Result<bool> {
        let signature = signature(key, b"")?;
        let query = [("openid", openid), ("signature", &signature), ("sig_method", "hmac_sha256")];
        let answer = self.answer(app, &Call { path: "/wxa/checksession", query: &query, body: None }).await?;
        match answer.errcode() {
            0 => Ok(true),
            WRONG_SIGNATURE | NO_KEY => Ok(false),
            _ => Err(self.refusal(app, &answer)),
        }
    }
}

/// HMAC-SHA-256 of what is posted, which of a GET is nothing, in hexadecimal. The key is the base64 text as it is, not the
/// bytes that it stands for.
pub(super) fn signature(key: &SessionKey, message: &[u8]) -> Result<String> {
    // HMAC takes keys of every length
    let mac = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes());
    let mut mac = mac.map_err(|_cause| Error::Internal("hmac key"))?;
    mac.update(message);
    Ok(crate::secret::hex(&mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_wechats_documents() {
        // the example of 用户登录态签名, and the same key over nothing, as OpenSSL has it
        let key = SessionKey::parse("o0q0otL8aEzpcZL/FT9WsQ==".to_owned()).unwrap();
        for (message, expected) in [
            (r#"{"foo":"bar"}"#, "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"),
            ("", "46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128"),
        ] {
            assert_eq!(signature(&key, message.as_bytes()).unwrap(), expected);
        }
    }
}
