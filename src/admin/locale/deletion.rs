//! Deleting an account for its user.

use super::{counted, grouped, words};

words! {
    /// The words of the page that asks before an account is deleted.
    Deletion
    text {
        title: "注销账号", "Delete account";
        effects: "会发生什么", "What happens";
        no_login: "用户将无法登录，直到账号被恢复。", "The user can no longer log in, unless the account is restored.";
        restore: "在此之前，用户可以在小程序中恢复账号；工作人员不能恢复。", "Until then the user can restore it in the mini-program; staff cannot.";
        at_once: "账号立即彻底清除，不能恢复。", "The account is erased at once and cannot be restored.";
        erased: "资料、微信身份、手机号和备注都会清除，且无法找回。", "Profile, identities, phone number and notes are erased for good.";
        kept: "审计记录保留，其中不含个人资料。", "The audit entries stay; they hold no personal data.";
        confirm: "确认编号", "Confirm the id";
        confirm_wrong: "与页面上的编号后八位不一致", "This is not the end of the id on this page";
        button: "注销此账号", "Delete this account";
    }
    say {
        heading(&str): |name| format!("注销“{name}”的账号？"), |name| format!("Delete the account of {name}?");
        sessions_end(u64): |n| format!("{} 个有效会话立即失效。", grouped(n)), |n| format!("{} will end at once.", counted(n, "live session", "live sessions"));
        erase_at(&str): |time| format!("{time} 后彻底清除。"), |time| format!("Everything is erased after {time}.");
        confirm_hint(&str): |four| format!("请输入该用户编号的后八位：{four}"), |four| format!("Type the last eight characters of the user's id: {four}");
        done(&str): |time| format!("账号已注销，将在 {time} 清除。"), |time| format!("The account is deleted and will be erased at {time}.");
    }
}
