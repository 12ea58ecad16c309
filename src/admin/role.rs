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
    /// End every session that a filter lets through, and stop such work.
    RevokeMatching,
    /// Read what jobs do, and what was done in emergencies.
    WatchJobs,
    /// Propose to end all sessions at once.
    ProposeEmergency,
    /// Approve what somebody else proposed.
    ApproveEmergency,
    /// Freeze and unfreeze a user.
    Freeze,
    /// Let nicknames and avatars pass, or refuse them.
    Moderate,
    /// See one masked field of one user, with a reason, so many times a day.
    Reveal,
    /// Write notes about a user.
    Annotate,
    /// Delete a user's account for them.
    Erase,
    /// Take a list away as a file; of what, the two below say.
    Export,
    /// Take users and sessions away, masked.
    ExportUsers,
    /// Take the audit log away.
    ExportAudit,
    /// See whole IP addresses, where others see the last part as `*`.
    SeeAddresses,
    /// Change one's own password and second factor, and end one's own console sessions.
    KeepOwnAccount,
    /// See the accounts of staff.
    ReadStaff,
    /// Make, change and disable accounts of staff.
    KeepStaff,
    /// Read what oneself did.
    ReadOwnAudit,
    /// Read what everybody did.
    ReadAudit,
    /// See how mini-programs are set up and how the process is.
    ReadSettings,
    /// Ask WeChat whether it takes a mini-program's secret.
    TestApps,
}

impl Permission {
    /// Every permission.
    pub const ALL: [Self; 22] = [
        Self::Browse,
        Self::Revoke,
        Self::RevokeMatching,
        Self::WatchJobs,
        Self::ProposeEmergency,
        Self::ApproveEmergency,
        Self::Freeze,
        Self::Moderate,
        Self::Reveal,
        Self::Annotate,
        Self::Erase,
        Self::Export,
        Self::ExportUsers,
        Self::ExportAudit,
        Self::SeeAddresses,
        Self::KeepOwnAccount,
        Self::ReadStaff,
        Self::KeepStaff,
        Self::ReadOwnAudit,
        Self::ReadAudit,
        Self::ReadSettings,
        Self::TestApps,
    ];
}

/// Whether people of this role may do this.
#[must_use]
pub const fn may(role: Role, permission: Permission) -> bool {
    use Permission::{
        Annotate, ApproveEmergency, Browse, Erase, Export, ExportAudit, ExportUsers, Freeze, KeepOwnAccount,
        KeepStaff, Moderate, ProposeEmergency, ReadAudit, ReadOwnAudit, ReadSettings, ReadStaff, Reveal,
        Revoke, RevokeMatching, SeeAddresses, TestApps, WatchJobs,
    };

    if matches!(permission, KeepOwnAccount | ReadOwnAudit) {
        return true;
    }
    match role {
        Role::Support => matches!(permission, Browse | Revoke | Moderate | Reveal | Annotate),
        Role::Admin => {
            let on_users = matches!(permission, Browse | Revoke | Freeze | Moderate | SeeAddresses);
            on_users
                || matches!(permission, RevokeMatching | WatchJobs | ProposeEmergency)
                || matches!(permission, Reveal | Annotate | Erase | Export | ExportUsers)
        }
        Role::Auditor => {
            matches!(
                permission,
                Browse
                    | SeeAddresses
                    | ReadAudit
                    | ReadStaff
                    | ReadSettings
                    | Export
                    | ExportAudit
                    | WatchJobs
            )
        }
        Role::Owner => {
            matches!(permission, SeeAddresses | ReadAudit | ReadStaff | KeepStaff | ReadSettings | TestApps)
                || matches!(permission, WatchJobs | ProposeEmergency | ApproveEmergency)
        }
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
    fn each_permission_is_held_by_these_roles_alone() {
        use Role::{Admin, Auditor, Owner, Support};

        assert_eq!(roles(Permission::Browse), [Support, Admin, Auditor]);
        assert_eq!(roles(Permission::Revoke), [Support, Admin]);
        assert_eq!(roles(Permission::RevokeMatching), [Admin]);
        assert_eq!(roles(Permission::WatchJobs), [Admin, Auditor, Owner]);
        assert_eq!(roles(Permission::ProposeEmergency), [Admin, Owner]);
        assert_eq!(roles(Permission::ApproveEmergency), [Owner]);
        assert_eq!(roles(Permission::Freeze), [Admin]);
        assert_eq!(roles(Permission::Moderate), [Support, Admin]);
        assert_eq!(roles(Permission::Reveal), [Support, Admin]);
        assert_eq!(roles(Permission::Annotate), [Support, Admin]);
        assert_eq!(roles(Permission::Erase), [Admin]);
        assert_eq!(roles(Permission::Export), [Admin, Auditor]);
        assert_eq!(roles(Permission::ExportUsers), [Admin]);
        assert_eq!(roles(Permission::ExportAudit), [Auditor]);
        assert_eq!(roles(Permission::SeeAddresses), [Admin, Auditor, Owner]);
        assert_eq!(roles(Permission::KeepOwnAccount), Role::ALL);
        assert_eq!(roles(Permission::ReadStaff), [Auditor, Owner]);
        assert_eq!(roles(Permission::KeepStaff), [Owner]);
        assert_eq!(roles(Permission::ReadOwnAudit), Role::ALL);
        assert_eq!(roles(Permission::ReadAudit), [Auditor, Owner]);
        assert_eq!(roles(Permission::ReadSettings), [Auditor, Owner]);
        assert_eq!(roles(Permission::TestApps), [Owner]);
    }

    #[test]
    fn nobody_may_do_everything_and_everybody_something() {
        for role in Role::ALL {
            let held = Permission::ALL.into_iter().filter(|permission| role.may(*permission)).count();
            assert!((1..Permission::ALL.len()).contains(&held), "{role:?}");
        }
    }

    #[test]
    fn a_role_comes_back_from_its_word() {
        assert!(Role::ALL.into_iter().all(|role| role.code().parse() == Ok(role)));
        assert_eq!("root".parse::<Role>(), Err(()));
    }
}
