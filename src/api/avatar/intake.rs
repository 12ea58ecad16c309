//! How many uploads are held in memory, and how many pictures are decoded, at once in a process.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use actix_web::web::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::time::timeout;

use crate::api::turns::Turns;
use crate::error::{Error, Result};
use crate::picture;

/// Uploads of callers who are known by a header may hold this much, in KiB.
const KNOWN: usize = 6 * 1024;
/// All others, who may turn out to be nobody. No upload is so large that there is not room for another beside it.
const UNKNOWN: usize = 6 * 1024;
/// How long an upload waits for room, and for its turn to be decoded.
const PATIENCE: Duration = Duration::from_secs(5);

/// The room for uploads. One for all workers.
#[derive(Clone, Debug)]
pub struct Intake {
    known: Arc<Semaphore>,
    unknown: Arc<Semaphore>,
    /// Where uploads come from whose callers are not known yet: one at a time from each place.
    pub(super) strangers: Turns<IpAddr>,
    /// One picture is decoded at a time: unpacked it may take tens of megabytes.
    decoding: Arc<Semaphore>,
    /// To the thread that has pictures decoded.
    jobs: Sender<Job>,
}

/// A picture to draw. Its room and its turn are given back when it is done, even when nobody waits for it any more.
struct Job {
    file: Bytes,
    room: OwnedSemaphorePermit,
    turn: OwnedSemaphorePermit,
    drawn: oneshot::Sender<Result<Vec<u8>>>,
}

impl Intake {
    /// Room for this process, and the thread that decodes.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn new() -> Result<Self> {
        let semaphore = |permits| Arc::new(Semaphore::new(permits));
        let (jobs, queue) = mpsc::channel();
        let drawing = thread::Builder::new().name("pictures".to_owned()).spawn(move || draw(&queue));
        drawing.map_err(Error::storage)?;
        let (known, unknown, decoding) = (semaphore(KNOWN), semaphore(UNKNOWN), semaphore(1));
        Ok(Self { known, unknown, strangers: Turns::default(), decoding, jobs })
    }

    /// Room for an upload of that many bytes, until it is dropped.
    ///
    /// # Errors
    /// [`Error::Busy`] when there is none soon.
    pub async fn room(&self, is_known: bool, bytes: usize) -> Result<OwnedSemaphorePermit> {
        let (room, most) = if is_known { (&self.known, KNOWN) } else { (&self.unknown, UNKNOWN) };
        let kib = u32::try_from(bytes.div_ceil(1024).clamp(1, most)).unwrap_or(u32::MAX);
        soon(Arc::clone(room).acquire_many_owned(kib)).await
    }

    /// The portrait in a file; its room is given back as soon as the file is not needed any more.
    ///
    /// # Errors
    /// [`Error::AvatarInvalid`], [`Error::AvatarTooLarge`], [`Error::Busy`].
    pub async fn draw(&self, file: Bytes, room: OwnedSemaphorePermit) -> Result<Vec<u8>> {
        let turn = soon(Arc::clone(&self.decoding).acquire_owned()).await?;
        let (drawn, answer) = oneshot::channel();
        let gone = Error::Internal("nobody draws pictures");
        self.jobs.send(Job { file, room, turn, drawn }).map_err(|_job| gone.clone())?;
        answer.await.unwrap_or(Err(gone))
    }
}

/// Draws until the last [`Intake`] is gone.
fn draw(queue: &Receiver<Job>) {
    while let Ok(Job { file, room, turn, drawn }) = queue.recv() {
        // a thread of its own, which takes its memory along when it ends: those of a pool would each keep some for the next
        // picture; a decoder that panics has met something that is no picture
        let outcome = thread::scope(|scope| scope.spawn(|| picture::portrait(&file)).join());
        drop((file, room, turn));
        // whoever asked may be gone
        let _ = drawn.send(outcome.unwrap_or(Err(Error::AvatarInvalid)));
    }
}

async fn soon<E>(
    permit: impl Future<Output = std::result::Result<OwnedSemaphorePermit, E>>,
) -> Result<OwnedSemaphorePermit> {
    timeout(PATIENCE, permit).await.ok().and_then(std::result::Result::ok).ok_or(Error::Busy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn uploads_of_nobody_known_take_no_room_from_others() {
        let intake = Intake::new().unwrap();
        let nobody = intake.room(false, usize::MAX).await.unwrap();
        assert_eq!((nobody.num_permits(), intake.unknown.available_permits()), (UNKNOWN, 0));
        let known = intake.room(true, 100_000).await.unwrap();
        assert_eq!((known.num_permits(), intake.known.available_permits()), (98, KNOWN - 98));
        let outcome = intake.draw(Bytes::from_static(b"no picture"), known).await;
        assert!(matches!(outcome, Err(Error::AvatarInvalid)));
        assert_eq!((intake.known.available_permits(), intake.decoding.available_permits()), (KNOWN, 1));
    }
}
