//! What users say of themselves.

use diesel::prelude::*;

use super::User;
use crate::db::conn::Conn;
use crate::db::nickname_grams;
use crate::db::schema::users;
use crate::error::Result;
use crate::text;

/// What is to change; `None` leaves what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = users)]
pub struct ProfileChange {
    /// A nickname that was checked.
    pub nickname: Option<String>,
    /// An https URL.
    pub avatar_url: Option<String>,
    /// 0, 1 or 2.
    pub gender: Option<i64>,
    /// A country.
    pub country: Option<String>,
    /// A province.
    pub province: Option<String>,
    /// A city.
    pub city: Option<String>,
    /// A language tag.
    pub language: Option<String>,
}

impl ProfileChange {
    /// Only what differs from what the user has: an unchanged profile is not written again.
    fn against(self, user: &User) -> Self {
        let differs = |new: Option<String>, old: &str| new.filter(|new| new != old);
        Self {
            nickname: differs(self.nickname, &user.nickname),
            avatar_url: differs(self.avatar_url, &user.avatar_url),
            gender: self.gender.filter(|new| *new != user.gender),
            country: differs(self.country, &user.country),
            province: differs(self.province, &user.province),
            city: differs(self.city, &user.city),
            language: differs(self.language, &user.language),
        }
    }
}

impl User {
    /// Stores a change of the profile, the search index with it, in the caller's transaction; the user as they are now.
    pub fn change_profile(conn: &mut Conn, id: i64, change: ProfileChange) -> Result<Self> {
        Self::hold(conn, id)?;
        let before = Self::get(conn, id)?;
        let change = change.against(&before);
        if change == ProfileChange::default() {
            return Ok(before);
        }
        if let Some(nickname) = &change.nickname {
            let (from, to) = (text::fold(&before.nickname), text::fold(nickname));
            nickname_grams::replace(conn, id, &from, &to)?;
            diesel::update(users::table.find(id)).set(users::nickname_folded.eq(to)).execute(conn)?;
        }
        diesel::update(users::table.find(id)).set(change).execute(conn)?;
        Self::get(conn, id)
    }
}
