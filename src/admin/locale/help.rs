//! Help: what the words mean, what the actions do, and what to do for callers.

use super::{Lang, words};

words! {
    /// The words around the help.
    Help
    text {
        title: "帮助", "Help";
        about: "给客服和管理员的说明。", "For those who help users, and for those who help them.";
        contents: "本页内容", "On this page";
        theft: "有人登录了我的账号", "Somebody is in my account";
        theft_about: "用户说“有人登录了我的账号”时，按顺序做：", "When a user says so, in this order:";
        theft_note: "撤销不等于拦住：小程序登录是静默的，谁拿着已登录的微信，谁就能再进来。要拦住，只能冻结。", "Revoking does not lock anybody out: logging in is silent, and whoever holds a phone with that WeChat signed in comes back. Only freezing keeps them out.";
        stuck: "用户说“登录不了”", "A user cannot log in";
        actions: "每个操作对用户的手机有什么影响", "What each action does to the user's phone";
        action: "操作", "Action";
        effect: "用户会看到什么", "What the user sees";
        lasts: "持续多久", "How long it lasts";
        glossary: "名词解释", "What the words mean";
        keyboard: "键盘", "Keyboard";
        keyboard_about: "所有操作都可以只用键盘完成，顺序与页面一致。", "Everything can be done by keyboard alone, in the order of the page.";
        key_tab: "移到下一个链接、按钮或输入框；加 Shift 返回", "To the next link, button or field; with Shift back";
        key_enter: "打开链接，提交表单", "Opens a link, sends a form";
        key_space: "勾选；按住 Shift 点击可勾选一段", "Ticks; Shift and a click tick a range";
        key_slash: "跳到查找框", "To the lookup box";
        key_users: "先后按下：打开用户列表", "One after the other: to the list of users";
        key_sessions: "先后按下：打开会话列表", "One after the other: to the list of sessions";
        key_rows: "焦点在表格某行的链接上时：下一行，上一行", "With the focus on a link in a row of a table: next row, previous row";
        key_escape: "关闭打开的菜单", "Closes an open menu";
        shortcuts: "单键快捷键", "Single-key shortcuts";
        shortcuts_hint: "使用语音输入时，单键快捷键可能被误触发，可以关闭。此设置保存在这个浏览器中。", "Speech input can set single keys off by accident: switch them off here. This browser remembers it.";
        on: "开启", "On";
        off: "关闭", "Off";
        accessibility: "无障碍", "Accessibility";
        accessibility_text: "控制台按 WCAG 2.2 AA 制作：不用鼠标、不用脚本都能完成全部操作；支持屏幕阅读器、400% 放大、深色和高对比度；不只用颜色表达含义。每一页都用 axe-core 以中英文、深浅色、320 和 1280 像素自动检查。", "The console is made to WCAG 2.2 AA: everything works without a mouse and without a script; with screen readers, at 400 % zoom, in the dark and in forced colours; nothing is said by colour alone. Each page is checked by axe-core in both languages, light and dark, at 320 and 1280 pixels.";
        accessibility_wrong: "如果有什么用不了，请把页面底部的请求编号告诉系统管理员。", "If something does not work for you, tell an owner the request id at the foot of the page.";
    }
    say {
    }
}

/// A text in both languages.
type Both = (&'static str, &'static str);

/// What to do when somebody else is in an account.
pub const THEFT: [Both; 8] = [
    (
        "核实来电人。请对方说出昵称、手机号最后两位、最近一次登录的大致时间，您来核对；不要把页面上的内容念给对方，也不要索要密码或验证码。",
        "Make sure whom you are talking to. Let them say their nickname, the last two digits of their phone number and about when they last logged in, and compare; read nothing out, and never ask for a password or a code.",
    ),
    (
        "用完整手机号、昵称或编号在查找框中找到用户，打开用户页。",
        "Find the user by the whole phone number, the nickname or an id in the lookup box, and open their page.",
    ),
    (
        "逐个核对会话：设备、登录时间、来源 IP。请用户说明哪些不是自己的。换了新手机、重装微信、开了电脑版，都会多出会话。",
        "Go through the sessions: device, time, address. Let the user say which are not theirs. A new phone, WeChat installed anew or WeChat on a computer add sessions, too.",
    ),
    (
        "撤销全部会话，原因选“疑似盗号”。立即生效；本人下次打开小程序会自动重新登录，不用做任何事。",
        "Revoke all sessions for Suspected theft. It holds at once; the user is signed in again the next time they open the mini-program, without doing anything.",
    ),
    (
        "如果有损失，或对方又登录了：请管理员冻结用户，先选 24 小时。冻结期间本人也不能登录，请事先说明。",
        "If there is damage, or the other one is back: let an admin freeze the user, 24 hours to begin with. The user cannot log in either meanwhile: say so first.",
    ),
    (
        "请用户在微信里处理根源：我 → 设置 → 账号与安全 → 登录设备管理，移除不认识的设备；修改微信密码；必要时在微信安全中心冻结微信账号。",
        "Let the user mend the cause in WeChat: Me → Settings → Account Security → Manage Devices, remove what they do not know; change WeChat's password; if need be freeze the WeChat account in its security centre.",
    ),
    (
        "用户确认微信已安全后，解除冻结，并在备注里写明核实方式和工单号。",
        "When the user says that their WeChat is safe, unfreeze them, and note how you made sure and the number of the ticket.",
    ),
    (
        "如果几位用户同时遇到，或同一 IP 出现在多位用户的会话里，请立即告诉管理员：这可能不是一个人的事。",
        "If several users tell the same, or one address stands in the sessions of several, tell an admin at once: it may not be about one person.",
    ),
];

