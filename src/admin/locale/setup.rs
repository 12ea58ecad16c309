//! Choosing a password by a one-time link.

use super::words;

words! {
    /// The words of the set-up page.
    Setup
    text {
        title: "设置密码", "Choose a password";
        first_heading: "欢迎使用门卫", "Welcome to Menwei";
        first_intro: "这是本系统的第一个账号，角色为系统管理员。请为它设置名称和密码。", "This is the first account of this system; its role is owner. Give it a name and a password.";
        heading: "设置您的密码", "Choose your password";
        name: "账号", "Account name";
        name_hint: "2–32 个文字、数字、点、下划线或连字符；不能是 admin、root 等常见名称。", "2 to 32 letters, digits, dots, underscores or hyphens; not admin, root or the like.";
        password: "新密码", "New password";
        password_hint: "至少 15 个字符，空格、中文和表情都可以。几个不相关的词连在一起，既好记又安全。", "At least 15 characters; spaces, Chinese and emoji are fine. A few unrelated words are easy to remember and hard to guess.";
        again: "再次输入新密码", "New password again";
        button: "保存密码", "Save password";
        once: "此链接只能使用一次，24 小时内有效。", "This link works once and within 24 hours.";
        gone_title: "链接已失效", "This link no longer works";
        gone_text: "这个设置链接已被使用过，或已超过 24 小时。请系统管理员重新生成一个：", "This set-up link was used before or is older than 24 hours. Ask an owner for a new one:";
        done: "密码已设置，请登录。", "Your password is set; please sign in.";
        to_sign_in: "去登录", "Go to sign-in";
    }
    say {
        for_account(&str, &str): |name, role| format!("账号 {name}，角色：{role}"), |name, role| format!("Account {name}, role: {role}");
    }
}
