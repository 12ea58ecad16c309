//! Forms and what can be wrong in them.

use super::words;

words! {
    /// The words of forms.
    Forms
    text {
        summary: "请检查以下内容", "Please check the following";
        cancel: "取消", "Cancel";
        missing: "请填写此项", "Fill this in";
        choose: "请选择一项", "Choose one";
        characters: "含有不能使用的字符", "Has characters that cannot be used";
        not_allowed: "不是可选的值", "Is none of the choices";
        out_of_range: "超出允许范围", "Is out of range";
        malformed: "格式不正确", "Is not of the right form";
        common_password: "这个密码太容易被猜到：由常见密码、单词、有规律的字符或账号与小程序的名称组成，请换一个", "This password is too easy to guess: it is made of common passwords, words, patterns, or the names of the account and the mini-programs. Choose another";
        differs: "两次输入的密码不一致", "The two passwords differ";
        reason: "原因", "Reason";
        reason_hint: "会写入审计日志，不会显示给用户。", "Goes to the audit log; the user does not see it.";
        note: "备注（选填）", "Note (optional)";
        note_hint: "最多 500 字。请勿粘贴手机号、身份证号等个人信息。", "Up to 500 characters. Do not paste phone numbers or other personal data.";
    }
    say {
        too_long(usize): |n| format!("最多 {n} 个字符"), |n| format!("At most {n} characters");
        too_short(usize): |n| format!("至少 {n} 个字符"), |n| format!("At least {n} characters");
    }
}
