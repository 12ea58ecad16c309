//! How far this machine's clock is from WeChat's, by the `Date` of its last answer.
//!
//! Access tokens, watermarks and signatures are judged by time: a clock that is minutes off breaks them in ways that look
//! like WeChat's fault.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::clock::{Clock, Instant};

/// How many seconds are no difference: `Date` has no fractions, and an answer travels.
pub const TOLERABLE: i64 = 2;

/// Nothing is known yet.
const UNKNOWN: i64 = i64::MAX;

/// The difference, as last seen; shared by all workers.
#[derive(Debug)]
pub struct Skew {
    clock: Clock,
    seconds: AtomicI64,
}

impl Skew {
    /// Not known yet.
    #[must_use]
    pub const fn new(clock: Clock) -> Self {
        Self { clock, seconds: AtomicI64::new(UNKNOWN) }
    }

    /// Notes the `Date` of an answer that just came; what is no date (RFC 9110, section 5.6.7) is ignored.
    pub fn note(&self, date: &str) {
        if let Ok(date) = chrono::DateTime::parse_from_rfc2822(date) {
            let theirs = Instant::from(date.to_utc());
            self.seconds.store(theirs.seconds() - self.clock.now().seconds(), Ordering::Relaxed);
        }
    }

    /// By how many seconds WeChat's clock is ahead of ours, within a second or two: `Date` has no fractions, and the
    /// answer travelled.
    #[must_use]
    pub fn seconds(&self) -> Option<i64> {
        Some(self.seconds.load(Ordering::Relaxed)).filter(|seconds| *seconds != UNKNOWN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_that_of_the_last_date() {
        // 2026-08-01 02:03:04 UTC
        let skew = Skew::new(Clock::fixed(Instant::from_seconds(1_785_549_784)));
        assert_eq!(skew.seconds(), None);
        for (date, seconds) in [
            ("Sat, 01 Aug 2026 02:03:04 GMT", 0),
            ("Sat, 01 Aug 2026 02:03:10 GMT", 6),
            ("soon", 6),
            ("", 6),
            ("Sat, 01 Aug 2026 02:01:04 GMT", -120),
        ] {
            skew.note(date);
            assert_eq!(skew.seconds(), Some(seconds), "{date}");
        }
    }
}
