//! Counts what happened in each hour, for as long as the process lives: one process at a time, under a lease, in slices of
//! five minutes, each a few reads of an index off the writer. A process that ends in the middle leaves the hour to the
//! next round, which counts it whole.

use std::time::Duration;

use tokio::time::Instant as Tick;

use crate::clock::Instant;
use crate::db::hourly::{Counts, HOUR, Head, PAST, SETTLED, count, hour_of, live, recounts};
use crate::db::leases::Lease;
use crate::db::sessions::{Liveness, Session};
use crate::error::Result;
use crate::secret;
use crate::state::State;

/// How often the hours that are open are counted, at the most.
const EVERY: Duration = Duration::from_secs(15);
/// A round may take this part of the time: at a hundred logins a second counting an hour takes half a second.
const SHARE: u32 = 50;
/// What one read covers.
const SLICE: Duration = Duration::from_mins(5);

/// The lease of whoever counts.
const LEASE: &str = "rollup";

/// One process's part in the counting.
#[derive(Clone, Debug)]
pub struct Rollup {
    state: State,
    holder: String,
}

impl Rollup {
    /// The job over this state, for a holder of leases that is like no other.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn new(state: State) -> Result<Self> {
        let holder = secret::public_id(state.now())?;
        Ok(Self { state, holder })
    }

    /// Counts for as long as the process lives. Needs an actix system.
    pub fn start(self) {
        actix_web::rt::spawn(async move {
            loop {
                let begun = Tick::now();
                if let Err(why) = self.round().await {
                    log::warn!(error:% = why; "the hours were not all counted");
                }
                actix_web::rt::time::sleep(EVERY.max(begun.elapsed() * SHARE)).await;
            }
        });
    }

    /// Counts once, and lets whoever comes next begin at once.
    ///
    /// # Errors
    /// As those of [`Rollup::round`].
    pub async fn once(&self) -> Result<()> {
        self.round().await?;
        let holder = self.holder.clone();
        self.state.db.write(move |conn| Lease::release(conn, LEASE, &holder)).await
    }

    /// Counts every hour that is not counted for good, unless another process is at it; how many hours.
    ///
    /// # Errors
    /// When the database is out of reach: the rest is counted the next time.
    pub async fn round(&self) -> Result<usize> {
        let first = hour_of(self.state.now() - PAST);
        let head = self.state.db.read(Head::read).await?;
        let mut hour = head.map_or(first, |head| head.next_at).max(first);
        let mut counted = 0;
        while hour <= self.state.now() {
            if !self.may().await? {
                break;
            }
            self.count(hour).await?;
            (hour, counted) = (hour + HOUR, counted + 1);
        }
        counted += self.recount().await?;
        self.live().await?;
        Ok(counted)
    }

    /// Counts the hours again that an erasure took rows from; how many.
    async fn recount(&self) -> Result<usize> {
        let marked = move |conn: &mut _| match Head::read(conn)? {
            Some(head) => recounts::before(conn, head.next_at),
            None => Ok(Vec::new()),
        };
        let mut counted = 0;
        for mark in self.state.db.read(marked).await? {
            if !self.may().await? {
                break;
            }
            self.count(mark.hour).await?;
            self.state.db.write(move |conn| mark.clear(conn)).await?;
            counted += 1;
        }
        Ok(counted)
    }

    /// Counts what was live at the ends of the last hours, where that was not done; read first, and written in an instant.
    async fn live(&self) -> Result<()> {
        let (now, idle) = (self.state.now(), self.state.config.session.idle);
        for hour in self.state.db.read(move |conn| live::missing(conn, now)).await? {
            if !self.may().await? {
                break;
            }
            let then = Liveness::at(hour + HOUR, idle);
            let amount = self.state.db.read(move |conn| Session::count_at(conn, then)).await?;
            self.state.db.write(move |conn| live::write(conn, hour, amount)).await?;
        }
        Ok(())
    }

    async fn may(&self) -> Result<bool> {
        let (holder, now) = (self.holder.clone(), self.state.now());
        self.state.db.write(move |conn| Lease::take(conn, LEASE, &holder, now)).await
    }

    async fn count(&self, hour: Instant) -> Result<()> {
        let now = self.state.now();
        let (mut counts, mut from) = (Counts::new(), hour);
        while from < hour + HOUR && from <= now {
            let until = from + SLICE;
            let add = move |conn: &mut _| count::count(conn, from, until, &mut counts).map(|()| counts);
            counts = self.state.db.read(add).await?;
            from = until;
        }
        // an hour is settled when nothing of it can still be on its way; the next one is counted again meanwhile
        let is_settled = hour + HOUR + SETTLED <= now;
        let write = move |conn: &mut _| {
            let before = Head::read(conn)?.map_or(hour, |head| head.next_at).max(hour_of(now - PAST));
            let next_at = if is_settled && before >= hour { before.max(hour + HOUR) } else { before };
            Head { next_at, counted_at: now }.write(conn, hour, &counts)
        };
        self.state.db.write(write).await
    }
}
