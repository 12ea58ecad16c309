//! How a user is shown to themself.

use serde::Serialize;
use utoipa::ToSchema;

use super::content_check::Proposals;
use crate::avatar;
use crate::clock::Instant;
use crate::config::Config;
use crate::db::Conn;
use crate::db::reviews::Review;
use crate::db::users::User;
use crate::db::users::phone::StoredPhone;
use crate::error::Result;
use crate::state::State;

/// A user in an answer. WeChat's spellings where WeChat has them.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
#[serde(rename_all = "camelCase")]
pub struct UserView {
    /// The user's public id.
    #[schema(example = "018f4e2a-7c1b-7d3e-9a5f-0123456789ab")]
    pub id: String,
    /// Empty until the user says.
    #[schema(example = "小明")]
    pub nick_name: String,
    /// Empty until the user shares one.
    #[schema(example = "")]
    pub avatar_url: String,
    /// 0 unknown, 1 male, 2 female.
    #[schema(minimum = 0, maximum = 2)]
    pub gender: i64,
    /// As the client sent it.
    #[schema(example = "中国")]
    pub country: String,
    /// As the client sent it.
    #[schema(example = "广东")]
    pub province: String,
    /// As the client sent it.
    #[schema(example = "深圳")]
    pub city: String,
    /// As the client sent it.
    #[schema(example = "zh_CN")]
    pub language: String,
    /// When they first logged in.
    pub created_at: Instant,
    /// Masked, in the answers of `/api/userProfile`, once the user has shared it: `138******34`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// In the answers of `/api/userProfile`: what the user proposed and what is not let pass yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Proposals>,
}

/// What a user's own profile is made of.
pub struct Own {
    user: User,
    phone: StoredPhone,
    reviews: Vec<Review>,
}

impl Own {
    /// Reads the profile of the user with that key.
    pub fn read(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(Self {
            user: User::get(conn, id)?,
            phone: User::phone(conn, id)?,
            reviews: Review::of_user(conn, id)?,
        })
    }

    /// As the user sees it.
    #[must_use]
    pub fn view(self, state: &State) -> UserView {
        let view = UserView::with_phone(self.user, &self.phone, state);
        UserView { review: Proposals::of(self.reviews, &state.config), ..view }
    }
}

impl UserView {
    /// A user with their number, masked.
    fn with_phone(user: User, phone: &StoredPhone, state: &State) -> Self {
        let phone = phone.open(&state.keys).map(|phone| phone.masked());
        Self { phone, ..Self::of(user, &state.config) }
    }

    /// A user without their number. An uploaded avatar gets its address by the settings.
    #[must_use]
    pub fn of(user: User, config: &Config) -> Self {
        Self {
            id: user.uid,
            nick_name: user.nickname,
            avatar_url: avatar::url(&user.avatar_url, config),
            gender: user.gender,
            country: user.country,
            province: user.province,
            city: user.city,
            language: user.language,
            created_at: user.created_at,
            phone: None,
            review: None,
        }
    }
}
