//! What a process does beside answering, for as long as it lives.

use std::sync::Arc;
use std::time::Duration;

use super::{Site, collecting, jobs};
use crate::api::content_check::ContentCheck;
use crate::error::Result;
use crate::retention::Retention;
use crate::rollup::Rollup;
use crate::secret;
use crate::wechat::Wxa;

/// How often the last uses of sessions are written down.
const FLUSH: Duration = Duration::from_secs(5);
/// How often it is looked for pushes that wait: one seek in an index.
const PUSHES: Duration = Duration::from_secs(2);
/// How often it is looked for proposals that are due: one seek in an index.
const PROPOSALS: Duration = Duration::from_secs(5);
/// How often it is looked for objects whose deletion is due: one seek in an index.
const OBJECTS: Duration = Duration::from_secs(5);

impl Site {
    /// Starts all of it. Runs on an actix system.
    ///
    /// # Errors
    /// When there is no randomness for this process's name as a holder of leases.
    pub fn start_background(&self) -> Result<()> {
        let state = &self.state;
        self.start_flushing();
        every(PUSHES, "pushes were not worked off", state, async |state| {
            state.db.work_off_pushes(state.liveness()).await
        });
        let content_check = ContentCheck { state: state.clone(), wxa: Wxa::new(Arc::clone(&self.tokens)) };
        every(PROPOSALS, "proposals were not checked", &content_check, async |check| check.run_due().await);
        every(OBJECTS, "avatars were not deleted", state, async |state| {
            collecting::collect_avatars(state).await
        });
        jobs::start(state.clone(), secret::public_id(state.now())?);
        Retention::new(state.clone())?.start();
        Rollup::new(state.clone())?.start();
        Ok(())
    }

    /// Starts writing down what is collected in memory: the last uses of sessions. Runs on an actix system.
    pub fn start_flushing(&self) {
        every(FLUSH, "last uses of sessions were not written down", &self.state, async |state| {
            state.db.flush_touches().await
        });
    }
}

/// Does `work` again and again with pauses between; what fails is told, and tried again after the next one.
fn every<On, Work, Done>(pause: Duration, failed: &'static str, on: &On, work: Work)
where
    On: Clone + 'static,
    Work: AsyncFn(&On) -> Result<Done> + 'static,
{
    let on = on.clone();
    actix_web::rt::spawn(async move {
        loop {
            if let Err(why) = work(&on).await {
                log::warn!(error:% = why; "{failed}");
            }
            actix_web::rt::time::sleep(pause).await;
        }
    });
}
