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
        read_staff: "查看工作人员账号", "see the accounts of staff";
        keep_staff: "管理工作人员账号", "keep the accounts of staff";
        revoke_matching: "批量撤销会话", "revoke sessions in bulk";
        watch_jobs: "查看任务", "see jobs";
        propose_emergency: "提出紧急撤销", "propose to revoke everything";
        approve_emergency: "批准紧急撤销", "approve to revoke everything";
        keep_own_account: "管理自己的账号", "keep one's own account";
        moderate: "审核昵称与头像", "let nicknames and avatars pass";
        reveal: "显示单项个人信息", "see one masked field of a user";
        annotate: "填写用户备注", "write notes about users";
        erase: "代用户注销账号", "delete a user's account for them";
        export: "导出列表", "export lists";
        export_users: "导出用户与会话", "export users and sessions";
        export_audit: "导出审计日志", "export the audit log";
        freeze: "冻结与解冻用户", "freeze and unfreeze users";
        see_addresses: "查看完整 IP", "see whole IP addresses";
        read_own_audit: "查看自己的审计记录", "read one's own audit entries";
        read_settings: "查看小程序与系统状态", "see mini-programs and the system";
        test_apps: "测试小程序配置", "test a mini-program's settings";
        read_audit: "查看全部审计日志", "read the whole audit log";
        active: "正常", "Active";
        frozen: "已冻结", "Frozen";
        leaving: "注销中", "Being deleted";
        erased: "已注销并清除", "Erased";
        live: "有效", "Live";
        ended: "已结束", "Ended";
        expired: "已过期", "Expired";
        user_request: "用户请求", "User asked for it";
        device_lost: "设备丢失", "Device lost";
        suspected_theft: "疑似盗号", "Suspected theft";
        violation: "违规", "Violation";
        testing: "测试", "Test";
        other: "其他", "Other";
        duty_changed: "岗位变动", "Change of duties";
        left: "离开团队", "Left the team";
        unused: "长期未使用", "Not used any more";
        displaced: "超出会话上限", "Over the session cap";
        logout: "用户退出登录", "User logged out";
        cancelled: "用户在微信注销", "Cancelled in WeChat";
        by_deletion: "用户注销账号", "User deleted the account";
        by_freeze: "用户被冻结", "User was frozen";
        recalled: "全部撤销", "All revoked";
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
            Permission::RevokeMatching => self.revoke_matching,
            Permission::WatchJobs => self.watch_jobs,
            Permission::ProposeEmergency => self.propose_emergency,
            Permission::ApproveEmergency => self.approve_emergency,
            Permission::Freeze => self.freeze,
            Permission::ReadStaff => self.read_staff,
            Permission::KeepStaff => self.keep_staff,
            Permission::KeepOwnAccount => self.keep_own_account,
            Permission::Moderate => self.moderate,
            Permission::Reveal => self.reveal,
            Permission::Annotate => self.annotate,
            Permission::Erase => self.erase,
            Permission::Export => self.export,
            Permission::ExportUsers => self.export_users,
            Permission::ExportAudit => self.export_audit,
            Permission::SeeAddresses => self.see_addresses,
            Permission::ReadOwnAudit => self.read_own_audit,
            Permission::ReadAudit => self.read_audit,
            Permission::ReadSettings => self.read_settings,
            Permission::TestApps => self.test_apps,
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
            "duty_changed" => self.duty_changed,
            "left" => self.left,
            "unused" => self.unused,
            "displaced" => self.displaced,
            "logout" => self.logout,
            "cancelled" => self.cancelled,
            "deleted" => self.by_deletion,
            "expired" => self.expired,
            "recalled" => self.recalled,
            unknown => unknown,
        }
    }
}
