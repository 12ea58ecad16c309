//! Who is signed in: what a console session says of its member of staff.

use std::time::Duration;

use actix_session::SessionExt as _;
use actix_web::HttpRequest;
use serde::{Deserialize, Serialize};

use crate::admin::locale::zone::Zone;
use crate::db::staff_sessions::StaffSession;

/// The entry of a session that says who is signed in. The store fills it anew from the database at every load, so that a
/// role or a disabled account is what it is now.
pub(in crate::admin) const SIGNED_IN: &str = "signed_in";
/// The entry that stands alone when the database could not be asked: the reader is told so (503), where actix-session
/// would answer 500, and their session is left as it is.
pub(super) const UNAVAILABLE: &str = "unavailable";

/// The entry in its place while the second factor is still owed: whoever has it is nobody yet.
pub(in crate::admin) const HALF_SIGNED_IN: &str = "half_signed_in";
/// The entry that says so in the database.
pub(in crate::admin) const OWES_CODE: &str = "owes_code";
/// The entry that says when they last proved that it is they, in microseconds.
pub(in crate::admin) const PROVED_AT: &str = "proved_at";

/// The entry that names a session which is about to be opened, so that the page which opens it can have its form token.
pub(in crate::admin) const NEXT_SID: &str = "next_sid";

/// The entry that asks for a new cookie at the end of the request: null, or when the session then ends, in microseconds.
pub(super) const NEW_COOKIE: &str = "new_cookie";
/// The entry of a session that is about to be opened: the password and second factor that were proved for it.
pub(in crate::admin) const PROVED: &str = "proved";

/// How long a proof counts for what is dangerous (OWASP ASVS 7.5.3).
pub(super) const PROOF_LASTS: Duration = Duration::from_mins(15);
/// How long the second factor may be owed.
pub(super) const OWED_FOR: Duration = Duration::from_mins(10);

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
    /// How many rows a list shows them, when they chose.
    #[serde(default)]
    pub rows: Option<i64>,
    /// By whose clock times are shown to them, when they chose: hours east of UTC.
    #[serde(default)]
    pub zone: Option<i64>,
    /// Whether they have a second factor.
    pub has_totp: bool,
    /// The browser's address at sign-in.
    pub ip: String,
    /// The browser's User-Agent at sign-in, at most 512 bytes.
    pub user_agent: String,
}

impl SignedIn {
    /// By whose clock times are shown to them.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone.and_then(Zone::east).unwrap_or_default()
    }

    /// Who makes this request, if they are signed in.
    pub(in crate::admin) fn of(request: &HttpRequest) -> Option<Self> {
        read(request, SIGNED_IN)
    }

    /// Who gave the right password and still owes the second factor.
    pub(super) fn half_of(request: &HttpRequest) -> Option<Self> {
        read(request, HALF_SIGNED_IN)
    }
}

fn read(request: &HttpRequest, entry: &str) -> Option<SignedIn> {
    request.get_session().entries().get(entry).and_then(|text| serde_json::from_str(text).ok())
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
            rows: staff.rows_per_page,
            zone: staff.zone,
            has_totp: staff.totp_at.is_some(),
            ip,
            user_agent,
        }
    }
}
