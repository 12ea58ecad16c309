//! Who a page is about: the same line on every page below a user's own.

use super::session_row::{Badge, UserRef};
use super::sight::Sight;
use crate::db::users::whole::Whole;

/// A user's name, whether they are kept out, where they are known and how many sessions they have.
#[derive(Clone, Debug)]
pub struct IdentityBar {
    /// Who, with a link to their page.
    pub user: UserRef,
    /// Active, frozen or deleted.
    pub status: Badge,
    /// How many live sessions, in words.
    pub live: String,
    /// The mini-programs they are known in.
    pub app: String,
}

impl IdentityBar {
    /// The bar of this user.
    #[must_use]
    pub fn of(sight: &Sight<'_>, whole: &Whole) -> Self {
        Self {
            user: sight.user(&whole.user.uid, &whole.user.nickname),
            status: sight.status(&whole.user),
            live: (sight.words.user.live_count)(u64::try_from(whole.live).unwrap_or(0)),
            app: sight.apps(whole.identities.iter()),
        }
    }
}
