//! Duplicates of a login code: one exchange each, whatever arrives how often.
//!
//! Without malice a code comes twice: the phone's network stack retries by itself, and weak-network caches replay
//! `wx.login`. Such a duplicate comes from the same address within seconds, and shares the first answer. From
//! elsewhere, or later, it may be a captured code: it is `code_used`, and WeChat is not asked.
//!
//! Codes are kept as keyed digests, in memory, for 10 minutes (WeChat's own life of a code is 5).

mod memory;

use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::secret::KeyRing;
use memory::{Digest, Found, Memory};

/// Codes that are remembered at once; over it the oldest are forgotten, never a login refused.
const CAPACITY: usize = 100_000;

/// The codes that were seen lately, with the answers that duplicates may share. One for all workers.
pub struct Codes<T> {
    memory: Arc<Mutex<Memory<T>>>,
    clock: Clock,
}

impl<T> Clone for Codes<T> {
    fn clone(&self) -> Self {
        Self { memory: Arc::clone(&self.memory), clock: self.clock.clone() }
    }
}

impl<T: Clone + Send + Sync + 'static> Codes<T> {
    /// A memory without codes.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self::with_capacity(clock, CAPACITY)
    }

    fn with_capacity(clock: Clock, capacity: usize) -> Self {
        Self { memory: Arc::new(Mutex::new(Memory::new(capacity))), clock }
    }

    /// Runs `work` for the first arrival of a code; duplicates share its outcome or are refused.
    ///
    /// `work` runs apart from the request on this worker, so that a client that hangs up does not cut it. What does
    /// not prove that the code was used (out of reach, busy, a full queue) is forgotten: the client may try again.
    ///
    /// # Errors
    /// What `work` answers; [`Error::CodeUsed`] for a duplicate from elsewhere, or later than 15 seconds after the
    /// first answer; [`Error::Internal`] when `work` panicked.
    pub async fn once(
        &self,
        keys: &KeyRing,
        appid: &str,
        code: &str,
        client: IpAddr,
        work: impl Future<Output = Result<T>> + 'static,
    ) -> Result<T> {
        let digest = keys.digest("login_code", &format!("{appid} {code}"))?;
        let (answer, first) = watch::channel(None);
        let found = lock(&self.memory).find_or_note(digest, client.to_canonical(), first, self.clock.now());
        let answers = match found {
            Found::Refused => return Err(Error::CodeUsed),
            Found::Shared(answers) => answers,
            Found::New { id, answers } => {
                let codes = self.clone();
                let guard = Guard { codes, digest, id, answer, settled: false };
                actix_web::rt::spawn(async move { guard.settle(work.await) });
                answers
            }
        };
        wait(answers).await
    }

    /// How many codes are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        lock(&self.memory).len()
    }

    /// Whether no code is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

async fn wait<T: Clone>(mut answers: watch::Receiver<Option<Result<T>>>) -> Result<T> {
    match answers.wait_for(Option::is_some).await {
        Ok(answer) => answer.clone().unwrap_or(Err(Error::Internal("a login without an answer"))),
        Err(_) => Err(Error::Internal("a login ended without an answer")),
    }
}

fn lock<T>(memory: &Mutex<Memory<T>>) -> MutexGuard<'_, Memory<T>> {
    memory.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sees to it that a code is answered or forgotten, even when the work panics or its worker stops.
struct Guard<T> {
    codes: Codes<T>,
    digest: Digest,
    id: u64,
    answer: watch::Sender<Option<Result<T>>>,
    settled: bool,
}

impl<T> Guard<T> {
    fn settle(mut self, outcome: Result<T>) {
        self.settled = true;
        let now = self.codes.clock.now();
        {
            let mut memory = lock(&self.codes.memory);
            if outcome.as_ref().is_err_and(|why| !uses_code_up(why)) {
                memory.forget(self.digest, self.id);
            } else {
                memory.answered(self.digest, self.id, now);
            }
        }
        self.answer.send_replace(Some(outcome));
    }
}

impl<T> Drop for Guard<T> {
    fn drop(&mut self) {
        if !self.settled {
            lock(&self.codes.memory).forget(self.digest, self.id);
        }
    }
}

/// Whether after this error a second exchange of the code is pointless or unsafe.
const fn uses_code_up(why: &Error) -> bool {
    match why {
        Error::CodeInvalid
        | Error::CodeUsed
        | Error::WeChatUserBlocked
        | Error::UserFrozen { .. }
        | Error::AccountDeleted { .. }
        | Error::AccountNotFound
        | Error::WeChatTimeout
        | Error::WeChatBadResponse
        | Error::WeChatError { .. } => true,
        Error::WeChatUnavailable { ambiguous, .. } => *ambiguous,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
