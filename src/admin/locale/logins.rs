//! Attempts to log in.

use super::words;

words! {
    /// The words of the list of attempts.
    Logins
    text {
        title: "登录记录", "Logins";
        caption: "登录尝试，最新在前", "Attempts to log in, newest first";
        about: "用户说“登录不了”？先看“失败”里同一时间、同一小程序的记录，按建议处理。", "A user cannot log in? Look under Failed for the same time and mini-program, and do what the row advises.";
        time: "时间", "Time";
        user: "用户", "User";
        app: "小程序", "Mini-program";
        result: "结果", "Result";
        errcode: "微信错误码", "WeChat errcode";
        explanation: "说明和建议", "Meaning, advice";
        latency: "微信耗时", "WeChat took";
        ip: "来源 IP", "From";
        request: "请求编号", "Request id";
        hours: "小时", "Hours";
        unknown_user: "未知", "Unknown";
        unknown_hint: "微信没有说是谁", "WeChat did not say who";
        tab_all: "全部", "All";
        tab_failed: "失败", "Failed";
        tab_ok: "成功", "Done";
        ok: "成功", "Done";
        failed: "失败", "Failed";
        session: "查看会话", "See the session";
        rid: "微信 rid", "WeChat rid";
        all_of_user: "此用户的全部登录记录", "All logins of this user";
        none_title: "还没有登录记录", "No logins yet";
        none_text: "小程序第一次调用 POST /api/login 之后，这里会出现第一条记录。", "The first row appears when a mini-program calls POST /api/login.";
        no_match_title: "没有符合条件的登录记录", "No login matches";
        no_match_hint: "试试放宽日期范围，或移除一个筛选条件。", "Try a wider range of days, or remove a filter.";
    }
    say {
        open_session(&str): |four| format!("查看会话，编号后四位 {four}"), |four| format!("See the session ending in {four}");
    }
}
