//! How a user is shown to themself.

use serde::Serialize;

use crate::clock::Instant;
use crate::db::users::User;
use crate::db::users::phone::StoredPhone;
use crate::secret::KeyRing;

/// A user in an answer. WeChat's spellings where WeChat has them.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// Public id.
    pub id: String,
    /// Empty until the user says.
    pub nick_name: String,
    /// Empty until the user shares one.
    pub avatar_url: String,
    /// 0 unknown, 1 male, 2 female.
    pub gender: i64,
    /// As the client sent it.
    pub country: String,
    /// As the client sent it.
    pub province: String,
    /// As the client sent it.
    pub city: String,
    /// As the client sent it.
    pub language: String,
    /// When they first logged in.
    pub created_at: Instant,
    /// Masked, in the answers of `/api/userProfile`, once the user has shared it: `138******34`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl UserView {
    /// A user with their number, masked.
    #[must_use]
    pub fn with_phone(user: User, phone: &StoredPhone, keys: &KeyRing) -> Self {
        Self { phone: phone.open(keys).map(|phone| phone.masked()), ..user.into() }
    }
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.uid,
            nick_name: user.nickname,
            avatar_url: user.avatar_url,
            gender: user.gender,
            country: user.country,
            province: user.province,
            city: user.city,
            language: user.language,
            created_at: user.created_at,
            phone: None,
        }
    }
}
