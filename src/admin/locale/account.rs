//! One's own account, and proving who one is.

use super::{counted, words};

words! {
    /// The words of one's own account.
    Account
    text {
        title: "我的账号", "My account";
        second_title: "两步验证", "Second factor";
        second_heading: "输入动态验证码", "Enter your code";
        second_intro: "打开手机上的身份验证器，输入当前的 6 位数字。手机不在身边时，可以输入一个恢复码。", "Open the authenticator app on your phone and enter its 6 digits. Without your phone, enter one of your recovery codes.";
        code: "验证码", "Code";
        code_hint: "6 位数字，或形如 abcde-fghjk 的恢复码", "6 digits, or a recovery code such as abcde-fghjk";
        next: "继续", "Continue";
        lost: "手机和恢复码都丢了？请系统管理员为您重置两步验证。", "Lost both phone and recovery codes? Ask an owner to reset your second factor.";
        wrong_code: "验证码不正确，或已被使用过。", "The code is wrong, or was used before.";
        wrong_password: "密码不正确。", "The password is wrong.";
        reauth_title: "确认是您本人", "Confirm that it is you";
        reauth_intro: "接下来的操作比较敏感，请再次证明是您本人。15 分钟内有效。", "What comes next is sensitive: please prove once more that it is you. This lasts 15 minutes.";
        password: "密码", "Password";
        change_password: "修改密码", "Change password";
        password_text: "修改后，您在其他设备上的登录会立即结束。", "Your sessions on other devices end at once when you change it.";
        password_changed: "密码已修改，其他设备上的登录已结束。", "Your password was changed; your sessions elsewhere have ended.";
        new_password: "新密码", "New password";
        totp: "两步验证", "Second factor";
        totp_off: "未开启。开启后，登录时除密码外还需要手机上的验证码。", "Off. With it, signing in takes a code of your phone besides the password.";
        totp_set: "设置两步验证", "Set up the second factor";
        totp_replace: "换一部手机", "Use another phone";
        totp_remove: "关闭两步验证", "Switch it off";
        totp_removed: "两步验证已关闭。", "The second factor is off.";
        totp_required: "系统要求所有工作人员使用两步验证，不能关闭。", "The settings demand a second factor of all staff; it cannot be switched off.";
        totp_first: "系统要求使用两步验证。请先完成设置，再继续。", "A second factor is required here. Please set it up before you go on.";
        totp_scan: "用身份验证器（如微信小程序“腾讯身份验证器”、Microsoft Authenticator）扫描二维码", "Scan this with an authenticator app, such as Microsoft Authenticator or Aegis";
        totp_type: "不能扫码？手动输入这个密钥：", "Cannot scan? Type this key instead:";
        totp_key: "两步验证密钥", "Key of the second factor";
        totp_prove: "再输入应用显示的 6 位数字，证明已设置成功", "Then enter the 6 digits that the app shows";
        totp_replaces: "完成后，原来手机上的验证码和旧的恢复码都会失效。", "The codes of your former phone and your old recovery codes will stop working.";
        qr: "两步验证的二维码", "QR code of your second factor";
        since: "开启于", "On since";
        new_codes: "生成新的恢复码", "New recovery codes";
        codes_title: "恢复码", "Recovery codes";
        codes_done: "两步验证已开启。", "Your second factor is on.";
        codes_new: "新的恢复码已生成，旧的已失效。", "These are your new recovery codes; the old ones no longer work.";
        codes_intro: "手机丢失时，每个恢复码可以代替验证码使用一次。请打印或存入密码管理器，这里只显示这一次。", "Each of them works once in the place of a code, should your phone be lost. Print them or keep them in a password manager: they are shown this once.";
        codes_kept: "我已保存好", "I have kept them";
        sessions: "登录中的设备", "Where you are signed in";
        sessions_caption: "您的控制台登录，本设备在前", "Your console sessions, this device first";
        browser: "浏览器", "Browser";
        ip: "IP", "IP";
        signed_in: "登录时间", "Signed in";
        seen: "最近使用", "Last used";
        this: "此设备", "This device";
        end: "结束", "End";
        end_others: "结束其他全部登录", "End all others";
        preferences: "偏好", "Preferences";
        zone: "时区", "Time zone";
        preferences_hint: "语言、时区和每屏行数保存在您的账号中；外观和快捷键保存在这个浏览器中。", "Language, time zone and rows go with your account; appearance and shortcuts stay with this browser.";
        preferences_kept: "偏好已保存。", "Your preferences are kept.";
        preferences_save: "保存", "Save";
        shortcuts: "单键快捷键", "Single-key shortcuts";
        per_page: "每屏行数", "Rows per page";
        audit: "查看我的操作记录", "What I did";
    }
    say {
        codes_left(u64): |n| format!("还剩 {n} 个恢复码"), |n| counted(n, "recovery code left", "recovery codes left");
        sessions_ended(u64): |n| format!("已结束 {n} 个登录。"), |n| format!("{} ended.", counted(n, "session", "sessions"));
        end_of(&str): |ip| format!("结束来自 {ip} 的登录"), |ip| format!("End the session from {ip}");
    }
}
