//! How logins end, by the words of the login log, with what to tell the user.

use super::words;

words! {
    /// What became of a login.
    Results
    text {
        ok: "成功", "Done";
        failed: "失败", "Failed";
        app_unknown: "小程序未配置", "Unknown mini-program";
        code_invalid: "登录码无效或已过期，重新打开小程序即可", "The login code was invalid or too old; opening the mini-program again helps";
        code_used: "登录码被重复使用，重新打开小程序即可", "The login code was used twice; opening the mini-program again helps";
        blocked: "微信判定为高风险用户，只能由用户向微信申诉", "WeChat takes the user for high-risk; only the user can appeal to WeChat";
        frozen: "用户已被冻结", "The user is frozen";
        deleted: "用户已注销账号，清除之前可以由用户恢复", "The user deleted the account and can restore it until it is erased";
        no_account: "没有可以恢复的账号", "There was no account to restore";
        limited: "请求过于频繁，请稍后再试", "Too many attempts; try again later";
        busy: "微信系统繁忙，请稍后再试", "WeChat is busy; try again later";
        unavailable: "无法连接微信", "WeChat could not be reached";
        timeout: "微信未及时响应", "WeChat did not answer in time";
        bad_response: "微信返回了无法识别的内容", "WeChat's answer made no sense";
        misconfigured: "小程序配置有误，请联系系统管理员", "The mini-program is misconfigured; tell an owner";
        storage: "数据库暂不可用", "The database was not available";
    }
    say {
        errcode(i64, &str): |errcode, text| format!("{errcode} · {text}"), |errcode, text| format!("{errcode} · {text}");
    }
}

impl Results {
    /// What a result means; a word that is none of ours stands for itself.
    #[must_use]
    pub fn explain<'a>(&self, code: &'a str) -> &'a str {
        match code {
            "ok" => self.ok,
            "app_unknown" => self.app_unknown,
            "code_invalid" => self.code_invalid,
            "code_used" => self.code_used,
            "wechat_user_blocked" => self.blocked,
            "user_frozen" => self.frozen,
            "account_deleted" => self.deleted,
            "account_not_found" => self.no_account,
            "rate_limited" => self.limited,
            "wechat_busy" => self.busy,
            "wechat_unavailable" => self.unavailable,
            "wechat_timeout" => self.timeout,
            "wechat_bad_response" | "wechat_error" => self.bad_response,
            "wechat_misconfigured" => self.misconfigured,
            "storage_unavailable" | "busy" => self.storage,
            unknown => unknown,
        }
    }
}
