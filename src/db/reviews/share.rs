//! Sharing a profile of which some must be let pass first.

use super::{Kind, Review};
use crate::avatar;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::users::User;
use crate::db::users::profile::ProfileChange;
use crate::error::{Error, Fault, Result};

impl Review {
    /// Stores what needs no check, and proposes a new nickname and avatar; those, to be put to WeChat. What is there
    /// already needs no check either: the user changed their mind, and what they proposed before is forgotten.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an avatar that somebody could change after it was let pass: only WeChat's own can be
    /// proposed by address, all others are uploaded.
    pub fn share(
        conn: &mut Conn,
        (user_id, identity_id): (i64, i64),
        change: ProfileChange,
        now: Instant,
    ) -> Result<Vec<Self>> {
        User::hold(conn, user_id)?;
        let user = User::get(conn, user_id)?;
        let wanted = [
            (Kind::Nickname, change.nickname.as_ref(), &user.nickname),
            (Kind::Avatar, change.avatar_url.as_ref(), &user.avatar_url),
        ];
        let mut proposed = Vec::new();
        for (kind, value, known) in wanted {
            match value {
                Some(value) if value != known => {
                    if kind == Kind::Avatar && !avatar::is_wechats(value) {
                        return Err(Error::field("avatarUrl", Fault::Elsewhere));
                    }
                    proposed.push(Self::propose(conn, (user_id, identity_id), kind, value, now)?);
                }
                Some(_) => Self::forget(conn, user_id, kind)?,
                None => {}
            }
        }
        User::change_profile(conn, user_id, ProfileChange { nickname: None, avatar_url: None, ..change })?;
        Ok(proposed)
    }
}
