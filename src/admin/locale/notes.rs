//! Notes about a user.

use super::words;

words! {
    /// The words of notes about a user.
    Notes
    text {
        title: "客服备注", "Notes";
        add: "添加备注", "Add a note";
        label: "新备注", "New note";
        hint: "至多 500 个字符，只可追加，不能修改。不要填写手机号、证件号、地址或密码。", "At most 500 characters; notes cannot be changed. Leave out phone numbers, identity numbers, addresses and passwords.";
        looks_personal: "其中似乎有手机号或证件号。请删去；如确有必要，再次提交即可保存。", "This seems to hold a phone or identity number. Take it out; if it must be there, submit once more.";
        none: "还没有备注。", "No notes yet.";
        added: "备注已添加。", "The note is added.";
        earlier: "已有备注", "Earlier notes";
        all: "全部备注", "All notes";
        goes: "用户注销后，备注一并清除。", "Notes are erased with the account.";
    }
    say {
    }
}
