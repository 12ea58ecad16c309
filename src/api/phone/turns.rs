//! One user's requests one after the other: the second copy of a code waits for what came of the first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// Who is being served. One for all workers.
#[derive(Clone, Default)]
pub struct Turns(Arc<Mutex<HashMap<i64, Arc<tokio::sync::Mutex<()>>>>>);

impl Turns {
    /// Waits until no other request of this user is under way; it is over when the turn is dropped.
    pub async fn take(&self, user_id: i64) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // as many are kept as there are requests under way
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(user_id).or_default())
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[actix_web::test]
    async fn a_user_waits_for_themself_only() {
        let turns = Turns::default();
        let first = turns.take(1).await;
        drop(turns.take(2).await);
        assert!(tokio::time::timeout(Duration::from_millis(20), turns.take(1)).await.is_err());
        drop(first);
        drop(turns.take(1).await);
        drop(turns.take(3).await);
        assert_eq!(turns.0.lock().unwrap().len(), 1);
    }
}