/// What to do when a user cannot log in.
pub const STUCK: [Both; 4] = [
    (
        "先在查找框中找到用户：如果已冻结，用户页会写明原因和期限。",
        "Find the user first: if they are frozen, their page says why and until when.",
    ),
    (
        "打开“登录记录 → 失败”，按时间和小程序找到那一次，按“说明和建议”处理。失败的登录常常不知道是谁。",
        "Open Logins, Failed, find the attempt by time and mini-program, and do what the row advises. Failed attempts often do not say who it was.",
    ),
    (
        "如果没有任何记录，请求没有到达服务器（或同一秒内被拒绝的很多，只记了一次）：请用户切换网络，或删除小程序后重新打开。",
        "If there is no row, the request did not arrive, or was one of many refused in one second: another network, or removing and reopening the mini-program, helps.",
    ),
    (
        "如果概览里失败突然增多，或出现“小程序配置有误”，这不是用户的问题，请联系系统管理员。",
        "If the overview shows many failures, or the mini-program is misconfigured, it is not the user: tell an owner.",
    ),
];

/// Actions: what is done, what the user sees, how long it lasts.
pub const ACTIONS: [[Both; 3]; 9] = [
    [
        ("撤销一个会话", "Revoke one session"),
        (
            "那台设备的下一个请求被拒绝，小程序会静默重新登录；用户通常没有感觉。",
            "The next request of that device is refused, and the mini-program logs in again silently; the user hardly notices.",
        ),
        ("永久：同一个会话不会恢复", "For good: that session never comes back"),
    ],
    [
        ("撤销全部会话", "Revoke all sessions"),
        (
            "所有设备都是如此。不能阻止任何人再次登录。",
            "The same on every device. It keeps nobody from logging in again.",
        ),
        ("永久：这些会话不会恢复", "For good: those sessions never come back"),
    ],
    [
        ("冻结用户", "Freeze a user"),
        (
            "所有设备立即退出，登录时被告知账号已冻结，有期限的会显示期限。",
            "Every device is out at once; logging in says that the account is frozen, and until when.",
        ),
        ("到期自动解除，或直到有人解除", "Until its end, or until somebody undoes it"),
    ],
    [
        ("解除冻结", "Unfreeze a user"),
        (
            "下次打开小程序即可登录；原来的会话不会恢复。",
            "The next time the mini-program is opened they are in; the sessions from before do not come back.",
        ),
        ("立即", "At once"),
    ],
    [
        ("通过或拒绝资料", "Let a nickname or avatar pass, or refuse it"),
        (
            "通过：新资料对所有人可见。拒绝：仍显示原来的资料。",
            "Let pass: everybody sees the new one. Refused: the old one stays.",
        ),
        ("直到用户再次修改", "Until the user changes it again"),
    ],
    [
        ("显示单项个人信息", "Show one masked field"),
        (
            "用户没有感觉。只在这一页显示，需要原因，每天有次数上限，写入审计日志。",
            "Nothing. It stands on that one page, takes a reason, is limited by the day, and is written to the audit log.",
        ),
        ("离开页面即不再显示", "Until you leave the page"),
    ],
    [
        ("代用户注销账号", "Delete an account for its user"),
        (
            "所有设备立即退出，不能再登录。冷静期内用户可以在小程序中恢复；之后资料、身份、手机号和备注全部清除，再登录就是新用户。",
            "Every device is out at once, and logging in is refused. While it cools off the user can restore it in the mini-program; then profile, identities, phone number and notes are erased, and whoever logs in is a new user.",
        ),
        ("冷静期结束后永久，不能恢复", "For good once it has cooled off"),
    ],
    [
        ("撤销全部符合条件的会话", "Revoke all sessions that a filter matches"),
        (
            "与撤销一个会话相同，对象是符合条件的每台设备；10 秒后开始，可以暂停或取消，已撤销的不会恢复。不能阻止任何人再次登录。",
            "The same as revoking one, on every device that matches. It begins after 10 seconds and can be paused or cancelled; what was revoked stays so. It keeps nobody from logging in again.",
        ),
        ("永久：这些会话不会恢复", "For good: those sessions never come back"),
    ],
    [
        ("紧急撤销", "Revoke everything"),
        (
            "一个小程序或全部小程序的所有用户同时退出，下次打开时静默重新登录；登录量会在短时间内大增。需要两个人，先提出，再批准。",
            "All users of one mini-program, or of all, are out at the same moment and are logged in again silently when they open it: expect many logins at once. It takes two people, one who proposes and one who approves.",
        ),
        ("永久：这些会话不会恢复", "For good: those sessions never come back"),
    ],
];

