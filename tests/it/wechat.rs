//! WeChat's side against real servers on the loopback: each way it can fail, numbered.

mod calls;
mod duplicates;
mod faults;
mod leaks;
mod limits;
mod retries;
mod simulator_api;
mod tls;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use menwei::clock::{Clock, Instant};
use menwei::config::{self, App};
use menwei::error::Error;
use menwei::wechat::simulator::{self, Running, Settings};
use menwei::wechat::{Exchange, Upstream, WeChat};

pub const APPID: &str = "wx0123456789abcdef";
pub const SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

pub fn app() -> App {
    App { name: "测试".to_owned(), ..App::new(APPID, SECRET.into()) }
}

pub fn settings(api_base: &str, deadline: u64) -> config::WeChat {
    config::WeChat {
        api_base: api_base.to_owned(),
        deadline: Duration::from_millis(deadline),
        max_in_flight: 64,
        content_check: false,
        ca_file: None::<PathBuf>,
    }
}

pub fn wechat(settings: &config::WeChat) -> WeChat {
    WeChat::new(Arc::new(Upstream::new(settings, Clock::System).unwrap()))
}

/// A simulator, and a client of it.
pub struct Rig {
    pub simulator: Running,
    pub wechat: WeChat,
    pub clock: Clock,
}

impl Rig {
    /// With this deadline in milliseconds.
    pub fn new(deadline: u64) -> Self {
        Self::with(deadline, |_| {})
    }

    pub fn with(deadline: u64, change: impl FnOnce(&mut config::WeChat)) -> Self {
        let clock = Clock::fixed(Instant::from_seconds(1_700_000_000));
        let simulator = simulator(clock.clone());
        let mut settings = settings(&simulator.api_base(), deadline);
        change(&mut settings);
        let wechat = WeChat::new(Arc::new(Upstream::new(&settings, clock.clone()).unwrap()));
        Self { simulator, wechat, clock }
    }

    pub async fn login(&self, code: &str) -> Exchange {
        self.wechat.code2session(&app(), code).await
    }
}

pub fn simulator(clock: Clock) -> Running {
    let settings = Settings { apps: vec![(APPID.to_owned(), SECRET.into())], ..Settings::default() };
    simulator::start(TcpListener::bind("127.0.0.1:0").unwrap(), settings, clock).unwrap()
}

/// The stable code of a refusal.
pub fn refusal(exchange: &Exchange) -> &'static str {
    exchange.outcome.as_ref().map_or_else(Error::code, |_| "ok")
}

/// The seconds that a client is told to wait, and whether its code may be used up.
pub fn unavailable(exchange: &Exchange) -> Option<(u64, bool)> {
    match exchange.outcome {
        Err(Error::WeChatUnavailable { retry_after, ambiguous }) => Some((retry_after.as_secs(), ambiguous)),
        _ => None,
    }
}
