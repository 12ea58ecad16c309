//! Taking back what users once shared: the named fields, and no others.

use diesel::prelude::*;

use super::User;
use super::profile::ProfileChange;
use crate::db::avatars::Avatar;
use crate::db::conn::Conn;
use crate::db::schema::users;
use crate::error::Result;

/// Something that a user shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The nickname, with what finds it in a search.
    Nickname,
    /// The avatar: where it is, and the pictures that were uploaded.
    Avatar,
    /// The phone number, sealed, what finds it, and which code brought it.
    Phone,
    /// Gender, country, province, city and language.
    Rest,
}

impl Field {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Nickname, Self::Avatar, Self::Phone, Self::Rest];

    /// Its name in the audit trail.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Nickname => "nickName",
            Self::Avatar => "avatarUrl",
            Self::Phone => "phone",
            Self::Rest => "rest",
        }
    }
}

impl User {
    /// Clears the given fields of a user, in the caller's transaction.
    pub fn withdraw(conn: &mut Conn, id: i64, fields: &[Field]) -> Result<()> {
        let blank = |field| fields.contains(&field).then(String::new);
        let change = ProfileChange {
            nickname: blank(Field::Nickname),
            avatar_url: blank(Field::Avatar),
            gender: fields.contains(&Field::Rest).then_some(0),
            country: blank(Field::Rest),
            province: blank(Field::Rest),
            city: blank(Field::Rest),
            language: blank(Field::Rest),
        };
        Self::store_profile(conn, id, change)?;
        if fields.contains(&Field::Avatar) {
            Avatar::doom_all(conn, id)?;
        }
        if fields.contains(&Field::Phone) {
            diesel::update(users::table.find(id))
                .set((
                    users::phone_sealed.eq(None::<Vec<u8>>),
                    users::phone_index.eq(None::<Vec<u8>>),
                    users::phone_code.eq(None::<Vec<u8>>),
                ))
                .execute(conn)?;
        }
        Ok(())
    }
}
