//! Of `tag = "wechat"`.

use super::Text;

pub(super) static TEXTS: &[Text] = &[
    ("Answers WeChat's trial of this address.", "应答微信对此地址的验证。"),
    ("It comes when somebody enters the address in the back office.", "在小程序后台填写此地址时触发。"),
    ("What `echostr` said.", "`echostr` 的内容。"),
    (
        "SHA-1 over the sorted token, timestamp and nonce, in hexadecimal.",
        "对排序后的 token、timestamp、nonce 计算的 SHA-1，十六进制。",
    ),
    ("Seconds since 1970 UTC.", "自 1970 年 UTC 起的秒数。"),
    ("A number of WeChat's.", "微信给出的随机数。"),
    ("The same over `Encrypt` as well; secure mode only.", "同上，另含 `Encrypt`；仅安全模式。"),
    (
        "What WeChat wants to read back when a server's address is set up.",
        "配置服务器地址时微信希望原样读回的内容。",
    ),
    ("Takes what WeChat tells of its own accord.", "接收微信主动推送的消息。"),
    (
        "`success` as soon as it is kept, or was before; 403 when it is not WeChat's.",
        "保存之后（或此前已保存）即答复 `success`；不是微信发出的答复 403。",
    ),
    ("WeChat's message, in JSON or XML, encrypted or not.", "微信的消息，JSON 或 XML，加密或明文。"),
    ("It is kept.", "已保存。"),
];
