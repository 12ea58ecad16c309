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
        let batch = self.read(move |conn| Session::walk(conn, &filter, &place, liveness)).await?;
        let (holder, jid) = (holder.to_owned(), job.jid.clone());
        let is_first = job.place.is_empty() && job.found.is_none() && !batch.is_last;
        self.write(move |conn| job.advance(conn, &holder, &batch, liveness)).await?;
        // not before: a count that takes longer than the lease would give the job away before anything of it is done
        if is_first { self.count_job(jid, liveness).await } else { Ok(()) }
    }

    /// Counts what a job has still to do, for its progress. A count that takes too long is done without.
    async fn count_job(&self, jid: String, liveness: Liveness) -> Result<()> {
        let wanted = jid.clone();
        let count = move |conn: &mut Conn| {
            let job = Job::find(conn, &wanted)?.ok_or(Error::NotFound)?;
            let left = Session::count_all(conn, &job.filter()?, liveness).ok();
            Ok(left.map(|left| job.handled().saturating_add(left)))
        };
        let Some(found) = self.read(count).await? else { return Ok(()) };
        self.write(move |conn| Job::found(conn, &jid, found)).await
    }
}

/// The job whose turn it is: one that waits, or else the one whose lease was taken first, so that each has its turn however
/// long another is. A lease that another worker holds must have ended.
fn due(conn: &mut Conn, holder: &str, now: Instant) -> Result<Option<String>> {
    Ok(jobs::table
        .filter(jobs::finished_at.is_null())
        .filter(jobs::state.eq_any(["waiting", "running"]))
        .filter(jobs::starts_at.le(now))
        .filter(is_free(holder.to_owned(), now))
        .order((jobs::lease_ends_at.is_not_null(), jobs::lease_ends_at, jobs::starts_at, jobs::jid))
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

/// Takes or renews the lease; none when somebody else was faster. Who takes it anew begins to measure its pace anew: while
/// nobody worked on it is no part of that.
fn take(conn: &mut Conn, jid: &str, holder: &str, now: Instant) -> Result<Option<Job>> {
    let other = jobs::lease_holder.is_null().or(jobs::lease_holder.assume_not_null().ne(holder));
    diesel::update(jobs::table.find(jid))
        .filter(jobs::state.eq_any(["waiting", "running"]))
        .filter(is_free(holder.to_owned(), now))
        .filter(other)
        .set((jobs::resumed_at.eq(now), jobs::resumed_from.eq(jobs::done + jobs::skipped)))
        .execute(conn)?;
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
            .set((jobs::done.eq(jobs::done + done), jobs::skipped.eq(jobs::skipped + skipped)))
            .execute(conn)?;
        if batch.is_last { self.finish(conn, self.done + done, self.skipped + skipped, now) } else { Ok(()) }
    }

    /// Says how many there are to end, unless that is known.
    fn found(conn: &mut Conn, jid: &str, found: i64) -> Result<()> {
        diesel::update(jobs::table.find(jid))
            .filter(jobs::found.is_null())
            .set(jobs::found.eq(found))
            .execute(conn)?;
        Ok(())
    }

    fn finish(&self, conn: &mut Conn, done: i64, skipped: i64, now: Instant) -> Result<()> {
        Self::found(conn, &self.jid, done + skipped)?;
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
