//! What goes by itself: deleted accounts when their time is over, and rows that were kept long enough.
//!
//! Each job runs in one process at a time, under a lease, in transactions of at most 500 rows with pauses between them;
//! a process that ends in the middle leaves the rest to the next round. The audit trail is never removed.

use std::time::Duration;

use crate::clock::Instant;
use crate::db::leases::Lease;
use crate::db::sweep::{BATCH, Kind};
use crate::db::{push_events, throttles};
use crate::error::Result;
use crate::secret;
use crate::state::State;

/// How often it is looked for accounts that are due: one seek in an index.
const ERASE_EVERY: Duration = Duration::from_secs(10);
/// How often rows are swept.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// How long after the start they are swept first: a process that is restarted every hour must sweep, too.
const SWEEP_FIRST: Duration = Duration::from_mins(1);
/// Between two batches, so that logins come first.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one-time links are kept after their end.
const LINKS: Duration = Duration::from_hours(24);

/// One process's part in the jobs.
#[derive(Clone, Debug)]
pub struct Retention {
    state: State,
    holder: String,
}

impl Retention {
    /// The jobs over this state, for a holder of leases that is like no other.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(state: State) -> Result<Self> {
        let holder = secret::public_id(state.now())?;
        Ok(Self { state, holder })
    }

    /// Runs the jobs for as long as the process lives. Needs an actix system.
    pub fn start(self) {
        let sweeper = self.clone();
        actix_web::rt::spawn(async move {
            actix_web::rt::time::sleep(SWEEP_FIRST).await;
            loop {
                if let Err(why) = sweeper.sweep().await {
                    log::warn!(error:% = why; "old rows were not all removed");
                }
                actix_web::rt::time::sleep(SWEEP_EVERY).await;
            }
        });
        actix_web::rt::spawn(async move {
            loop {
                if let Err(why) = self.erase().await {
                    log::warn!(error:% = why; "deleted accounts were not all erased");
                }
                if let Err(why) = self.state.db.empty_log().await {
                    log::warn!(error:% = why; "the log still holds what was erased");
                }
                actix_web::rt::time::sleep(ERASE_EVERY).await;
            }
        });
    }

    /// Takes or renews the lease of a job.
    async fn may(&self, job: &'static str) -> Result<bool> {
        let (holder, now) = (self.holder.clone(), self.state.now());
        self.state.db.write(move |conn| Lease::take(conn, job, &holder, now)).await
    }

    async fn release(&self, job: &'static str) -> Result<()> {
        let holder = self.holder.clone();
        self.state.db.write(move |conn| Lease::release(conn, job, &holder)).await
    }

    /// Erases the accounts that are due, unless another process is at it; how many.
    ///
    /// # Errors
    /// When the database is out of reach: the rest is due the next time. An account that cannot be erased for another
    /// reason keeps no other from its turn.
    pub async fn erase(&self) -> Result<usize> {
        let db = &self.state.db;
        let due = db.due_for_erasure(self.state.now()).await?;
        let mut erased = 0;
        for id in due {
            if !self.may("erasure").await? {
                return Ok(erased);
            }
            match db.erase(id, &self.state.keys, self.state.now()).await {
                Ok(was_due) => erased += usize::from(was_due),
                Err(why) => log::warn!(user = id, error:% = why; "an account was not erased"),
            }
        }
        if erased > 0 {
            log::info!(accounts = erased; "erased");
            self.release("erasure").await?;
        }
        Ok(erased)
    }

    /// Removes what was kept long enough, unless another process is at it; how many rows. A kind of rows that cannot be
    /// removed keeps no other from its turn.
    ///
    /// # Errors
    /// When the lease cannot be taken or given back: the rest goes the next time.
    pub async fn sweep(&self) -> Result<usize> {
        let mut removed = 0;
        for kind in Kind::ALL {
            loop {
                if !self.may("retention").await? {
                    return Ok(removed);
                }
                let before = self.before(kind);
                let batch = match self.state.db.write(move |conn| kind.sweep(conn, before)).await {
                    Ok(batch) => batch,
                    Err(why) => {
                        log::warn!(kind:? = kind, error:% = why; "old rows were not all removed");
                        break;
                    }
                };
                removed += batch;
                if i64::try_from(batch).unwrap_or(0) < BATCH {
                    break;
                }
                actix_web::rt::time::sleep(PAUSE).await;
            }
        }
        if removed > 0 {
            log::info!(rows = removed; "removed what was kept long enough");
        }
        self.release("retention").await?;
        Ok(removed)
    }

    /// What was over before this moment goes.
    fn before(&self, kind: Kind) -> Instant {
        let settings = self.state.config.retention;
        let kept = match kind {
            Kind::Ended | Kind::Expired | Kind::StaffSessions => settings.sessions,
            Kind::Logins => settings.logins,
            Kind::SetupLinks => LINKS,
            Kind::Throttles => throttles::FORGET,
            Kind::Pushes => push_events::KEPT,
            Kind::Selections | Kind::Tombstones => Duration::ZERO,
        };
        self.state.now() - kept
    }
}
