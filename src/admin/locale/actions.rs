//! What staff and menwei itself do, by the words of the audit trail.

use super::words;

words! {
    /// The names of actions.
    Actions
    text {
        sign_in: "登录", "Sign in";
        sign_out: "退出登录", "Sign out";
        set_up: "设置密码", "Set a password";
        add: "添加账号", "Add an account";
        passwd: "重置密码", "Reset a password";
        disable: "停用账号", "Disable an account";
        revoke: "撤销会话", "Revoke sessions";
        freeze: "冻结用户", "Freeze a user";
        unfreeze: "解除冻结", "Unfreeze a user";
        revealed: "显示个人信息", "Show a masked field";
        noted: "填写用户备注", "Write a note about a user";
        erased: "代用户注销账号", "Delete a user's account";
        export_begin: "开始导出", "Begin an export";
        export_done: "导出结束", "End of an export";
        denied: "越权操作", "Lacked a permission";
        lookup_id: "按 openid 查找", "Look up an openid";
        lookup_phone: "按手机号查找", "Look up a phone number";
        lookup_ip: "按 IP 查找", "Look up an IP";
        wechat_revoked: "用户在微信撤回授权", "Authorisation taken back in WeChat";
        wechat_cancelled: "用户在微信注销授权", "Account cancelled in WeChat";
        wechat_modified: "用户修改微信资料", "Profile changed in WeChat";
        staff_role: "更改角色", "Change a role";
        staff_enable: "启用账号", "Enable an account";
        second_factor: "两步验证", "Second factor";
        reauth: "再次确认身份", "Confirm one's identity";
        password: "修改密码", "Change one's password";
        totp_set: "设置两步验证", "Set up a second factor";
        totp_removed: "关闭两步验证", "Switch the second factor off";
        recovery_codes: "更换恢复码", "Make new recovery codes";
        preferences: "更改偏好", "Change one's preferences";
        end_sessions: "结束自己的登录", "End one's own sessions";
        account_delete: "用户注销账号", "User deleted the account";
        account_restore: "用户恢复账号", "User restored the account";
        account_erase: "清除已注销账号", "Deleted account erased";
        media_checked: "微信审核头像", "Avatar checked by WeChat";
        review_accept: "通过资料审核", "Let a proposal pass";
        review_refuse: "拒绝资料审核", "Refuse a proposal";
        app_test: "测试小程序配置", "Test a mini-program's settings";
        job_create: "创建批量任务", "Make a job";
        job_finish: "批量任务完成", "A job was done";
        job_pause: "暂停批量任务", "Pause a job";
        job_resume: "继续批量任务", "Resume a job";
        job_cancel: "取消批量任务", "Cancel a job";
        emergency_propose: "提出紧急撤销", "Propose to revoke everything";
        emergency_approve: "批准紧急撤销", "Approve to revoke everything";
        emergency_refuse: "否决紧急撤销", "Refuse to revoke everything";
        emergency_carry_out: "执行紧急撤销", "Revoke everything after the delay";
        unionid_conflict: "unionid 冲突", "Conflict of unionids";
    }
    say {
    }
}

/// The actions that the audit list can be narrowed to.
pub const CODES: [&str; 48] = [
    "staff.sign_in",
    "staff.sign_out",
    "staff.setup",
    "staff.add",
    "staff.passwd",
    "staff.disable",
    "staff.role",
    "staff.enable",
    "staff.second_factor",
    "staff.reauth",
    "staff.password",
    "staff.totp_set",
    "staff.totp_removed",
    "staff.recovery_codes",
    "staff.end_sessions",
    "staff.preferences",
    "session.revoke",
    "user.freeze",
    "user.unfreeze",
    "user.reveal",
    "user.note",
    "user.erase",
    "export.begin",
    "export.done",
    "permission.denied",
    "lookup.openid",
    "lookup.phone",
    "lookup.ip",
    "wechat.authorization_revoked",
    "wechat.authorization_cancelled",
    "wechat.info_modified",
    "account.delete",
    "account.restore",
    "account.erase",
    "wechat.media_checked",
    "review.accept",
    "review.refuse",
    "job.create",
    "job.finish",
    "job.pause",
    "job.resume",
    "job.cancel",
    "emergency.propose",
    "emergency.approve",
    "emergency.refuse",
    "emergency.carry_out",
    "identity.unionid_conflict",
    "app.test",
];

impl Actions {
    /// The name of an action; a word that is none of ours stands for itself.
    #[must_use]
    pub fn name<'a>(&self, code: &'a str) -> &'a str {
        match code {
            "staff.sign_in" => self.sign_in,
            "staff.sign_out" => self.sign_out,
            "staff.setup" => self.set_up,
            "staff.add" => self.add,
            "staff.passwd" => self.passwd,
            "staff.disable" => self.disable,
            "staff.role" => self.staff_role,
            "staff.enable" => self.staff_enable,
            "staff.second_factor" => self.second_factor,
            "staff.reauth" => self.reauth,
            "staff.password" => self.password,
            "staff.totp_set" => self.totp_set,
            "staff.totp_removed" => self.totp_removed,
            "staff.recovery_codes" => self.recovery_codes,
            "staff.end_sessions" => self.end_sessions,
            "staff.preferences" => self.preferences,
            "session.revoke" => self.revoke,
            "user.freeze" => self.freeze,
            "user.unfreeze" => self.unfreeze,
            "user.reveal" => self.revealed,
            "user.note" => self.noted,
            "user.erase" => self.erased,
            "export.begin" => self.export_begin,
            "export.done" => self.export_done,
            "permission.denied" => self.denied,
            "lookup.openid" => self.lookup_id,
            "lookup.phone" => self.lookup_phone,
            "lookup.ip" => self.lookup_ip,
            "wechat.authorization_revoked" => self.wechat_revoked,
            "wechat.authorization_cancelled" => self.wechat_cancelled,
            "wechat.info_modified" => self.wechat_modified,
            "account.delete" => self.account_delete,
            "account.restore" => self.account_restore,
            "account.erase" => self.account_erase,
            "wechat.media_checked" => self.media_checked,
            "review.accept" => self.review_accept,
            "review.refuse" => self.review_refuse,
            "app.test" => self.app_test,
            "job.create" => self.job_create,
            "job.finish" => self.job_finish,
            "job.pause" => self.job_pause,
            "job.resume" => self.job_resume,
            "job.cancel" => self.job_cancel,
            "emergency.propose" => self.emergency_propose,
            "emergency.approve" => self.emergency_approve,
            "emergency.refuse" => self.emergency_refuse,
            "emergency.carry_out" => self.emergency_carry_out,
            "identity.unionid_conflict" => self.unionid_conflict,
            unknown => unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_in_both_languages() {
        for code in CODES {
            assert_ne!(Actions::ZH.name(code), code);
            assert_ne!(Actions::EN.name(code), code);
        }
    }
}
