//! Revoking everything at once.

use super::words;

words! {
    /// The words about emergencies.
    Emergency
    text {
        title: "紧急撤销", "Emergency";
        heading: "紧急撤销全部会话", "Revoke all sessions at once";
        intro: "用于密钥泄露等紧急情况：所选范围内此前登录的会话立即全部失效，与数量无关。", "For emergencies such as a leaked secret: every session opened so far in the scope dies at once, whatever their number.";
        effects: "会发生什么", "What happens";
        at_once: "所有副本立即拒绝这些会话，之后在后台清理。", "Every replica refuses these sessions at once; they are swept up in the background.";
        comes_back: "用户下次打开小程序时会自动重新登录，登录请求会短时激增。", "Users are logged in again when they next open the mini-program: expect a wave of logins.";
        no_undo: "不能撤回。", "It cannot be undone.";
        two_people: "需要两个人：一人提出，另一位系统管理员在 15 分钟内批准。", "It takes two people: one proposes, another owner approves within 15 minutes.";
        alone: "您是唯一可以操作的人：提交 60 秒后自动执行，此前可以撤回。", "You are alone here: it is carried out 60 seconds after you send this, and can be taken back until then.";
        scope: "范围", "Scope";
        choose: "请选择", "Choose";
        all: "全部小程序", "All mini-programs";
        phrase: "确认短语", "Phrase";
        phrase_hint: "撤销全部请输入“撤销全部会话”；撤销一个小程序请输入它的 AppID。", "Type “revoke all sessions”, or the AppID of the one mini-program.";
        phrase_all: "撤销全部会话", "revoke all sessions";
        phrase_wrong: "与所选范围的短语不一致", "This is not the phrase of that scope";
        propose: "提出紧急撤销", "Propose the revocation";
        needs_admin: "系统中只有您一位系统管理员，请由管理员提出，再由您批准。", "You are the only owner: let an admin propose, then approve it.";
        needs_owner: "没有可以批准的系统管理员。", "There is no owner who could approve.";
        waiting: "等待批准", "Waiting for approval";
        waiting_alone: "即将执行", "About to be carried out";
        approve: "批准并立即执行", "Approve and carry out now";
        refuse: "否决", "Refuse";
        take_back: "撤回", "Take it back";
        other_person: "须由另一位系统管理员批准，且其密码与角色在提出之前就已生效。", "Another owner must approve, whose password and role are older than the proposal.";
        not_yours: "您不能批准这个提案：须由提出者以外的系统管理员批准，且其密码与角色在提出之前就已生效。", "You cannot approve this proposal: it takes an owner other than who proposed it, whose password and role are older than the proposal.";
        proposed: "已提出，等待另一位系统管理员批准。", "Proposed. Another owner must approve within 15 minutes.";
        proposed_alone: "已提出，60 秒后执行。", "Proposed. It is carried out in 60 seconds.";
        approved: "已执行：此前的会话全部失效。", "Done: every session opened before is dead.";
        refused: "已否决，没有会话受影响。", "Refused; no session is concerned.";
        concerned: "涉及的会话", "Sessions concerned";
        decided: "提案已被处理或已过期。", "That proposal was decided or has expired.";
        another: "已有一个提案在等待，请先处理它。", "Another proposal is waiting: decide that one first.";
        last: "最近的提案", "Recent proposals";
        never: "从未使用过。", "Never used so far.";
        state: "结果", "Outcome";
        by: "提出者", "Proposed by";
        decided_by: "处理者", "Decided by";
        at: "时间", "When";
        expired: "已过期", "Expired";
        done: "已执行", "Carried out";
        was_refused: "已否决", "Refused";
        job: "清理任务", "The job that cleans up";
        not_counted: "未统计（数据库响应较慢）", "not counted, for the database is slow";
    }
    say {
        would_end(&str, &str): |scope, count| format!("{scope}：现在有效的会话{count}。"), |scope, count| format!("{scope}, live right now: {count}.");
        decided_by_at(&str, &str): |name, time| format!("{name} 已于 {time} 处理了这个提案。"), |name, time| format!("{name} decided that proposal at {time}.");
        by_at(&str, &str): |name, time| format!("{name} 于 {time} 提出"), |name, time| format!("Proposed by {name} at {time}");
        until(&str): |time| format!("{time} 前有效"), |time| format!("Open until {time}");
        due(&str): |time| format!("{time} 执行"), |time| format!("Carried out at {time}");
    }
}
