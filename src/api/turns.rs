//! One user's requests one after the other: the second copy of a code waits for what came of the first.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;
use tokio::time::timeout;

use crate::error::{Error, Result};

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who is being served, by the key of the user, or by whatever else tells callers apart. One for all workers.
#[derive(Clone, Debug)]
pub struct Turns<K = i64>(Arc<Mutex<HashMap<K, Arc<tokio::sync::Mutex<()>>>>>);

/// A turn; it is over when this is dropped.
pub type Turn = OwnedMutexGuard<()>;

impl<K> Default for Turns<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash> Turns<K> {
    /// Waits until no other request of that caller is under way.
    ///
    /// # Errors
    /// [`Error::Busy`] when that takes longer than 5 seconds.
    pub async fn take(&self, who: K) -> Result<Turn> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // as many are kept as there are requests under way
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(who).or_default())
        };
        timeout(PATIENCE, turn.lock_owned()).await.map_err(|_elapsed| Error::Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_user_waits_for_themself_only() {
        let turns = Turns::default();
        let first = turns.take(1).await.unwrap();
        drop(turns.take(2).await);
        assert!(timeout(Duration::from_millis(20), turns.take(1)).await.is_err());
        drop(first);
        drop(turns.take(1).await.unwrap());
        drop(turns.take(3).await.unwrap());
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
