//! The list of sessions.

use super::{counted, grouped, words};

words! {
    /// The words of the sessions' list.
    Sessions
    text {
        title: "会话", "Sessions";
        caption: "会话列表", "List of sessions";
        tick: "选择", "Select";
        user: "用户", "User";
        device: "设备", "Device";
        ip: "IP", "IP";
        created: "登录时间", "Signed in";
        seen: "最近活动", "Last seen";
        seen_hint: "±5 分钟", "±5 min";
        expires: "到期", "Expires";
        state: "状态", "State";
        app: "小程序", "Mini-program";
        ended: "结束时间", "Ended";
        reason: "结束原因", "Why ended";
        tab_live: "有效", "Live";
        tab_revoked: "已结束", "Ended";
        tab_idle: "闲置过久", "Idle too long";
        tab_expired: "已过期", "Expired";
        tab_all: "全部", "All";
        sort_created: "最新登录", "Newest first";
        sort_seen: "最近活动", "Last seen first";
        sort_expires: "最先到期", "Soonest to expire";
        sort_expired: "最近到期", "Expired last first";
        sort_ended: "最近结束", "Ended last first";
        client: "客户端", "Client";
        version: "小程序版本", "Mini-program version";
        by: "结束者", "Ended by";
        revoke: "撤销", "Revoke";
        revoke_ticked: "撤销所选会话…", "Revoke selected sessions…";
        ticked: "已选", "Selected:";
        revoke_everything: "撤销全部（需两人）…", "Revoke everything (takes two people)…";
        nothing_ticked: "请至少选择一个会话", "Select at least one session";
        none_title: "还没有会话", "No sessions yet";
        none_text: "用户在小程序中登录后，会话会出现在这里。", "Sessions appear here when users log in from a mini-program.";
        no_match_title: "没有符合条件的会话", "No session matches";
        no_match_hint: "试试“全部”状态，或移除一个筛选条件。", "Try the state “All”, or remove a filter.";
    }
    say {
        open(&str): |four| format!("打开会话，后四位 {four}"), |four| format!("Open session ending in {four}");
        revoke_one(&str): |four| format!("撤销会话，后四位 {four}"), |four| format!("Revoke session ending in {four}");
        tick_one(&str, &str): |name, four| format!("选择 {name} 的会话，后四位 {four}"), |name, four| format!("Select session of {name} ending in {four}");
        until(&str): |time| format!("{time} 到期"), |time| format!("Expires {time}");
        wechat(&str): |version| format!("微信 {version}"), |version| format!("WeChat {version}");
        mini_program(&str): |version| format!("小程序 {version}"), |version| format!("app {version}");
        revoke_all(&str): |n| format!("撤销全部符合条件的 {n} 个…"), |n| format!("Revoke all {n} that match…");
        too_many(u64): |n| format!("一次最多选择 {} 个会话", grouped(n)), |n| format!("Select at most {}", counted(n, "session", "sessions"));
    }
}
