//! What users say of themselves.

use diesel::prelude::*;

use super::{Status, User};
use crate::db::avatars::Avatar;
use crate::db::conn::Conn;
use crate::db::nickname_grams;
use crate::db::reviews::{Kind, Review};
use crate::db::schema::users;
use crate::error::{Error, Result};
use crate::text;

/// What is to change; `None` leaves what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = users)]
pub struct ProfileChange {
    /// A nickname that was checked.
    pub nickname: Option<String>,
    /// An https URL, or the mark of an uploaded avatar.
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
    ///
    /// # Errors
    /// [`Error::SessionRevoked`] when the account was deleted meanwhile: nothing comes back into it.
    pub fn change_profile(conn: &mut Conn, id: i64, change: ProfileChange) -> Result<Self> {
        if Self::hold(conn, id)? == Status::Deleted {
            return Err(Error::SessionRevoked);
        }
        Self::store_profile(conn, id, change)
    }

    /// The same, also for a deleted user: to take things away.
    pub(in crate::db) fn store_profile(conn: &mut Conn, id: i64, change: ProfileChange) -> Result<Self> {
        Self::hold(conn, id)?;
        let before = Self::get(conn, id)?;
        for (kind, is_named) in
            [(Kind::Nickname, change.nickname.is_some()), (Kind::Avatar, change.avatar_url.is_some())]
        {
            if is_named {
                // what waits to be let pass must not come over what was said after it
                Review::forget(conn, id, kind)?;
            }
        }
        let change = change.against(&before);
        if change == ProfileChange::default() {
            return Ok(before);
        }
        if let Some(nickname) = &change.nickname {
            let (from, to) = (text::fold(&before.nickname), text::fold(nickname));
            nickname_grams::replace(conn, id, &from, &to)?;
            diesel::update(users::table.find(id)).set(users::nickname_folded.eq(to)).execute(conn)?;
        }
        if let Some(stored) = &change.avatar_url {
            Avatar::replace(conn, id, stored)?;
        }
        diesel::update(users::table.find(id)).set(change).execute(conn)?;
        Self::get(conn, id)
    }
}
