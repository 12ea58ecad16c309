//! Open data: the signed and the encrypted profile that a mini-program passes on from WeChat.
//!
//! Signature: `sha1(rawData + session_key)` in hexadecimal, over the exact text that the client sent.
//! Encryption: AES-128-CBC, PKCS#7 of 16, key and initial vector in base64, a watermark inside that names the app and
//! the time. Every fault is the same error, so that nobody learns the plaintext by trying (ASVS 11.2.5).

use std::time::Duration;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockModeDecrypt as _, KeyIvInit as _};
use base64::Engine as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::session_key::BASE64;
use super::{SessionKey, reply};
use crate::clock::Instant;
use crate::error::{Error, Result};

/// The longest `encryptedData` in base64; a profile has about 500 characters.
const LONGEST: usize = 16 * 1024;

/// A profile that WeChat encrypted. Fields may be missing; `getUserProfile` has no ids in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenData {
    /// The user in this mini-program.
    pub open_id: Option<String>,
    /// The user across apps of one 开放平台 account.
    pub union_id: Option<String>,
    /// The nickname, as untrusted as any text of a user.
    pub nick_name: Option<String>,
    /// The avatar's address.
    pub avatar_url: Option<String>,
    /// 0 unknown, 1 male, 2 female.
    pub gender: Option<i64>,
    /// Such as `CN`.
    pub country: Option<String>,
    /// Such as `Guangdong`.
    pub province: Option<String>,
    /// Such as `Guangzhou`.
    pub city: Option<String>,
    /// Such as `zh_CN`.
    pub language: Option<String>,
    /// For which app and when WeChat encrypted this.
    pub watermark: Watermark,
}

/// WeChat's mark in what it encrypts.
#[derive(Clone, Debug, Deserialize)]
pub struct Watermark {
    /// The mini-program.
    pub appid: String,
    /// When, in seconds since 1970 UTC.
    pub timestamp: i64,
}

/// What the data must be about.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The mini-program.
    pub appid: &'a str,
    /// The caller's openid, which the data must have if it has any.
    pub openid: &'a str,
    /// The time now.
    pub now: Instant,
    /// How far the watermark's time may be from now, either way.
    pub window: Duration,
}

impl Expected<'_> {
    /// Whether a watermark is of this app and of about now.
    #[must_use]
    pub fn fits(&self, watermark: &Watermark) -> bool {
        let sealed_at = watermark.at();
        let distance = sealed_at.since(self.now).max(self.now.since(sealed_at));
        watermark.appid == self.appid && distance <= self.window
    }
}

impl Watermark {
    /// When WeChat encrypted it.
    #[must_use]
    pub fn at(&self) -> Instant {
        Instant::from_seconds(self.timestamp)
    }
}

/// What WeChat encrypts: everything has a watermark, some of it names the user.
pub trait Marked: DeserializeOwned {
    /// For which app and when.
    fn watermark(&self) -> &Watermark;

    /// About whom, if it says so.
    fn open_id(&self) -> Option<&str> {
        None
    }
}

impl OpenData {
    /// The unionid, when the data says by its openid whose it is.
    #[must_use]
    pub fn unionid(&self) -> Option<&str> {
        self.union_id.as_deref().filter(|unionid| self.open_id.is_some() && reply::is_id(unionid))
    }
}

impl Marked for OpenData {
    fn watermark(&self) -> &Watermark {
        &self.watermark
    }

    fn open_id(&self) -> Option<&str> {
        self.open_id.as_deref()
    }
}

/// Checks that WeChat signed `raw_data` for the holder of `key`.
///
/// # Errors
/// [`Error::OpenDataInvalid`].
pub fn check_signature(raw_data: &str, signature: &str, key: &SessionKey) -> Result<()> {
    let mut sha1 = Sha1::new();
    sha1.update(raw_data.as_bytes());
    sha1.update(key.reveal().as_bytes());
    let expected = crate::secret::hex(&sha1.finalize());
    let given = signature.to_ascii_lowercase();
    if bool::from(expected.as_bytes().ct_eq(given.as_bytes())) { Ok(()) } else { Err(Error::OpenDataInvalid) }
}

/// Decrypts `encrypted` and checks that it is fresh and about the caller.
///
/// # Errors
/// [`Error::OpenDataInvalid`], whatever is wrong; most often the key is stale and the client must log in again.
pub fn decrypt<T: Marked>(encrypted: &str, iv: &str, key: &SessionKey, expected: Expected<'_>) -> Result<T> {
    let data: T = plaintext(encrypted, iv, key)
        .and_then(|text| serde_json::from_slice(&text).ok())
        .ok_or(Error::OpenDataInvalid)?;
    let is_sound =
        expected.fits(data.watermark()) && data.open_id().is_none_or(|openid| openid == expected.openid);
    if is_sound { Ok(data) } else { Err(Error::OpenDataInvalid) }
}

fn plaintext(encrypted: &str, iv: &str, key: &SessionKey) -> Option<Zeroizing<Vec<u8>>> {
    if encrypted.len() > LONGEST {
        return None;
    }
    let iv: [u8; 16] = unbase64(iv)?.try_into().ok()?;
    let mut buffer = Zeroizing::new(unbase64(encrypted)?);
    let key = key.decode()?;
    let cipher = cbc::Decryptor::<aes::Aes128>::new(&(*key).into(), &iv.into());
    // turned into plaintext in place, so that one buffer is wiped
    let length = cipher.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

/// Clients that send forms turn `+` into a space.
fn unbase64(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.replace(' ', "+")).ok()
}

#[cfg(test)]
mod tests;
