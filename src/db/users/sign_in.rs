//! Signing in: find the user of an identity, or create both.

use diesel::prelude::*;

use super::User;
use crate::clock::Instant;
use crate::db::audit::{Audit, Entry};
use crate::db::conn::{Conn, both};
use crate::db::identities::{Identity, NewIdentity};
use crate::db::schema::users;
use crate::db::tombstones::Tombstone;
use crate::error::{Error, Result};
use crate::secret::{self, KeyRing};

/// Whom WeChat vouches for.
pub struct Vouched<'a> {
    /// The mini-program.
    pub appid: &'a str,
    /// The user's id in it.
    pub openid: &'a str,
    /// The person's id within the 开放平台 account, when WeChat tells.
    pub unionid: Option<&'a str>,
    /// WeChat's session key, base64 text; sealed before it is stored.
    pub session_key: &'a str,
    /// The mini-programs within which a unionid means one user; usually none.
    pub linked: &'a [String],
}

/// Who signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user.
    pub user: User,
    /// The key of the identity.
    pub identity_id: i64,
    /// Whether the user was created just now.
    pub is_new: bool,
    /// What the trail is still to say of it: [`SignedIn::conclude`].
    conflict: Option<Entry>,
}

impl SignedIn {
    /// Writes down what the trail must say of this login, if anything. The last step of its transaction: whoever revokes
    /// takes sessions first and the trail's end after them, and so does a login, or each could wait for the other.
    pub fn conclude(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        self.conflict.as_ref().map_or(Ok(()), |entry| Audit::append(conn, entry, now).map(drop))
    }
}

/// A user's row when they first come; filling a database adds the rest to it.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(in crate::db) struct NewUser<'a> {
    pub(in crate::db) uid: &'a str,
    pub(in crate::db) nickname: &'a str,
    pub(in crate::db) nickname_folded: &'a str,
    pub(in crate::db) avatar_url: &'a str,
    pub(in crate::db) gender: i64,
    pub(in crate::db) country: &'a str,
    pub(in crate::db) province: &'a str,
    pub(in crate::db) city: &'a str,
    pub(in crate::db) language: &'a str,
    pub(in crate::db) status: &'a str,
    pub(in crate::db) created_at: Instant,
    pub(in crate::db) last_login_at: Instant,
}

impl User {
    /// Finds or creates the user and takes their row until the transaction ends. Call [`SignedIn::conclude`] before it does.
    ///
    /// # Errors
    /// [`Error::UserFrozen`], also for a user who was erased while frozen; [`Error::AccountDeleted`].
    pub fn sign_in(conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing, now: Instant) -> Result<SignedIn> {
        let mut known = Identity::find(conn, vouched.appid, vouched.openid)?;
        if known.is_none() {
            // two first logins at once: the second waits here, and then finds what the first made
            Identity::hold_place(conn, vouched.appid, vouched.openid)?;
            known = Identity::find(conn, vouched.appid, vouched.openid)?;
        }
        let Some((identity, user)) = known else { return Self::meet(conn, vouched, keys, now) };
        let stranger = identity.stranger(conn, vouched)?;
        let user = user.admit(conn, now)?;
        identity.refresh(conn, vouched, keys)?;
        let conflict = identity.learn_unionid(conn, vouched, stranger.as_ref(), keys, now)?;
        Ok(SignedIn { user, identity_id: identity.id, is_new: false, conflict })
    }

    /// An identity that is seen for the first time: of a user whom a linked mini-program knows, or of nobody yet.
    fn meet(conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing, now: Instant) -> Result<SignedIn> {
        let linked = Identity::linked_user(conn, vouched)?;
        // before anybody is joined: the person may have been two users, of whom the other was not frozen
        Tombstone::check(conn, vouched, keys, now)?;
        if let Some(user) = linked.clone().filter(|linked| !linked.is_in_app).map(|linked| linked.user) {
            let user = user.admit(conn, now)?;
            let identity_id = Identity::create(conn, &NewIdentity::new(user.id, vouched, keys, now)?)?;
            return Ok(SignedIn { user, identity_id, is_new: false, conflict: None });
        }
        let mut signed_in = Self::create(conn, vouched, keys, now)?;
        if let Some(linked) = linked {
            // two openids of one mini-program with one unionid: WeChat has no such thing, so nobody is joined
            let identity = Identity::get(conn, signed_in.identity_id)?;
            signed_in.conflict = identity.record_conflict(conn, vouched, Some(&linked.user), keys, now)?;
        }
        Ok(signed_in)
    }

    /// Takes the user's row and lets them in, or not; notes the day.
    fn admit(mut self, conn: &mut Conn, now: Instant) -> Result<Self> {
        if matches!(conn, Conn::Postgres(_)) {
            self.status = Self::hold(conn, self.id)?;
        }
        if self.status.is_barred(now) {
            return Err(match self.status {
                super::Status::Frozen { until } => Error::UserFrozen { until },
                super::Status::Active | super::Status::Deleted => {
                    Error::AccountDeleted { until: Self::get(conn, self.id)?.erase_at }
                }
            });
        }
        if self.last_login_at.day() != now.day() {
            // once a day only: each login would otherwise rewrite a page of users
            diesel::update(users::table.find(self.id)).set(users::last_login_at.eq(now)).execute(conn)?;
            self.last_login_at = now;
        }
        Ok(self)
    }

    fn create(conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing, now: Instant) -> Result<SignedIn> {
        let uid = secret::public_id(now)?;
        let new = NewUser {
            uid: &uid,
            nickname: "",
            nickname_folded: "",
            avatar_url: "",
            gender: 0,
            country: "",
            province: "",
            city: "",
            language: "",
            status: "active",
            created_at: now,
            last_login_at: now,
        };
        let insert = diesel::insert_into(users::table).values(new).returning(users::id);
        let id: i64 = both!(conn => insert.get_result(conn))?;
        let identity_id = Identity::create(conn, &NewIdentity::new(id, vouched, keys, now)?)?;
        let user = Self {
            id,
            uid,
            nickname: String::new(),
            avatar_url: String::new(),
            gender: 0,
            country: String::new(),
            province: String::new(),
            city: String::new(),
            language: String::new(),
            status: super::Status::Active,
            frozen_reason: None,
            created_at: now,
            last_login_at: now,
            deleted_at: None,
            erase_at: None,
            erased_at: None,
            status_before: None,
            frozen_until: None,
        };
        Ok(SignedIn { user, identity_id, is_new: true, conflict: None })
    }
}
