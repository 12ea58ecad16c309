//! `menwei serve`

use std::net::{SocketAddr, TcpListener};

use super::{Failure, say, start_log};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::setup_links::SetupLink;
use crate::db::staff::Staff;
use crate::secret::token::one_time;
use crate::server::{self, told_to_stop};
use crate::site::Site;

/// Migrates, then serves until SIGTERM or SIGINT.
pub(super) fn run(config: Config, clock: Clock) -> Result<(), Failure> {
    start_log(&config, &clock)?;
    let site = Site::open(config, clock)?;
    let _claim = site.state.db.claim()?;
    let listener = listen(site.state.config.server.listen)?;
    serve_on(&site, listener, || welcome(&site))
}

/// Takes the address, so that what is printed of it is true.
pub(super) fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    server::listen(address).map_err(|why| Failure::Failed(format!("{address}: {why}")))
}

/// Serves a site on `listener` until a signal comes; `welcome` says so, once a signal would be heard.
pub(super) fn serve_on(
    site: &Site,
    listener: TcpListener,
    welcome: impl FnOnce() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let listen = listener.local_addr()?;
    actix_web::rt::System::new().block_on(async {
        let stop = told_to_stop();
        welcome()?;
        log::info!(listen:% = listen, workers = site.state.config.server.workers; "listening");
        site.start_background()?;
        let gate = site.gate();
        server::serve(listener, gate, stop, site.routes())?.await?;
        // what was seen last must not be lost with the process
        if let Err(why) = site.state.db.flush_touches().await {
            log::warn!(error:% = why; "last uses of sessions were not written down");
        }
        Ok(())
    })
}

/// Says what is missing before the first login, and how to get in.
fn welcome(site: &Site) -> Result<(), Failure> {
    let config = &site.state.config;
    if config.apps.is_empty() {
        log::warn!(
            "no mini-program is configured: every login is answered app_unknown. Set [[app]] or MENWEI_APP"
        );
    }
    for path in &config.exposed {
        log::warn!("{path} holds a secret, and everybody on this machine can read it: chmod o-rwx {path}");
    }
    let db = &site.state.db;
    if !db.read_now(Staff::any)? {
        let (secret, digest) = one_time()?;
        let now = site.state.now();
        db.write_now(|conn| SetupLink::create(conn, &digest, None, now))?;
        let link = format!("{}/admin/setup/{secret}", config.server.public_url);
        // on stdout, not in the log: who reads logs must not become owner
        say(&format!(
            "还没有管理员。24 小时内用此链接创建第一个：\nNobody can sign in to the console yet. Within 24 hours, create the first owner at:\n\n    {link}\n"
        ))?;
    }
    Ok(())
}
