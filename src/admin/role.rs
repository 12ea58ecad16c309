//! Who may do what in the console: the one table of roles and permissions.
//!
//! Those who work on users, those who keep staff accounts and those who check on both are separate people
//! (等保 2.0: 三权分立), so no role holds everything.

use std::str::FromStr;

/// What a member of staff is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// 客服: looks users up and ends their sessions.
    Support,
    /// 管理员: that, and freezes users.
    Admin,
    /// 审计员: sees everything, changes nothing.
    Auditor,
    /// 系统管理员: keeps staff accounts and settings; sees no user.
    Owner,
}

/// Something that not everybody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Look users and sessions up, and read their pages, masked.
    Browse,
    /// End one session, some, or all of one user.
    Revoke,
    /// Freeze and unfreeze a user.
    Freeze,
    /// See whole IP addresses, where others see the last part as `*`.
    SeeAddresses,
    /// Read what oneself did.
    ReadOwnAudit,
    /// Read what everybody did.
    ReadAudit,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 6] =
        [Self::Browse, Self::Revoke, Self::Freeze, Self::SeeAddresses, Self::ReadOwnAudit, Self::ReadAudit];
}

/// Whether people of this role may do this.
#[must_use]
pub const fn may(role: Role, permission: Permission) -> bool {
    use Permission::{Browse, Freeze, ReadAudit, ReadOwnAudit, Revoke, SeeAddresses};

    match role {
        Role::Support => matches!(permission, Browse | Revoke | ReadOwnAudit),
        Role::Admin => matches!(permission, Browse | Revoke | Freeze | SeeAddresses | ReadOwnAudit),
        Role::Auditor => matches!(permission, Browse | SeeAddresses | ReadOwnAudit | ReadAudit),
        Role::Owner => matches!(permission, SeeAddresses | ReadOwnAudit | ReadAudit),
    }
}

impl Role {
    /// Every role, the least first.
    pub const ALL: [Self; 4] = [Self::Support, Self::Admin, Self::Auditor, Self::Owner];

    /// The word by which the database and the command line know it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Support => "support",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
            Self::Owner => "owner",
        }
    }

    /// Whether people of this role may do this.
    #[must_use]
    pub const fn may(self, permission: Permission) -> bool {
        may(self, permission)
    }

    /// The page that a member of staff sees first.
    #[must_use]
    pub const fn home(self) -> &'static str {
        if self.may(Permission::Browse) { "/admin/users" } else { "/admin/audit" }
    }

    /// The roles that may do this.
    pub fn that_may(permission: Permission) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| role.may(permission))
    }
}

impl FromStr for Role {
    type Err = ();

    fn from_str(code: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|role| role.code() == code).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(permission: Permission) -> Vec<Role> {
        Role::that_may(permission).collect()
    }

    #[test]
    fn the_table_is_that_of_the_design() {
        use Role::{Admin, Auditor, Owner, Support};

        assert_eq!(roles(Permission::Browse), [Support, Admin, Auditor]);
        assert_eq!(roles(Permission::Revoke), [Support, Admin]);
        assert_eq!(roles(Permission::Freeze), [Admin]);
        assert_eq!(roles(Permission::SeeAddresses), [Admin, Auditor, Owner]);
        assert_eq!(roles(Permission::ReadOwnAudit), Role::ALL);
        assert_eq!(roles(Permission::ReadAudit), [Auditor, Owner]);
    }

    #[test]
    fn nobody_may_do_everything_and_everybody_something() {
        for role in Role::ALL {
            let held = Permission::ALL.into_iter().filter(|permission| role.may(*permission)).count();
            assert!((1..Permission::ALL.len()).contains(&held), "{role:?}");
        }
    }

    #[test]
    fn each_role_may_open_its_own_home() {
        assert_eq!(Role::Support.home(), "/admin/users");
        assert_eq!(Role::Owner.home(), "/admin/audit");
    }

    #[test]
    fn a_role_comes_back_from_its_word() {
        assert!(Role::ALL.into_iter().all(|role| role.code().parse() == Ok(role)));
        assert_eq!("root".parse::<Role>(), Err(()));
    }
}
