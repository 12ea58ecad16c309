//! Identities: who a user is to one mini-program. The key is (appid, openid), compared to the byte.

pub mod linking;
pub mod replay;
pub mod sealed;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary};

use super::conn::{Conn, both};
use super::schema::{identities, sessions, users};
use super::sessions::{Liveness, live};
use super::statement::statement;
use super::users::User;
use super::users::phone::StoredPhone;
use super::users::sign_in::Vouched;
use crate::clock::Instant;
use crate::error::Result;
use crate::secret::{KeyRing, Sealed};

/// An identity's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = identities)]
pub struct Identity {
    /// Internal key.
    pub id: i64,
    /// Whose it is.
    pub user_id: i64,
    /// The mini-program.
    pub appid: String,
    /// The user's id in it.
    pub openid: String,
    /// The person's id within the 开放平台 account.
    pub unionid: Option<String>,
    /// WeChat's session key, sealed.
    pub session_key: Sealed,
    /// The one before it, sealed: data encrypted just before a login still opens.
    pub session_key_before: Option<Sealed>,
    /// When it was first seen.
    pub created_at: Instant,
}

/// An identity that is about to be stored.
#[derive(Insertable)]
#[diesel(table_name = identities, treat_none_as_default_value = false)]
pub struct NewIdentity<'a> {
    user_id: i64,
    appid: &'a str,
    openid: &'a str,
    unionid: Option<&'a str>,
    session_key: Sealed,
    created_at: Instant,
}

impl<'a> NewIdentity<'a> {
    /// Seals what must be sealed.
    pub fn new(user_id: i64, vouched: &Vouched<'a>, keys: &KeyRing, now: Instant) -> Result<Self> {
        let &Vouched { appid, openid, unionid, session_key, .. } = vouched;
        let session_key = keys.seal(&place(appid, openid), session_key.as_bytes())?;
        Ok(Self { user_id, appid, openid, unionid, session_key, created_at: now })
    }

    /// The sealed session key.
    pub(super) fn into_session_key(self) -> Sealed {
        self.session_key
    }

    /// The same with a session key that was sealed before: appid, openid, unionid.
    pub(super) const fn sealed(
        user_id: i64,
        (appid, openid, unionid): (&'a str, &'a str, Option<&'a str>),
        session_key: Sealed,
        created_at: Instant,
    ) -> Self {
        Self { user_id, appid, openid, unionid, session_key, created_at }
    }
}

/// Where a sealed session key belongs: moved to another row it does not open.
fn place(appid: &str, openid: &str) -> String {
    format!("session_key|{appid}|{openid}")
}

statement! {
    /// See [`Identity::refresh`].
    ///
    /// The key before is the row's own, not the one that was read: another login may have changed it since.
    Refresh {
        "UPDATE identities SET session_key_before = session_key, session_key = " session_key: Sealed as Binary,
        " WHERE id = " id: i64 as BigInt,
    }
}

impl Identity {
    /// The identity of that openid, with its user.
    pub fn find(conn: &mut Conn, appid: &str, openid: &str) -> Result<Option<(Self, User)>> {
        let found = both!(conn => identities::table
            .inner_join(users::table)
            .filter(identities::openid.eq(openid))
            .filter(identities::appid.eq(appid))
            .select((Self::as_select(), User::as_select()))
            .get_result(conn)
            .optional());
        Ok(found?)
    }

    /// The identity of that key.
    pub fn get(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(identities::table.find(id).select(Self::as_select()).get_result(conn)?)
    }

    /// The identities of these users, oldest first.
    pub fn of_users(conn: &mut Conn, user_ids: &[i64]) -> Result<Vec<Self>> {
        Ok(identities::table
            .filter(identities::user_id.eq_any(user_ids))
            .order(identities::id)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// The same with what is told of each one's user: the phone number, and how many of their sessions are live.
    pub fn with_users(
        conn: &mut Conn,
        user_ids: &[i64],
        liveness: Liveness,
    ) -> Result<Vec<(Self, StoredPhone, Option<i64>)>> {
        let own = sessions::table.filter(sessions::user_id.eq(users::id));
        let live = own.filter(live(liveness.now, liveness.idle_since)).count().single_value();
        Ok(identities::table
            .inner_join(users::table)
            .filter(identities::user_id.eq_any(user_ids))
            .order(identities::id)
            .select((Self::as_select(), StoredPhone::as_select(), live))
            .load(conn)?)
    }

    /// Keeps everybody else from creating this identity until the transaction ends. SQLite has one writer anyway.
    pub(super) fn hold_place(conn: &mut Conn, appid: &str, openid: &str) -> Result<()> {
        if let Conn::Postgres(conn) = conn {
            diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
                .bind::<diesel::sql_types::Text, _>(format!("{appid}|{openid}"))
                .execute(conn)?;
        }
        Ok(())
    }

    /// Stores a new identity; its key.
    pub(super) fn create(conn: &mut Conn, new: &NewIdentity<'_>) -> Result<i64> {
        let insert = diesel::insert_into(identities::table).values(new).returning(identities::id);
        Ok(both!(conn => insert.get_result(conn))?)
    }

    /// Takes over a session key that changed; writes nothing when it is the same. The caller holds the user's row.
    pub(super) fn refresh(&self, conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing) -> Result<()> {
        let context = place(vouched.appid, vouched.openid);
        let is_told = |known: &Self| {
            let known = keys.open(&context, &known.session_key);
            known.is_some_and(|known| known.as_slice() == vouched.session_key.as_bytes())
        };
        // once more now that the user's row is held: a login at the same moment may have stored this very key, and the
        // one before it must not be pushed out by its copy
        if is_told(self) || is_told(&Self::get(conn, self.id)?) {
            return Ok(());
        }
        let session_key = keys.seal(&context, vouched.session_key.as_bytes())?;
        let refresh = Refresh { session_key, id: self.id };
        both!(conn => refresh.execute(conn))?;
        Ok(())
    }

    /// WeChat's session keys of this identity, the newest first, as base64 text: to check signed and encrypted data.
    #[must_use]
    pub fn session_keys(&self, keys: &KeyRing) -> Vec<zeroize::Zeroizing<String>> {
        let context = place(&self.appid, &self.openid);
        [Some(&self.session_key), self.session_key_before.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|sealed| keys.open(&context, sealed))
            .filter_map(|plain| String::from_utf8(plain.to_vec()).ok())
            .map(zeroize::Zeroizing::new)
            .collect()
    }
}
