//! Deleting an account: over at once for everybody, erased only after a time in which its user can think better of it.
//!
//! The user's own word (PIPL Art. 47) and WeChat's (`user_authorization_cancellation`) take the same way. A freeze is
//! kept beside the deletion: it counts again after a restore, and outlives the erasure (`tombstones`).

use diesel::prelude::*;

use super::sign_in::Vouched;
use super::{Status, User};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::identities::Identity;
use crate::db::schema::users;
use crate::db::sessions::end::Ending;
use crate::db::sessions::{Liveness, Session};
use crate::error::{Error, Result};

/// What became of an account that was to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deletion {
    /// When it will be erased.
    pub erase_at: Instant,
    /// How many of its sessions were live.
    pub ended: usize,
    /// Whether it was there until now; otherwise it was deleted before.
    pub is_new: bool,
}

impl User {
    /// Deletes an account: ends its sessions and sets when it is erased. Of two deletions the earlier erasure counts.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] when it was erased already.
    pub fn delete(
        conn: &mut Conn,
        id: i64,
        erase_at: Instant,
        ending: &Ending,
        liveness: Liveness,
    ) -> Result<Deletion> {
        let status = Self::hold(conn, id)?;
        let user = Self::get(conn, id)?;
        if user.erased_at.is_some() {
            return Err(Error::AccountNotFound);
        }
        let erase_at = user.erase_at.map_or(erase_at, |known| known.min(erase_at));
        let is_new = status != Status::Deleted;
        diesel::update(users::table.find(id)).set(users::erase_at.eq(erase_at)).execute(conn)?;
        if is_new {
            let before = if status == Status::Active { "active" } else { "frozen" };
            diesel::update(users::table.find(id))
                .set((
                    users::status.eq("deleted"),
                    users::status_before.eq(before),
                    users::deleted_at.eq(liveness.now),
                ))
                .execute(conn)?;
        }
        let ended = Session::end_all(conn, id, None, ending, liveness)?.len();
        Ok(Deletion { erase_at, ended, is_new })
    }

    /// Whom a login by this identity means: by its openid, or by its unionid within linked mini-programs.
    pub fn find_vouched(conn: &mut Conn, vouched: &Vouched<'_>) -> Result<Option<Self>> {
        if let Some((_, user)) = Identity::find(conn, vouched.appid, vouched.openid)? {
            return Ok(Some(user));
        }
        let linked = Identity::linked_user(conn, vouched)?;
        Ok(linked.filter(|linked| !linked.is_in_app).map(|linked| linked.user))
    }

    /// Takes a deletion back while there is time: the account is what it was before, a freeze included. Sessions stay
    /// ended. The user; none when there was nothing to take back.
    ///
    /// # Errors
    /// [`Error::AccountNotFound`] when nobody is known by that identity, or not any more.
    pub fn restore(conn: &mut Conn, vouched: &Vouched<'_>, now: Instant) -> Result<Option<Self>> {
        let user = Self::find_vouched(conn, vouched)?.ok_or(Error::AccountNotFound)?;
        if Self::hold(conn, user.id)? != Status::Deleted {
            return Ok(None);
        }
        let user = Self::get(conn, user.id)?;
        if user.erase_at.is_none_or(|erase_at| erase_at <= now) {
            return Err(Error::AccountNotFound);
        }
        let before = user.status_before.as_deref().unwrap_or("active");
        diesel::update(users::table.find(user.id))
            .set((
                users::status.eq(before),
                users::status_before.eq(None::<String>),
                users::deleted_at.eq(None::<Instant>),
                users::erase_at.eq(None::<Instant>),
            ))
            .execute(conn)?;
        Self::get(conn, user.id).map(Some)
    }
}
