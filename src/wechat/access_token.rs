//! Access tokens (`stable_token`): what every interface of WeChat's asks for, but for the login itself.
//!
//! One token for each app, shared by all workers: one fetches while the others wait. Renewed 5 minutes and some seconds
//! before its end, while WeChat takes the old and the new one. Processes need not agree: WeChat gives all of them the
//! same token (its page 获取稳定版接口调用凭据).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant as Tick, timeout};
use zeroize::Zeroizing;

use super::Upstream;
use crate::clock::{Clock, Instant};
use crate::config;
use crate::error::{Error, Result};

/// WeChat renews a token this long before its end, and then takes both.
const EARLY: Duration = Duration::from_mins(5);
/// Renewals of several processes are spread over this.
const LARGEST_JITTER: Duration = Duration::from_mins(1);
/// A token with less left than [`EARLY`] is still used for this long.
const SHORTEST_USE: Duration = Duration::from_secs(10);
/// The longest life that is believed.
const LONGEST_LIFE: Duration = Duration::from_hours(2);
/// The longest token that is believed; WeChat asks for room for 512 characters.
const LONGEST: usize = 2048;

/// A token of an app. Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken(Arc<Zeroizing<String>>);

impl AccessToken {
    /// The token in `text`; none when it cannot be one: 1 to 2048 visible ASCII characters.
    #[must_use]
    pub fn parse(text: String) -> Option<Self> {
        let text = Zeroizing::new(text);
        let is_token =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self(Arc::new(text)))
    }

    /// What goes into a call's query.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AccessToken(…)")
    }
}

/// A token as WeChat gives it.
#[derive(Debug)]
pub struct Granted {
    /// The token.
    pub token: AccessToken,
    /// How long it lasts from now.
    pub lasts: Duration,
}

/// A token that is in use.
struct Held {
    token: AccessToken,
    /// When it is to be renewed.
    due: Instant,
    /// When it ends.
    ends: Instant,
}

/// What is known of one app's token.
#[derive(Default)]
struct Slot {
    held: Option<Held>,
    /// The last fetch that failed, for those who were waiting for it.
    failed: Option<(Tick, Error)>,
}

/// The tokens of all apps, and the way to WeChat that calls with them take. One for all workers.
pub struct AccessTokens {
    slots: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Slot>>>>,
    upstream: Arc<Upstream>,
    clock: Clock,
}

impl AccessTokens {
    /// No tokens yet. The bulkhead and the breaker are not those of logins: WeChat's token service may be down while
    /// logins work.
    ///
    /// # Errors
    /// As [`Upstream::new`].
    pub fn new(settings: &config::WeChat, clock: Clock) -> Result<Self, String> {
        let upstream = Arc::new(Upstream::new(settings, clock.clone())?);
        Ok(Self { slots: Mutex::default(), upstream, clock })
    }

    /// The way to WeChat of calls with a token.
    #[must_use]
    pub fn upstream(&self) -> &Arc<Upstream> {
        &self.upstream
    }

    /// The app's token; fetched by `fetch` when there is none or it is due, by one caller at a time. Who waited for a
    /// fetch that failed shares its error. `chance` spreads renewals: 0 is the latest, 255 a minute earlier.
    ///
    /// When WeChat fails, a token that is due but has not ended is used on; it fails, too, when it does not answer within a
    /// third of a call's time, so that the call can still be made.
    ///
    /// # Errors
    /// Those of `fetch`.
    pub async fn get(
        &self,
        appid: &str,
        chance: u8,
        fetch: impl Future<Output = Result<Granted>>,
    ) -> Result<AccessToken> {
        let arrived = Tick::now();
        let slot = self.slot(appid);
        // a caller that goes away drops its fetch with the lock, and the next one begins
        let mut slot = slot.lock().await;
        if let Some(held) = slot.held.as_ref().filter(|held| self.clock.now() < held.due) {
            return Ok(held.token.clone());
        }
        if let Some((_, why)) = slot.failed.as_ref().filter(|(at, _)| *at >= arrived) {
            return Err(why.clone());
        }
        let has_spare = slot.held.as_ref().is_some_and(|held| self.clock.now() < held.ends);
        let fetched = if has_spare {
            let patience = self.upstream.deadline() / 3;
            timeout(patience, fetch).await.unwrap_or(Err(Error::WeChatTimeout))
        } else {
            fetch.await
        };
        match fetched {
            Ok(granted) => {
                let now = self.clock.now();
                let lasts = granted.lasts.min(LONGEST_LIFE);
                let held = Held { due: now + use_of(lasts, chance), ends: now + lasts, token: granted.token };
                let token = held.token.clone();
                *slot = Slot { held: Some(held), failed: None };
                Ok(token)
            }
            Err(why) => {
                let now = self.clock.now();
                if let Some(held) = slot.held.as_mut().filter(|held| now < held.ends) {
                    held.due = now + SHORTEST_USE;
                    return Ok(held.token.clone());
                }
                slot.failed = Some((Tick::now(), why.clone()));
                Err(why)
            }
        }
    }

    /// Forgets a token that WeChat refused, unless another has taken its place meanwhile.
    pub async fn reject(&self, appid: &str, token: &AccessToken) {
        let slot = self.slot(appid);
        let mut slot = slot.lock().await;
        if slot.held.as_ref().is_some_and(|held| held.token == *token) {
            slot.held = None;
        }
    }

    fn slot(&self, appid: &str) -> Arc<tokio::sync::Mutex<Slot>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        // as many as apps are configured
        Arc::clone(slots.entry(appid.to_owned()).or_default())
    }
}

/// How long a token is used before it is renewed.
fn use_of(lasts: Duration, chance: u8) -> Duration {
    let jitter = LARGEST_JITTER * u32::from(chance) / u32::from(u8::MAX);
    lasts.saturating_sub(EARLY + jitter).max(SHORTEST_USE).min(lasts)
}

#[cfg(test)]
mod tests;
