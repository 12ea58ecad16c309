//! What stands around every page.

use super::{wide, words};

words! {
    /// The frame's words.
    Frame
    text {
        service: "门卫", "Menwei";
        service_line: "小程序登录与会话控制台", "Sign-in and session console for mini-programs";
        skip: "跳到正文", "Skip to content";
        main_nav: "主导航", "Main";
        overview: "概览", "Overview";
        users: "用户", "Users";
        sessions: "会话", "Sessions";
        logins: "登录记录", "Logins";
        reviews: "资料审核", "Reviews";
        staff: "工作人员", "Staff";
        jobs: "任务", "Jobs";
        audit: "审计日志", "Audit log";
        account: "账号", "Account";
        settings: "设置", "Settings";
        help: "帮助", "Help";
        errors: "出错了", "Problem";
        lookup_label: "查找用户或会话", "Find a user or a session";
        lookup_hint: "昵称、openid、IP、编号", "Nickname, openid, IP, id";
        lookup_button: "查找", "Find";
        sign_out: "退出登录", "Sign out";
        production: "生产环境", "Production";
        test: "测试环境", "Test";
        demo: "演示环境", "Demo";
        version: "版本", "Version";
        request: "请求编号", "Request id";
        language: "语言", "Language";
        theme: "外观", "Appearance";
        theme_system: "跟随系统", "System";
        theme_light: "浅色", "Light";
        theme_dark: "深色", "Dark";
        error_prefix: "错误：", "Error: ";
        copy: "复制", "Copy";
        copied: "已复制", "Copied";
        see_audit: "查看审计记录", "See the audit entry";
    }
    say {
        zone(&str): |name| format!("时间均为 {}", wide(name)), |name| format!("Times are shown in {name}");
        printed(&str, &str): |name, time| format!("由 {name} 于 {time} 打印"), |name, time| format!("Printed by {name} at {time}");
    }
}
