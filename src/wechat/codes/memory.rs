//! The table behind [`super::Codes`]: bounded, swept as it is used, ignorant of tasks.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Instant;
use crate::error::Result;

/// Who sent a duplicate may share the answer this long.
const SHARED_FOR: Duration = Duration::from_secs(15);
/// A code is remembered this long after it first came.
const REMEMBERED_FOR: Duration = Duration::from_mins(10);

/// A code's keyed digest.
pub type Digest = [u8; 32];
/// Where an answer will be, or is.
type Answers<T> = watch::Receiver<Option<Result<T>>>;

/// What is known of a code that arrives.
pub enum Found<T> {
    /// Nothing: it is noted now, under this id.
    New {
        /// Tells this entry from a later one of the same code.
        id: u64,
        /// Where its answer will be.
        answers: Answers<T>,
    },
    /// It is under way, or was just answered, for the same address.
    Shared(Answers<T>),
    /// It came before, from elsewhere or too long ago.
    Refused,
}

struct Entry<T> {
    id: u64,
    client: IpAddr,
    answered: Option<Instant>,
    /// None once the answer is too old to be shared: it may hold a token.
    answers: Option<Answers<T>>,
}

/// Codes by digest, and the two orders in which they age.
pub struct Memory<T> {
    capacity: usize,
    next_id: u64,
    entries: HashMap<Digest, Entry<T>>,
    by_begin: VecDeque<(Instant, Digest, u64)>,
    by_answer: VecDeque<(Instant, Digest, u64)>,
}

impl<T> Memory<T> {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            next_id: 0,
            entries: HashMap::new(),
            by_begin: VecDeque::new(),
            by_answer: VecDeque::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// What is known of the code; when nothing is, it is noted with `answers` as the place of its answer.
    pub fn find_or_note(
        &mut self,
        digest: Digest,
        client: IpAddr,
        answers: Answers<T>,
        now: Instant,
    ) -> Found<T> {
        self.sweep(now);
        if let Some(entry) = self.entries.get(&digest) {
            let is_recent = entry.answered.is_none_or(|at| now.since(at) <= SHARED_FOR);
            return match &entry.answers {
                Some(answers) if is_recent && entry.client == client => Found::Shared(answers.clone()),
                _ => Found::Refused,
            };
        }
        let id = self.next_id;
        self.next_id = id.wrapping_add(1);
        let entry = Entry { id, client, answered: None, answers: Some(answers.clone()) };
        self.entries.insert(digest, entry);
        self.by_begin.push_back((now, digest, id));
        Found::New { id, answers }
    }

    /// Starts the time in which the answer is shared.
    pub fn answered(&mut self, digest: Digest, id: u64, now: Instant) {
        if let Some(entry) = self.entries.get_mut(&digest).filter(|entry| entry.id == id) {
            entry.answered = Some(now);
            self.by_answer.push_back((now, digest, id));
        }
    }

    /// Forgets the code, so that it may be tried again.
    pub fn forget(&mut self, digest: Digest, id: u64) {
        if self.entries.get(&digest).is_some_and(|entry| entry.id == id) {
            self.entries.remove(&digest);
        }
    }

    /// Drops what is too old, and the oldest when there is too much. Costs what was noted, once.
    fn sweep(&mut self, now: Instant) {
        while let Some((at, digest, id)) = self.by_answer.front().copied() {
            if now.since(at) <= SHARED_FOR {
                break;
            }
            self.by_answer.pop_front();
            if let Some(entry) = self.entries.get_mut(&digest).filter(|entry| entry.id == id) {
                entry.answers = None;
            }
        }
        while let Some((at, digest, id)) = self.by_begin.front().copied() {
            if now.since(at) <= REMEMBERED_FOR && self.by_begin.len() < self.capacity {
                break;
            }
            self.by_begin.pop_front();
            self.forget(digest, id);
        }
    }
}
