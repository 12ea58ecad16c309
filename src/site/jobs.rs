//! Working on jobs in the background.

use std::time::Duration;

use crate::error::Result;
use crate::state::State;

/// How often it is looked for jobs that are due: one seek in an index.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Between two batches of a job logins have the database to themselves.
const BETWEEN_BATCHES: Duration = Duration::from_millis(20);

/// Works on jobs, a batch at a time, for as long as the process lives; `holder` is this process's name among those that
/// take leases. Runs on an actix system.
pub(super) fn start(state: State, holder: String) {
    actix_web::rt::spawn(async move {
        loop {
            let pause = match once(&state, &holder).await {
                Ok(true) => BETWEEN_BATCHES,
                Ok(false) => LOOK_EVERY,
                Err(why) => {
                    log::warn!(error:% = why; "jobs were not worked on");
                    LOOK_EVERY
                }
            };
            actix_web::rt::time::sleep(pause).await;
        }
    });
}

/// Carries out what is due and does one batch; whether there may be more.
async fn once(state: &State, holder: &str) -> Result<bool> {
    state.db.carry_out_due_emergencies(state.now()).await?;
    state.db.work_on_jobs(holder, state.liveness()).await
}
