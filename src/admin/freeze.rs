//! `/admin/users/{uid}/freeze` and `…/unfreeze`: keeping a user out, and letting them in again.

use askama::Template;

use super::form::ReasonForm;
use super::frame::Frame;
use super::session_row::UserRef;

/// The page that asks before a user is frozen or unfrozen.
#[derive(Debug, Template)]
#[template(path = "freeze/confirm.html")]
pub struct FreezePage {
    /// The frame.
    pub frame: Frame,
    /// Whether the freeze is to be undone.
    pub thaw: bool,
    /// What is asked.
    pub heading: String,
    /// Who.
    pub user: UserRef,
    /// What will happen, one sentence each.
    pub effects: Vec<String>,
    /// Why, and what else.
    pub form: ReasonForm,
}
