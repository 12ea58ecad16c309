//! `/admin/login`: a name and a password.

use askama::Template;

use super::form::Problems;
use super::frame::Frame;

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub struct SignInPage {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the last try; one sentence for every cause.
    pub problems: Problems,
    /// The name that was typed.
    pub name: String,
    /// The page of the console to go to afterwards.
    pub next: String,
}
