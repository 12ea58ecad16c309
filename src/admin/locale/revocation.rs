//! Revoking sessions.

use super::{counted, grouped, words};

words! {
    /// The words of the revocation page.
    Revocation
    text {
        title: "撤销会话", "Revoke sessions";
        effects: "会发生什么", "What happens";
        at_once: "这些会话立即失效，已经开始的请求除外。", "These sessions stop working at once, except for requests already under way.";
        comes_back: "用户下次打开小程序时会自动重新登录。", "The next time users open the mini-program, they are logged in again automatically.";
        comes_back_more: "撤销不会把人挡在门外；如需阻止再次登录，请选择同时冻结。", "Revoking does not lock anybody out. To keep them from logging in again, freeze as well.";
        no_undo: "已撤销的会话不能恢复。", "A revoked session cannot be brought back.";
        how: "处理方式", "What to do";
        only: "仅撤销", "Revoke only";
        only_hint: "用户可以立即重新登录", "Users can log in again at once";
        and_freeze: "撤销并冻结用户", "Revoke and freeze the users";
        and_freeze_hint: "用户的全部会话都会结束，并且不能再登录，直到冻结结束", "All sessions of the users end, and they cannot log in until the freeze ends";
        until: "冻结至（仅在同时冻结时有效）", "Frozen until (only when you freeze as well)";
        sample: "涉及的会话", "Sessions concerned";
        ticket: "工单号（选填）", "Ticket number (optional)";
        gone_text: "所选会话只保留 1 小时，请在列表中重新选择。", "A selection is kept for an hour. Please select again.";
        nothing_left: "没有需要撤销的会话，所选会话都已结束。", "There is nothing to revoke: all these sessions have ended.";
    }
    say {
        heading(u64): |n| format!("撤销 {} 个会话？", grouped(n)), |n| format!("Revoke {}?", counted(n, "session", "sessions"));
        heading_all(&str, u64): |name, n| format!("撤销 {name} 的全部 {} 个会话？", grouped(n)), |name, n| if n == 1 { format!("Revoke the only session of {name}?") } else { format!("Revoke all {} sessions of {name}?", grouped(n)) };
        button(u64): |n| format!("撤销 {} 个会话", grouped(n)), |n| format!("Revoke {}", counted(n, "session", "sessions"));
        users(u64): |n| format!("涉及 {} 位用户", grouped(n)), |n| format!("They belong to {}", counted(n, "user", "users"));
        more(u64): |n| format!("另有 {} 个会话未列出", grouped(n)), |n| format!("{} not shown", counted(n, "more session", "more sessions"));
        done(u64): |n| format!("已撤销 {} 个会话。", grouped(n)), |n| format!("Revoked {}.", counted(n, "session", "sessions"));
        done_partly(u64, u64): |n, already| format!("已撤销 {} 个会话，{} 个此前已失效。", grouped(n), grouped(already)), |n, already| format!("Revoked {}; {} had ended before.", counted(n, "session", "sessions"), grouped(already));
        gone_too(u64): |n| format!("{} 个已不存在。", grouped(n)), |n| format!(" {} gone altogether.", if n == 1 { "1 is".to_owned() } else { format!("{} are", grouped(n)) });
        frozen_too(u64): |n| format!("已冻结 {} 位用户。", grouped(n)), |n| format!(" Froze {}.", counted(n, "user", "users"));
        over_quota(u64, u64): |used, most| format!("您今天已撤销 {} 个会话，每日上限为 {} 个。请联系管理员处理。", grouped(used), grouped(most)), |used, most| format!("You revoked {} today; the limit is {} a day. Ask an admin to do it.", counted(used, "session", "sessions"), grouped(most));
        by_other(&str, &str): |name, time| format!("{name} 已于 {time} 撤销了这些会话。"), |name, time| format!("{name} revoked these sessions at {time}.");
    }
}
