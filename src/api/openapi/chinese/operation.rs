//! Of `tag = "operation"`.

use super::Text;

pub(super) static TEXTS: &[Text] = &[
    ("Whether the process answers.", "进程是否应答。"),
    ("It does.", "应答。"),
    (
        "`ok`, or why not: `stopping`, `storage_unavailable`.",
        "`ok`，或原因：`stopping`、`storage_unavailable`。",
    ),
    ("Whether it can write and is not about to stop.", "能否写入，且没有即将停止。"),
    (
        "WeChat counts for nothing here: while it is down, sessions that live must stay in rotation.",
        "与微信无关：微信故障时，有效的会话必须继续服务。",
    ),
    ("It can.", "可以。"),
    ("It cannot, or is about to stop.", "不可以，或即将停止。"),
    ("Answers this document.", "返回本文档。"),
    (
        "OpenAPI 3.1, Chinese or English by `Accept-Language`.",
        "OpenAPI 3.1，按 `Accept-Language` 为中文或英文。",
    ),
    ("Shows this document to people.", "给人看的文档页面。"),
    (
        "A page without a script. `?lang=zh` and `?lang=en` overrule `Accept-Language`.",
        "不含脚本的页面。`?lang=zh` 和 `?lang=en` 优先于 `Accept-Language`。",
    ),
    ("A page in HTML.", "HTML 页面。"),
    ("`zh` or `en`; else by `Accept-Language`.", "`zh` 或 `en`；否则按 `Accept-Language`。"),
];
