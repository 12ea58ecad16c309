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
        permanent: "只可追加，不能修改或删除；永久保留，没有保留期限。", "Append-only: entries can be neither changed nor removed. They are kept for good: no retention period applies to them.";
        user: "用户", "User";
        session: "会话", "Session";
        hash: "校验值", "Hash";
        hash_before: "上一条的校验值", "Hash of the entry before";
        role: "当时的角色", "Role at the time";
        target_hint: "user:编号、session:编号或 staff:账号", "user:ID, session:ID or staff:NAME";
        chain_none: "还没有可校验的记录。", "There is nothing to check yet.";
        by_command: "完整校验：在服务器上运行 menwei audit verify。", "For the whole chain, run menwei audit verify on the server.";
        flaw_missing: "记录缺失", "it is missing";
        flaw_hash: "内容与校验值不符", "its hash is not that of its contents";
        flaw_previous: "与上一条的校验值不符", "it does not follow from the entry before";
        flaw_unreadable: "内容无法读取", "it cannot be read";
        flaw_head: "与链尾记录不符", "it does not fit the head of the chain";
        before: "操作前", "Before";
        after: "操作后", "After";
        proposal: "资料申请", "Proposal";
        waiting: "等待人工审核", "Waiting for staff";
        shown: "已采用", "Shown";
        turned_down: "已拒绝", "Refused";
        field: "显示的字段", "Field shown";
        app: "小程序", "Mini-program";
        until: "冻结至", "Frozen until";
        rows: "行数", "Rows";
        filter: "筛选条件", "Filter";
        columns: "列", "Columns";
    }
    say {
        chain_whole(u64, &str, &str): |n, from, to| format!("校验通过：最近 {} 条记录（{from} 至 {to}）未被改动。", super::grouped(n)), |n, from, to| format!("Checked: the last {} ({from} to {to}) are as they were written.", super::counted(n, "entry", "entries"));
        chain_broken(i64, &str): |id, flaw| format!("校验失败：第 {id} 条记录，{flaw}。请立即保全数据库并通知系统管理员。"), |id, flaw| format!("The chain is broken at entry {id}: {flaw}. Secure the database now, and tell an owner.");
    }
}
