//! Calls of WeChat's interfaces for an app (`/wxa/…`), with its access token.
//!
//! One deadline for everything: waiting for a place, the token, the call, and one more of each when WeChat says that the
//! token is dead. Such a token is dropped and fetched again without `force_refresh`, which would kill the token of
//! every other process.

pub mod probe;

use std::sync::Arc;

use actix_web::web::Bytes;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::access_token::{AccessToken, AccessTokens, Granted};
use super::reply::{self, Reply};
use super::wire::{self, Fault, Wire};
use super::{Connection, at_most_twice, chance, errcode};
use crate::config::App;
use crate::error::{Error, Result};

/// WeChat's interfaces for apps, as one worker calls them. Clones share connections; it does not leave its thread.
#[derive(Clone)]
pub struct Wxa {
    tokens: Arc<AccessTokens>,
    wire: Wire,
}

/// What is called.
pub(super) struct Call<'a> {
    /// Such as `/wxa/checksession`.
    pub path: &'a str,
    /// The query, without the access token.
    pub query: &'a [(&'a str, &'a str)],
    /// What is posted; without it, it is a GET.
    pub body: Option<Bytes>,
}

/// An answer that is a JSON object, a refusal perhaps.
pub(super) struct Answer {
    reply: Reply,
    body: Bytes,
}

impl Answer {
    pub const fn errcode(&self) -> i64 {
        self.reply.errcode
    }

    /// What it holds; [`Error::WeChatBadResponse`] when that is something else.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        reply::read(&self.body).ok_or(Error::WeChatBadResponse)
    }

    const fn refuses_token(&self) -> bool {
        matches!(self.reply.errcode, errcode::TOKEN_REFUSED | errcode::TOKEN_INVALID | errcode::TOKEN_EXPIRED)
    }
}

/// The answer of `stable_token`.
#[derive(Deserialize)]
struct StableToken {
    access_token: String,
    /// Seconds.
    expires_in: u64,
}

impl Wxa {
    /// A client of its own for this worker, over the tokens of the process.
    #[must_use]
    pub fn new(tokens: Arc<AccessTokens>) -> Self {
        let wire = Wire::new(tokens.upstream());
        Self { tokens, wire }
    }

    /// The tokens that all workers share.
    #[must_use]
    pub fn tokens(&self) -> &Arc<AccessTokens> {
        &self.tokens
    }

    /// Posts `body` to `path` for `app` and reads a success as `T`.
    ///
    /// # Errors
    /// What the errcode means ([`errcode::error`]); as a login when WeChat is out of reach.
    pub async fn call<T: DeserializeOwned>(&self, app: &App, path: &str, body: &Value) -> Result<T> {
        let body = Some(Bytes::from(body.to_string()));
        let answer = self.answer(app, &Call { path, query: &[], body }).await?;
        if answer.errcode() == 0 { answer.read() } else { Err(self.refusal(app, &answer)) }
    }

    /// Makes a call and gives its answer, whatever errcode that has but "busy".
    pub(super) async fn answer(&self, app: &App, call: &Call<'_>) -> Result<Answer> {
        let upstream = self.tokens.upstream();
        let pass = upstream.enter().await?;
        let until = Instant::now() + upstream.deadline();
        let outcome = tokio::time::timeout_at(until, self.healed(app, call, until))
            .await
            .unwrap_or(Err(Error::WeChatTimeout));
        upstream.leave(pass, &outcome);
        outcome
    }

    async fn healed(&self, app: &App, call: &Call<'_>, until: Instant) -> Result<Answer> {
        let token = self.token(app, until).await?;
        let answer = self.carry(call, Some(&token), until).await?;
        if !answer.refuses_token() {
            return Ok(answer);
        }
        self.tokens.reject(&app.appid, &token).await;
        let token = self.token(app, until).await?;
        self.carry(call, Some(&token), until).await
    }

    async fn token(&self, app: &App, until: Instant) -> Result<AccessToken> {
        self.tokens.get(&app.appid, chance(), self.fetch(app, until)).await
    }

    async fn fetch(&self, app: &App, until: Instant) -> Result<Granted> {
        let answer = self.ask_token(app, until).await?;
        if answer.errcode() != 0 {
            return Err(self.refusal(app, &answer));
        }
        let StableToken { access_token, expires_in } = answer.read()?;
        let token = AccessToken::parse(access_token).ok_or(Error::WeChatBadResponse)?;
        Ok(Granted { token, lasts: std::time::Duration::from_secs(expires_in) })
    }

    /// Asks for the app's token; any answer but "busy".
    async fn ask_token(&self, app: &App, until: Instant) -> Result<Answer> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": app.appid,
            "secret": app.secret.expose_secret(),
            "force_refresh": false,
        });
        let body = Some(Bytes::from(body.to_string()));
        self.carry(&Call { path: "/cgi-bin/stable_token", query: &[], body }, None, until).await
    }

    /// Carries one call out, tried again as a login would be: a code in it may work only once.
    async fn carry(&self, call: &Call<'_>, token: Option<&AccessToken>, until: Instant) -> Result<Answer> {
        let upstream = self.tokens.upstream();
        let token = token.map(|token| ("access_token", token.reveal()));
        let query: Vec<(&str, &str)> = token.into_iter().chain(call.query.iter().copied()).collect();
        let url = wire::call_url(upstream.api_base(), call.path, &query);
        at_most_twice(upstream, until, async |connection: Connection| {
            let body = self.wire.send(&url, call.body.clone(), connection).await;
            let body = body.inspect_err(|fault| upstream.alarm(fault))?;
            let reply = Reply::parse(&body).ok_or(Fault::Nonsense)?;
            match reply.errcode {
                errcode::BUSY => Err(Fault::Errcode(errcode::BUSY)),
                _ => Ok(Answer { reply, body }),
            }
        })
        .await
    }

    /// What an errcode means. The operator is told when only they can mend it.
    pub(super) fn refusal(&self, app: &App, answer: &Answer) -> Error {
        let upstream = self.tokens.upstream();
        let error = errcode::error(answer.errcode());
        if let Some(address) = answer.reply.refused_address() {
            upstream.alarm_address(address);
        }
        if let Error::WeChatMisconfigured { errcode } = error {
            upstream.alarm_errcode(app, errcode, answer.reply.rid().as_deref());
        }
        error
    }
}
