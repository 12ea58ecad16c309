//! `[admin]`: the console.

use std::time::Duration;

use super::environment::Environment;
use super::network::Network;
use super::reader::Reader;

/// Who may come in, from where and for how long.
#[derive(Clone, Debug)]
pub struct Admin {
    /// `session_lifetime`: from sign-in to the end, 5 minutes to 24 hours. Default `8h`.
    pub session_lifetime: Duration,
    /// `idle`: the longest without a request, 1 minute to 24 hours. Default `30m`.
    pub idle: Duration,
    /// `require_totp`: whether staff without a second factor can do nothing but set one up. Default false.
    pub require_totp: bool,
    /// `reveals_per_day`: masked fields that one person may see on a day of Shanghai, 0 to 10000. Default 20.
    pub reveals_per_day: i64,
    /// `support_revokes_per_day`: how many sessions one person of support may revoke on a day (China's). 0 to 1,000,000.
    /// Default 100.
    pub support_revokes_per_day: i64,
    /// `allow_networks`: from where the console can be opened at all. Default everywhere.
    pub allow_networks: Vec<Network>,
    /// `environment`: `production` or `test`, which every page says. Default `production` when `public_url` is https.
    pub environment: Environment,
}

impl Admin {
    pub(super) fn read(from: &mut Reader, public_url: &str) -> Self {
        Self {
            session_lifetime: from.span("admin.session_lifetime", "8h", "5m", "24h"),
            idle: from.span("admin.idle", "30m", "1m", "24h"),
            require_totp: from.switch("admin.require_totp", false),
            reveals_per_day: from.number("admin.reveals_per_day", 20, 0..=10_000),
            support_revokes_per_day: from.number("admin.support_revokes_per_day", 100, 0..=1_000_000),
            allow_networks: from.list("admin.allow_networks", "networks such as 10.0.0.0/8", Network::parse),
            environment: Environment::read(from, public_url),
        }
    }
}
