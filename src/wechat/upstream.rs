//! What all workers share about WeChat: its settings, the bulkhead, the breaker, and alarms for the operator.

mod alarms;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::breaker::{Breaker, Health, Leave, State};
use super::skew::Skew;
use super::wire::Fault;
use super::{errcode, tls};
use crate::clock::Clock;
use crate::config;
use crate::error::{Error, Result};
use alarms::Alarms;

/// The longest that an exchange waits for its place.
const QUEUE_WAIT: Duration = Duration::from_millis(100);
/// What clients are told to wait, where nothing better is known.
const RETRY_AFTER: Duration = Duration::from_secs(2);
/// The longest that clients are told to wait.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30);
const LONGEST_CONNECT: Duration = Duration::from_secs(1);

/// WeChat's server API as this process sees it: one for all workers, in an [`Arc`].
pub struct Upstream {
    settings: config::WeChat,
    tls: Arc<ClientConfig>,
    places: Arc<Semaphore>,
    breaker: Breaker,
    alarms: Alarms,
    skew: Arc<Skew>,
    clock: Clock,
}

/// The leave to make one exchange; its place is free again when it is dropped.
pub struct Pass {
    leave: Leave,
    _place: OwnedSemaphorePermit,
}

impl Upstream {
    /// Makes ready to call WeChat; calls nothing yet.
    ///
    /// # Errors
    /// A sentence for the operator, when `wechat.ca_file` cannot be used.
    pub fn new(settings: &config::WeChat, clock: Clock) -> Result<Self, String> {
        Ok(Self {
            tls: Arc::new(tls::client_config(settings.ca_file.as_deref())?),
            places: Arc::new(Semaphore::new(settings.max_in_flight)),
            settings: settings.clone(),
            breaker: Breaker::default(),
            alarms: Alarms::default(),
            skew: Arc::new(Skew::new(clock.clone())),
            clock,
        })
    }

    /// Whether the breaker lets exchanges pass.
    #[must_use]
    pub fn breaker(&self) -> State {
        self.breaker.state()
    }

    /// Exchanges under way.
    #[must_use]
    pub fn in_flight(&self) -> usize {
        self.settings.max_in_flight.saturating_sub(self.places.available_permits())
    }

    /// How far WeChat's clock is from ours.
    #[must_use]
    pub fn skew(&self) -> &Arc<Skew> {
        &self.skew
    }

    pub(super) const fn deadline(&self) -> Duration {
        self.settings.deadline
    }

    pub(super) const fn api_base(&self) -> &str {
        self.settings.api_base.as_str()
    }

    pub(super) const fn max_in_flight(&self) -> usize {
        self.settings.max_in_flight
    }

    pub(super) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// The longest for a name's lookup and a TCP connection: two tries fit in the deadline.
    pub(super) fn connect_timeout(&self) -> Duration {
        (self.settings.deadline / 3).min(LONGEST_CONNECT)
    }

    /// The longest for the TLS handshake.
    pub(super) fn handshake_timeout(&self) -> Duration {
        (self.settings.deadline / 4).min(LONGEST_CONNECT)
    }

    /// Asks for a place: refused at once when the breaker is open, after 100 ms when too many are under way.
    pub(super) async fn enter(&self) -> Result<Pass> {
        let leave = self.breaker.admit(self.clock.now()).map_err(|wait| Error::WeChatUnavailable {
            retry_after: wait.clamp(RETRY_AFTER, LONGEST_RETRY_AFTER),
            ambiguous: false,
        })?;
        match tokio::time::timeout(QUEUE_WAIT, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(place)) => Ok(Pass { leave, _place: place }),
            Ok(Err(_)) | Err(_) => Err(unavailable(false)),
        }
    }

    /// Tells the breaker how an exchange ended.
    pub(super) fn leave<T>(&self, pass: Pass, outcome: &Result<T>) {
        match self.breaker.record(self.clock.now(), pass.leave, health(outcome)) {
            Some(State::Open) => log::error!("wechat: breaker open: half of the last exchanges failed"),
            Some(State::HalfOpen) => log::info!("wechat: breaker half open: a probe was answered"),
            Some(State::Closed) => log::info!("wechat: breaker closed: WeChat answers again"),
            None => {}
        }
    }

    /// Tells the operator why WeChat is out of reach, at most once a minute for each cause.
    pub(super) fn alarm(&self, fault: &Fault) {
        let now = self.clock.now();
        match fault {
            Fault::Tls(cause) if self.alarms.due(now, "tls") => log::error!(
                "wechat: tls_failure: {cause}; check this machine's time, proxies that break TLS open, wechat.ca_file"
            ),
            Fault::Unreached(cause) if self.alarms.due(now, "connect") => {
                log::warn!("wechat: no connection: {cause}");
            }
            Fault::Lost { cause, reused: false } if self.alarms.due(now, "lost") => {
                log::warn!("wechat: connection ended before an answer: {cause}");
            }
            _ => {}
        }
    }

    /// Tells the operator that WeChat refuses the configuration: code, id and advice, never a value.
    pub(super) fn alarm_errcode(&self, app: &config::App, errcode: i64, rid: Option<&str>) {
        let appid = &app.appid;
        if self.alarms.due(self.clock.now(), &format!("{appid} {errcode}")) {
            let (meaning, advice) =
                errcode::find(errcode).map_or(("", ""), |entry| (entry.meaning.en, entry.advice.en));
            let rid = rid.unwrap_or("none");
            log::error!("wechat: app {appid}: errcode {errcode}, rid {rid}: {meaning}; {advice}");
        }
    }

    /// Names the address that WeChat does not accept (errcode 40164).
    pub(super) fn alarm_address(&self, address: IpAddr) {
        if self.alarms.due(self.clock.now(), "address") {
            log::error!("wechat: calls from address {address} are refused: add it to the IP whitelist");
        }
    }
}

/// WeChat cannot be reached; `ambiguous` when the code may be used up.
pub(super) const fn unavailable(ambiguous: bool) -> Error {
    Error::WeChatUnavailable { retry_after: RETRY_AFTER, ambiguous }
}

/// As [`unavailable`], for faults that no wait of seconds mends.
pub(super) const fn unavailable_for_long(ambiguous: bool) -> Error {
    Error::WeChatUnavailable { retry_after: LONGEST_RETRY_AFTER, ambiguous }
}

/// What an outcome says about WeChat; a refusal is as good an answer as any.
const fn health<T>(outcome: &Result<T>) -> Health {
    match outcome {
        Err(Error::WeChatBusy) => Health::Busy,
        Err(
            Error::WeChatUnavailable { .. }
            | Error::WeChatTimeout
            | Error::WeChatBadResponse
            | Error::WeChatError { .. },
        ) => Health::Bad,
        Ok(_) | Err(_) => Health::Good,
    }
}

/// One for all workers: it must be allowed to cross threads.
const _: () = {
    const fn crosses_threads<T: Send + Sync>() {}
    crosses_threads::<Upstream>();
};
