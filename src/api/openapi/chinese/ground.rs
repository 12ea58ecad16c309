//! What stands around operations: the document itself, headers, problems.

use super::Text;

pub(super) static TEXTS: &[Text] = &[
    (
        "The login backend of WeChat mini-programs. JSON in UTF-8. Every error is `application/problem+json` with a stable `code`; 401 means only that a session is not live: log in once more. A method that a path does not have is answered 405 with `Allow`; what goes wrong on our side, 500 `internal`.",
        "微信小程序的登录后端。JSON，UTF-8 编码。所有错误都是 `application/problem+json`，带有稳定的 `code`；401 只表示会话无效：重新登录即可。路径不支持的方法返回 405 和 `Allow`；我们自身的故障返回 500 `internal`。",
    ),
    ("Log in, and what becomes of the session.", "登录，以及会话的始终。"),
    ("What the user shares of themself.", "用户提供的个人资料。"),
    ("For the team's other services.", "供团队的其他服务使用。"),
    ("For WeChat's server.", "供微信服务器调用。"),
    ("For those who run it.", "供运维人员使用。"),
    ("The `token` of a login.", "登录得到的 `token`。"),
    ("The same token, where clients of wafer send it.", "同一个令牌，wafer 客户端放在这里。"),
    ("The id and secret of one of the team's services.", "团队某个服务的编号和密钥。"),
    ("Nothing is kept.", "不得缓存。"),
    ("Seconds after which it is worth trying again.", "多少秒后值得重试。"),
    (
        "Seconds after which it is worth trying again; not where only an operator can mend it.",
        "多少秒后值得重试；只有管理员才能修复时没有此项。",
    ),
    ("What would prove who one is.", "应当如何证明身份。"),
    ("The request's name, in our log, too.", "请求的编号，日志中也有。"),
    ("A point in time: RFC 3339, UTC.", "时刻：RFC 3339，UTC。"),
    ("Why a request was not done (RFC 9457).", "请求为何没有完成（RFC 9457）。"),
    ("Always `about:blank`: `code` says more.", "总是 `about:blank`：请看 `code`。"),
    ("The status in words.", "状态码的文字。"),
    ("The answer's status.", "响应的状态码。"),
    (
        "A sentence for people, Chinese or English by `Accept-Language`.",
        "给人看的一句话，按 `Accept-Language` 为中文或英文。",
    ),
    ("The stable word that programs read.", "供程序判断的稳定代码。"),
    (
        "The request's id, as in the header `X-Request-Id` and in our log.",
        "请求编号，与响应头 `X-Request-Id` 和日志一致。",
    ),
    ("Each faulty field.", "每个有误的字段。"),
    ("When a freeze ends by itself.", "冻结自动解除的时间。"),
    ("WeChat's own error code, where it helps.", "微信自己的错误码，在有帮助时给出。"),
    ("One field that does not fit.", "一个不符合要求的字段。"),
    ("The field's name, with its path; empty: the whole body.", "字段名及其路径；为空表示整个请求体。"),
    ("What is wrong with it, for people.", "给人看的说明。"),
];
