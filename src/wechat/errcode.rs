//! WeChat's error codes: what each means for a login or a call, and what an operator can do about it.
//!
//! Sources: the official page of `jscode2session` names -1, 40029, 40226 and 45011; the others are seen in the
//! official community and in the pages of neighbouring interfaces.

use std::time::Duration;

use crate::error::Error;

/// The login code was used before.
pub const CODE_USED: i64 = 40163;
/// WeChat is busy.
pub const BUSY: i64 = -1;
/// The access token is invalid or not the latest.
pub const TOKEN_REFUSED: i64 = 40001;
/// The access token is invalid.
pub const TOKEN_INVALID: i64 = 40014;
/// The access token has expired.
pub const TOKEN_EXPIRED: i64 = 42001;

/// The longest that 45011 asks for: its quota is by the minute.
const MINUTE: Duration = Duration::from_mins(1);

/// What becomes of an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// The client gets a new code by `wx.login`.
    CodeInvalid,
    /// The same, for a code that was used.
    CodeUsed,
    /// WeChat blocks the user.
    UserBlocked,
    /// WeChat is busy.
    Busy,
    /// Too many calls in a minute.
    RateLimited,
    /// An operator must act.
    Misconfigured,
}

/// A sentence in both languages of the console.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Simplified Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// One error code.
#[derive(Clone, Copy, Debug)]
pub struct Errcode {
    /// WeChat's number.
    pub code: i64,
    /// What becomes of it.
    pub class: Class,
    /// What it says.
    pub meaning: Words,
    /// What to do.
    pub advice: Words,
}

/// What is known of `code`.
#[must_use]
pub fn find(code: i64) -> Option<&'static Errcode> {
    TABLE.iter().find(|entry| entry.code == code)
}

/// The error that `code` means in menwei's words.
#[must_use]
pub fn error(code: i64) -> Error {
    match find(code).map(|entry| entry.class) {
        Some(Class::CodeInvalid) => Error::CodeInvalid,
        Some(Class::CodeUsed) => Error::CodeUsed,
        Some(Class::UserBlocked) => Error::WeChatUserBlocked,
        Some(Class::Busy) => Error::WeChatBusy,
        Some(Class::RateLimited) => Error::RateLimited { retry_after: MINUTE },
        Some(Class::Misconfigured) => Error::WeChatMisconfigured { errcode: code },
        None => Error::WeChatError { errcode: code },
    }
}

