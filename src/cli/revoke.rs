//! `menwei revoke`: every session at once, from the machine itself.

use super::{Failure, say};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Database;
use crate::db::emergencies::Emergency;
use crate::db::epochs::EVERY_APP;

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Why, for the audit trail; no personal data
    #[arg(long, value_name = "TEXT", default_value = "")]
    note: String,
}

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Which {
    /// Those of every mini-program
    #[arg(long)]
    all: bool,
    /// Those of one
    #[arg(long, value_name = "APPID")]
    app: Option<String>,
}

/// Revokes what was asked. Whoever serves this database refuses those sessions from now on, and ends them in the background.
pub(super) fn run(asked: &Arguments, config: &Config, clock: &Clock) -> Result<(), Failure> {
    let appid = asked.which.app.as_deref().unwrap_or(EVERY_APP);
    // a typing error would revoke nothing, and look as if it had
    if !asked.which.all && config.app(Some(appid)).is_none() {
        return Err(Failure::Usage(format!("{appid}: no such mini-program is configured")));
    }
    let db = Database::open(&config.database)?;
    db.migrate()?;
    let now = clock.now();
    db.write_now(|conn| Emergency::impose(conn, appid, &asked.note, now))?;
    say("every session that was open until now is revoked; users log in again by themselves")
}
