//! Freezing users: they are signed out everywhere and cannot log in. A freeze and a deletion do not undo each other.

use diesel::prelude::*;

use super::{Status, User};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::users;
use crate::db::sessions::end::Ending;
use crate::db::sessions::{Liveness, Session};
use crate::db::tombstones::Tombstone;
use crate::error::{Error, Result};

impl User {
    /// Freezes a user and ends their sessions; the public ids of those that were live. A freeze of a frozen user changes its
    /// end. A user who is deleted and not erased yet will be frozen after a restore, and kept out after the erasure.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the user is erased: nothing is known any more that could be kept out.
    pub fn freeze(
        conn: &mut Conn,
        id: i64,
        until: Option<Instant>,
        ending: &Ending,
        liveness: Liveness,
    ) -> Result<Vec<String>> {
        let is_deleted = Self::hold(conn, id)? == Status::Deleted;
        if is_deleted && Self::get(conn, id)?.erased_at.is_some() {
            return Err(Error::Conflict("erased"));
        }
        set_standing(conn, id, is_deleted, "frozen")?;
        diesel::update(users::table.find(id))
            .set((users::frozen_until.eq(until), users::frozen_reason.eq(&ending.ended_reason)))
            .execute(conn)?;
        Session::end_all(conn, id, None, ending, liveness)
    }

    /// Ends a freeze, also one that outlived its account. Sessions stay ended: the user logs in again.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the user is not frozen.
    pub fn unfreeze(conn: &mut Conn, id: i64) -> Result<()> {
        let is_deleted = match Self::hold(conn, id)? {
            Status::Active => return Err(Error::Conflict("not frozen")),
            Status::Frozen { .. } => false,
            Status::Deleted => true,
        };
        if is_deleted {
            let user = Self::get(conn, id)?;
            let is_lifted = user.erased_at.is_some() && Tombstone::lift(conn, &user.uid)?;
            if is_lifted {
                return Ok(());
            }
            if user.status_before.as_deref() != Some("frozen") {
                return Err(Error::Conflict("not frozen"));
            }
        }
        set_standing(conn, id, is_deleted, "active")?;
        diesel::update(users::table.find(id))
            .set((users::frozen_until.eq(None::<Instant>), users::frozen_reason.eq(None::<String>)))
            .execute(conn)?;
        Ok(())
    }
}

/// What a user is, or will be again when a deletion is taken back.
fn set_standing(conn: &mut Conn, id: i64, is_deleted: bool, standing: &str) -> Result<()> {
    let row = diesel::update(users::table.find(id));
    if is_deleted {
        row.set(users::status_before.eq(standing)).execute(conn)?;
    } else {
        row.set(users::status.eq(standing)).execute(conn)?;
    }
    Ok(())
}
