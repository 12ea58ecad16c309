//! What comes with a profile that WeChat encrypted, beside the profile itself.

use super::Identity;
use super::replay::Kind;
use crate::clock::Instant;
use crate::db::audit::Entry;
use crate::db::conn::Conn;
use crate::db::users::User;
use crate::db::users::sign_in::Vouched;
use crate::error::Result;
use crate::secret::KeyRing;

/// A profile that WeChat encrypted, without its fields.
#[derive(Clone, Debug)]
pub struct SealedProfile {
    /// When WeChat encrypted it.
    pub at: Instant,
    /// The person's id within the 开放平台 account, if it was in it: older clients have it from nowhere else.
    pub unionid: Option<String>,
    /// The mini-programs within which a unionid means one user; usually none.
    pub linked: Vec<String>,
}

impl SealedProfile {
    /// Notes that it was taken, and learns the unionid as a login would: in the transaction that stores the profile, before it
    /// does. What the trail is to say of it is written last.
    ///
    /// # Errors
    /// As [`Identity::take_sealed`].
    pub fn take(
        &self,
        conn: &mut Conn,
        identity_id: i64,
        keys: &KeyRing,
        now: Instant,
    ) -> Result<Option<Entry>> {
        let identity = Identity::get(conn, identity_id)?;
        let vouched = Vouched {
            appid: &identity.appid,
            openid: &identity.openid,
            unionid: self.unionid.as_deref(),
            // nothing is told of it
            session_key: "",
            linked: &self.linked,
        };
        // locks in the order of a login: the unionid, the user, the identity
        let stranger = identity.stranger(conn, &vouched)?;
        User::hold(conn, identity.user_id)?;
        Identity::take_sealed(conn, identity_id, Kind::Profile, self.at)?;
        identity.learn_unionid(conn, &vouched, stranger.as_ref(), keys, now)
    }
}
