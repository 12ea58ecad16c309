//! The audit log.

use super::words;

words! {
    /// The words of the audit log.
    Audit
    text {
        title: "审计日志", "Audit log";
        caption: "审计记录，最新在前", "Audit entries, newest first";
        own_only: "您可以看到自己的操作记录。", "You see what you did yourself.";
        time: "时间", "Time";
        actor: "操作人", "Who";
        ip: "来源 IP", "From";
        action: "操作", "Action";
        target: "对象", "Target";
        reason: "原因", "Reason";
        note: "备注", "Note";
        ticket: "工单号", "Ticket";
        result: "结果", "Result";
        request: "请求编号", "Request id";
        done: "成功", "Done";
        refused: "被拒绝", "Refused";
        failed: "失败", "Failed";
        system: "系统", "System";
        none_title: "还没有审计记录", "No audit entries yet";
        none_text: "登录、撤销、冻结和被拒绝的操作都会记录在这里，且不能修改或删除。", "Sign-ins, revocations, freezes and refused actions are recorded here and can be neither changed nor removed.";
        no_match_title: "没有符合条件的记录", "No entry matches";
        no_match_hint: "试试放宽日期范围，或移除一个筛选条件。", "Try a wider range of days, or remove a filter.";
        entry: "审计记录", "Audit entry";
        detail: "详情", "Details";
        permanent: "只可追加，不能修改或删除。", "Append-only: entries can be neither changed nor removed.";
        user: "用户", "User";
        session: "会话", "Session";
        hash: "校验值", "Hash";
        hash_before: "上一条的校验值", "Hash of the entry before";
        role: "当时的角色", "Role at the time";
    }
    say {
    }
}
