//! The second factor of staff: the sealed secret of an authenticator app, and recovery codes.
//!
//! A code is used up by the UPDATE that accepts it: of sixteen that bring the same code at once, one gets in (ASVS 6.5.1).

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::{recovery_codes, staff};
use crate::clock::Instant;
use crate::error::Result;
use crate::secret::{KeyRing, Sealed};

/// How many recovery codes there are at a time.
pub const CODES: usize = 10;

/// An account's second factor.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub struct SecondFactor {
    /// The account.
    pub id: i64,
    /// The secret, sealed; none: no second factor.
    pub totp_secret: Option<Sealed>,
    /// Since when.
    pub totp_at: Option<Instant>,
}

/// The keyed digest of a recovery code under each key of the ring, the current one first; however it was typed.
///
/// # Errors
/// When the key ring is empty.
pub fn digests(keys: &KeyRing, code: &str) -> Result<Vec<[u8; 32]>> {
    let plain: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|one| one.to_ascii_lowercase()).collect();
    keys.digests("recovery code", &plain)
}

impl SecondFactor {
    /// The account's.
    pub fn find(conn: &mut Conn, staff_id: i64) -> Result<Self> {
        Ok(staff::table.find(staff_id).select(Self::as_select()).get_result(conn)?)
    }

    /// Sets it up with the step that proved it, and new recovery codes.
    pub fn set(
        conn: &mut Conn,
        staff_id: i64,
        secret: &Sealed,
        step: i64,
        codes: &[[u8; 32]],
        now: Instant,
    ) -> Result<()> {
        diesel::update(staff::table.find(staff_id))
            .set((
                staff::totp_secret.eq(Some(secret)),
                staff::totp_step.eq(Some(step)),
                staff::totp_at.eq(Some(now)),
            ))
            .execute(conn)?;
        Self::replace_codes(conn, staff_id, codes, now)
    }

    /// Takes it away.
    pub fn remove(conn: &mut Conn, staff_id: i64) -> Result<()> {
        diesel::update(staff::table.find(staff_id))
            .set((
                staff::totp_secret.eq(None::<Sealed>),
                staff::totp_step.eq(None::<i64>),
                staff::totp_at.eq(None::<Instant>),
            ))
            .execute(conn)?;
        diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(staff_id))).execute(conn)?;
        Ok(())
    }

    /// New recovery codes instead of all older ones.
    pub fn replace_codes(conn: &mut Conn, staff_id: i64, codes: &[[u8; 32]], now: Instant) -> Result<()> {
        diesel::delete(recovery_codes::table.filter(recovery_codes::staff_id.eq(staff_id))).execute(conn)?;
        for code in codes {
            diesel::insert_into(recovery_codes::table)
                .values((
                    recovery_codes::digest.eq(code.as_slice()),
                    recovery_codes::staff_id.eq(staff_id),
                    recovery_codes::created_at.eq(now),
                    recovery_codes::used_at.eq(None::<Instant>),
                ))
                .execute(conn)?;
        }
        Ok(())
    }

    /// Uses a step up: whether neither it nor a later one was used before.
    pub fn use_step(conn: &mut Conn, staff_id: i64, step: i64) -> Result<bool> {
        let unused = staff::table.find(staff_id).filter(staff::totp_step.assume_not_null().lt(step));
        Ok(diesel::update(unused).set(staff::totp_step.eq(Some(step))).execute(conn)? > 0)
    }

    /// Uses a recovery code up: whether it is one of the account's and was not used before.
    pub fn use_code(conn: &mut Conn, staff_id: i64, digests: &[[u8; 32]], now: Instant) -> Result<bool> {
        let digests: Vec<Vec<u8>> = digests.iter().map(|digest| digest.to_vec()).collect();
        let unused = recovery_codes::table
            .filter(recovery_codes::digest.eq_any(digests))
            .filter(recovery_codes::staff_id.eq(staff_id))
            .filter(recovery_codes::used_at.is_null());
        Ok(diesel::update(unused).set(recovery_codes::used_at.eq(Some(now))).execute(conn)? > 0)
    }

    /// How many recovery codes are left.
    pub fn codes_left(conn: &mut Conn, staff_id: i64) -> Result<i64> {
        Ok(recovery_codes::table
            .filter(recovery_codes::staff_id.eq(staff_id))
            .filter(recovery_codes::used_at.is_null())
            .count()
            .get_result(conn)?)
    }
}
