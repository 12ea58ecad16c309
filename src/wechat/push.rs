//! Message push: what WeChat tells a server of its own accord.
//!
//! One push, file by file: its query is checked for the signature and the time ([`Query`]), its body is read
//! (`body`), in secure mode the envelope is opened (`envelope`), and what is left is a [`Message`].
//!
//! In plain mode WeChat signs the query only, never the body: whoever reads one push on its way can send another body
//! under the same signature within the window. With `push_aes_key` set menwei therefore believes encrypted messages
//! only, whatever stands beside them.

mod body;
mod envelope;
mod message;

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;

pub use message::{MediaCheck, Message};

use crate::clock::Instant;
use crate::config::App;

/// How far a push's timestamp may be from now, either way. WeChat tries three times within seconds.
pub const WINDOW: Duration = Duration::from_mins(5);

/// Why a push is not believed or not understood. Says nothing about which check failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not signed as WeChat signs, or not now, or not for this mini-program.
    NotFromWeChat,
    /// It is signed, but no message.
    Malformed,
}

/// What stands in the address of a push. Other parameters (`openid`, `encrypt_type`) are not signed and not read.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Query {
    /// SHA-1 over the sorted token, timestamp and nonce, in hexadecimal.
    pub signature: String,
    /// Seconds since 1970 UTC.
    pub timestamp: String,
    /// A number of WeChat's.
    pub nonce: String,
    /// The same over `Encrypt` as well; secure mode only.
    pub msg_signature: String,
    /// What WeChat wants to read back when a server's address is set up.
    pub echostr: String,
}

/// What an app needs to be pushed to.
#[derive(Clone, Copy)]
struct Keys<'a> {
    token: &'a str,
    aes_key: Option<&'a SecretString>,
}

impl<'a> Keys<'a> {
    fn of(app: &'a App) -> Option<Self> {
        Some(Self { token: app.push.token.as_ref()?.expose_secret(), aes_key: app.push.aes_key.as_ref() })
    }
}

/// Checks the request by which WeChat tries a server's address; the `echostr` to answer.
///
/// # Errors
/// [`Refusal::NotFromWeChat`].
pub fn verify<'a>(app: &App, query: &'a Query, now: Instant) -> Result<&'a str, Refusal> {
    let keys = Keys::of(app).ok_or(Refusal::NotFromWeChat)?;
    query.check(&query.signature, &[keys.token], now)?;
    Ok(&query.echostr)
}

/// Reads a push: its signature and time checked, its body decrypted, its appid compared.
///
/// # Errors
/// As [`Refusal`] says.
pub fn receive(app: &App, query: &Query, body: &[u8], now: Instant) -> Result<Message, Refusal> {
    let keys = Keys::of(app).ok_or(Refusal::NotFromWeChat)?;
    let Some(aes_key) = keys.aes_key else {
        query.check(&query.signature, &[keys.token], now)?;
        return body::read(body).map(Message::of).ok_or(Refusal::Malformed);
    };
    let fields = body::read(body).ok_or(Refusal::Malformed)?;
    let encrypted = fields.get("Encrypt").ok_or(Refusal::NotFromWeChat)?;
    query.check(&query.msg_signature, &[keys.token, encrypted], now)?;
    let inner =
        envelope::open(encrypted, aes_key.expose_secret(), &app.appid).ok_or(Refusal::NotFromWeChat)?;
    body::read(&inner).map(Message::of).ok_or(Refusal::Malformed)
}

impl Query {
    /// Compares `given` with the signature over the sorted parts, and the timestamp with now.
    fn check(&self, given: &str, parts: &[&str], now: Instant) -> Result<(), Refusal> {
        let mut all: Vec<&str> =
            parts.iter().copied().chain([self.timestamp.as_str(), &self.nonce]).collect();
        all.sort_unstable();
        let mut sha1 = Sha1::new();
        sha1.update(all.concat());
        let expected = crate::secret::hex(&sha1.finalize());
        let is_signed = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
        let sent_at = self.timestamp.parse().ok().map(Instant::from_seconds);
        let is_fresh = sent_at.is_some_and(|sent| sent.since(now).max(now.since(sent)) <= WINDOW);
        if is_signed && is_fresh { Ok(()) } else { Err(Refusal::NotFromWeChat) }
    }

    /// What names this push among all of the app's within the window: the signed parts of its address.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}|{}", self.timestamp, self.nonce)
    }
}

#[cfg(test)]
mod tests;
