//! What one address may ask of logins, so that no stranger uses up what everybody shares: WeChat's places and the log.
//!
//! An address is a [`household`]. Many people may share one, a campus behind NAT or everybody behind a proxy that is not
//! trusted, so the limits are generous, and a login that succeeds counts for nothing. In the process's memory: what a
//! restart forgets, a minute would have.

mod doors;
mod failures;

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::http::client_address::household;
use doors::{Doors, Entered};
use failures::Failures;

/// What clients are told to wait when an address has too many exchanges under way.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// The limits of one process, for all workers.
#[derive(Clone)]
pub struct Limits(Arc<Inner>);

struct Inner {
    failures: Failures,
    doors: Doors,
    /// The second in which an attempt was last logged that menwei refused by itself.
    logged: AtomicI64,
}

impl Limits {
    /// The limits beside a bulkhead of so many exchanges: a quarter of it is left to other addresses.
    #[must_use]
    pub fn new(max_in_flight: usize) -> Self {
        let doors = Doors::new(max_in_flight - max_in_flight / 4);
        Self(Arc::new(Inner { failures: Failures::default(), doors, logged: AtomicI64::new(i64::MIN) }))
    }

    /// Lets an address have one exchange more, until what is returned is dropped.
    ///
    /// # Errors
    /// [`Error::RateLimited`] after too many codes that WeChat refused, or when a second brought no place.
    pub(super) async fn enter(&self, address: IpAddr, now: Instant) -> Result<Entered> {
        let household = household(address);
        if let Some(retry_after) = self.0.failures.wait(household, now) {
            return Err(Error::RateLimited { retry_after });
        }
        self.0.doors.enter(household).await.ok_or(Error::RateLimited { retry_after: RETRY_AFTER })
    }

    /// Notes a code that WeChat refused.
    pub(super) fn note_failure(&self, address: IpAddr, now: Instant) {
        self.0.failures.note(household(address), now);
    }

    /// Whether an attempt that was refused without asking WeChat may be logged: one in a second is, to be seen, and not
    /// all, for whoever floods us would fill the log for half a year.
    pub(super) fn may_log(&self, now: Instant) -> bool {
        let second = now.seconds();
        self.0.logged.swap(second, Ordering::Relaxed) != second
    }
}
