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
        let signature = signature(key)?;
        let query = [("openid", openid), ("signature", &signature), ("sig_method", "hmac_sha256")];
        let answer = self.answer(app, &Call { path: "/wxa/checksession", query: &query, body: None }).await?;
        match answer.errcode() {
            0 => Ok(true),
            WRONG_SIGNATURE | NO_KEY => Ok(false),
            _ => Err(self.refusal(app, &answer)),
        }
    }
}

/// HMAC-SHA-256 of nothing, in hexadecimal. The key is the base64 text as it is, not the bytes that it stands for.
pub(super) fn signature(key: &SessionKey) -> Result<String> {
    // HMAC takes keys of every length
    let mac = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes());
    let mac = mac.map_err(|_cause| Error::Internal("hmac key"))?;
    Ok(crate::secret::hex(&mac.finalize().into_bytes()))
}
