//! One user.

use super::{grouped, words};

words! {
    /// The words of a user's page.
    User
    text {
        title: "用户", "User";
        live: "有效会话", "live sessions";
        profile: "资料", "Profile";
        id: "用户编号", "User id";
        gender: "性别", "Gender";
        region: "地区", "Region";
        phone: "手机号", "Phone";
        language: "语言", "Language";
        created: "注册时间", "Registered";
        seen: "最近登录", "Last login";
        from_wechat: "资料由用户的小程序提供，不能在此修改。", "The profile comes from the user's mini-program and cannot be changed here.";
        identities: "身份", "Identities";
        identities_caption: "该用户在各小程序中的身份", "The user in each mini-program";
        same_person: "unionid 表明，这些用户是同一个人，但不会自动合并：", "By their unionid, these users are the same person; they are never merged by themselves:";
        app: "小程序", "Mini-program";
        sessions: "会话", "Sessions";
        sessions_caption: "该用户的会话，最新在前", "The user's sessions, newest first";
        all_sessions: "查看全部会话", "All sessions";
        no_sessions: "该用户没有有效会话。", "This user has no live session.";
        logins: "最近登录", "Recent logins";
        logins_caption: "最近的登录尝试", "Recent login attempts";
        no_logins: "没有登录记录。", "No login attempts are known.";
        time: "时间", "Time";
        result: "结果", "Result";
        latency: "微信耗时", "WeChat took";
        ip: "IP", "IP";
        history: "处理记录", "What staff did";
        no_history: "工作人员还没有处理过该用户。", "Staff have done nothing with this user.";
        revoke_all: "撤销全部会话", "Revoke all sessions";
        freeze: "冻结用户", "Freeze user";
        unfreeze: "解除冻结", "Unfreeze user";
        frozen_title: "该用户已被冻结", "This user is frozen";
        frozen_text: "冻结期间无法登录任何小程序，也没有有效会话。", "While frozen, the user cannot log in to any mini-program and has no live session.";
        leaving_title: "该用户已注销账号", "This user deleted their account";
        leaving_text: "用户可在清除之前恢复账号。清除时间：", "Until it is erased, the user can restore it. It will be erased:";
        erased_title: "该账号已注销并清除", "This account was erased";
        erased_text: "个人资料已清除，登录记录保留到期限为止，审计记录长期保留。清除时间：", "Personal data has been removed; the log of logins stays for its time, audit entries for good. Erased:";
        male: "男", "Male";
        female: "女", "Female";
        gender_unknown: "未知", "Unknown";
    }
    say {
        live_count(u64): |n| format!("{} 个有效会话", grouped(n)), |n| super::counted(n, "live session", "live sessions");
        until(&str): |time| format!("冻结至 {time}"), |time| format!("Frozen until {time}");
        done_by(&str, &str): |name, role| format!("{name}（{role}）"), |name, role| format!("{name} ({role})");
        frozen_by(&str, &str): |who, at| format!("{who}于 {at} 冻结"), |who, at| format!("frozen by {who} at {at}");
    }
}
