//! Of `tag = "services"`.

use super::Text;

pub(super) static TEXTS: &[Text] = &[
    ("Lets a proxy ask who calls (forward authentication).", "供代理询问调用者是谁（转发认证）。"),
    (
        "204 lets the request through, 401 is the client's own answer. All three headers are always there, so that a proxy that copies them overwrites whatever the client sent under their names.",
        "204 表示放行，401 即是给客户端的答复。三个响应头总是齐全，代理复制它们时会覆盖客户端以同名发送的内容。",
    ),
    ("A live session.", "会话有效。"),
    ("The user's public id.", "用户的公开编号。"),
    ("The mini-program's appid.", "小程序的 appid。"),
    ("The session's public id.", "会话的公开编号。"),
    (
        "Tells another service of the team whose a token is (RFC 7662).",
        "告诉团队的其他服务令牌属于谁（RFC 7662）。",
    ),
    (
        "`{active: true, …}` for a live session of any mini-program, else `{active: false}`. Counts as a use of the session.",
        "任一小程序的有效会话返回 `{active: true, …}`，否则返回 `{active: false}`。算作会话的一次使用。",
    ),
    ("What there is to know of the token.", "关于令牌的信息。"),
    ("What the form holds; it is read field by field.", "表单的内容，逐个字段读取。"),
    ("The token that came to the service.", "服务收到的令牌。"),
    ("Instead of HTTP Basic: the service's id.", "代替 HTTP Basic：服务的编号。"),
    ("Instead of HTTP Basic: its secret.", "代替 HTTP Basic：服务的密钥。"),
    ("Of a token that is not live, only `active` is there.", "令牌无效时只有 `active`。"),
    ("Ignored, as RFC 7662 has it; none may stand there twice.", "按 RFC 7662 忽略；任何字段不得重复。"),
    ("Whether the session is live.", "会话是否有效。"),
    ("When the session was opened, in seconds since 1970 UTC.", "会话开启时间，自 1970 年 UTC 起的秒数。"),
    (
        "When it ends at the latest, in seconds since 1970 UTC; it may be revoked at any time before.",
        "会话最迟结束时间，自 1970 年 UTC 起的秒数；此前随时可能被撤销。",
    ),
];
