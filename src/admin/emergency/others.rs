//! Who else could approve.

use crate::admin::locale::Emergency as Words;
use crate::admin::role::Role;
use crate::db::Conn;
use crate::db::emergencies::count_active;
use crate::error::Result;

/// Who else there is, and what that means for the reader's proposal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Others {
    /// Another person can approve.
    CanApprove,
    /// The reader is the only owner, and there is no admin.
    None,
    /// The reader is the only owner: an admin must propose.
    OnlyAdmins,
    /// The reader is an admin, and there is no owner.
    NoOwner,
}

impl Others {
    /// Of a reader of that role.
    pub(super) fn of(conn: &mut Conn, role: Role) -> Result<Self> {
        let active = count_active(conn)?;
        let count = |role| active.iter().find(|(of, _)| of == role).map_or(0, |(_, count)| *count);
        let (admins, owners) = (count("admin"), count("owner"));
        Ok(match (role, owners, admins) {
            (Role::Owner, 0..=1, 0) => Self::None,
            (Role::Owner, 0..=1, _) => Self::OnlyAdmins,
            (Role::Owner, _, _) => Self::CanApprove,
            (_, 0, _) => Self::NoOwner,
            _ => Self::CanApprove,
        })
    }

    /// Why the reader can propose nothing.
    pub(super) const fn problem(self, words: &Words) -> Option<&'static str> {
        match self {
            Self::CanApprove | Self::None => None,
            Self::OnlyAdmins => Some(words.needs_admin),
            Self::NoOwner => Some(words.needs_owner),
        }
    }
}
