//! The terms of the field: roles, permissions, states, reasons, results.

use super::words;
use crate::admin::role::{Permission, Role};

words! {
    /// The terms.
    Terms
    text {
        support: "客服", "Support";
        admin: "管理员", "Admin";
        auditor: "审计员", "Auditor";
        owner: "系统管理员", "Owner";
        browse: "查看用户与会话", "see users and sessions";
        revoke: "撤销会话", "revoke sessions";
        freeze: "冻结与解冻用户", "freeze and unfreeze users";
        see_addresses: "查看完整 IP", "see whole IP addresses";
        read_own_audit: "查看自己的审计记录", "read one's own audit entries";
        read_audit: "查看全部审计日志", "read the whole audit log";
        active: "正常", "Active";
        frozen: "已冻结", "Frozen";
        deleted: "已注销", "Deleted";
        live: "有效", "Live";
        ended: "已结束", "Ended";
        expired: "已过期", "Expired";
        user_request: "用户请求", "User asked for it";
        device_lost: "设备丢失", "Device lost";
        suspected_theft: "疑似盗号", "Suspected theft";
        violation: "违规", "Violation";
        testing: "测试", "Test";
        other: "其他", "Other";
        displaced: "超出会话上限", "Over the session cap";
        logout: "用户退出登录", "User logged out";
        cancelled: "用户在微信注销", "Cancelled in WeChat";
        by_freeze: "用户被冻结", "User was frozen";
        by_user: "用户本人", "the user";
        by_system: "系统", "the system";
        nobody: "微信用户", "WeChat user";
        devtools: "开发者工具", "DevTools";
        unknown_device: "未知设备", "Unknown device";
    }
    say {
    }
}

impl Terms {
    /// The name of a role.
    #[must_use]
    pub const fn role(&self, role: Role) -> &'static str {
        match role {
            Role::Support => self.support,
            Role::Admin => self.admin,
            Role::Auditor => self.auditor,
            Role::Owner => self.owner,
        }
    }

    /// The name of a permission, as it stands in a sentence.
    #[must_use]
    pub const fn permission(&self, permission: Permission) -> &'static str {
        match permission {
            Permission::Browse => self.browse,
            Permission::Revoke => self.revoke,
            Permission::Freeze => self.freeze,
            Permission::SeeAddresses => self.see_addresses,
            Permission::ReadOwnAudit => self.read_own_audit,
            Permission::ReadAudit => self.read_audit,
        }
    }

    /// Why a session ended or a user was frozen; a word that is none of ours stands for itself.
    #[must_use]
    pub fn reason<'a>(&self, code: &'a str) -> &'a str {
        match code {
            "user_request" => self.user_request,
            "device_lost" => self.device_lost,
            "suspected_theft" => self.suspected_theft,
            "violation" => self.violation,
            "test" => self.testing,
            "other" => self.other,
            "displaced" => self.displaced,
            "logout" => self.logout,
            "cancelled" => self.cancelled,
            "frozen" => self.by_freeze,
            "expired" => self.expired,
            unknown => unknown,
        }
    }
}
