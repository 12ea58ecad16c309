//! Filling a database with users who never logged in: for the demo and for benchmarks.
//!
//! What is stored is made of the same verbs as what the API stores, so that it obeys the same rules; only the times are
//! the caller's.

use diesel::prelude::*;

use super::conn::Conn;
use super::identities::{Identity, NewIdentity};
use super::nickname_grams;
use super::schema::{sessions, users};
use super::sessions::Session;
use super::sessions::end::Ending;
use super::sessions::open::NewSession;
use super::users::sign_in::Vouched;
use crate::clock::Instant;
use crate::error::Result;
use crate::secret::{KeyRing, TokenDigest};
use crate::text;

/// A user who is about to be stored; active.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct BulkUser {
    /// Public id.
    pub uid: String,
    /// A nickname that [`text::clean`] let through; may be empty.
    pub nickname: String,
    /// An https URL; may be empty.
    pub avatar_url: String,
    /// 0, 1 or 2.
    pub gender: i64,
    /// May be empty.
    pub country: String,
    /// May be empty.
    pub province: String,
    /// May be empty.
    pub city: String,
    /// Such as `zh_CN`; may be empty.
    pub language: String,
    /// When they first logged in: store users in this order.
    pub created_at: Instant,
    /// When they last logged in.
    pub last_login_at: Instant,
}

impl BulkUser {
    /// Stores the user with the index of their nickname and one identity; the keys of both.
    pub fn store(&self, conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing) -> Result<(i64, i64)> {
        let folded = text::fold(&self.nickname);
        let id: i64 = diesel::insert_into(users::table)
            .values((self, users::nickname_folded.eq(&folded), users::status.eq("active")))
            .returning(users::id)
            .get_result(conn)?;
        nickname_grams::replace(conn, id, "", &folded)?;
        let identity_id = Identity::create(conn, &NewIdentity::new(id, vouched, keys, self.created_at)?)?;
        Ok((id, identity_id))
    }
}

/// Stores a session as it was at its last use, and its end, when it was ended. Does not enforce the cap per user.
pub fn store_session(conn: &mut Conn, session: &NewSession, ending: Option<&Ending>) -> Result<()> {
    diesel::insert_into(sessions::table).values(session).execute(conn)?;
    if let Some(ending) = ending {
        Session::end(conn, &TokenDigest::from_bytes(session.digest.clone()), ending)?;
    }
    Ok(())
}
