//! One alarm a minute for each cause: a fault that meets every login must not fill the log.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Instant;

const EVERY: Duration = Duration::from_mins(1);

/// When each cause was last told. Causes are few: a handful, and one for each app and errcode of our table.
#[derive(Default)]
pub struct Alarms(Mutex<HashMap<String, Instant>>);

impl Alarms {
    /// Whether `cause` is to be told at `now`.
    pub fn due(&self, now: Instant, cause: &str) -> bool {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match told.get(cause) {
            Some(last) if now >= *last && now.since(*last) < EVERY => false,
            _ => {
                told.insert(cause.to_owned(), now);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_once_a_minute() {
        let alarms = Alarms::default();
        let start = Instant::from_seconds(1_700_000_000);
        assert!(alarms.due(start, "a") && alarms.due(start, "b"));
        assert!(!alarms.due(start + Duration::from_secs(59), "a"));
        assert!(alarms.due(start + EVERY, "a"));
    }
}
