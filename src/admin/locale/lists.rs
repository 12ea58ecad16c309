//! What all lists share: filters, counts, paging, emptiness.

use super::{counted, grouped, wide, words};

words! {
    /// The words of lists.
    Lists
    text {
        filters: "筛选", "Filters";
        apply: "应用筛选", "Apply filters";
        more: "更多筛选", "More filters";
        jump: "跳到日期", "Jump to a date";
        go: "前往", "Go";
        clear: "清除全部筛选", "Clear all filters";
        active: "当前筛选", "Active filters";
        any: "不限", "Any";
        all: "全部", "All";
        from: "起", "From";
        to: "止", "To";
        colon: "：", ": ";
        sort: "排序", "Order";
        paging: "翻页", "Paging";
        newest: "最新", "Newest";
        newer: "较新", "Newer";
        older: "较旧", "Older";
        oldest: "最早", "Oldest";
        stale_cursor: "这个翻页位置已失效，已回到第一屏。", "That place in the list is no longer valid; this is the first screen.";
        slow: "数据库响应较慢，本次未统计总数；列表本身是完整的。", "The database is slow right now, so nothing was counted; the list itself is complete.";
        more_screens: "不止一屏，未统计总数", "More than one screen; not counted";
        count_exactly: "精确统计", "Count exactly";
        cut_title: "目前没有找到", "Nothing so far";
        select_all: "选择本屏全部", "Select all on this screen";
        open: "打开", "Open";
    }
    say {
        zone(&str): |name| format!("日期按 {} 计算", wide(name)), |name| format!("Days are those of {name}");
        exactly(u64): |n| format!("共 {} 条", grouped(n)), |n| counted(n, "result", "results");
        more_than(u64): |n| format!("超过 {} 条", grouped(n)), |n| format!("More than {} results", grouped(n));
        counted_to(u64): |n| format!("2 秒内数到 {} 条，还没有数完", grouped(n)), |n| format!("{} counted in 2 seconds, and there are more to look at", grouped(n));
        of_newest(u64, u64): |n, all| format!("最近的 {} 条中有 {} 条", grouped(all), grouped(n)), |n, all| format!("{} of the newest {}", grouped(n), grouped(all));
        estimated(u64): |n| format!("总计约 {}（估算）", grouped(n)), |n| format!("about {} in all (estimate)", grouped(n));
        none_for(&str): |q| format!("0 条结果：“{q}”"), |q| format!("0 results for “{q}”");
        remove(&str): |filter| format!("移除筛选：{filter}"), |filter| format!("Remove filter: {filter}");
        cut(u64): |n| format!("本屏只查看了 {} 行，其余的还没有查看；请翻页继续。", grouped(n)), |n| format!("Of the rows {} were looked at for this screen; turn the page to look on.", grouped(n));
        screen(&str): |title| format!("{title} · 后续"), |title| format!("{title}, continued");
    }
}
