//! Codes that WeChat refused, by address: a bucket that fills again (GCRA), of which one time is kept.
//!
//! Not a ready-made limiter: it must be looked at before the exchange and taken from only after one that failed.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::Instant;

/// How long an empty bucket takes to be full again: it holds 120 failures.
const FILLS_IN: Duration = Duration::from_mins(1);
/// How long one failure takes to be forgotten.
const EACH: Duration = Duration::from_millis(500);
/// Addresses that are remembered at once; of more that fail within a minute the newest are not counted.
const CAPACITY: usize = 50_000;
/// The least that clients are told to wait.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// When the bucket of each address will be full again.
#[derive(Default)]
pub(super) struct Failures(Mutex<Memory>);

#[derive(Default)]
struct Memory {
    full_at: HashMap<IpAddr, Instant>,
    swept_at: Option<Instant>,
}

impl Failures {
    /// How long the address must wait before it may fail once more; none when it may now.
    pub(super) fn wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = memory.full_at.get_mut(&address)?;
        // a clock that was set back must not keep anybody out
        *full_at = (*full_at).min(now + FILLS_IN);
        let wait = (*full_at + EACH).since(now + FILLS_IN);
        (!wait.is_zero()).then(|| wait.max(SHORTEST_WAIT))
    }

    /// Notes a failure.
    pub(super) fn note(&self, address: IpAddr, now: Instant) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at) = memory.full_at.get_mut(&address) {
            *full_at = ((*full_at).max(now) + EACH).min(now + FILLS_IN);
            return;
        }
        // once a second at most: it goes through all of them
        if memory.full_at.len() >= CAPACITY && memory.swept_at.is_none_or(|at| at.seconds() != now.seconds())
        {
            memory.swept_at = Some(now);
            memory.full_at.retain(|_, full_at| *full_at > now && *full_at <= now + FILLS_IN);
        }
        if memory.full_at.len() < CAPACITY {
            memory.full_at.insert(address, now + EACH);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_seconds(1_700_000_000);

    fn address(number: u32) -> IpAddr {
        IpAddr::V4(number.into())
    }

    fn fail(failures: &Failures, times: usize, now: Instant) -> usize {
        (0..times)
            .take_while(|_| {
                let may = failures.wait(address(1), now).is_none();
                may.then(|| failures.note(address(1), now)).is_some()
            })
            .count()
    }

    #[test]
    fn an_address_may_fail_120_times_at_once_and_then_twice_a_second() {
        let failures = Failures::default();
        assert_eq!(fail(&failures, 1000, START), 120);
        assert_eq!(failures.wait(address(1), START), Some(SHORTEST_WAIT));
        assert_eq!(failures.wait(address(2), START), None, "another address is none of it");
        assert_eq!(fail(&failures, 1000, START + Duration::from_secs(5)), 10);
        assert_eq!(fail(&failures, 1000, START + Duration::from_secs(65)), 120);
    }

    #[test]
    fn a_clock_that_is_set_back_keeps_nobody_out_for_longer() {
        let failures = Failures::default();
        fail(&failures, 120, START + Duration::from_hours(1));
        assert!(failures.wait(address(1), START).is_some());
        assert_eq!(failures.wait(address(1), START + Duration::from_secs(1)), None);
    }

    #[test]
    fn however_many_addresses_fail_no_more_than_so_many_are_remembered() {
        let failures = Failures::default();
        let remembered = || failures.0.lock().unwrap().full_at.len();
        for number in 0..60_000 {
            failures.note(address(number), START);
        }
        assert_eq!(remembered(), CAPACITY);
        failures.note(address(70_000), START + Duration::from_secs(1));
        assert_eq!(remembered(), 1, "those whose bucket is full are forgotten");
    }
}
