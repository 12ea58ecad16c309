//! Who is signed in: what a console session says of its member of staff.

use serde::{Deserialize, Serialize};

use crate::db::staff_sessions::StaffSession;

/// The entry of a session that says who is signed in. The store fills it anew from the database at every load, so that a
/// role or a disabled account is what it is now.
pub(super) const SIGNED_IN: &str = "signed_in";
/// The entry that stands alone when the database could not be asked: the reader is told so (503), where actix-session
/// would answer 500, and their session is left as it is.
pub(super) const UNAVAILABLE: &str = "unavailable";

/// Who is signed in, and from where the session was opened.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SignedIn {
    /// The account's key.
    pub id: i64,
    /// The console session's public id.
    pub sid: String,
    /// The account's name.
    pub name: String,
    /// What they are, as the database says it.
    pub role: String,
    /// The language they chose.
    pub language: Option<String>,
    /// The browser's address at sign-in.
    pub ip: String,
    /// The browser's User-Agent at sign-in, at most 512 bytes.
    pub user_agent: String,
}

impl From<StaffSession> for SignedIn {
    fn from(session: StaffSession) -> Self {
        let StaffSession { sid, staff, .. } = session;
        let (ip, user_agent) = (String::new(), String::new());
        Self {
            id: staff.id,
            sid,
            name: staff.name,
            role: staff.role,
            language: staff.language,
            ip,
            user_agent,
        }
    }
}
