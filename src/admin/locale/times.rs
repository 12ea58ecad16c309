//! Spans of time.

use super::{counted, words};

words! {
    /// The words of spans.
    Times
    text {
        just_now: "刚刚", "just now";
        unknown: "—", "—";
    }
    say {
        ago(String): |span| format!("{span}前"), |span| format!("{span} ago");
        ahead(String): |span| format!("{span}后"), |span| format!("in {span}");
        minutes(u64): |n| format!("{n} 分钟"), |n| counted(n, "minute", "minutes");
        hours(u64): |n| format!("{n} 小时"), |n| counted(n, "hour", "hours");
        days(u64): |n| format!("{n} 天"), |n| counted(n, "day", "days");
        months(u64): |n| format!("{n} 个月"), |n| counted(n, "month", "months");
        years(u64): |n| format!("{n} 年"), |n| counted(n, "year", "years");
    }
}
