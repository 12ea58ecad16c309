//! Taking lists away as files.

use super::{grouped, words};

words! {
    /// The words of exports.
    Exports
    text {
        title: "导出", "Export";
        intro: "选择要导出的列表。先在列表中筛选，再点“导出”，筛选条件会一并带过来。", "Choose a list. Narrow it first and press Export there: the filter comes along.";
        users: "导出用户", "Export users";
        sessions: "导出会话", "Export sessions";
        audit: "导出审计日志", "Export the audit log";
        filter: "筛选条件", "Filter";
        no_filter: "无，导出整个列表", "None: the whole list";
        columns: "列", "Columns";
        masked: "内容与您在页面上看到的一致：手机号、openid 等保持隐藏。", "The file shows what you see on pages: phone numbers and the like stay masked.";
        format: "CSV（UTF-8，可直接用 Excel 打开），时间带有您所选时区的偏移。每次导出都会写入审计日志。", "CSV (UTF-8, opens in Excel), times with the offset of your time zone. Every export is in the audit log.";
        choose: "请至少选择一列", "Choose at least one column";
        others: "导出其他列表", "Export another list";
        download: "下载 CSV", "Download CSV";
        id: "用户编号", "User id";
        sid: "会话编号", "Session id";
        client: "客户端", "Client";
        code: "操作代码", "Action code";
        number: "编号", "Number";
        ended_at: "结束时间", "Ended at";
        ended_by: "结束人", "Ended by";
        detail: "详情", "Details";
        nickname: "昵称", "Nickname";
    }
    say {
        most(u64): |n| format!("最多导出最前面的 {} 条。", grouped(n)), |n| format!("At most the first {} rows are exported.", grouped(n));
    }
}
