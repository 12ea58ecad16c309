//! `/admin/users`: the list of users.

use askama::Template;

use super::frame::Frame;
use super::list::{Days, List, Select};
use super::session_row::{Badge, UserRef};
use super::when::When;

/// The list of users.
#[derive(Debug, Template)]
#[template(path = "users/list.html")]
pub struct UsersPage {
    /// The frame.
    pub frame: Frame,
    /// Tabs, counts, paging.
    pub list: List,
    /// The nickname searched for.
    pub q: String,
    /// The tab's status, kept by the filter form.
    pub status: Option<String>,
    /// Filter: mini-program.
    pub app: Select,
    /// Filter: registered on these days.
    pub created: Days,
    /// The order.
    pub sort: Select,
    /// One screen of users.
    pub rows: Vec<UserRow>,
}

/// One user in the list.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Who.
    pub user: UserRef,
    /// The masked phone number, or a dash.
    pub phone: String,
    /// The mini-program of the latest login.
    pub app: String,
    /// How many live sessions.
    pub live: String,
    /// The latest login.
    pub seen: Option<When>,
    /// When the user first logged in.
    pub created: When,
    /// Active, frozen or deleted.
    pub status: Badge,
}
