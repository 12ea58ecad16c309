//! WeChat's side: the exchange of a login code, and everything that can go wrong with it.
//!
//! One exchange, file by file: [`upstream`] lets it in (bulkhead, [`breaker`]), `wire` carries one attempt over
//! HTTP, [`reply`] reads the answer with the table in [`errcode`], and this file decides on the one retry.
//! Every other interface needs an [`access_token`]; [`wxa`] makes those calls, apart from logins: a breaker and a
//! bulkhead of their own keep either from stopping the other.
//! Around it: [`codes`] joins duplicates, [`open_data`] checks signed and encrypted profiles, [`push`] reads what WeChat
//! tells of its own accord, and [`simulator`] stands in for WeChat where there is no AppSecret or no internet.
//!
//! A login code works once, so an exchange is not idempotent: it is tried again only when nothing was written, when a
//! reused connection died before an answer began, when WeChat said that it is busy, or on a 5xx with time left.
//! What follows an attempt that may have used the code up is called ambiguous, never `code_used`.

pub mod access_token;
pub mod breaker;
pub mod codes;
pub mod content;
pub mod errcode;
pub mod open_data;
pub mod phone_number;
pub mod push;
pub mod reply;
pub mod session_check;
pub mod session_key;
pub mod simulator;
pub mod skew;
pub mod tls;
pub mod upstream;
mod wire;
pub mod wxa;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::config::App;
use crate::error::{Error, Result};

pub use access_token::AccessTokens;
pub use codes::Codes;
pub use session_key::SessionKey;
use upstream::Pass;
pub use upstream::Upstream;
use wire::{Fault, Wire};
pub use wxa::Wxa;

/// Who logs in, as WeChat answers it. Does not print.
#[derive(Clone)]
pub struct Identity {
    /// The user in this mini-program: 1 to 128 visible ASCII characters, case-sensitive.
    pub openid: String,
    /// The user across the apps of one 开放平台 account; only for apps that are bound to one.
    pub unionid: Option<String>,
    /// The key of the user's signed and encrypted data; never for a client.
    pub session_key: SessionKey,
}

impl fmt::Debug for Identity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Identity(…)")
    }
}

/// What came of a login code, with what the login log keeps.
#[derive(Debug)]
pub struct Exchange {
    /// Who logs in, or why nobody does.
    pub outcome: Result<Identity>,
    /// WeChat's `errcode` in its last answer, when that had one other than 0.
    pub errcode: Option<i64>,
    /// WeChat's id of that answer, for questions to WeChat: `6129ee10-272863a4-64d75414`.
    pub rid: Option<String>,
    /// How long the exchange took, waiting and a retry included.
    pub latency: Duration,
    /// Whether it was tried at all, and not refused by menwei itself.
    pub is_made: bool,
}

impl Exchange {
    /// One that menwei refuses.
    #[must_use]
    pub const fn refused(why: Error) -> Self {
        Self { outcome: Err(why), errcode: None, rid: None, latency: Duration::ZERO, is_made: false }
    }
}

/// WeChat's server API, as one worker calls it. Clones share their connections; it does not leave its thread.
#[derive(Clone)]
pub struct WeChat {
    upstream: Arc<Upstream>,
    wire: Wire,
}

/// What an exchange has met so far.
#[derive(Default)]
struct Seen {
    errcode: Option<i64>,
    rid: Option<String>,
}

impl WeChat {
    /// A client of its own for this worker: call it in the closure that makes the worker's `App`.
    #[must_use]
    pub fn new(upstream: Arc<Upstream>) -> Self {
        let wire = Wire::new(&upstream);
        Self { upstream, wire }
    }

    /// The limits and the state that all workers share.
    #[must_use]
    pub fn upstream(&self) -> &Arc<Upstream> {
        &self.upstream
    }

    /// Exchanges a `wx.login` code for who it belongs to (`jscode2session`).
    ///
    /// Ends within 100 ms of waiting for a place plus `wechat.deadline_ms`, whatever WeChat does.
    pub async fn code2session(&self, app: &App, code: &str) -> Exchange {
        let begun = Instant::now();
        let mut seen = Seen::default();
        let pass = match self.upstream.enter().await {
            Ok(pass) => pass,
            Err(why) => return Exchange { latency: begun.elapsed(), ..Exchange::refused(why) },
        };
        let outcome = self.admitted(pass, app, code, &mut seen).await;
        if let Err(Error::WeChatMisconfigured { errcode }) = outcome {
            self.upstream.alarm_errcode(app, errcode, seen.rid.as_deref());
        }
        Exchange { outcome, errcode: seen.errcode, rid: seen.rid, latency: begun.elapsed(), is_made: true }
    }

    async fn admitted(&self, pass: Pass, app: &App, code: &str, seen: &mut Seen) -> Result<Identity> {
        let until = Instant::now() + self.upstream.deadline();
        let url = wire::code2session_url(self.upstream.api_base(), app, code);
        let outcome = tokio::time::timeout_at(until, self.exchange(&url, until, seen))
            .await
            .unwrap_or(Err(Error::WeChatTimeout));
        self.upstream.leave(pass, &outcome);
        outcome
    }

    async fn exchange(&self, url: &str, until: Instant, seen: &mut Seen) -> Result<Identity> {
        at_most_twice(&self.upstream, until, async |connection| self.attempt(url, connection, seen).await)
            .await
    }

    async fn attempt(&self, url: &str, connection: Connection, seen: &mut Seen) -> Result<Identity, Fault> {
        *seen = Seen::default();
        let body =
            self.wire.send(url, None, connection).await.inspect_err(|fault| self.upstream.alarm(fault))?;
        let reply = reply::Reply::parse(&body).ok_or(Fault::Nonsense)?;
        if reply.errcode == 0 {
            return reply.identity().ok_or(Fault::Nonsense);
        }
        if let Some(address) = reply.refused_address() {
            self.upstream.alarm_address(address);
        }
        *seen = Seen { errcode: Some(reply.errcode), rid: reply.rid() };
        Err(Fault::Errcode(reply.errcode))
    }
}

/// At most two attempts. The second takes a connection of its own, since the pool's others may be as dead.
async fn at_most_twice<T>(
    upstream: &Upstream,
    until: Instant,
    mut attempt: impl AsyncFnMut(Connection) -> Result<T, Fault>,
) -> Result<T> {
    let fault = match attempt(Connection::Pooled).await {
        Ok(answer) => return Ok(answer),
        Err(fault) => fault,
    };
    let pause = fault.pause_before_retry(chance(), until.duration_since(Instant::now()), upstream);
    let Some(pause) = pause else {
        return Err(fault.error(fault.reached()));
    };
    tokio::time::sleep(pause).await;
    let ambiguous = fault.reached();
    match attempt(Connection::Fresh).await {
        Ok(answer) => Ok(answer),
        Err(Fault::Errcode(errcode::CODE_USED)) if ambiguous => Err(upstream::unavailable(true)),
        Err(fault) => Err(fault.error(ambiguous || fault.reached())),
    }
}

/// Which connection an attempt takes.
#[derive(Clone, Copy)]
enum Connection {
    Pooled,
    Fresh,
}

/// 0 to 255; jitter needs no more, and none at all when there is no randomness.
fn chance() -> u8 {
    crate::secret::random::<1>().map_or(0, |[byte]| byte)
}
