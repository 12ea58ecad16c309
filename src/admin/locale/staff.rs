//! The accounts of staff.

use super::words;

words! {
    /// The words about accounts of staff.
    Staff
    text {
        title: "工作人员账号", "Accounts of staff";
        caption: "全部账号，最早的在前", "All accounts, oldest first";
        add: "添加账号", "Add an account";
        add_intro: "账号由本人用一次性链接设置密码，您不会知道密码。", "The person chooses the password by a one-time link; you never know it.";
        name: "账号", "Account name";
        role: "角色", "Role";
        state: "状态", "State";
        totp: "两步验证", "Second factor";
        last: "最近登录", "Last sign-in";
        created: "创建时间", "Made at";
        active: "正常", "Active";
        invited: "已邀请", "Invited";
        disabled: "已停用", "Disabled";
        on: "已开启", "On";
        off: "未开启", "Off";
        never: "从未登录", "Never";
        unused: "超过 90 天未使用", "Unused for more than 90 days";
        you: "您自己", "You";
        create: "创建并生成链接", "Make it, and a link";
        change_role: "更改角色", "Change role";
        failed: "登录失败次数", "Failed sign-ins";
        failed_hint: "自上次成功登录起，24 小时内", "Since the last sign-in, within 24 hours";
        sessions_end: "该账号的全部登录会立即结束。", "All of their console sessions end at once.";
        role_holds: "本人下次登录时，新角色生效。", "The new role holds from their next sign-in.";
        no_sign_in: "在重新启用之前不能再登录。", "They cannot sign in until the account is enabled again.";
        links_stay_out: "设置链接也不能绕过停用。", "A set-up link does not get round that.";
        trail_kept: "其操作的审计记录保留。", "The audit log keeps what they did.";
        may_sign_in: "本人可以用原来的密码和两步验证登录，角色不变。", "They can sign in with the same password, second factor and role as before.";
        factor_gone: "手机上的验证码和全部恢复码失效。", "The codes of their phone and all recovery codes stop working.";
        password_only: "下次登录只需密码；如果系统要求两步验证，须先重新设置。", "The next sign-in takes the password alone; where a second factor is required, they set one up first.";
        make_sure: "请先当面或电话确认是本人。", "Make sure that it is they, in person or by phone.";
        alone: "目前只有您一个人可以登录，职责未分离：没有人复核您的操作。请再添加一位系统管理员和一位审计员。", "You are the only one who can sign in, so duties are not separated and nobody checks on what you do. Add another owner and an auditor.";
        one_owner: "目前只有一位系统管理员，职责未分离：账号变更没有第二个人复核，您离开时也没有人能管理账号。请再添加一位。", "There is only one owner, so duties are not separated: nobody else checks on changes of accounts, or can make them while you are away. Add another.";
        choose_other: "请选择一个不同的角色。", "Choose another role than the present one.";
        disable: "停用账号", "Disable account";
        enable: "重新启用", "Enable account";
        reset: "重置两步验证", "Reset second factor";
        link: "生成新的设置链接", "Make a new set-up link";
        link_text: "用于忘记密码。用它设置新密码后，旧密码失效。", "For a forgotten password: the old one works until a new one is chosen by the link.";
        link_title: "一次性设置链接", "One-time set-up link";
        link_intro: "请通过可靠的渠道发给本人。只显示这一次，只能用一次，24 小时内有效。", "Send it to the person by a channel that you trust. It is shown this once, works once, and within 24 hours.";
        link_done: "账号已创建。", "The account is made.";
        back: "返回账号列表", "Back to the accounts";
        taken: "已有同名账号。", "There is such an account already.";
        choose_role: "请选择角色。", "Choose a role.";
        last_owner: "这是最后一个系统管理员，不能停用或更改。请先添加另一个。", "This is the last owner: add another one first.";
        own: "不能更改自己的角色或停用自己。", "Nobody changes their own role or disables themself.";
        role_done: "角色已更改，其登录已结束。", "The role was changed; their sessions have ended.";
        disable_done: "账号已停用，其登录已结束。", "The account is disabled; its sessions have ended.";
        enable_done: "账号已启用。", "The account is enabled.";
        reset_done: "两步验证已重置，其登录已结束。", "The second factor was reset; their sessions have ended.";
        support_does: "查找用户，撤销会话，审核昵称与头像", "finds users, revokes sessions, reviews nicknames and avatars";
        admin_does: "以上，并冻结用户、查看完整 IP", "that, freezes users, sees whole addresses";
        auditor_does: "查看一切，不能更改", "sees everything, changes nothing";
        owner_does: "管理账号与设置，看不到用户", "keeps accounts and settings, sees no user";
    }
    say {
        role_heading(&str): |name| format!("更改“{name}”的角色？"), |name| format!("Change the role of {name}?");
        disable_heading(&str): |name| format!("停用账号“{name}”？"), |name| format!("Disable the account {name}?");
        enable_heading(&str): |name| format!("重新启用账号“{name}”？"), |name| format!("Enable the account {name} again?");
        reset_heading(&str): |name| format!("重置“{name}”的两步验证？"), |name| format!("Reset the second factor of {name}?");
    }
}
