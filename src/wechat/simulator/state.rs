//! What the stand-in remembers: counts, and which codes were used.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::Settings;
use crate::clock::Clock;

/// Codes that are remembered; over it the oldest are forgotten.
const CAPACITY: usize = 100_000;

/// What is known of a code.
#[derive(Clone, Copy, Default)]
pub struct Known {
    /// Calls with it so far.
    pub calls: u32,
    /// Whether it was used up.
    pub used: bool,
}

#[derive(Default)]
struct Codes {
    known: HashMap<String, Known>,
    order: VecDeque<String>,
}

/// Shared by all connections.
pub struct State {
    pub settings: Settings,
    pub clock: Clock,
    calls: AtomicU64,
    redirected: AtomicU64,
    numbers: AtomicU64,
    codes: Mutex<Codes>,
}

impl State {
    pub fn new(settings: Settings, clock: Clock) -> Self {
        Self {
            settings,
            clock,
            calls: AtomicU64::new(0),
            redirected: AtomicU64::new(0),
            numbers: AtomicU64::new(0),
            codes: Mutex::default(),
        }
    }

    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    pub fn count_call(&self) {
        self.calls.fetch_add(1, Ordering::SeqCst);
    }

    pub fn redirected(&self) -> u64 {
        self.redirected.load(Ordering::SeqCst)
    }

    pub fn count_redirected(&self) {
        self.redirected.fetch_add(1, Ordering::SeqCst);
    }

    /// A number that was not given out before.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::SeqCst)
    }

    /// Changes what is known of a code, and answers what was known before.
    pub fn with_code(&self, appid: &str, code: &str, change: impl FnOnce(&mut Known)) -> Known {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let key = format!("{appid} {code}");
        if !codes.known.contains_key(&key) {
            if codes.order.len() >= CAPACITY
                && let Some(oldest) = codes.order.pop_front()
            {
                codes.known.remove(&oldest);
            }
            codes.order.push_back(key.clone());
        }
        let known = codes.known.entry(key).or_default();
        let before = *known;
        change(known);
        before
    }
}
