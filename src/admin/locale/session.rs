//! One session.

use super::words;

words! {
    /// The words of a session's page.
    Session
    text {
        title: "会话", "Session";
        live: "这个会话有效：带着它的请求会被接受。", "This session is live: requests that carry it are accepted.";
        idle: "这个会话已失效：太久没有活动。", "This session is not live: it was idle for too long.";
        expired: "这个会话已失效：已过最长有效期。", "This session is not live: it has reached its longest lifetime.";
        recalled: "已失效：全部会话被一次撤销。", "Not live: all sessions were revoked at once.";
        owner_frozen: "这个会话已失效：用户被冻结。", "This session is not live: its user is frozen.";
        id: "会话编号", "Session id";
        user: "用户", "User";
        app: "小程序", "Mini-program";
        created: "登录时间", "Signed in";
        seen: "最近活动", "Last seen";
        seen_hint: "每 5 分钟最多记录一次", "Written at most every 5 minutes";
        expires: "最晚到期", "Expires at the latest";
        ip: "IP", "IP";
        device: "设备", "Device";
        system: "系统", "System";
        wechat_version: "微信版本", "WeChat version";
        app_version: "小程序版本", "Mini-program version";
        agent: "User-Agent", "User-Agent";
        facts: "详情", "Details";
        client: "客户端", "Client";
        others: "该用户的全部会话", "All sessions of this user";
        revoke: "撤销这个会话", "Revoke this session";
        no_token: "出于安全考虑，控制台从不显示会话令牌。", "The console never shows session tokens.";
        ended: "结束时间", "Ended";
        ended_by: "结束者", "Ended by";
        reason: "原因", "Reason";
        note: "备注", "Note";
        history: "经过", "What happened";
        opened: "登录", "Signed in";
        touched: "最近一次使用", "Last used";
        was_ended: "结束", "Ended";
        ran_out: "到期失效", "Ran out";
        went_idle: "闲置过久失效", "Idle for too long";
        login: "登录请求", "Login request";
        same_device: "同一设备的其他会话", "Other sessions of the same device";
        same_address: "同一 IP 的其他会话", "Other sessions from the same IP";
    }
    say {
        login_line(i64): |ms| format!("成功，微信用时 {ms} 毫秒"), |ms| format!("Succeeded; WeChat took {ms} ms");
        from(&str): |ip| format!("来自 {ip}"), |ip| format!("from {ip}");
        by_because(&str, &str): |who, why| format!("{who}，{why}"), |who, why| format!("{who}, {why}");
        heading(&str): |four| format!("会话 …{four}"), |four| format!("Session …{four}");
        ended_line(&str, &str, &str): |time, who, why| format!("这个会话已于 {time} 结束：{who}，{why}。"), |time, who, why| format!("This session ended at {time}: {who}, {why}.");
    }
}
