//! The overview.

use super::{grouped, words};

words! {
    /// The words of the overview.
    Overview
    text {
        title: "概览", "Overview";
        about: "每个数字都可以点开，看到它数的那些记录。", "Every number opens the list of what it counts.";
        live: "有效会话", "Live sessions";
        users: "用户", "Users";
        today: "今日新增用户", "New users today";
        logins_ok: "登录成功", "Logins";
        logins_failed: "登录失败", "Failed logins";
        jobs: "未完成的任务", "Unfinished jobs";
        last_day: "近 24 小时", "last 24 hours";
        latency: "微信响应时间", "WeChat's response time";
        latency_none: "近 24 小时没有调用微信。", "WeChat was not called in the last 24 hours.";
        numbers: "主要数字", "Main numbers";
        by_hour: "每小时登录", "Logins by the hour";
        by_hour_none: "近 24 小时没有登录。", "Nobody logged in during the last 24 hours.";
        live_by_hour: "每小时有效会话", "Live sessions by the hour";
        live_none: "近 24 小时的整点都没有有效会话。", "No session was live at a full hour of the last 24.";
        users_by_hour: "每小时新用户", "New users by the hour";
        users_none: "近 24 小时没有新用户。", "Nobody new came in the last 24 hours.";
        full_hour: "整点", "At";
        data: "以表格显示", "Show as a table";
        hour: "小时", "Hour";
        new_users: "新用户", "New users";
        errcodes: "微信错误码", "WeChat errcodes";
        errcodes_none: "近 24 小时微信没有返回错误。", "WeChat returned no error in the last 24 hours.";
        code: "错误码", "Errcode";
        count: "次数", "Times";
        meaning: "含义", "Meaning";
        advice: "建议", "Advice";
        unknown_code: "未收录的错误码", "An errcode that is not in the table";
        unknown_advice: "请查阅微信开放文档", "See WeChat's documentation";
        ended: "会话结束原因", "Why sessions ended";
        ended_none: "近 7 天没有会话被结束。", "No session was ended in the last 7 days.";
        last_week: "近 7 天（含今天）", "last 7 days, today included";
        reason: "原因", "Reason";
        sessions: "会话", "Sessions";
        bucket: "耗时", "Time taken";
        attempts: "登录次数", "Attempts";
        slow: "数据库响应较慢，部分数字本次未统计。", "The database is slow right now, so some numbers are missing.";
        not_counted: "统计任务刚启动，几秒后刷新即可看到每小时的数字。", "Counting has just begun: reload in a few seconds to see the numbers by the hour.";
        start: "开始之前", "Before the first login";
        start_about: "还没有人登录过。逐项确认，然后在小程序里登录一次。", "Nobody has logged in yet. Check these, then log in once from the mini-program.";
        done: "已完成", "Done";
        todo: "待处理", "To do";
        app_done: "小程序已配置", "A mini-program is configured";
        app_todo: "配置小程序的 appid 和 secret", "Configure appid and secret of a mini-program";
        app_hint: "在 menwei.toml 的 [[app]] 中填写，或设置 MENWEI_APP，然后重启。", "Write them under [[app]] in menwei.toml, or set MENWEI_APP, and restart.";
        app_test: "请系统管理员在“小程序”页测试一次，确认微信接受 secret 和服务器 IP。", "An owner can test it under Mini-programs: whether WeChat takes the secret and this server's address.";
        app_test_own: "请测试一次，确认微信接受 secret 和服务器 IP。", "Test it once: whether WeChat takes the secret and this server's address.";
        https_done: "对外地址使用 https", "The public address uses https";
        https_todo: "将 server.public_url 设为 https 地址", "Set server.public_url to an https address";
        https_hint: "小程序只能访问 https，并且域名要加入 request 合法域名。", "Mini-programs reach https only, and the host must be among the request domains.";
        proxy_done: "能看到访问者的真实 IP", "Visitors' own addresses are seen";
        proxy_todo: "将反向代理加入 server.trusted_proxies", "Add the reverse proxy to server.trusted_proxies";
        proxy_hint: "当前请求带有 X-Forwarded-For，但发来它的地址不在信任列表中。", "This request carries X-Forwarded-For, but comes from an address that is not trusted.";
        clock_done: "服务器时间与微信一致", "The server's clock is WeChat's";
        clock_todo: "校准服务器时间", "Set the server's clock";
        clock_hint: "与微信的时间相差过大：请启用 NTP，否则令牌、签名和会话有效期会出错。", "It differs from WeChat's: start NTP, or tokens, signatures and the ends of sessions go wrong.";
        clock_unknown: "尚未与微信核对服务器时间", "The server's clock was not compared with WeChat's yet";
        clock_unknown_hint: "微信第一次应答后即可核对：登录一次，或在“小程序”页测试。", "It is, once WeChat answers: log in, or test a mini-program under Mini-programs.";
        check: "设置检查", "How it is set up";
        check_about: "这些决定用户能否从小程序登录。", "What users need to log in from the mini-program.";
        no_users: "系统管理员看不到用户和会话；查看它们需要客服、管理员或审计员的账号。", "Owners see no users and no sessions: that is for support, admins and auditors.";
    }
    say {
        as_of(&str): |time| format!("截至 {time}"), |time| format!("as of {time}");
        about_many(u64): |n| format!("约 {}（估算）", grouped(n)), |n| format!("about {} (estimate)", grouped(n));
        oldest_job(&str): |ago| format!("最早：{ago}"), |ago| format!("oldest: {ago}");
        stale(&str): |time| format!("每小时的数字停在 {time}，统计任务可能没有运行，请联系系统管理员。"), |time| format!("The numbers by the hour stopped at {time}: the counting may not be running; tell an owner.");
        at_most(i64): |ms| format!("≤ {ms} ms"), |ms| format!("≤ {ms} ms");
        longer(i64): |ms| format!("> {ms} ms"), |ms| format!("> {ms} ms");
        p95(&str): |text| format!("95% {text}"), |text| format!("95% {text}");
        p50(&str): |text| format!("50% {text}"), |text| format!("50% {text}");
        peak(u64): |n| format!("最高 {} 次/小时", grouped(n)), |n| format!("at most {} an hour", grouped(n));
        live_range(u64, u64): |least, most| format!("最低 {} · 最高 {}", grouped(least), grouped(most)), |least, most| format!("{} to {}", grouped(least), grouped(most));
        live_desc(u64, u64): |least, most| format!("近 24 小时每个整点的有效会话，最低 {}，最高 {}。", grouped(least), grouped(most)), |least, most| format!("Sessions live at each full hour of the last 24: {} at least, {} at most.", grouped(least), grouped(most));
        now(&str): |time| format!("现在 {time}"), |time| format!("now, {time}");
        users_peak(u64): |n| format!("最高 {} 人/小时", grouped(n)), |n| format!("at most {} an hour", grouped(n));
        users_desc(u64): |n| format!("近 24 小时新增 {} 名用户，按小时分布。", grouped(n)), |n| format!("{} new users in the last 24 hours, by the hour.", grouped(n));
        logins_desc(u64, u64): |ok, failed| format!("近 24 小时成功 {} 次，失败 {} 次，按小时分布。", grouped(ok), grouped(failed)), |ok, failed| format!("{} logins and {} failures in the last 24 hours, by the hour.", grouped(ok), grouped(failed));
        latency_desc(&str, &str): |half, most| format!("一半的登录 {half}，95% 的登录 {most}。"), |half, most| format!("Half of the logins took {half}, 95 % of them {most}.");
        hour_ok(&str): |hour| format!("{hour} 成功"), |hour| format!("done at {hour}");
        hour_users(&str): |hour| format!("{hour} 新用户"), |hour| format!("new at {hour}");
        hour_failed(&str): |hour| format!("{hour} 失败"), |hour| format!("failed at {hour}");
    }
}
