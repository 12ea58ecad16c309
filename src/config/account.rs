//! `[account]` and `[retention]`: when what is known of users goes.

use std::time::Duration;

use super::reader::Reader;

/// `[account]`
#[derive(Clone, Copy, Debug)]
pub struct Account {
    /// `cooling_off`: how long a deleted account can be restored before it is erased, 0 to 15 days. Default `7d`.
    /// (15 working days are what the App违法违规收集使用个人信息行为认定方法 grants.)
    pub cooling_off: Duration,
}

/// `[retention]`
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// `sessions`: how long a session is kept after its end, 8 days (the console counts ends over a week) to 10 years. Default
    /// `180d`.
    pub sessions: Duration,
    /// `logins`: how long attempts to log in are kept, 184 days (six months, 网络安全法) to 10 years. Default `190d`.
    pub logins: Duration,
}

impl Account {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self { cooling_off: from.span("account.cooling_off", "7d", "0s", "15d") }
    }
}

impl Retention {
    pub(super) fn read(from: &mut Reader) -> Self {
        Self {
            sessions: from.span("retention.sessions", "180d", "8d", "3650d"),
            logins: from.span("retention.logins", "190d", "184d", "3650d"),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    #[test]
    fn spans_stay_within_what_the_law_has() {
        let faults = |text: &str| Config::parse(text, &[]).map_or_else(|faults| faults.0, |_| Vec::new());
        assert!(
            faults("[account]\ncooling_off = '0s'\n[retention]\nsessions = '8d'\nlogins = '184d'").is_empty()
        );
        for (text, name) in [
            ("[account]\ncooling_off = '16d'", "account.cooling_off"),
            ("[retention]\nlogins = '183d'", "retention.logins"),
            ("[retention]\nsessions = '7d'", "retention.sessions"),
            ("[retention]\naudit = '1d'", "retention.audit"),
        ] {
            assert!(matches!(faults(text).as_slice(), [fault] if fault.starts_with(name)), "{text}");
        }
    }
}
