//! `/admin/setup/{link}`: choosing a password by a one-time link, for the first owner and for staff.

use askama::Template;

use super::form::Problems;
use super::frame::Frame;

/// The page that the link opens.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// The frame.
    pub frame: Frame,
    /// Where the form is sent: the link itself.
    pub action: String,
    /// The account and its role in words; none when the first owner still has to name it.
    pub account: Option<String>,
    /// The account's name, or what was typed.
    pub name: String,
    /// What must be corrected.
    pub problems: Problems,
}

/// The page of a link that was used or is too old (status 410).
#[derive(Debug, Template)]
#[template(path = "setup_gone.html")]
pub struct SetupGonePage {
    /// The frame.
    pub frame: Frame,
}
