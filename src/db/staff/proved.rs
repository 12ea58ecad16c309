//! What somebody proved who signs in. Checking takes time, and the account may change meanwhile: they are let in only
//! while the password and the second factor are still those that were looked at.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::Staff;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::staff;
use crate::error::{Error, Result};

/// Since when an account had the password and the second factor that were looked at, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proved {
    password_at: Option<i64>,
    totp_at: Option<i64>,
}

impl From<&Staff> for Proved {
    fn from(account: &Staff) -> Self {
        Self::new(account.password_at, account.totp_at)
    }
}

impl Proved {
    fn new(password_at: Option<Instant>, totp_at: Option<Instant>) -> Self {
        Self { password_at: password_at.map(Instant::micros), totp_at: totp_at.map(Instant::micros) }
    }

    /// Refuses when the account is disabled or has others by now. Its row is held until the transaction ends: who
    /// changes it next finds the session that is opened in this one, and ends it.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub fn hold(&self, conn: &mut Conn, staff_id: i64) -> Result<()> {
        let account = staff::table.find(staff_id).filter(staff::disabled_at.is_null());
        let account = account.select((staff::password_at, staff::totp_at));
        let found: Option<(Option<Instant>, Option<Instant>)> = match conn {
            Conn::Postgres(conn) => account.for_no_key_update().get_result(conn).optional()?,
            Conn::Sqlite(conn) => account.get_result(conn).optional()?,
        };
        let is_same = found.is_some_and(|(password_at, totp_at)| Self::new(password_at, totp_at) == *self);
        if is_same { Ok(()) } else { Err(Error::Conflict("the account changed")) }
    }
}
