//! `/admin/audit` and `/admin/audit/{id}`: who did what, when and why.

use askama::Template;

use super::frame::Frame;
use super::list::{Days, List, Select};
use super::session_row::Fact;
use super::when::When;

/// The audit log.
#[derive(Debug, Template)]
#[template(path = "audit/list.html")]
pub struct AuditPage {
    /// The frame.
    pub frame: Frame,
    /// Filters in force, counts, paging.
    pub list: List,
    /// Whether the reader sees only what they did themselves.
    pub own_only: bool,
    /// Filter: who.
    pub actor: String,
    /// Filter: what.
    pub action: Select,
    /// Filter: how it went.
    pub result: Select,
    /// Filter: on these days.
    pub at: Days,
    /// One screen of entries.
    pub rows: Vec<AuditRow>,
}

/// One entry in the list.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// The entry's number.
    pub id: String,
    /// When.
    pub at: When,
    /// Who.
    pub actor: String,
    /// What they were at the time.
    pub role: &'static str,
    /// From where, masked for those who may not see it whole.
    pub ip: String,
    /// What they did.
    pub action: String,
    /// To whom or what.
    pub target: Option<Target>,
    /// Why.
    pub reason: String,
    /// What they wrote.
    pub note: Option<String>,
    /// The look of the result.
    pub kind: &'static str,
    /// How it went.
    pub result: &'static str,
    /// The end of the request's id.
    pub request: String,
}

/// What an action was done to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its page, when it has one.
    pub href: Option<String>,
    /// Its kind and the end of its id.
    pub label: String,
}

/// One entry's page.
#[derive(Debug, Template)]
#[template(path = "audit/entry.html")]
pub struct AuditEntryPage {
    /// The frame.
    pub frame: Frame,
    /// What was done.
    pub action: String,
    /// When.
    pub at: When,
    /// The look of the result.
    pub kind: &'static str,
    /// How it went.
    pub result: &'static str,
    /// Everything else.
    pub facts: Vec<Fact>,
}
