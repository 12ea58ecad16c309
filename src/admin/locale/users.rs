//! The list of users.

use super::words;

words! {
    /// The words of the users' list.
    Users
    text {
        title: "用户", "Users";
        caption: "用户列表", "List of users";
        search: "昵称", "Nickname";
        search_hint: "输入昵称中的任意字", "Any part of the nickname";
        status: "状态", "Status";
        app: "小程序", "Mini-program";
        created: "注册时间", "Registered";
        seen: "最近登录", "Last login";
        live: "有效会话", "Live sessions";
        user: "用户", "User";
        tab_all: "全部", "All";
        tab_sessions: "有会话", "With sessions";
        tab_phone: "有手机号", "With phone";
        tab_frozen: "已冻结", "Frozen";
        tab_today: "今日新增", "New today";
        sort_created: "最新注册", "Newest first";
        sort_seen: "最近登录", "Last login first";
        sort_fit: "与昵称最接近的在前，其次是最新注册的", "The names that fit best come first, the newest among them first";
        misplaced_text: "请用下面的按钮查找，这样它不会出现在地址和浏览记录里。", "Look it up by the button: then it stands in no address and no history.";
        none_title: "还没有用户", "No users yet";
        none_text: "第一位用户通过小程序登录（POST /api/login）后，会出现在这里。", "The first user appears here after logging in from a mini-program (POST /api/login).";
        no_match_title: "没有符合条件的用户", "No user matches";
        no_match_filter: "试试放宽日期范围，或移除一个筛选条件。", "Try a wider range of days, or remove a filter.";
        no_match_hint: "昵称可以只输入其中一两个字；openid 和 IP 请用上方的查找框。", "One or two characters of the nickname are enough; for an openid or an IP use the box at the top.";
        erasure: "将清除", "to be erased";
    }
    say {
        misplaced(&str): |kind| format!("没有查找：{kind}是个人信息，不应出现在地址里"), |kind| format!("Nothing was looked up: {kind} in an address, where personal data does not belong");
        open(&str): |name| format!("打开用户 {name}"), |name| format!("Open user {name}");
    }
}
