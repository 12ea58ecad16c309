//! The circuit breaker: when WeChat fails, logins are refused at once instead of waiting for it.
//!
//! Opens at 50 % failures over at least 20 exchanges in 10 s; then lets one probe through every 2 s, and closes after
//! 3 good probes in a row. Time is passed in.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::Instant;

/// The span over which exchanges are counted, in slots of one second.
const WINDOW: usize = 10;
const FEWEST_CALLS: u32 = 20;
const PROBE_EVERY: Duration = Duration::from_secs(2);
const GOOD_PROBES: u8 = 3;

/// What an exchange means for the breaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// WeChat works: an answer that makes sense, a refusal included.
    Good,
    /// WeChat says that it is busy (errcode -1): half a failure.
    Busy,
    /// WeChat does not work.
    Bad,
}

/// Whether exchanges pass, for metrics and `/readyz`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Exchanges pass.
    Closed,
    /// Exchanges are refused until the next probe.
    Open,
    /// A probe was good; more are needed.
    HalfOpen,
}

/// The leave to make one exchange; give it back with [`Breaker::record`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leave {
    /// Under a closed breaker.
    Ordinary,
    /// To try whether WeChat is back.
    Probe,
}

#[derive(Clone, Copy, Default)]
struct Slot {
    second: i64,
    calls: u32,
    /// Failures, counted in halves.
    halves: u32,
}

enum Inner {
    Closed { slots: [Slot; WINDOW] },
    Open { next_probe: Instant, good: u8 },
}

/// The breaker of one upstream, shared by all workers.
pub struct Breaker(Mutex<Inner>);

impl Default for Breaker {
    fn default() -> Self {
        Self(Mutex::new(Inner::Closed { slots: [Slot::default(); WINDOW] }))
    }
}

impl Breaker {
    /// Asks for leave to make an exchange at `now`.
    ///
    /// # Errors
    /// The time until the next probe, when the breaker is open.
    pub fn admit(&self, now: Instant) -> Result<Leave, Duration> {
        match &mut *self.lock() {
            Inner::Closed { .. } => Ok(Leave::Ordinary),
            Inner::Open { next_probe, .. } if now >= *next_probe => {
                *next_probe = now + PROBE_EVERY;
                Ok(Leave::Probe)
            }
            // a clock that was set back must not keep the breaker open
            Inner::Open { next_probe, .. } => {
                *next_probe = (*next_probe).min(now + PROBE_EVERY);
                Err(next_probe.since(now))
            }
        }
    }

    /// Notes how an exchange ended; the new state, when it changed.
    pub fn record(&self, now: Instant, leave: Leave, health: Health) -> Option<State> {
        let mut inner = self.lock();
        let (before, after) = (state(&inner), next(&inner, now, leave, health));
        if let Some(after) = after {
            *inner = after;
        }
        let now_state = state(&inner);
        (now_state != before).then_some(now_state)
    }

