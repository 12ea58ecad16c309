//! What WeChat signed or encrypted for the caller, opened with the last two session keys of their identity.

use std::time::Duration;

use crate::clock::Instant;
use crate::config::App;
use crate::db::identities::Identity;
use crate::error::{Error, Fault, Result};
use crate::state::State;
use crate::wechat::SessionKey;
use crate::wechat::open_data::{self, Expected, Marked};

/// How far a watermark's time may be from now.
const WINDOW: Duration = Duration::from_mins(10);

/// Who the caller is to WeChat, with their session keys.
pub(super) struct Known {
    /// The identity of the caller's session.
    pub identity: Identity,
    /// WeChat's session keys, the newest first.
    pub keys: Vec<SessionKey>,
    now: Instant,
}

/// A text and what vouches for it.
pub(super) type Pair<'a> = Option<(&'a str, &'a str)>;

/// Two fields that mean something only together; `other` is named when one is missing.
pub(super) fn pair<'a>(
    field: &'static str,
    one: Option<&'a String>,
    other: Option<&'a String>,
) -> Result<Pair<'a>> {
    match (one, other) {
        (Some(one), Some(other)) => Ok(Some((one, other))),
        (None, None) => Ok(None),
        _ => Err(Error::field(field, Fault::Incomplete)),
    }
}

impl Known {
    /// The identity of that key.
    pub async fn get(state: &State, identity_id: i64) -> Result<Self> {
        let identity = state.db.lookup(move |conn| Identity::get(conn, identity_id)).await?;
        let keys = identity.session_keys(&state.keys);
        let keys = keys.iter().filter_map(|key| SessionKey::parse(key.to_string())).collect();
        Ok(Self { identity, keys, now: state.now() })
    }

    /// The mini-program of the identity, while it is configured.
    pub fn app<'a>(&self, state: &'a State) -> Result<&'a App> {
        state.config.app(Some(&self.identity.appid)).ok_or(Error::AppUnknown)
    }

    /// What data for the caller must be about.
    pub fn expected(&self) -> Expected<'_> {
        Expected { appid: &self.identity.appid, openid: &self.identity.openid, now: self.now, window: WINDOW }
    }

    /// Checks WeChat's signature.
    pub fn check_signature(&self, raw_data: &str, signature: &str) -> Result<()> {
        self.first_that(|key| open_data::check_signature(raw_data, signature, key))
    }

    /// Decrypts fresh data of the caller; when WeChat made it, for [`Identity::take_sealed`].
    pub fn decrypt<T: Marked>(&self, encrypted: &str, iv: &str) -> Result<(T, Instant)> {
        let data: T = self.first_that(|key| open_data::decrypt(encrypted, iv, key, self.expected()))?;
        let sealed_at = data.watermark().at();
        Ok((data, sealed_at))
    }

    /// Tries the last two session keys: the client may have asked just before a login that changed the key.
    fn first_that<T>(&self, check: impl Fn(&SessionKey) -> Result<T>) -> Result<T> {
        self.keys.iter().find_map(|key| check(key).ok()).ok_or(Error::OpenDataInvalid)
    }
}
