//! The mini-programs.

use super::when::When;
use super::words;

words! {
    /// The words of the page of mini-programs.
    Apps
    text {
        title: "小程序", "Mini-programs";
        about: "在 menwei.toml 的 [[app]] 中配置，重启后生效。AppSecret 不会在这里显示。", "They are configured under [[app]] in menwei.toml and take effect after a restart. The AppSecret is never shown here.";
        appid: "AppID", "AppID";
        secret: "AppSecret", "AppSecret";
        state: "状态", "State";
        ready: "启用，可以登录", "In use: users can log in";
        not_ready: "不可用：没有 AppSecret，登录会失败", "Not usable: without an AppSecret logins fail";
        set_some_time: "已设置，时间未知（写在配置中；用 secret_file 可以看到修改时间）", "Set, age unknown: it stands in the settings; of a secret_file the age would be known";
        not_set: "未设置", "Not set";
        platform: "开放平台账号", "Platform account";
        linking: "按 unionid 关联用户", "Users linked by unionid";
        push: "消息推送", "Message push";
        push_sealed: "已配置，安全模式", "Configured, encrypted";
        push_plain: "已配置，明文模式；建议改用安全模式", "Configured, plain; encrypted is safer";
        push_address: "推送地址", "Push address";
        content_check: "昵称与头像送检", "Nicknames and avatars checked";
        on: "开启", "On";
        off: "关闭", "Off";
        sessions: "会话策略", "Session policy";
        logins: "登录记录", "Logins";
        see_logins: "查看此小程序的登录记录", "See its logins";
        test: "测试连接", "Test it";
        test_about: "测试会用 AppID 和 AppSecret 向微信取一次 access_token，不影响正在使用的 token。", "The test asks WeChat for an access token with AppID and AppSecret; tokens in use stay valid.";
        owner_only: "只有系统管理员可以测试。", "Only an owner can run the test.";
        none_title: "还没有配置小程序", "No mini-program is configured";
        none_text: "在 menwei.toml 的 [[app]] 中填写 appid 和 secret，或设置环境变量 MENWEI_APP，然后重启。在此之前，所有登录都会得到 app_unknown。", "Write appid and secret under [[app]] in menwei.toml, or set MENWEI_APP, and restart. Until then every login is answered app_unknown.";
        unreachable: "无法连接微信。请检查服务器能否访问 api.weixin.qq.com，以及 wechat.api_base。", "WeChat could not be reached. See whether this server reaches api.weixin.qq.com, and wechat.api_base.";
        late: "微信没有在期限内响应。请稍后再试，或检查网络。", "WeChat did not answer in time. Try again later, or look at the network.";
        nonsense: "微信返回了无法识别的内容。请检查 wechat.api_base 是否指向微信，中间有没有代理改写。", "The answer made no sense. See whether wechat.api_base is WeChat's, and whether a proxy changes what comes.";
    }
    say {
        set_on(&When): |at| format!("已设置，文件修改于 {}（{}）", at.absolute, at.relative), |at| format!("Set; its file was changed on {} ({})", at.absolute, at.relative);
        policy(&str, &str, i64): |lifetime, idle, most| format!("最长 {lifetime}，闲置 {idle}后失效，每人最多 {most} 个"), |lifetime, idle, most| format!("at most {lifetime}, {idle} when idle, {most} a user");
        tested(&str, u128): |name, ms| format!("{name}：微信接受了 AppID、AppSecret 和服务器 IP，用时 {ms} ms。"), |name, ms| format!("{name}: WeChat takes AppID, AppSecret and this server's address; it answered in {ms} ms.");
        refused(&str, i64, &str, &str): |name, code, meaning, advice| format!("{name}：微信返回 {code}，{meaning}。建议：{advice}。"), |name, code, meaning, advice| format!("{name}: WeChat answered {code}: {meaning}. Advice: {advice}.");
        refused_unknown(&str, i64): |name, code| format!("{name}：微信返回 {code}，请查阅微信开放文档。"), |name, code| format!("{name}: WeChat answered {code}: see its documentation.");
        address(&str): |address| format!("微信看到的服务器 IP：{address}。"), |address| format!("WeChat sees this server as {address}.");
        rid(&str): |rid| format!("rid：{rid}"), |rid| format!("rid: {rid}");
        test_one(&str): |name| format!("测试连接：{name}"), |name| format!("Test it: {name}");
        days(u64): |n| format!("{n} 天"), |n| if n == 1 { "1 day".to_owned() } else { format!("{n} days") };
        hours(u64): |n| format!("{n} 小时"), |n| if n == 1 { "1 hour".to_owned() } else { format!("{n} hours") };
        minutes(u64): |n| format!("{n} 分钟"), |n| if n == 1 { "1 minute".to_owned() } else { format!("{n} minutes") };
    }
}

impl Apps {
    /// A span in the largest unit that says it exactly, minutes at the least.
    #[must_use]
    pub fn span(&self, span: std::time::Duration) -> String {
        let minutes = span.as_secs() / 60;
        match minutes {
            whole if whole > 0 && whole.is_multiple_of(24 * 60) => (self.days)(whole / (24 * 60)),
            whole if whole > 0 && whole.is_multiple_of(60) => (self.hours)(whole / 60),
            other => (self.minutes)(other),
        }
    }
}
