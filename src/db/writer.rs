//! SQLite's one writer: a thread that joins every waiting write into one commit.
//!
//! Each write is a savepoint of its own, so that one that fails spoils no other; each is answered after the commit,
//! so that what was answered is durable. Without it every login would wait for an fsync of its own.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, TransactionManager as _};
use tokio::sync::oneshot;

use super::conn::{Conn, Connector, both};
use crate::error::{Error, Result};

/// Writes that may wait; one more is refused at once.
const QUEUE: usize = 1024;
/// Writes that may share a commit: a batch stays within a few milliseconds.
const BATCH: usize = 256;

/// The way to the writer thread; the thread ends when this is dropped.
pub(super) struct Writer {
    jobs: SyncSender<Box<dyn Job>>,
    /// Writes that were queued and not answered yet.
    waiting: Arc<AtomicUsize>,
}

/// A write that waits, whatever its answer's type.
trait Job: Send {
    /// Does the write; whether it is to be kept.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Answers the caller, now that the commit is decided.
    fn answer(self: Box<Self>, commit: Result<()>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Result<T>>,
    sender: oneshot::Sender<Result<T>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send,
    F: FnOnce(&mut Conn) -> Result<T> + Send,
{
    fn run(&mut self, conn: &mut Conn) -> bool {
        let outcome = self.work.take().map(|work| {
            // a panic in one write must not end the thread that does all of them
            std::panic::catch_unwind(AssertUnwindSafe(|| work(conn)))
                .unwrap_or(Err(Error::Internal("a write panicked")))
        });
        let keep = matches!(outcome, Some(Ok(_)));
        self.outcome = outcome;
        keep
    }

    fn answer(self: Box<Self>, commit: Result<()>) {
        let outcome = match (self.outcome, commit) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(failed)) => Err(failed),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Error::Internal("a write was left out")),
        };
        // the caller may have gone away: the write stands all the same
        let _ = self.sender.send(outcome);
    }
}

impl Writer {
    /// Starts the thread with its first connection.
    pub(super) fn start(connector: Connector, conn: Conn) -> Result<Self> {
        let (sender, jobs) = sync_channel(QUEUE);
        std::thread::Builder::new()
            .name("menwei-writer".to_owned())
            .spawn(move || write_all(&connector, conn, &jobs))
            .map_err(Error::storage)?;
        Ok(Self { jobs: sender, waiting: Arc::default() })
    }

    /// Writes whose callers wait for an answer now.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Queues `work` and waits until it is durable.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut Conn) -> Result<T> + Send + 'static,
    {
        let (sender, outcome) = oneshot::channel();
        let _place = Place::taken(&self.waiting);
        self.jobs.try_send(Box::new(Write { work: Some(work), outcome: None, sender })).map_err(|why| {
            match why {
                TrySendError::Full(_) => Error::storage("the write queue is full"),
                TrySendError::Disconnected(_) => Error::storage("the writer has ended"),
            }
        })?;
        outcome.await.map_err(|_gone| Error::storage("the writer has ended"))?
    }
}

/// One write that waits, until its caller has the answer or goes away.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn taken(waiting: &Arc<AtomicUsize>) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(waiting))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn write_all(connector: &Connector, first: Conn, jobs: &Receiver<Box<dyn Job>>) {
    let mut kept = Some(first);
    while let Ok(job) = jobs.recv() {
        let mut batch: Vec<Box<dyn Job>> =
            std::iter::once(job).chain(jobs.try_iter().take(BATCH - 1)).collect();
        let commit = kept.take().map_or_else(|| connector.connect(), Ok).and_then(|mut conn| {
            commit(&mut conn, &mut batch)?;
            // a connection that failed is not asked again
            kept = Some(conn);
            Ok(())
        });
        if let Err(why) = &commit {
            log::error!("a batch of {} writes was not committed: {why}", batch.len());
        }
        for job in batch {
            job.answer(commit.clone());
        }
        if kept.is_none() {
            // the disk may be full: leave the machine some air
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Does the whole batch in one transaction.
fn commit(conn: &mut Conn, batch: &mut [Box<dyn Job>]) -> Result<()> {
    if let Conn::Sqlite(conn) = conn {
        AnsiTransactionManager::begin_transaction_sql(conn, "BEGIN IMMEDIATE")?;
    }
    if let [only] = batch {
        return if only.run(conn) { end(conn) } else { undo(conn) };
    }
    for job in batch {
        both!(conn => AnsiTransactionManager::begin_transaction(conn))?;
        // a full disk makes SQLite roll the whole transaction back: then ending the savepoint fails, and the batch
        if job.run(conn) { end(conn)? } else { undo(conn)? }
    }
    end(conn)
}

/// Commits the innermost transaction: releases a savepoint, or commits the batch.
fn end(conn: &mut Conn) -> Result<()> {
    Ok(both!(conn => AnsiTransactionManager::commit_transaction(conn))?)
}

fn undo(conn: &mut Conn) -> Result<()> {
    Ok(both!(conn => AnsiTransactionManager::rollback_transaction(conn))?)
}
