//! Uploaded avatars: which objects the store holds, whose they are, and which are to go.
//!
//! An object's row is written before the object and removed after it. Whatever happens in between, the row is left and
//! says when it is due; [`Database::due_avatars`] is what a process works off. Two verbs make a picture somebody's
//! avatar where it must be let pass first: [`Avatar::propose`] (the store has it), and then it is shown or dropped.

use std::time::Duration;

use diesel::prelude::*;

use super::Database;
use super::conn::Conn;
use super::schema::avatars;
use super::users::profile::ProfileChange;
use super::users::{Status, User};
use crate::avatar::Name;
use crate::clock::Instant;
use crate::error::{Error, Result};

/// How long an upload may take before it counts as dead: far longer than the store is waited for.
const UPLOAD: Duration = Duration::from_hours(1);
/// How long after a failure an object is tried again.
const AGAIN: Duration = Duration::from_mins(1);
/// Due at once, whatever time it is.
const NOW: Instant = Instant::from_seconds(0);

const UPLOADING: &str = "uploading";
const STORED: &str = "stored";
const SHOWN: &str = "shown";
const DOOMED: &str = "doomed";

/// The verbs; rows are known by their [`Name`].
#[derive(Clone, Copy, Debug)]
pub struct Avatar;

impl Avatar {
    /// Notes that an object of that name is about to be stored for a user.
    pub fn begin(conn: &mut Conn, user_id: i64, name: &Name, now: Instant) -> Result<()> {
        diesel::insert_into(avatars::table)
            .values((
                avatars::name.eq(name.to_string()),
                avatars::user_id.eq(user_id),
                avatars::state.eq(UPLOADING),
                avatars::created_at.eq(now),
                avatars::due_at.eq(Some(now + UPLOAD)),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Keeps a picture that the store has until somebody decides whether it may be shown. It is served from now on, so that
    /// it can be looked at.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not this user's, or was withdrawn meanwhile: then [`Avatar::abandon`] it.
    pub fn propose(conn: &mut Conn, user_id: i64, name: &Name) -> Result<()> {
        let kept = diesel::update(avatars::table.filter(avatars::name.eq(name.to_string())))
            .filter(avatars::user_id.eq(user_id).and(avatars::state.eq(UPLOADING)))
            .set((avatars::state.eq(STORED), avatars::due_at.eq(None::<Instant>)))
            .execute(conn)?;
        if kept == 0 { Err(Error::Conflict("avatar")) } else { Ok(()) }
    }

    /// Dooms a picture that was proposed and is not wanted any more; one that is shown stays.
    pub(super) fn drop_proposed(conn: &mut Conn, stored: &str) -> Result<()> {
        Name::of_stored(stored).map_or(Ok(()), |name| Self::abandon(conn, &name, NOW))
    }

    /// Marks a picture as shown: whether it was there to be shown. What `users.avatar_url` says is the caller's affair.
    pub(super) fn mark_shown(conn: &mut Conn, user_id: i64, name: &Name) -> Result<bool> {
        let shown = diesel::update(avatars::table.filter(avatars::name.eq(name.to_string())))
            .filter(avatars::user_id.eq(user_id).and(avatars::state.eq_any([UPLOADING, STORED])))
            .set((avatars::state.eq(SHOWN), avatars::due_at.eq(None::<Instant>)))
            .execute(conn)?;
        Ok(shown > 0)
    }

    /// Makes it the user's avatar, in the caller's transaction; the one before goes. The user as they are now.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is not this user's, or was withdrawn meanwhile; [`Error::SessionRevoked`] when the
    /// account is gone. Then [`Avatar::abandon`] it.
    pub fn show(conn: &mut Conn, user_id: i64, name: &Name) -> Result<User> {
        if User::hold(conn, user_id)? == Status::Deleted {
            return Err(Error::SessionRevoked);
        }
        if !Self::mark_shown(conn, user_id, name)? {
            return Err(Error::Conflict("avatar"));
        }
        let change = ProfileChange { avatar_url: Some(name.stored()), ..ProfileChange::default() };
        User::change_profile(conn, user_id, change)
    }

    /// Gives up an object that was begun, or is stored and did not pass. Its deletion is due then: at once when the store
    /// has it, a little later when nobody knows what the store is still doing with it.
    pub fn abandon(conn: &mut Conn, name: &Name, due: Instant) -> Result<()> {
        diesel::update(avatars::table.filter(avatars::name.eq(name.to_string())))
            .filter(avatars::state.ne(SHOWN))
            .set((avatars::state.eq(DOOMED), avatars::due_at.eq(Some(due))))
            .execute(conn)?;
        Ok(())
    }

    /// Dooms every picture of a user, shown or not, in the caller's transaction: from its commit on none is served, and
    /// the objects are deleted within seconds. What `users.avatar_url` says is the caller's affair.
    ///
    /// An upload under way is doomed, too: whoever is storing it finds out and gives it up.
    pub fn doom_all(conn: &mut Conn, user_id: i64) -> Result<()> {
        let of_user = avatars::user_id.eq(user_id);
        diesel::update(avatars::table.filter(of_user.and(avatars::state.eq_any([STORED, SHOWN]))))
            .set((avatars::state.eq(DOOMED), avatars::due_at.eq(Some(NOW))))
            .execute(conn)?;
        // not due yet: an object that comes after its row has gone would stay for ever
        diesel::update(avatars::table.filter(of_user.and(avatars::state.eq(UPLOADING))))
            .set(avatars::state.eq(DOOMED))
            .execute(conn)?;
        Ok(())
    }

    /// Dooms what a user showed, unless it is what `stored` names.
    pub(super) fn replace(conn: &mut Conn, user_id: i64, stored: &str) -> Result<()> {
        let name = Name::of_stored(stored).map(|name| name.to_string()).unwrap_or_default();
        let shown = avatars::user_id.eq(user_id).and(avatars::state.eq(SHOWN));
        diesel::update(avatars::table.filter(shown.and(avatars::name.ne(name))))
            .set((avatars::state.eq(DOOMED), avatars::due_at.eq(Some(NOW))))
            .execute(conn)?;
        Ok(())
    }

    /// Whether the picture may be seen.
    pub fn is_served(conn: &mut Conn, name: &Name) -> Result<bool> {
        let row = avatars::table.filter(avatars::name.eq(name.to_string())).select(avatars::state);
        let state: Option<String> = row.get_result(conn).optional()?;
        Ok(state.is_some_and(|state| state == SHOWN || state == STORED))
    }

    fn due(conn: &mut Conn, now: Instant) -> Result<Vec<String>> {
        Ok(avatars::table
            .filter(avatars::due_at.assume_not_null().le(now))
            .filter(avatars::due_at.is_not_null())
            .order(avatars::due_at)
            .select(avatars::name)
            .limit(100)
            .load(conn)?)
    }

    /// Dooms what is due, so that nobody shows it while it is being deleted; what is due no more is left alone.
    fn claim(conn: &mut Conn, name: &Name, now: Instant) -> Result<bool> {
        let claimed = diesel::update(avatars::table.filter(avatars::name.eq(name.to_string())))
            .filter(avatars::due_at.assume_not_null().le(now).and(avatars::due_at.is_not_null()))
            .set((avatars::state.eq(DOOMED), avatars::due_at.eq(Some(now + AGAIN))))
            .execute(conn)?;
        Ok(claimed > 0)
    }

    fn forget(conn: &mut Conn, name: &Name) -> Result<()> {
        let gone = avatars::name.eq(name.to_string()).and(avatars::state.eq(DOOMED));
        diesel::delete(avatars::table.filter(gone)).execute(conn)?;
        Ok(())
    }
}

impl Database {
    /// The names of objects whose deletion is due, at most 100. Each must be claimed before it is deleted.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn due_avatars(&self, now: Instant) -> Result<Vec<Name>> {
        let names = self.read(move |conn| Avatar::due(conn, now)).await?;
        Ok(names.iter().filter_map(|name| Name::parse(name)).collect())
    }

    /// Takes on the deletion of an object; false when it is not due any more. It is due again in a minute, unless it is
    /// forgotten until then.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn claim_avatar(&self, name: &Name, now: Instant) -> Result<bool> {
        let name = name.clone();
        self.write(move |conn| Avatar::claim(conn, &name, now)).await
    }

    /// Forgets an object that is gone.
    ///
    /// # Errors
    /// When the database is out of reach; the deletion is then due once more.
    pub async fn forget_avatar(&self, name: &Name) -> Result<()> {
        let name = name.clone();
        self.write(move |conn| Avatar::forget(conn, &name)).await
    }
}
