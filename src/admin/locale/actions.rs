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
        denied: "越权操作", "Lacked a permission";
        lookup_id: "按 openid 查找", "Look up an openid";
        lookup_phone: "按手机号查找", "Look up a phone number";
        lookup_ip: "按 IP 查找", "Look up an IP";
        wechat_revoked: "用户在微信撤回授权", "Authorisation taken back in WeChat";
        wechat_cancelled: "用户在微信注销授权", "Account cancelled in WeChat";
        wechat_modified: "用户修改微信资料", "Profile changed in WeChat";
    }
    say {
    }
}

/// The actions that the audit list can be narrowed to.
pub const CODES: [&str; 16] = [
    "staff.sign_in",
    "staff.sign_out",
    "staff.setup",
    "staff.add",
    "staff.passwd",
    "staff.disable",
    "session.revoke",
    "user.freeze",
    "user.unfreeze",
    "permission.denied",
    "lookup.openid",
    "lookup.phone",
    "lookup.ip",
    "wechat.authorization_revoked",
    "wechat.authorization_cancelled",
    "wechat.info_modified",
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
            "session.revoke" => self.revoke,
            "user.freeze" => self.freeze,
            "user.unfreeze" => self.unfreeze,
            "permission.denied" => self.denied,
            "lookup.openid" => self.lookup_id,
            "lookup.phone" => self.lookup_phone,
            "lookup.ip" => self.lookup_ip,
            "wechat.authorization_revoked" => self.wechat_revoked,
            "wechat.authorization_cancelled" => self.wechat_cancelled,
            "wechat.info_modified" => self.wechat_modified,
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
