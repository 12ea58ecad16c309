//! Freezing and unfreezing a user.

use super::{counted, grouped, words};

words! {
    /// The words of the freeze pages.
    Freeze
    text {
        title: "冻结用户", "Freeze user";
        effects: "会发生什么", "What happens";
        no_login: "用户不能再登录任何已接入的小程序。", "The user can no longer log in to any connected mini-program.";
        every_path: "冻结对所有入口生效，直到到期或有人解除。", "The freeze holds on every path until it ends or somebody undoes it.";
        until: "冻结至", "Frozen until";
        until_undone: "有人解除为止", "somebody undoes it";
        for_an_hour: "1 小时后", "an hour from now";
        for_a_day: "24 小时后", "24 hours from now";
        for_a_week: "7 天后", "7 days from now";
        data_kept: "用户资料保留不变。", "The user's data stays as it is.";
        button: "冻结用户", "Freeze user";
        undo_title: "解除冻结", "Unfreeze user";
        undo_login: "用户下次打开小程序时可以正常登录。", "The user can log in again the next time they open the mini-program.";
        undo_sessions: "冻结时结束的会话不会恢复。", "Sessions that the freeze ended do not come back.";
        undo_button: "解除冻结", "Unfreeze user";
        undone: "已解除冻结，用户可以重新登录。", "Unfrozen; the user can log in again.";
        done_none: "已冻结，该用户没有有效会话。", "Frozen. The user had no live session.";
    }
    say {
        heading(&str): |name| format!("冻结 {name}？"), |name| format!("Freeze {name}?");
        undo_heading(&str): |name| format!("解除对 {name} 的冻结？"), |name| format!("Unfreeze {name}?");
        sessions_end(u64): |n| format!("{} 个有效会话立即结束。", grouped(n)), |n| if n == 1 { "The one live session ends at once.".to_owned() } else { format!("{} end at once.", counted(n, "live session", "live sessions")) };
        done(u64): |n| format!("已冻结，并结束了 {} 个会话。", grouped(n)), |n| format!("Frozen, and ended {}.", counted(n, "session", "sessions"));
        already(&str, &str): |name, time| format!("{name} 已于 {time} 冻结了该用户。"), |name, time| format!("{name} froze this user at {time}.");
        already_undone(&str, &str): |name, time| format!("{name} 已于 {time} 解除了冻结。"), |name, time| format!("{name} unfroze this user at {time}.");
    }
}