/// Words of the field: the word, what it means.
pub const GLOSSARY: [[Both; 2]; 10] = [
    [
        ("会话 session", "Session 会话"),
        (
            "用户在一台设备上的一次登录。列表里的“有效”表示：此刻用它发请求会被接受。",
            "One login of a user on one device. Live means: a request with it would be accepted right now.",
        ),
    ],
    [
        ("openid", "openid"),
        (
            "用户在一个小程序里的编号，由微信给出；同一个人在不同小程序里不同。",
            "A user's number in one mini-program, given by WeChat; another one in each mini-program.",
        ),
    ],
    [
        ("unionid", "unionid"),
        (
            "同一个开放平台账号下，同一个人在各小程序里相同的编号。",
            "The number that one person has in all mini-programs of one platform account.",
        ),
    ],
    [
        ("登录码 code", "Code 登录码"),
        (
            "wx.login 给小程序的一次性凭证，五分钟内有效，只能用一次。",
            "What wx.login gives a mini-program: good once, for five minutes.",
        ),
    ],
    [
        ("AppID · AppSecret", "AppID · AppSecret"),
        (
            "小程序的编号和密码。AppSecret 泄露后应立即在小程序后台重置。",
            "A mini-program's number and password. Reset a leaked AppSecret at once in the mini-program's back office.",
        ),
    ],
    [
        ("错误码 errcode", "errcode 错误码"),
        (
            "微信拒绝请求时给出的数字，含义和建议见登录记录。",
            "The number that WeChat gives with a refusal; Logins says what each means and what helps.",
        ),
    ],
    [
        ("rid", "rid"),
        (
            "微信给每个请求的编号，向微信技术支持提问时要用。",
            "WeChat's number of a request, for questions to its support.",
        ),
    ],
    [
        ("请求编号", "Request id"),
        (
            "我们给每个请求的编号，写在每页底部；询问系统管理员时请附上。",
            "Our number of a request, at the foot of each page; add it when you ask an owner.",
        ),
    ],
    [
        ("打码", "Masking"),
        (
            "手机号、openid 和 IP 只显示一部分，足以在电话中核对，不足以被冒用。",
            "Phone numbers, openids and addresses are shown in part: enough to compare on the phone, too little to use.",
        ),
    ],
    [
        ("截至", "As of"),
        (
            "数字统计的时刻。点开列表时可能又有了新的记录。",
            "When a number was counted. The list behind it may have grown since.",
        ),
    ],
];

impl Lang {
    /// The one of a text in both languages.
    #[must_use]
    pub const fn choose(self, both: Both) -> &'static str {
        match self {
            Self::Zh => both.0,
            Self::En => both.1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_texts_say_nin_and_use_full_width_punctuation() {
        let rows = ACTIONS.concat().into_iter().chain(GLOSSARY.concat());
        let is_han = |one: char| ('\u{4e00}'..='\u{9fff}').contains(&one);
        for (zh, en) in rows.chain(THEFT).chain(STUCK) {
            let letters: Vec<char> = zh.chars().collect();
            assert!(!letters.windows(2).any(|two| is_han(two[0]) && ",;:?!()".contains(two[1])), "{zh}");
            assert!(!zh.is_empty() && !en.is_empty() && !zh.contains('你'), "{zh}");
        }
    }
}
