//! When sessions were last used: collected in memory, written down together.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use super::Database;
use super::sessions::Session;
use crate::clock::Instant;
use crate::error::Result;
use crate::secret::TokenDigest;

/// How often a session's last use is written at most; the console says "±5 minutes".
pub const EVERY: Duration = Duration::from_mins(5);

/// Uses kept in memory at most: while the database is away, more are dropped. Losing one makes a session look
/// idle for 5 minutes more than it was.
const MOST: usize = 100_000;

/// Sessions that were used, not yet written down.
#[derive(Debug, Default)]
pub struct Touches(Mutex<HashMap<TokenDigest, Instant>>);

impl Touches {
    /// Notes that a session is in use, unless its row says so already.
    pub fn note(&self, digest: &TokenDigest, last_seen: Instant, now: Instant, idle: Duration) {
        if now.since(last_seen) < EVERY.min(idle / 10) {
            return;
        }
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if waiting.len() < MOST || waiting.contains_key(digest) {
            waiting.insert(digest.clone(), now);
        }
    }

    fn take(&self) -> Vec<(TokenDigest, Instant)> {
        let mut waiting = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut taken: Vec<_> = waiting.drain().collect();
        // always in one order: two processes that update the same rows must not wait for each other
        taken.sort();
        taken
    }
}

impl Database {
    /// Writes down the uses that were noted; how many.
    ///
    /// # Errors
    /// When the database is out of reach: those uses are then forgotten.
    pub async fn flush_touches(&self) -> Result<usize> {
        let taken = self.touches().take();
        let count = taken.len();
        for chunk in taken.chunks(500) {
            let chunk = chunk.to_vec();
            self.write(move |conn| {
                chunk.iter().try_for_each(|(digest, at)| Session::touch(conn, digest, *at))
            })
            .await?;
        }
        Ok(count)
    }
}
