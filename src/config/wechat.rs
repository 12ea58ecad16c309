//! `[wechat]`: how WeChat is called.

use std::path::PathBuf;
use std::time::Duration;

use super::reader::Reader;

/// Where it is, and how long and how often it is waited for.
#[derive(Clone, Debug)]
pub struct WeChat {
    /// `api_base`: where WeChat's server API is. Default `https://api.weixin.qq.com`.
    pub api_base: String,
    /// `deadline_ms`: for one whole exchange, a retry included, 200 to 30000. Default 3000.
    pub deadline: Duration,
    /// `max_in_flight`: exchanges under way at once, 1 to 10000. Default 64.
    pub max_in_flight: usize,
    /// `ca_file`: further roots of trust, in PEM.
    pub ca_file: Option<PathBuf>,
    /// `content_check`: `off`, or `wechat`: nicknames and avatars are shown once WeChat let them pass. Default off.
    pub content_check: bool,
}

impl WeChat {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            api_base: from
                .base_url("wechat.api_base")
                .unwrap_or_else(|| "https://api.weixin.qq.com".to_owned()),
            deadline: from.millis("wechat.deadline_ms", 3000, 200..=30_000),
            max_in_flight: from.number("wechat.max_in_flight", 64, 1..=10_000),
            ca_file: from.text("wechat.ca_file").map(PathBuf::from),
            content_check: from.choice("wechat.content_check", &[("off", false), ("wechat", true)]),
        }
    }
}
