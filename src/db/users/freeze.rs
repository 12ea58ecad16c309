//! Freezing users: they are signed out everywhere and cannot log in.

use diesel::prelude::*;

use super::{Status, User};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::users;
use crate::db::sessions::end::Ending;
use crate::db::sessions::{Liveness, Session};
use crate::error::{Error, Result};

impl User {
    /// Freezes a user and ends their sessions; how many were live. A freeze of a frozen user changes its end.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the user is deleted.
    pub fn freeze(
        conn: &mut Conn,
        id: i64,
        until: Option<Instant>,
        ending: &Ending,
        liveness: Liveness,
    ) -> Result<usize> {
        if Self::hold(conn, id)? == Status::Deleted {
            return Err(Error::Conflict("deleted"));
        }
        diesel::update(users::table.find(id))
            .set((
                users::status.eq("frozen"),
                users::frozen_until.eq(until),
                users::frozen_reason.eq(&ending.ended_reason),
            ))
            .execute(conn)?;
        Session::end_all(conn, id, None, ending, liveness)
    }

    /// Ends a freeze. Sessions stay ended: the user logs in again.
    ///
    /// # Errors
    /// [`Error::Conflict`] when the user is not frozen.
    pub fn unfreeze(conn: &mut Conn, id: i64) -> Result<()> {
        if !matches!(Self::hold(conn, id)?, Status::Frozen { .. }) {
            return Err(Error::Conflict("not frozen"));
        }
        diesel::update(users::table.find(id))
            .set((
                users::status.eq("active"),
                users::frozen_until.eq(None::<Instant>),
                users::frozen_reason.eq(None::<String>),
            ))
            .execute(conn)?;
        Ok(())
    }
}
