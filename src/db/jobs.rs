//! Jobs: work on more sessions than a request can touch, done in batches by one process at a time.
//!
//! A batch is one transaction that ends sessions, counts them and moves the place up to which the job is done. It holds
//! only while the job is running and its lease is the worker's own, so that whatever dies, is paused or runs twice in the
//! middle, each session is ended once and counted once.

pub mod work;

use std::time::Duration;

use diesel::prelude::*;

use super::audit::{Audit, Entry};
use super::conn::Conn;
use super::page::{BoundedCount, Screen, Start, keyset, rows_for};
use super::schema::jobs;
use super::sessions::list::{Filter, StateFilter};
use crate::clock::Instant;
use crate::error::{Error, Result};

/// How long a job waits before it begins: the only undo there is, for a dead session cannot be revived. Logins that
/// were under way when it was made are through by then.
pub const GRACE: Duration = Duration::from_secs(10);

/// Where a screen of jobs ends: a time and the public id.
pub type Key = (Instant, String);

/// What a job does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ends the sessions of a list.
    Revoke,
    /// Ends what an epoch made dead.
    Sweep,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has not begun.
    Waiting,
    /// It is being worked on.
    Running,
    /// Staff stopped it, or it failed too often; it can go on.
    Paused,
    /// Everything is done.
    Done,
    /// Staff ended it; what was done by then stays done.
    Cancelled,
}

/// A job's row, without its lease.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub struct Job {
    /// Public id.
    pub jid: String,
    /// `revoke` or `sweep`, see [`Job::kind`].
    kind: String,
    /// The sessions it is about, as the console's list has them in its address.
    pub query: String,
    /// The same as JSON of [`Filter`].
    filter: String,
    /// See [`Job::state`].
    state: String,
    /// How many sessions there were to end; none: many, not counted yet.
    pub found: Option<i64>,
    /// Ended by this job.
    pub done: i64,
    /// Ended by others in the moment before.
    pub skipped: i64,
    /// Batches that failed and were tried again.
    pub failed: i64,
    /// The public id up to which it is done.
    place: String,
    /// The code of the last failure.
    pub last_error: Option<String>,
    /// Why, by the reason's code.
    pub reason: String,
    /// What staff noted.
    pub note: String,
    /// A ticket of theirs.
    pub ticket: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Instant,
    /// When it begins at the earliest.
    pub starts_at: Instant,
    /// When it began.
    pub started_at: Option<Instant>,
    /// When it was done or cancelled.
    pub finished_at: Option<Instant>,
    /// Since when whoever works on it now, or did last, has been at it.
    resumed_at: Option<Instant>,
    /// How many sessions were behind it then.
    resumed_from: i64,
}

/// A job that is about to be made.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its public id, chosen before: asked for twice, it is made once.
    pub jid: String,
    /// What it does.
    pub kind: Kind,
    /// What the list has in its address, without `?`.
    pub query: String,
    /// The same for the database. A revocation is narrowed to sessions opened before [`NewJob::created_at`].
    pub filter: Filter,
    /// How many sessions it is about, when that is known.
    pub found: Option<i64>,
    /// Why, what was noted, and a ticket; the last two may be empty.
    pub reason: String,
    /// What staff noted.
    pub note: String,
    /// A ticket of theirs.
    pub ticket: String,
    /// Who makes it: each session's row will name them.
    pub created_by: String,
    /// Now. It begins [`GRACE`] later.
    pub created_at: Instant,
}

impl Kind {
    /// The word in the table and in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Sweep => "sweep",
        }
    }
}

impl State {
    const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Paused, Self::Done, Self::Cancelled];

    /// The word in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing more will be done.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

impl NewJob {
    /// Makes the job, and its entry in the audit trail (action, target and detail are set here).
    ///
    /// # Errors
    /// [`Error::Conflict`] when there is a job of that id.
    pub fn create(&self, conn: &mut Conn, entry: &Entry) -> Result<i64> {
        let mut filter = self.filter.clone();
        if self.kind == Kind::Revoke {
            let until = filter.created.1.map_or(self.created_at, |until| until.min(self.created_at));
            filter.created.1 = Some(until);
        }
        let filter =
            serde_json::to_string(&filter).map_err(|_cause| Error::Internal("a filter that is no JSON"))?;
        diesel::insert_into(jobs::table)
            .values((
                (jobs::jid.eq(&self.jid), jobs::kind.eq(self.kind.code()), jobs::state.eq("waiting")),
                (jobs::query.eq(&self.query), jobs::filter.eq(filter), jobs::found.eq(self.found)),
                (jobs::done.eq(0), jobs::skipped.eq(0), jobs::failed.eq(0), jobs::place.eq("")),
                (jobs::reason.eq(&self.reason), jobs::note.eq(&self.note), jobs::ticket.eq(&self.ticket)),
                (jobs::created_by.eq(&self.created_by), jobs::created_at.eq(self.created_at)),
                jobs::starts_at.eq(self.created_at + GRACE),
            ))
            .execute(conn)?;
        let mut entry = entry.clone();
        "job.create".clone_into(&mut entry.action);
        entry.target = format!("job:{}", self.jid);
        (entry.reason, entry.note) = (self.reason.clone(), self.note.clone());
        entry.detail = serde_json::json!({
            "kind": self.kind.code(), "query": self.query, "found": self.found, "ticket": self.ticket,
        })
        .to_string();
        Audit::append(conn, &entry, self.created_at)
    }
}

