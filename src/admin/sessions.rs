//! `/admin/sessions`: the list of sessions.

use askama::Template;

use super::form::Problems;
use super::frame::Frame;
use super::list::{Columns, Days, List, Select};
use super::session_row::SessionRow;

/// The list of sessions.
#[derive(Debug, Template)]
#[template(path = "sessions/list.html")]
pub struct SessionsPage {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the ticks.
    pub problems: Problems,
    /// Tabs, counts, paging.
    pub list: List,
    /// Filters that the form has no field for and must keep.
    pub kept: Vec<(&'static str, String)>,
    /// Filter: mini-program.
    pub app: Select,
    /// Filter: why ended; only where ended sessions are shown.
    pub reason: Option<Select>,
    /// Filter: signed in on these days.
    pub created: Days,
    /// The order.
    pub sort: Select,
    /// The columns that are there.
    pub columns: Columns,
    /// One screen of sessions.
    pub rows: Vec<SessionRow>,
}
