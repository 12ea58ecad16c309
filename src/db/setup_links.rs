//! One-time links: to choose a password, or to become the first owner.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::setup_links;
use super::staff::Staff;
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::secret::TokenDigest;

/// How long a link can be used (OWASP ASVS 6.4.1: initial secrets are short-lived).
pub const LIFETIME: Duration = Duration::from_hours(24);

/// A link that can still be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetupLink {
    /// Makes the first owner; there is no account yet.
    FirstOwner,
    /// Lets this member of staff choose a password.
    Password {
        /// The account's key.
        staff_id: i64,
    },
}

impl SetupLink {
    /// Makes a link. Older ones of the same account no longer work. Processes that start together may each print one for
    /// the first owner; the first that is used makes the others void.
    pub fn create(conn: &mut Conn, digest: &TokenDigest, staff_id: Option<i64>, now: Instant) -> Result<()> {
        if let Some(id) = staff_id {
            Self::revoke(conn, id)?;
        }
        diesel::insert_into(setup_links::table)
            .values((
                setup_links::digest.eq(digest.as_bytes()),
                setup_links::staff_id.eq(staff_id),
                setup_links::created_at.eq(now),
                setup_links::expires_at.eq(now + LIFETIME),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Makes an account's links void.
    pub fn revoke(conn: &mut Conn, staff_id: i64) -> Result<()> {
        diesel::delete(setup_links::table.filter(setup_links::staff_id.eq(staff_id))).execute(conn)?;
        Ok(())
    }

    /// The link of that digest while it can be used; none when it was used, is too old, or would make a second first
    /// owner.
    pub fn find(conn: &mut Conn, digest: &TokenDigest, now: Instant) -> Result<Option<Self>> {
        let found: Option<Option<i64>> = setup_links::table
            .find(digest.as_bytes())
            .filter(setup_links::used_at.is_null())
            .filter(setup_links::expires_at.gt(now))
            .select(setup_links::staff_id)
            .get_result(conn)
            .optional()?;
        match found {
            None => Ok(None),
            Some(None) => Ok((!Staff::any(conn)?).then_some(Self::FirstOwner)),
            Some(Some(staff_id)) => {
                let account = Staff::find(conn, staff_id)?.filter(|account| account.disabled_at.is_none());
                Ok(account.map(|account| Self::Password { staff_id: account.id }))
            }
        }
    }

    /// Uses a link up. Of two that try at once one gets through: the row decides.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was used, or is too old.
    pub fn redeem(conn: &mut Conn, digest: &TokenDigest, now: Instant) -> Result<Self> {
        let link = Self::find(conn, digest, now)?.ok_or(Error::Conflict("link was used"))?;
        let used = diesel::update(setup_links::table.find(digest.as_bytes()))
            .filter(setup_links::used_at.is_null())
            .set(setup_links::used_at.eq(now))
            .execute(conn)?;
        if used == 1 { Ok(link) } else { Err(Error::Conflict("link was used")) }
    }
}
