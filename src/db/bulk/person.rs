//! A user who is about to be stored, with an identity and the index of the nickname.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::identities::NewIdentity;
use crate::db::nickname_grams;
use crate::db::schema::{identities, users};
use crate::db::users::phone::NewPhone;
use crate::db::users::sign_in::{NewUser, Vouched};
use crate::error::Result;
use crate::phone::Phone;
use crate::secret::{KeyRing, Sealed};
use crate::text;

/// A user who is about to be stored.
#[derive(Clone, Debug)]
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
    /// The number, when they shared one.
    pub phone: Option<Phone>,
    /// Whether staff froze them. Their sessions are the caller's to end.
    pub freeze: Option<Freeze>,
    /// When they first logged in: store users in this order.
    pub created_at: Instant,
    /// When they last logged in.
    pub last_login_at: Instant,
}

/// How a user is frozen.
#[derive(Clone, Debug)]
pub struct Freeze {
    /// Until when; for good when none.
    pub until: Option<Instant>,
    /// A reason code.
    pub reason: String,
}

/// What of a user is not as it is for somebody who just came.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub(super) struct Standing<'a> {
    id: i64,
    frozen_until: Option<Instant>,
    frozen_reason: Option<&'a str>,
}

/// A user who waits for the others of the same statement.
pub(super) struct Waiting {
    id: i64,
    identity_id: i64,
    user: BulkUser,
    folded: String,
    phone: NewPhone,
    appid: String,
    openid: String,
    unionid: Option<String>,
    session_key: Sealed,
}

type IdentityRow<'a> = (diesel::dsl::Eq<identities::id, i64>, NewIdentity<'a>);

impl Waiting {
    /// Seals what must be sealed.
    pub(super) fn new(
        (id, identity_id): (i64, i64),
        user: BulkUser,
        vouched: &Vouched<'_>,
        keys: &KeyRing,
    ) -> Result<Self> {
        let phone = user.phone.as_ref().map(|phone| NewPhone::new(keys, id, phone, None)).transpose()?;
        Ok(Self {
            id,
            identity_id,
            folded: text::fold(&user.nickname),
            phone: phone.unwrap_or_default(),
            appid: vouched.appid.to_owned(),
            openid: vouched.openid.to_owned(),
            unionid: vouched.unionid.map(str::to_owned),
            session_key: NewIdentity::new(id, vouched, keys, user.created_at)?.into_session_key(),
            user,
        })
    }

    /// The user's row.
    pub(super) fn user_row(&self) -> (NewUser<'_>, Standing<'_>, &NewPhone) {
        let user = &self.user;
        let new = NewUser {
            uid: &user.uid,
            nickname: &user.nickname,
            nickname_folded: &self.folded,
            avatar_url: &user.avatar_url,
            gender: user.gender,
            country: &user.country,
            province: &user.province,
            city: &user.city,
            language: &user.language,
            status: if user.freeze.is_some() { "frozen" } else { "active" },
            created_at: user.created_at,
            last_login_at: user.last_login_at,
        };
        let standing = Standing {
            id: self.id,
            frozen_until: user.freeze.as_ref().and_then(|freeze| freeze.until),
            frozen_reason: user.freeze.as_ref().map(|freeze| freeze.reason.as_str()),
        };
        (new, standing, &self.phone)
    }

    /// The identity's row.
    pub(super) fn identity_row(&self) -> IdentityRow<'_> {
        let new = NewIdentity::sealed(
            self.id,
            (&self.appid, &self.openid, self.unionid.as_deref()),
            self.session_key.clone(),
            self.user.created_at,
        );
        (identities::id.eq(self.identity_id), new)
    }

    /// The keys under which the nickname is found.
    pub(super) fn grams(&self) -> impl Iterator<Item = (String, i64)> {
        let id = self.id;
        nickname_grams::of_name(&self.folded).into_iter().map(move |gram| (gram, id))
    }
}
