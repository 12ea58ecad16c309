//! `menwei simulator`

use std::net::{SocketAddr, TcpListener};

use super::{Failure, say, start_log};
use crate::clock::Clock;
use crate::config::Config;
use crate::wechat::simulator::{self, Settings};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// Also answer a unionid
    #[arg(long)]
    unionid: bool,
}

/// Stands in for WeChat until the process is ended. Knows the configured mini-programs; without any, every one.
pub(super) fn run(asked: &Arguments, config: Config, clock: Clock) -> Result<(), Failure> {
    start_log(&config, &clock)?;
    let listener =
        TcpListener::bind(asked.listen).map_err(|why| Failure::Failed(format!("{}: {why}", asked.listen)))?;
    let apps = config.apps.into_iter().map(|app| (app.appid, app.secret)).collect();
    let settings = Settings { apps, unionid: asked.unionid, ..Settings::default() };
    let running = simulator::start(listener, settings, clock)?;
    say(&format!(
        "standing in for WeChat: set [wechat] api_base = \"{0}\"\na login code of anna:  curl '{0}/simulator/code?who=anna'",
        running.api_base()
    ))?;
    running.wait();
    Ok(())
}
