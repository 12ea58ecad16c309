//! Opening a session: the cap, the row.

use diesel::prelude::*;

use super::end::Ending;
use super::{Liveness, Session};
use crate::clock::Instant;
use crate::db::conn::{Conn, both};
use crate::db::epochs::{self, recalled};
use crate::db::schema::sessions;
use crate::error::Result;
use crate::secret::TokenDigest;

/// A session that is about to be opened.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub struct NewSession {
    /// The storage key, [`TokenDigest::as_bytes`].
    pub digest: Vec<u8>,
    /// Public id.
    pub sid: String,
    /// Whose it is.
    pub user_id: i64,
    /// Under which identity.
    pub identity_id: i64,
    /// In which mini-program.
    pub appid: String,
    /// Now; [`Session::open`] moves it behind what recalled all sessions before.
    pub created_at: Instant,
    /// Now.
    pub last_seen_at: Instant,
    /// When it ends at the latest.
    pub expires_at: Instant,
    /// The client's address.
    pub ip: String,
    /// The client's User-Agent.
    pub user_agent: String,
    /// The kind of client.
    pub client: String,
    /// Device model and system.
    pub device: String,
    /// WeChat's version.
    pub wechat_version: String,
    /// The mini-program's version.
    pub app_version: String,
}

impl Session {
    /// Opens a session and ends the user's oldest ones over the cap; how many were displaced.
    ///
    /// The caller holds the user's row (`User::sign_in` took it), so that logins of one user at once keep the cap.
    pub fn open(conn: &mut Conn, new: &NewSession, per_user: i64, liveness: Liveness) -> Result<usize> {
        let displaced = Self::make_room(conn, new.user_id, per_user, liveness)?;
        let created_at = epochs::opened_at(conn, &new.appid, new.created_at)?;
        if created_at == new.created_at {
            Self::insert(conn, new)?;
        } else {
            Self::insert(conn, &NewSession { created_at, ..new.clone() })?;
        }
        Ok(displaced)
    }

    /// Stores a session, whatever others the user has.
    pub fn insert(conn: &mut Conn, new: &NewSession) -> Result<()> {
        both!(conn => diesel::insert_into(sessions::table).values(new).execute(conn))?;
        Ok(())
    }

    /// Ends the oldest sessions until one more fits. What has expired goes first, so that the rows that are not
    /// ended never number more than the cap, however often a client logs in.
    fn make_room(conn: &mut Conn, user_id: i64, per_user: i64, liveness: Liveness) -> Result<usize> {
        let open: Vec<(Vec<u8>, Instant, Instant, bool)> = both!(conn => sessions::table
            .filter(sessions::user_id.eq(user_id))
            .filter(sessions::ended_at.is_null())
            .order(sessions::sid.desc())
            .select((sessions::digest, sessions::expires_at, sessions::last_seen_at, recalled()))
            .load(conn))?;
        let keep = usize::try_from(per_user - 1).unwrap_or(0);
        let (live, over): (Vec<_>, Vec<_>) = open
            .into_iter()
            .partition(|(_, expires, seen, recalled)| liveness.is_lasting(*expires, *seen) && !recalled);
        for (digest, _, _, is_recalled) in over {
            let reason = if is_recalled { "recalled" } else { "expired" };
            let ending = Ending::by_system(liveness.now, reason);
            Self::end(conn, &TokenDigest::from_bytes(digest), &ending)?;
        }
        let displaced = Ending::by_system(liveness.now, "displaced");
        live.iter().skip(keep).try_fold(0, |count, (digest, ..)| {
            Ok(count + usize::from(Self::end(conn, &TokenDigest::from_bytes(digest.clone()), &displaced)?))
        })
    }
}