/// Every code that menwei knows, by number.
pub const TABLE: &[Errcode] = &[
    entry(BUSY, Class::Busy, ("系统繁忙", "WeChat is busy"), ("稍后重试", "try again later")),
    entry(TOKEN_REFUSED, Class::Misconfigured, TOKEN_BAD, CHECK_TOKEN),
    entry(40013, Class::Misconfigured, ("AppID 无效", "the AppID is invalid"), CHECK_APPID),
    entry(TOKEN_INVALID, Class::Misconfigured, TOKEN_BAD, CHECK_TOKEN),
    entry(
        40029,
        Class::CodeInvalid,
        ("code 无效或已过期", "the code is unknown or older than 5 minutes"),
        (
            "如频繁出现，请核对小程序与服务端的 AppID 是否一致",
            "if frequent, compare the AppID of the mini-program with the server's",
        ),
    ),
    entry(40125, Class::Misconfigured, ("AppSecret 无效", "the AppSecret is invalid"), CHECK_SECRET),
    entry(
        CODE_USED,
        Class::CodeUsed,
        ("code 已被使用", "the code was used before"),
        ("小程序重新调用 wx.login", "the mini-program calls wx.login again"),
    ),
    entry(
        40164,
        Class::Misconfigured,
        ("服务器 IP 不在白名单", "this server's address is not in the IP whitelist"),
        (
            "在小程序后台的 IP 白名单中加入本服务器的出口 IP",
            "add this server's outgoing address to the IP whitelist of the mini-program",
        ),
    ),
    entry(
        40226,
        Class::UserBlocked,
        ("高风险用户，登录被拦截", "a high-risk user: WeChat refuses the login"),
        ("不要重试", "do not try again"),
    ),
    entry(
        40243,
        Class::Misconfigured,
        ("AppSecret 已冻结", "the AppSecret is frozen"),
        (
            "在小程序后台解冻或重置 AppSecret",
            "unfreeze or reset the AppSecret in the mini-program's back office",
        ),
    ),
    entry(41001, Class::Misconfigured, TOKEN_BAD, CHECK_TOKEN),
    entry(41002, Class::Misconfigured, ("缺少 AppID", "the AppID is missing"), CHECK_APPID),
    entry(41004, Class::Misconfigured, ("缺少 AppSecret", "the AppSecret is missing"), CHECK_SECRET),
    entry(
        41008,
        Class::CodeInvalid,
        ("缺少 code", "the code is missing"),
        ("小程序重新调用 wx.login", "the mini-program calls wx.login again"),
    ),
    entry(TOKEN_EXPIRED, Class::Misconfigured, TOKEN_BAD, CHECK_TOKEN),
    entry(1003, Class::RateLimited, THROTTLED, LATER),
    entry(44991, Class::RateLimited, THROTTLED, LATER),
    entry(
        45009,
        Class::Misconfigured,
        ("当日调用额度已用完", "the day's quota of calls is used up"),
        (
            "在小程序后台查看额度，必要时清零（每月有限次）",
            "see the quota in the mini-program's back office and clear it (a few times a month)",
        ),
    ),
    entry(45011, Class::RateLimited, THROTTLED, LATER),
    entry(48001, Class::Misconfigured, ("没有接口权限", "the interface is not granted"), CHECK_ACCOUNT),
    entry(48004, Class::Misconfigured, ("接口被封禁", "the interface is banned"), CHECK_ACCOUNT),
    entry(
        50002,
        Class::UserBlocked,
        ("用户受限", "the user is restricted"),
        ("不要重试", "do not try again"),
    ),
    entry(50004, Class::Misconfigured, ("账号被禁用", "the account is disabled"), CHECK_ACCOUNT),
    entry(50007, Class::Misconfigured, ("账号已冻结", "the account is frozen"), CHECK_ACCOUNT),
    entry(
        61024,
        Class::Misconfigured,
        ("AppID 属于第三方平台", "the AppID belongs to a third-party platform"),
        ("请填写小程序的 AppID", "configure the AppID of the mini-program"),
    ),
    entry(89503, Class::Misconfigured, ADDRESS_WAITS, CONFIRM_ADDRESS),
    entry(89506, Class::Misconfigured, ADDRESS_WAITS, CONFIRM_ADDRESS),
    entry(89507, Class::Misconfigured, ADDRESS_WAITS, CONFIRM_ADDRESS),
];

const TOKEN_BAD: (&str, &str) =
    ("access_token 无效或已过期", "the access token is invalid or expired, also a fresh one");
const CHECK_TOKEN: (&str, &str) = (
    "核对 [[app]] 的 secret；同一 AppID 的其他系统请改用 stable_token",
    "check secret in [[app]]; other systems of this AppID must use stable_token, too",
);
const ADDRESS_WAITS: (&str, &str) = (
    "管理员尚未确认或已拒绝本服务器 IP",
    "the account's admin has not confirmed, or refuses, this server's address",
);
const CONFIRM_ADDRESS: (&str, &str) =
    ("请小程序管理员在微信中确认", "the mini-program's admin confirms it in WeChat");
const CHECK_APPID: (&str, &str) = ("核对 [[app]] 的 appid", "check appid in [[app]]");
const CHECK_SECRET: (&str, &str) = (
    "核对 [[app]] 的 secret；重置过 AppSecret 的请更新",
    "check secret in [[app]]; after a reset of the AppSecret, enter the new one",
);
const CHECK_ACCOUNT: (&str, &str) = (
    "在小程序后台查看通知和账号状态",
    "see the notices and the account's state in the mini-program's back office",
);
const THROTTLED: (&str, &str) = ("调用过于频繁", "too many calls in a minute");
const LATER: (&str, &str) = ("一分钟后重试", "try again after a minute");

const fn entry(
    code: i64,
    class: Class,
    meaning: (&'static str, &'static str),
    advice: (&'static str, &'static str),
) -> Errcode {
    Errcode {
        code,
        class,
        meaning: Words { zh: meaning.0, en: meaning.1 },
        advice: Words { zh: advice.0, en: advice.1 },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_stands_there_twice() {
        for (place, entry) in TABLE.iter().enumerate() {
            assert!(TABLE[..place].iter().all(|other| other.code != entry.code), "{}", entry.code);
        }
    }

    #[test]
    fn codes_become_the_errors_of_the_design() {
        assert_eq!(error(40029).code(), "code_invalid");
        assert_eq!(error(40226).code(), "wechat_user_blocked");
        assert_eq!(error(40125).code(), "wechat_misconfigured");
        assert_eq!(error(45011).code(), "rate_limited");
        assert!(matches!(error(12345), Error::WeChatError { errcode: 12345 }));
    }
}
