//! Sessions as a state machine: what the database must say after any sequence of events, said by a few lines of Rust.

use std::collections::BTreeMap;
use std::time::Duration;

use menwei::clock::Instant;
use menwei::db::sessions::Liveness;
use menwei::db::users::Status;

pub const IDLE: Duration = Duration::from_secs(3600);
/// Little longer than idle, so that sessions that are used reach it.
pub const LIFETIME: Duration = Duration::from_secs(4500);
pub const PER_USER: i64 = 3;
pub const USERS: usize = 3;

/// What can happen. Sessions are named by a number, taken modulo how many there are.
#[derive(Clone, Debug)]
pub enum Step {
    LogIn(usize),
    Use(usize),
    Wait(u64),
    Flush,
    EndEach(Vec<usize>),
    EndAll(usize),
    EndOthers(usize),
    LogOut(usize),
    Freeze(usize, Option<u64>),
    Unfreeze(usize),
    /// All sessions die in an instant.
    Recall,
    Restart,
}

/// One session.
#[derive(Clone, Debug)]
pub struct Row {
    pub user: usize,
    pub opened: Instant,
    pub seen: Instant,
    pub expires: Instant,
    pub ended: Option<&'static str>,
}

/// What a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    Live,
    Ended,
    Recalled,
    Expired,
    Idle,
    Barred,
}

#[derive(Clone, Debug)]
pub struct Model {
    pub now: Instant,
    /// By user.
    pub status: [Status; USERS],
    /// In the order in which they were opened.
    pub sessions: Vec<Row>,
    pub epoch: Option<Instant>,
    /// Uses in memory, not written down yet.
    noted: BTreeMap<usize, Instant>,
}

impl Model {
    pub fn new(now: Instant) -> Self {
        Self {
            now,
            status: [Status::Active; USERS],
            sessions: Vec::new(),
            epoch: None,
            noted: BTreeMap::new(),
        }
    }

    pub fn liveness(&self) -> Liveness {
        Liveness::at(self.now, IDLE)
    }

    pub fn is_barred(&self, user: usize) -> bool {
        match self.status[user] {
            Status::Frozen { until: Some(until) } => until > self.now,
            status => status != Status::Active,
        }
    }

    pub fn is(&self, session: usize) -> Is {
        let row = &self.sessions[session];
        if row.ended.is_some() {
            Is::Ended
        } else if self.epoch.is_some_and(|epoch| row.opened <= epoch) {
            Is::Recalled
        } else if row.expires <= self.now {
            Is::Expired
        } else if row.seen + IDLE <= self.now {
            Is::Idle
        } else if self.is_barred(row.user) {
            Is::Barred
        } else {
            Is::Live
        }
    }

    pub fn of_user(&self, user: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.sessions.len()).filter(move |session| self.sessions[*session].user == user)
    }

    pub fn live_of(&self, user: usize) -> Vec<usize> {
        self.of_user(user).filter(|session| self.is(*session) == Is::Live).collect()
    }

    /// The cap, the row; how many were displaced.
    pub fn log_in(&mut self, user: usize) -> usize {
        let mut live = Vec::new();
        for session in self.of_user(user).collect::<Vec<_>>() {
            match self.is(session) {
                Is::Ended => {}
                Is::Live => live.push(session),
                Is::Recalled => self.sessions[session].ended = Some("recalled"),
                _ => self.sessions[session].ended = Some("expired"),
            }
        }
        let over = (live.len() + 1).saturating_sub(usize::try_from(PER_USER).unwrap());
        for session in live.into_iter().take(over) {
            self.sessions[session].ended = Some("displaced");
        }
        let expires = self.now + LIFETIME;
        self.sessions.push(Row { user, opened: self.now, seen: self.now, expires, ended: None });
        over
    }

    /// A request with the session's token; whether it is accepted.
    pub fn use_session(&mut self, session: usize) -> bool {
        let is_live = self.is(session) == Is::Live;
        if is_live && self.now.since(self.sessions[session].seen) >= Duration::from_secs(300) {
            self.noted.insert(session, self.now);
        }
        is_live
    }

    pub fn flush(&mut self) {
        for (session, at) in std::mem::take(&mut self.noted) {
            let row = &mut self.sessions[session];
            if row.ended.is_none() && row.seen < at {
                row.seen = at;
            }
        }
    }

    pub fn restart(&mut self) {
        self.noted.clear();
    }

    /// Ends one session; what it was.
    pub fn end(&mut self, session: usize, reason: &'static str) -> Is {
        let was = self.is(session);
        self.sessions[session].ended.get_or_insert(reason);
        was
    }

    /// Ends all of a user's sessions but one; how many were live. What had expired is ended as such.
    pub fn end_all(&mut self, user: usize, except: Option<usize>, reason: &'static str) -> usize {
        let all: Vec<usize> = self.of_user(user).filter(|session| Some(*session) != except).collect();
        let mut live = 0;
        for session in all {
            match self.is(session) {
                Is::Ended => {}
                Is::Live | Is::Barred => {
                    live += 1;
                    self.sessions[session].ended = Some(reason);
                }
                Is::Recalled | Is::Expired | Is::Idle => self.sessions[session].ended = Some("expired"),
            }
        }
        live
    }
}
