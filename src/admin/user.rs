//! `/admin/users/{uid}`: everything about one user.

use askama::Template;

use super::frame::Frame;
use super::list::Columns;
use super::session_row::{Badge, Fact, SessionRow, UserRef};
use super::when::When;

/// One user's page.
#[derive(Debug, Template)]
#[template(path = "user/page.html")]
pub struct UserPage {
    /// The frame.
    pub frame: Frame,
    /// Who.
    pub user: UserRef,
    /// Active, frozen or deleted.
    pub status: Badge,
    /// How many live sessions, in words.
    pub live: String,
    /// The mini-program of the latest login.
    pub app: String,
    /// What the reader may do.
    pub actions: Actions,
    /// Until when, by whom and why the user is frozen.
    pub frozen: Option<String>,
    /// When the user was deleted.
    pub deleted: Option<When>,
    /// The newest sessions.
    pub rows: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
    /// All sessions of the user.
    pub all_sessions: Option<String>,
    /// The profile.
    pub facts: Vec<Fact>,
    /// Who the user is in each mini-program.
    pub identities: Vec<IdentityRow>,
    /// The latest login attempts.
    pub logins: Vec<LoginRow>,
    /// What staff did, newest first.
    pub history: Vec<Deed>,
}

/// Links to what the reader may do; none where they may not, or where it makes no sense now.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// End all sessions.
    pub revoke: Option<String>,
    /// Freeze.
    pub freeze: Option<String>,
    /// Undo the freeze.
    pub unfreeze: Option<String>,
}

/// The user in one mini-program.
#[derive(Clone, Debug)]
pub struct IdentityRow {
    /// The mini-program's name.
    pub app: String,
    /// Its appid.
    pub appid: String,
    /// Masked.
    pub openid: String,
    /// Masked, or a dash.
    pub unionid: String,
}

/// One login attempt.
#[derive(Clone, Debug)]
pub struct LoginRow {
    /// When.
    pub at: When,
    /// The mini-program's name.
    pub app: String,
    /// The look of the result.
    pub kind: &'static str,
    /// The result in words.
    pub result: String,
    /// WeChat's errcode and what it means.
    pub detail: Option<String>,
    /// From where, masked for those who may not see it whole.
    pub ip: String,
    /// `120 ms`, or a dash.
    pub latency: String,
}

/// Something that staff did with a user.
#[derive(Clone, Debug)]
pub struct Deed {
    /// When.
    pub at: When,
    /// What.
    pub action: String,
    /// Who, with the role at the time.
    pub who: String,
    /// Why.
    pub reason: Option<String>,
    /// What else they wrote.
    pub note: Option<String>,
}
