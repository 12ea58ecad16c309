//! Seeing one masked field.

use super::{counted, grouped, words};

words! {
    /// The words of the page that shows one masked field.
    Reveal
    text {
        button: "显示", "Show";
        shown_once: "只在此页显示一次，请勿截图或另存。", "Shown on this page only, once. Do not keep a copy.";
        recorded: "已记录：谁、何时、为何查看了哪一项。", "It is recorded who saw which field, when and why.";
        before: "提交后立即显示这一项，并写入审计日志。请先核实来电者身份。", "The field is shown as soon as you submit, and the audit log has it. Make sure first who is asking.";
        is_masked: "现在显示为", "Shown now as";
        used_up: "今日次数已用完，明日 0 点（北京时间）恢复。如有急事，请联系管理员。", "Today's quota is used up; a new day begins at midnight in Beijing. If it is urgent, ask an admin.";
        most_used: "今日次数已用去八成以上。", "More than four fifths of today's quota is used.";
        back: "返回用户页", "Back to the user";
    }
    say {
        heading(&str): |field| format!("显示{field}"), |field| format!("Show a masked field: {field}");
        left(u64): |n| format!("今日还可显示 {} 项。", grouped(n)), |n| format!("{} left today.", counted(n, "field", "fields"));
        show_of(&str): |field| format!("显示{field}"), |field| format!("Show {field}");
    }
}
