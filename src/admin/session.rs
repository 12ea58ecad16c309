//! `/admin/sessions/{sid}`: everything about one session.

use askama::Template;

use super::frame::Frame;
use super::session_row::{Fact, UserRef};

/// One session's page.
#[derive(Debug, Template)]
#[template(path = "session/page.html")]
pub struct SessionPage {
    /// The frame.
    pub frame: Frame,
    /// `会话 …61c2`
    pub heading: String,
    /// Whose it is.
    pub user: UserRef,
    /// Whether it would authenticate a request right now.
    pub live: bool,
    /// That in one sentence, with the reason if not.
    pub verdict: String,
    /// The icon beside it.
    pub verdict_icon: &'static str,
    /// What staff wrote when they ended it.
    pub note: Option<String>,
    /// Everything known.
    pub facts: Vec<Fact>,
    /// The raw User-Agent.
    pub agent: String,
    /// All sessions of the user.
    pub others: String,
    /// The confirm page, for those who may, while it is live.
    pub revoke: Option<String>,
}
