//! Asking WeChat whether it takes an app's secret, for whoever set it up.

use std::net::IpAddr;
use std::time::Duration;

use tokio::time::Instant;

use super::{Answer, Wxa};
use crate::config::App;
use crate::error::{Error, Result};
use crate::wechat::errcode;

/// What came of asking.
#[derive(Clone, Debug)]
pub struct Probe {
    /// Whether WeChat gave an access token.
    pub outcome: Result<()>,
    /// WeChat's `errcode`, when it refused.
    pub errcode: Option<i64>,
    /// WeChat's id of the request, for its support.
    pub rid: Option<String>,
    /// The address that WeChat saw and does not accept.
    pub refused_address: Option<IpAddr>,
    /// How long it took.
    pub latency: Duration,
}

impl Wxa {
    /// Asks for the app's access token even when one is held, and forgets it. WeChat gives the token that is in use
    /// (`force_refresh` is false), so nobody else's is spoiled.
    pub async fn probe(&self, app: &App) -> Probe {
        let begun = Instant::now();
        let (outcome, answer) = match self.asked(app).await {
            Ok(answer) if answer.errcode() == 0 => (Ok(()), None),
            Ok(answer) => (Err(self.refusal(app, &answer)), Some(answer)),
            Err(why) => (Err(why), None),
        };
        let busy = matches!(outcome, Err(Error::WeChatBusy)).then_some(errcode::BUSY);
        Probe {
            outcome,
            errcode: answer.as_ref().map(Answer::errcode).or(busy),
            rid: answer.as_ref().and_then(|answer| answer.reply.rid()),
            refused_address: answer.as_ref().and_then(|answer| answer.reply.refused_address()),
            latency: begun.elapsed(),
        }
    }

    async fn asked(&self, app: &App) -> Result<Answer> {
        let upstream = self.tokens.upstream();
        let pass = upstream.enter().await?;
        let until = Instant::now() + upstream.deadline();
        let asked = tokio::time::timeout_at(until, self.ask_token(app, until)).await;
        let outcome = asked.unwrap_or(Err(Error::WeChatTimeout));
        upstream.leave(pass, &outcome);
        outcome
    }
}
