//! What every handler can reach: one per process, shared by all workers.

use std::sync::Arc;

use crate::clock::{Clock, Instant};
use crate::config::Config;
use crate::db::Database;
use crate::db::sessions::Liveness;
use crate::objects::Objects;
use crate::password::Passwords;
use crate::secret::KeyRing;

/// The process's settings, data, keys and time. Cheap to clone.
#[derive(Clone, Debug)]
pub struct State {
    /// The settings, checked.
    pub config: Arc<Config>,
    /// The database.
    pub db: Database,
    /// What seals what is stored.
    pub keys: Arc<KeyRing>,
    /// What time it is.
    pub clock: Clock,
    /// Where uploaded avatars are.
    pub objects: Objects,
    /// Hashes staff passwords.
    pub passwords: Passwords,
}

impl State {
    /// The time now.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// What makes a mini-program's session live right now.
    #[must_use]
    pub fn liveness(&self) -> Liveness {
        Liveness::at(self.now(), self.config.session.idle)
    }
}
