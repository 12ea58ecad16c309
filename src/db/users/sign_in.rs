//! Signing in: find the user of an identity, or create both.

use diesel::prelude::*;

use super::User;
use crate::clock::Instant;
use crate::db::conn::{Conn, both};
use crate::db::identities::{Identity, NewIdentity};
use crate::db::schema::users;
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
}

#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
struct NewUser<'a> {
    uid: &'a str,
    nickname: &'a str,
    nickname_folded: &'a str,
    avatar_url: &'a str,
    gender: i64,
    country: &'a str,
    province: &'a str,
    city: &'a str,
    language: &'a str,
    status: &'a str,
    created_at: Instant,
    last_login_at: Instant,
}

impl User {
    /// Finds or creates the user and takes their row until the transaction ends.
    ///
    /// # Errors
    /// [`Error::UserFrozen`], also for a user who was deleted.
    pub fn sign_in(conn: &mut Conn, vouched: &Vouched<'_>, keys: &KeyRing, now: Instant) -> Result<SignedIn> {
        let mut known = Identity::find(conn, vouched.appid, vouched.openid)?;
        if known.is_none() {
            // two first logins at once: the second waits here, and then finds what the first made
            Identity::hold_place(conn, vouched.appid, vouched.openid)?;
            known = Identity::find(conn, vouched.appid, vouched.openid)?;
        }
        let Some((identity, mut user)) = known else { return Self::create(conn, vouched, keys, now) };
        if matches!(conn, Conn::Postgres(_)) {
            user.status = Self::hold(conn, user.id)?;
        }
        if user.status.is_barred(now) {
            let until = match user.status {
                super::Status::Frozen { until } => until,
                super::Status::Active | super::Status::Deleted => None,
            };
            return Err(Error::UserFrozen { until });
        }
        identity.refresh(conn, vouched, keys)?;
        if user.last_login_at.day() != now.day() {
            // once a day only: each login would otherwise rewrite a page of users
            diesel::update(users::table.find(user.id)).set(users::last_login_at.eq(now)).execute(conn)?;
            user.last_login_at = now;
        }
        Ok(SignedIn { user, identity_id: identity.id, is_new: false })
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
        };
        Ok(SignedIn { user, identity_id, is_new: true })
    }
}
