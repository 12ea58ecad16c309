//! What the stand-in remembers: counts, and which codes were used.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
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
    /// The token of each app, with the second at which it ends.
    tokens: Mutex<HashMap<String, (String, i64)>>,
    token_calls: AtomicU64,
    is_token_service_down: AtomicBool,
    /// Whose each openid is, and its last session key.
    session_keys: Mutex<HashMap<String, (String, String)>>,
    /// What was to be checked, with its trace; texts have none.
    checks: Mutex<Vec<(String, String)>>,
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
            tokens: Mutex::default(),
            token_calls: AtomicU64::new(0),
            is_token_service_down: AtomicBool::new(false),
            session_keys: Mutex::default(),
            checks: Mutex::default(),
        }
    }

    /// The app's token and the seconds that it has left; from 5 minutes before its end on, a new one.
    pub fn token(&self, appid: &str, make: impl FnOnce() -> String) -> (String, i64) {
        let now = self.clock.now().seconds();
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((token, ends)) = tokens.get(appid).filter(|(_, ends)| *ends > now + 300) {
            return (token.clone(), ends - now);
        }
        let token = make();
        tokens.insert(appid.to_owned(), (token.clone(), now + 7200));
        (token, 7200)
    }

    /// Whose token it is, or the errcode that refuses it.
    pub fn app_of_token(&self, token: &str) -> Result<String, i64> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        match tokens.iter().find(|(_, (known, _))| known == token) {
            _ if token.is_empty() => Err(41001),
            None => Err(40001),
            Some((_, (_, ends))) if *ends <= self.clock.now().seconds() => Err(42001),
            Some((appid, _)) => Ok(appid.clone()),
        }
    }

    pub fn forget_tokens(&self) {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub fn count_token_call(&self) {
        self.token_calls.fetch_add(1, Ordering::SeqCst);
    }

    pub fn token_calls(&self) -> u64 {
        self.token_calls.load(Ordering::SeqCst)
    }

    pub fn is_token_service_down(&self) -> bool {
        self.is_token_service_down.load(Ordering::SeqCst)
    }

    pub fn set_token_service_down(&self, is_down: bool) {
        self.is_token_service_down.store(is_down, Ordering::SeqCst);
    }

    pub fn note_session_key(&self, openid: String, who: &str, key: String) {
        let mut keys = self.session_keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= CAPACITY {
            keys.clear();
        }
        keys.insert(openid, (who.to_owned(), key));
    }

    pub fn note_check(&self, what: String, trace_id: String) {
        let mut checks = self.checks.lock().unwrap_or_else(PoisonError::into_inner);
        if checks.len() >= CAPACITY {
            checks.clear();
        }
        checks.push((what, trace_id));
    }

    pub fn checks(&self) -> Vec<(String, String)> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn session_key(&self, openid: &str) -> Option<(String, String)> {
        self.session_keys.lock().unwrap_or_else(PoisonError::into_inner).get(openid).cloned()
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
