//! `/admin/sessions/revoke`, `/admin/sessions/{sid}/revoke`, `/admin/users/{uid}/revoke`: ending sessions.

use askama::Template;

use super::form::ReasonForm;
use super::frame::Frame;
use super::list::Columns;
use super::session_row::SessionRow;

/// The page that asks before sessions are revoked.
#[derive(Debug, Template)]
#[template(path = "revocation/confirm.html")]
pub struct RevocationPage {
    /// The frame.
    pub frame: Frame,
    /// What is asked, with the count.
    pub heading: String,
    /// How many users it concerns, when it is not one user's page.
    pub users: Option<String>,
    /// Up to ten of the sessions.
    pub rows: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
    /// How many are not shown.
    pub more: Option<String>,
    /// The words on the warning button.
    pub button: String,
    /// Why, and what else.
    pub form: ReasonForm,
}
