//! Revoking by filter, and the jobs that do it.

use super::{counted, grouped, words};
use crate::db::jobs::{Kind, State};

words! {
    /// The words about jobs.
    Jobs
    text {
        job: "任务", "Job";
        intro: "批量操作在后台分批进行，可随时暂停或取消。", "Bulk work is done in the background, in batches; it can be paused or cancelled at any time.";
        caption: "任务列表", "List of jobs";
        all: "全部", "All";
        unfinished: "未完成", "Unfinished";
        none: "还没有任务", "No jobs yet";
        none_text: "在会话列表中筛选后选择“撤销全部符合条件的…”，任务会出现在这里。", "Filter the list of sessions and choose “Revoke all that match”: the job appears here.";
        none_unfinished: "没有未完成的任务", "No unfinished jobs";
        none_unfinished_text: "等待、进行中和已暂停的任务会出现在这里，等得最久的在前。", "Jobs that wait, run or are paused appear here, the one that waits longest first.";
        revoke: "撤销会话", "Revoke sessions";
        sweep: "清理紧急撤销", "Sweep up after an emergency";
        waiting: "等待开始", "Waiting";
        running: "进行中", "Running";
        paused: "已暂停", "Paused";
        done: "已完成", "Done";
        cancelled: "已取消", "Cancelled";
        what: "内容", "What";
        scope: "范围", "Scope";
        everything: "全部有效会话", "All live sessions";
        progress: "进度", "Progress";
        by: "创建者", "Created by";
        since: "创建时间", "Created";
        state: "状态", "State";
        started: "开始时间", "Started";
        finished: "结束时间", "Finished";
        ended: "已撤销", "Revoked";
        skipped: "跳过（此前已失效）", "Skipped (ended before)";
        failed: "失败后重试", "Failed and tried again";
        last_error: "最近一次错误", "Last error";
        after_failures: "任务多次失败后会自动暂停。请排除原因，再点“继续”；已撤销的不会重复处理。", "A job that fails again and again pauses by itself. See to the cause, then resume it: nothing is done twice.";
        rate: "速度", "Rate";
        eta: "预计剩余", "Time left";
        counting: "总数较大，仍在统计", "Many; still being counted";
        own: "筛选不区分测试账号：测试用户和同事自己的账号，只要符合条件也会被撤销。控制台的登录不受影响。", "Test accounts and your colleagues' own are not spared: whatever matches ends. Sign-ins to this console are not concerned.";
        own_none: "其中没有来自微信开发者工具、开发版、体验版或审核版的会话。", "None of them is from WeChat DevTools or a development, trial or review version.";
        pause: "暂停", "Pause";
        resume: "继续", "Resume";
        cancel: "取消任务", "Cancel the job";
        refresh: "刷新", "Refresh";
        follow: "每 5 秒自动刷新", "Refresh every 5 seconds";
        unfollow: "停止自动刷新", "Stop refreshing";
        paused_now: "任务已暂停。", "The job is paused.";
        resumed: "任务将继续。", "The job goes on.";
        cancelled_now: "任务已取消，已撤销的会话不能恢复。", "The job is cancelled. What was revoked by then stays revoked.";
        too_late: "任务状态已变化，未做修改。", "The job has moved on meanwhile; nothing was changed.";
        filters: "条件", "Filter";
        effects: "会发生什么", "What happens";
        begins: "任务在提交 10 秒后开始，此前可以取消；之后只能停止，已撤销的不能恢复。", "The job begins 10 seconds after you send this, and can be cancelled until then. Later it can only be stopped: what is revoked stays revoked.";
        only_older: "只涉及提交之前登录的会话。", "Only sessions from before you send this are concerned.";
        newest: "最新登录的", "Newest";
        oldest: "最早登录的", "Oldest";
        emergency: "紧急撤销…", "Emergency…";
        not_everything: "没有筛选条件，或只选了小程序，就是全部会话：一个人不能撤销。请先筛选，或在此由两人共同撤销。", "Without a filter, or with a mini-program alone, that is every session, which nobody revokes alone. Narrow the list first, or let two people do it here.";
    }
    say {
        heading(&str): |n| format!("撤销符合条件的 {n} 个会话？"), |n| if n == "1" { "Revoke the one session that matches?".to_owned() } else { format!("Revoke the {n} sessions that match?") };
        button(&str): |n| format!("撤销 {n} 个会话"), |n| if n == "1" { "Revoke 1 session".to_owned() } else { format!("Revoke {n} sessions") };
        takes(String): |span| format!("预计需要 {span}。"), |span| format!("It will take about {span}.");
        takes_more(String): |span| format!("至少需要 {span}。"), |span| format!("It will take {span} at least.");
        own_devtools(&str): |n| format!("其中来自微信开发者工具：{n}"), |n| format!("From WeChat DevTools: {n}");
        own_trial(&str): |n| format!("其中来自开发版、体验版或审核版：{n}"), |n| format!("From a development, trial or review version: {n}");
        failed_so(u64, &str): |n, why| format!("失败 {} 次，最近一次：{why}", grouped(n)), |n, why| format!("Failed {}; the last time: {why}", counted(n, "time", "times"));
        grown(&str, &str): |was, now| format!("符合条件的会话已从 {was} 个增加到 {now} 个，请再次确认。"), |was, now| format!("There are {now} sessions now, not {was} as before. Please confirm again.");
        seconds(u64): |n| format!("{} 秒", grouped(n)), |n| counted(n, "second", "seconds");
        per_second(u64): |n| format!("每秒 {} 个", grouped(n)), |n| format!("{} a second", grouped(n));
        of(u64, u64): |n, all| format!("{} / {}", grouped(n), grouped(all)), |n, all| format!("{} of {}", grouped(n), grouped(all));
        too_late_by(&str, &str, &str): |name, deed, time| format!("任务状态已变化，未做修改：{name}，{deed}，{time}。"), |name, deed, time| format!("The job has moved on meanwhile; nothing was changed. {name}: {deed}, {time}.");
        starts_in(u64): |n| format!("撤销任务将在 {n} 秒后开始"), |n| format!("The job begins in {}", counted(n, "second", "seconds"));
        title(&str): |four| format!("任务 …{four}"), |four| format!("Job …{four}");
        open(&str): |four| format!("打开任务，后四位 {four}"), |four| format!("Open the job ending in {four}");
    }
}

impl Jobs {
    /// What a job does.
    #[must_use]
    pub const fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Revoke => self.revoke,
            Kind::Sweep => self.sweep,
        }
    }

    /// Where a job stands, with its look.
    #[must_use]
    pub const fn badge(&self, state: State) -> (&'static str, &'static str) {
        match state {
            State::Waiting => ("expired", self.waiting),
            State::Running => ("live", self.running),
            State::Paused => ("frozen", self.paused),
            State::Done => ("active", self.done),
            State::Cancelled => ("ended", self.cancelled),
        }
    }
}