    /// Whether exchanges pass.
    #[must_use]
    pub fn state(&self) -> State {
        state(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const fn state(inner: &Inner) -> State {
    match inner {
        Inner::Closed { .. } => State::Closed,
        Inner::Open { good: 0, .. } => State::Open,
        Inner::Open { .. } => State::HalfOpen,
    }
}

/// What follows; none when nothing does, as for the late end of an exchange from before the breaker opened.
fn next(inner: &Inner, now: Instant, leave: Leave, health: Health) -> Option<Inner> {
    match (inner, leave) {
        (Inner::Closed { slots }, Leave::Ordinary) => Some(counted(*slots, now, health)),
        (Inner::Closed { .. }, Leave::Probe) | (Inner::Open { .. }, Leave::Ordinary) => None,
        (Inner::Open { next_probe, good }, Leave::Probe) => Some(match health {
            Health::Good if good + 1 >= GOOD_PROBES => Inner::Closed { slots: [Slot::default(); WINDOW] },
            Health::Good => Inner::Open { next_probe: *next_probe, good: good + 1 },
            Health::Busy | Health::Bad => Inner::Open { next_probe: *next_probe, good: 0 },
        }),
    }
}

fn counted(mut slots: [Slot; WINDOW], now: Instant, health: Health) -> Inner {
    let second = now.seconds();
    // the slot of this second, else the oldest one
    let slot = match slots.iter().position(|slot| slot.second == second) {
        Some(place) => slots.get_mut(place),
        None => slots.iter_mut().min_by_key(|slot| slot.second),
    };
    if let Some(slot) = slot {
        if slot.second != second {
            *slot = Slot { second, ..Slot::default() };
        }
        slot.calls = slot.calls.saturating_add(1);
        slot.halves = slot.halves.saturating_add(match health {
            Health::Good => 0,
            Health::Busy => 1,
            Health::Bad => 2,
        });
    }
    let recent = slots.iter().filter(|slot| (second - 9..=second).contains(&slot.second));
    let (calls, halves) =
        recent.fold((0_u32, 0_u32), |(calls, halves), slot| (calls + slot.calls, halves + slot.halves));
    if calls >= FEWEST_CALLS && halves >= calls {
        Inner::Open { next_probe: now + PROBE_EVERY, good: 0 }
    } else {
        Inner::Closed { slots }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_seconds(1_700_000_000);

    fn after(seconds: u64) -> Instant {
        START + Duration::from_secs(seconds)
    }

    fn feed(breaker: &Breaker, at: Instant, health: Health, times: usize) {
        for _ in 0..times {
            breaker.record(at, Leave::Ordinary, health);
        }
    }

    #[test]
    fn half_of_twenty_exchanges_failing_opens_it() {
        let breaker = Breaker::default();
        feed(&breaker, START, Health::Good, 10);
        feed(&breaker, START, Health::Bad, 9);
        assert_eq!(breaker.state(), State::Closed);
        assert_eq!(breaker.record(START, Leave::Ordinary, Health::Bad), Some(State::Open));
        assert_eq!(breaker.admit(START), Err(Duration::from_secs(2)));
    }

    #[test]
    fn nineteen_failures_do_not_open_it() {
        let breaker = Breaker::default();
        feed(&breaker, START, Health::Bad, 19);
        assert_eq!(breaker.state(), State::Closed);
    }

    #[test]
    fn failures_older_than_ten_seconds_are_forgotten() {
        let breaker = Breaker::default();
        feed(&breaker, START, Health::Bad, 19);
        feed(&breaker, after(10), Health::Bad, 19);
        assert_eq!(breaker.state(), State::Closed);
        feed(&breaker, after(19), Health::Bad, 1);
        assert_eq!(breaker.state(), State::Open);
    }

    #[test]
    fn busy_counts_half() {
        let breaker = Breaker::default();
        feed(&breaker, START, Health::Busy, 19);
        feed(&breaker, START, Health::Good, 1);
        assert_eq!(breaker.state(), State::Closed);
        feed(&breaker, START, Health::Bad, 1);
        assert_eq!(breaker.state(), State::Open);
    }

    #[test]
    fn one_probe_passes_every_two_seconds_and_three_good_ones_close_it() {
        let breaker = Breaker::default();
        feed(&breaker, START, Health::Bad, 20);
        assert!(breaker.admit(after(1)).is_err());
        assert_eq!(breaker.admit(after(2)), Ok(Leave::Probe));
        assert!(breaker.admit(after(2)).is_err());
        assert_eq!(breaker.record(after(2), Leave::Probe, Health::Good), Some(State::HalfOpen));
        assert_eq!(breaker.admit(after(4)), Ok(Leave::Probe));
        assert_eq!(breaker.record(after(4), Leave::Probe, Health::Good), None);
        assert_eq!(breaker.admit(after(6)), Ok(Leave::Probe));
        assert_eq!(breaker.record(after(6), Leave::Probe, Health::Good), Some(State::Closed));
        assert_eq!(breaker.admit(after(6)), Ok(Leave::Ordinary));
        feed(&breaker, after(6), Health::Bad, 19);
        assert_eq!(breaker.state(), State::Closed, "what was counted before the opening is forgotten");
    }

    #[test]
    fn a_bad_probe_begins_the_count_anew_and_late_ends_count_nothing() {
        let breaker = Breaker::default();
        feed(&breaker, START, Health::Bad, 20);
        breaker.record(after(2), Leave::Probe, Health::Good);
        feed(&breaker, after(2), Health::Good, 50);
        assert_eq!(breaker.state(), State::HalfOpen);
        assert_eq!(breaker.record(after(4), Leave::Probe, Health::Bad), Some(State::Open));
    }

    #[test]
    fn a_clock_set_back_does_not_keep_it_open() {
        let breaker = Breaker::default();
        feed(&breaker, after(86_400), Health::Bad, 20);
        assert!(breaker.admit(START).is_err());
        assert_eq!(breaker.admit(after(2)), Ok(Leave::Probe));
    }
}
