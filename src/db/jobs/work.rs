//! Working on jobs: find one that is due, take its lease, do a batch.

use std::time::Duration;

use diesel::prelude::*;

use super::{Job, State};
use crate::clock::Instant;
use crate::db::Database;
use crate::db::audit::{Audit, Entry};
use crate::db::conn::Conn;
use crate::db::schema::jobs;
use crate::db::sessions::end::Ending;
use crate::db::sessions::walk::Batch;
use crate::db::sessions::{Liveness, Session};
use crate::error::{Error, Result};

/// How long a worker may be silent before another takes its job over.
const LEASE: Duration = Duration::from_secs(5);
/// After so many failures a job pauses, for somebody to look at it.
const FAILURES: i64 = 5;

impl Database {
    /// Does one batch of the first job that is due; whether there was one. `holder` names this worker.
    ///
    /// # Errors
    /// When the database is out of reach; everything is then still to be done.
    pub async fn work_on_jobs(&self, holder: &str, liveness: Liveness) -> Result<bool> {
        let own = holder.to_owned();
        let Some(jid) = self.read(move |conn| due(conn, &own, liveness.now)).await? else { return Ok(false) };
        let (own, taken) = (holder.to_owned(), jid.clone());
        let Some(job) = self.write(move |conn| take(conn, &taken, &own, liveness.now)).await? else {
            return Ok(true);
        };
        let own = holder.to_owned();
        match self.batch(job, &own, liveness).await {
            // paused, cancelled, or somebody else's meanwhile: nothing was done
            Ok(()) | Err(Error::Conflict(_)) => {}
            Err(why) => {
                log::warn!(job = jid.as_str(), error:% = why; "a batch of a job failed");
                self.write(move |conn| fail(conn, &jid, &own, why.code(), liveness.now)).await?;
            }
        }
        Ok(true)
    }

    async fn batch(&self, job: Job, holder: &str, liveness: Liveness) -> Result<()> {
        let (filter, place) = (job.filter()?, job.place.clone());
        let walk = move |conn: &mut Conn| {
            let found = if job.found.is_none() && job.place.is_empty() {
                // a count that takes too long is done without
                Session::count_all(conn, &filter, liveness).ok()
            } else {
                job.found
            };
            Ok((Session::walk(conn, &filter, &place, liveness)?, Job { found, ..job }))
        };
        let (batch, job) = self.read(walk).await?;
        let holder = holder.to_owned();
        self.write(move |conn| job.advance(conn, &holder, &batch, liveness)).await
    }
}

/// The job whose turn it is: one that waits, or one whose worker fell silent.
fn due(conn: &mut Conn, holder: &str, now: Instant) -> Result<Option<String>> {
    Ok(jobs::table
        .filter(jobs::finished_at.is_null())
        .filter(jobs::state.eq_any(["waiting", "running"]))
        .filter(jobs::starts_at.le(now))
        .filter(is_free(holder.to_owned(), now))
        .order((jobs::starts_at, jobs::jid))
        .select(jobs::jid)
        .first(conn)
        .optional()?)
}

#[diesel::dsl::auto_type]
fn is_free(holder: String, now: Instant) -> _ {
    let own: diesel::dsl::Eq<diesel::dsl::AssumeNotNull<jobs::lease_holder>, String> =
        jobs::lease_holder.assume_not_null().eq(holder);
    let over: diesel::dsl::LtEq<diesel::dsl::AssumeNotNull<jobs::lease_ends_at>, Instant> =
        jobs::lease_ends_at.assume_not_null().le(now);
    jobs::lease_holder.is_null().or(own).or(over)
}

/// Takes or renews the lease; none when somebody else was faster.
fn take(conn: &mut Conn, jid: &str, holder: &str, now: Instant) -> Result<Option<Job>> {
    let taken = diesel::update(jobs::table.find(jid))
        .filter(jobs::state.eq_any(["waiting", "running"]))
        .filter(is_free(holder.to_owned(), now))
        .set((
            jobs::state.eq(State::Running.code()),
            jobs::lease_holder.eq(holder),
            jobs::lease_ends_at.eq(now + LEASE),
        ))
        .execute(conn)?;
    if taken == 0 {
        return Ok(None);
    }
    diesel::update(jobs::table.find(jid))
        .filter(jobs::started_at.is_null())
        .set(jobs::started_at.eq(now))
        .execute(conn)?;
    Job::find(conn, jid)
}

/// Counts a failure; after some, the job waits for staff.
fn fail(conn: &mut Conn, jid: &str, holder: &str, code: &str, now: Instant) -> Result<()> {
    let failed: Option<i64> = diesel::update(jobs::table.find(jid))
        .filter(jobs::lease_holder.assume_not_null().eq(holder))
        .set((jobs::failed.eq(jobs::failed + 1), jobs::last_error.eq(code)))
        .returning(jobs::failed)
        .get_result(conn)
        .optional()?;
    if failed.is_some_and(|failed| failed % FAILURES == 0) {
        Job::turn(conn, jid, &["running"], State::Paused, now)?;
    }
    Ok(())
}

impl Job {
    /// Ends a batch's sessions, counts them and moves on; or nothing, when the job is not this worker's any more.
    fn advance(&self, conn: &mut Conn, holder: &str, batch: &Batch, liveness: Liveness) -> Result<()> {
        let now = liveness.now;
        // first: it holds the job's row until all of this is durable, and says whether it is still to be done
        let moved = diesel::update(jobs::table.find(&self.jid))
            .filter(jobs::state.eq(State::Running.code()))
            .filter(jobs::lease_holder.assume_not_null().eq(holder))
            .filter(jobs::place.eq(&self.place))
            .set((jobs::place.eq(&batch.place), jobs::lease_ends_at.eq(now + LEASE)))
            .execute(conn)?;
        if moved == 0 {
            return Err(Error::Conflict("job"));
        }
        let ending = Ending {
            ended_at: now,
            ended_by: self.created_by.clone(),
            ended_reason: self.reason.clone(),
            ended_note: self.note.clone(),
        };
        // always in one order: two transactions that end or touch the same rows must not wait for each other
        let mut digests: Vec<_> = batch.digests.iter().collect();
        digests.sort_unstable_by_key(|digest| digest.as_bytes());
        let mut done = 0;
        for digest in &digests {
            done += i64::from(Session::end(conn, digest, &ending)?);
        }
        let skipped = i64::try_from(digests.len()).unwrap_or(i64::MAX) - done;
        diesel::update(jobs::table.find(&self.jid))
            .set((
                jobs::found.eq(self.found),
                jobs::done.eq(jobs::done + done),
                jobs::skipped.eq(jobs::skipped + skipped),
            ))
            .execute(conn)?;
        if batch.is_last { self.finish(conn, self.done + done, self.skipped + skipped, now) } else { Ok(()) }
    }

    fn finish(&self, conn: &mut Conn, done: i64, skipped: i64, now: Instant) -> Result<()> {
        Self::turn(conn, &self.jid, &["running"], State::Done, now)?;
        let entry = Entry {
            actor: "system".to_owned(),
            action: "job.finish".to_owned(),
            target: format!("job:{}", self.jid),
            reason: self.reason.clone(),
            result: "ok".to_owned(),
            detail: serde_json::json!({
                "by": self.created_by, "done": done, "skipped": skipped, "failed": self.failed,
            })
            .to_string(),
            ..Entry::default()
        };
        Audit::append(conn, &entry, now).map(drop)
    }
}
