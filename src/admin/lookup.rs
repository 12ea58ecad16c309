//! `POST /admin/lookup`: the one box that finds users and sessions by anything.

use askama::Template;

use super::frame::{Choice, Frame};
use super::list::Columns;
use super::session_row::{SessionRow, UserRef};

/// What a lookup found, when it is not exactly one thing.
#[derive(Debug, Template)]
#[template(path = "lookup/page.html")]
pub struct LookupPage {
    /// The frame.
    pub frame: Frame,
    /// How it was understood and how much was found.
    pub heading: String,
    /// What was typed. In the page only, never in a URL.
    pub term: Option<String>,
    /// Users found.
    pub users: Vec<UserRef>,
    /// Sessions found.
    pub rows: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
    /// What may help.
    pub hints: Vec<&'static str>,
    /// Other ways to understand the term.
    pub others: Vec<Choice>,
}
