//! Deletes the objects of avatars that were replaced, taken back, or never shown.

use crate::error::Result;
use crate::state::State;

/// Works off the deletions that are due; how many objects are gone. One that fails is tried again in a minute.
///
/// # Errors
/// When the database is out of reach; everything is then still due.
pub async fn collect_avatars(state: &State) -> Result<usize> {
    let mut gone = 0;
    for name in state.db.due_avatars(state.now()).await? {
        if !state.db.claim_avatar(&name, state.now()).await? {
            continue;
        }
        // names are addresses: they stand in no log
        match state.objects.delete(&name).await {
            Ok(()) => {
                state.db.forget_avatar(&name).await?;
                gone += 1;
            }
            Err(why) => log::warn!(error:% = why; "an avatar was not deleted and will be tried again"),
        }
    }
    Ok(gone)
}