impl Job {
    /// What it does.
    #[must_use]
    pub fn kind(&self) -> Kind {
        if self.kind == Kind::Sweep.code() { Kind::Sweep } else { Kind::Revoke }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        let known = State::ALL.into_iter().find(|state| state.code() == self.state);
        known.unwrap_or(State::Cancelled)
    }

    /// How many sessions are behind it.
    #[must_use]
    pub const fn handled(&self) -> i64 {
        self.done.saturating_add(self.skipped)
    }

    /// How many sessions it gets behind it in a second, as of `now`: since it was last begun or gone on with, for it may have
    /// stood still before. None while it stands still, and before anything was done.
    #[must_use]
    pub fn rate(&self, now: Instant) -> Option<u64> {
        let until = match self.state() {
            State::Running => now,
            State::Done | State::Cancelled => self.finished_at?,
            State::Waiting | State::Paused => return None,
        };
        let millis = u64::try_from(until.since(self.resumed_at?).as_millis()).unwrap_or(u64::MAX);
        let handled = u64::try_from(self.handled().saturating_sub(self.resumed_from)).unwrap_or(0);
        let rate = handled.saturating_mul(1000) / millis.max(1);
        (rate > 0).then_some(rate)
    }

    /// The sessions it is about.
    ///
    /// # Errors
    /// When the row was written by another version.
    pub fn filter(&self) -> Result<Filter> {
        serde_json::from_str(&self.filter).map_err(|_cause| Error::Internal("the filter of a job"))
    }

    /// The job of that public id.
    pub fn find(conn: &mut Conn, jid: &str) -> Result<Option<Self>> {
        Ok(jobs::table.find(jid).select(Self::as_select()).get_result(conn).optional()?)
    }

    /// Where this row stands in [`Job::list`].
    #[must_use]
    pub fn key(&self) -> Key {
        (self.created_at, self.jid.clone())
    }

    /// Where this row stands in [`Job::unfinished`].
    #[must_use]
    pub fn due_key(&self) -> Key {
        (self.starts_at, self.jid.clone())
    }

    /// One screen of jobs, `size` at most, newest first.
    pub fn list(conn: &mut Conn, start: &Start<Key>, size: usize) -> Result<Screen<Self>> {
        let query = jobs::table.select(Self::as_select()).into_boxed();
        let query = keyset!(down query, start, jobs::jid);
        Ok(Screen::new(query.limit(rows_for(size)).load(conn)?, size, start))
    }

    /// One screen of the jobs that are not over, the one that waits longest first.
    pub fn unfinished(conn: &mut Conn, start: &Start<Key>, size: usize) -> Result<Screen<Self>> {
        let query = jobs::table.filter(jobs::finished_at.is_null()).select(Self::as_select()).into_boxed();
        let query = keyset!(up query, start, jobs::starts_at, jobs::jid);
        Ok(Screen::new(query.limit(rows_for(size)).load(conn)?, size, start))
    }

    /// How many jobs are not over, counted up to a bound, and since when the first of them waits.
    pub fn waiting(conn: &mut Conn) -> Result<(BoundedCount, Option<Instant>)> {
        let made: Vec<Instant> = jobs::table
            .filter(jobs::finished_at.is_null())
            .order((jobs::starts_at, jobs::jid))
            .limit(BoundedCount::LIMIT)
            .select(jobs::created_at)
            .load(conn)?;
        Ok((BoundedCount::new(made.len()), made.first().copied()))
    }

    /// Moves a job from one of the states `from` to `to`; false when it is in none of them.
    fn turn(conn: &mut Conn, jid: &str, from: &[&str], to: State, now: Instant) -> Result<bool> {
        let moved = diesel::update(jobs::table.find(jid))
            .filter(jobs::state.eq_any(from))
            .set((
                jobs::state.eq(to.code()),
                jobs::finished_at.eq(to.is_over().then_some(now)),
                jobs::lease_holder.eq(None::<String>),
                jobs::lease_ends_at.eq(None::<Instant>),
            ))
            .execute(conn)?;
        Ok(moved > 0)
    }

    /// Stops a job until it is resumed; what a batch is doing right now is finished first.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not under way.
    pub fn pause(conn: &mut Conn, jid: &str, now: Instant) -> Result<()> {
        conflict(Self::turn(conn, jid, &["waiting", "running"], State::Paused, now)?)
    }

    /// Lets a paused job go on where it stopped.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not paused.
    pub fn resume(conn: &mut Conn, jid: &str, now: Instant) -> Result<()> {
        conflict(Self::turn(conn, jid, &["paused"], State::Waiting, now)?)
    }

    /// Ends a job for good.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is over.
    pub fn cancel(conn: &mut Conn, jid: &str, now: Instant) -> Result<()> {
        conflict(Self::turn(conn, jid, &["waiting", "running", "paused"], State::Cancelled, now)?)
    }
}

fn conflict(is_done: bool) -> Result<()> {
    if is_done { Ok(()) } else { Err(Error::Conflict("job")) }
}

/// What an epoch leaves to be ended: the sessions of one mini-program, or of all.
#[must_use]
pub fn swept(appid: &str) -> Filter {
    let appid = (!appid.is_empty()).then(|| appid.to_owned());
    Filter { appid, ..Filter::of(StateFilter::Recalled) }
}
