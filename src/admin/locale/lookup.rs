//! What the lookup box found.

use super::{grouped, words};

words! {
    /// The words of the lookup page.
    Lookup
    text {
        title: "查找结果", "Lookup";
        as_openid: "openid 或 unionid", "openid or unionid";
        as_phone: "手机号", "phone number";
        as_ip: "IP 地址或网段", "IP address or network";
        as_id: "编号", "id";
        as_nickname: "昵称", "nickname";
        exact: "完整匹配，不支持部分匹配", "whole values only, no parts";
        try_other: "换一种方式查找", "Try it as something else";
        users: "用户", "Users";
        sessions: "会话", "Sessions";
        empty_title: "请输入要查找的内容", "Type what you are looking for";
        empty_text: "可以输入昵称、完整手机号、openid、unionid、IP 地址或网段（如 203.0.113.0/24），或用户、会话、任务、审计记录的编号，最长 64 个字符。", "A nickname, a complete phone number, an openid or unionid, an IP address or a network such as 203.0.113.0/24, or the id of a user, a session, a job or an audit entry; up to 64 characters.";
        too_long: "太长，最多 64 个字符", "Too long: at most 64 characters";
        too_narrow: "IP 地址的最后一段对您隐藏：请输入完整地址，或不小于 /24（IPv6 为 /48）的网段", "The last part of IP addresses is hidden from you: type a whole address, or a network of /24 (IPv6: /48) or larger";
        newest_first: "每屏 25 条，最新登录的在前。", "25 on each screen, the newest first.";
        hint_deleted: "已注销并清除的用户不能再按昵称或 openid 找到。", "Erased users can no longer be found by nickname or openid.";
        hint_app: "同一个人在不同小程序中的 openid 不同。", "One person has a different openid in each mini-program.";
        hint_phone: "请输入完整的手机号；中国大陆以外的号码请带 + 和国家代码。", "Type the complete number; outside mainland China with + and the country code.";
        hint_openid: "openid 区分大小写，共 28 个字符，请完整粘贴。", "An openid is case-sensitive and has 28 characters; paste all of it.";
    }
    say {
        nothing(&str): |kind| format!("按{}查找，没有结果", apart(kind)), |kind| format!("Looked up as {kind}: nothing found");
        several(&str, &str): |kind, n| format!("按{}查找，找到 {n} 条", apart(kind)), |kind, n| format!("Looked up as {kind}: {n} found");
        part(u64): |n| format!("附近的会话太多，只查看了其中 {} 条，结果可能不全。请缩小网段。", grouped(n)), |n| format!("There are too many sessions near it: {} were looked at, and some may be missing. Name a smaller network.", grouped(n));
        retry(&str): |kind| format!("按{}查找", apart(kind)), |kind| format!("Look up as {kind}");
    }
}

/// Latin words stand apart from Chinese ones.
fn apart(word: &str) -> String {
    let edge = |one: Option<char>| if one.is_some_and(|one| one.is_ascii()) { " " } else { "" };
    let (before, after) = (edge(word.chars().next()), edge(word.chars().next_back()));
    format!("{before}{word}{after}")
}
