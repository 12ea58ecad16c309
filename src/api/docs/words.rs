//! The page's own words. What is said of operations is the document's.

use crate::http::Language;

macro_rules! words {
    ($($name:ident: $chinese:expr, $english:expr;)*) => {
        /// Every word of the page in one language.
        pub(super) struct Words {
            $(pub(super) $name: &'static str,)*
            is_chinese: bool,
        }

        static CHINESE: Words = Words { $($name: $chinese,)* is_chinese: true };
        static ENGLISH: Words = Words { $($name: $english,)* is_chinese: false };
    };
}
words! {
    service: "门卫", "menwei";
    title: "API 文档", "API documentation";
    skip: "跳到正文", "Skip to content";
    contents: "目录", "Contents";
    language: "语言", "Language";
    document: "OpenAPI 文档", "OpenAPI document";
    start: "快速开始", "Quick start";
    start_login: "1. 用 wx.login 给出的 code 登录。menwei simulator 和 demo 接受任意 code，例如 anna-1。",
        "1. Log in with the code that wx.login gives. menwei simulator and demo take any code, such as anna-1.";
    start_use: "2. 之后的每个请求都带上令牌。", "2. Every request after that carries the token.";
    start_client: "3. 在小程序里：登录一次，遇到 401 再静默登录一次。",
        "3. In the mini-program: log in once, and once more, silently, after a 401.";
    authentication: "身份验证", "Authentication";
    by_token: "小程序：请求头 Authorization: Bearer <token>，或 X-WX-Skey: <token>。放在网址里的令牌不起作用。",
        "Mini-programs: the header Authorization: Bearer <token>, or X-WX-Skey: <token>. A token in the address does not count.";
    by_client: "团队的服务（/introspect）：HTTP Basic，或表单里的 client_id 与 client_secret。",
        "The team's services (/introspect): HTTP Basic, or client_id and client_secret in the form.";
    by_wechat: "微信（/wechat/push）：以签名验证。", "WeChat (/wechat/push): by its signature.";
    revoked: "会话可以随时被用户或客服撤销，下一次请求即生效。401 只有一个含义：重新登录。",
        "A session can be revoked at any time, by its user or by staff, and the next request is refused. 401 means one thing: log in once more.";
    needs_token: "需要会话", "needs a session";
    needs_client: "需要服务密钥", "needs a client secret";
    may_token: "会话或 code", "session or code";
    parameters: "参数", "Parameters";
    body: "请求体", "Body";
    answers: "响应", "Answers";
    required: "必填", "required";
    optional: "可能没有", "may be absent";
    request: "请求", "Request";
    answer: "响应示例", "Answer";
    errors: "错误代码", "Error codes";
    errors_about: "错误是 application/problem+json（RFC 9457）。程序只判断 code；detail 给人看，按 Accept-Language 为中文或英文。",
        "Errors are application/problem+json (RFC 9457). Programs read code; detail is for people, Chinese or English by Accept-Language.";
    status: "状态码", "Status";
    code: "代码", "Code";
    means: "含义", "Means";
    advice: "客户端应当", "The client should";
    limits: "限制", "Limits";
    characters: "个字符", "characters";
    at_least: "至少", "at least";
    at_most: "最多", "at most";
    list: "列表", "list of";
    object: "对象", "object";
    text: "文本", "text";
    number: "整数", "integer";
    switch: "布尔", "boolean";
    time: "时间", "time";
    anything: "任意", "anything";
}

impl Words {
    /// The words of a language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::Chinese => &CHINESE,
            Language::English => &ENGLISH,
        }
    }

    /// What has limits, and which; `body` is in KiB.
    pub(super) fn limits(&self, body: usize) -> Vec<(&'static str, String)> {
        let all = [
            (
                ("请求体", "Body"),
                (format!("{body} KiB，须在 10 秒内到齐"), format!("{body} KiB, complete within 10 s")),
            ),
            (("请求头", "Request head"), owned("16 KiB，须在 5 秒内到齐", "16 KiB, complete within 5 s")),
            (("code", "code"), owned("1 至 128 个可见 ASCII 字符", "1 to 128 visible ASCII characters")),
            (
                ("加密数据", "Encrypted data"),
                owned(
                    "水印时间与现在相差不超过 10 分钟，且比上一次的新",
                    "at most 10 minutes from now by its watermark, and newer than the last one",
                ),
            ),
            (("昵称", "nickName"), owned("64 个字符（NFC 之后）", "64 characters after NFC")),
            (("avatarUrl", "avatarUrl"), owned("https，512 字节", "https, 512 bytes")),
            (
                ("重复的 code", "A code that arrives again"),
                owned(
                    "15 秒内来自同一地址：得到第一次的响应",
                    "within 15 s from the same address: gets the first answer again",
                ),
            ),
            (
                ("微信拒绝的 code", "Codes that WeChat refuses"),
                owned(
                    "每个地址一分钟 120 个，之后为 429；成功的登录不计",
                    "120 a minute from one address, then 429; logins that succeed do not count",
                ),
            ),
            (
                ("每个用户的会话", "Sessions of a user"),
                owned(
                    "可配置，默认 10 个；再登录则结束最旧的",
                    "by configuration, 10 unless changed; one more ends the oldest",
                ),
            ),
        ];
        all.into_iter()
            .map(|((name_zh, name_en), (zh, en))| if self.is_chinese { (name_zh, zh) } else { (name_en, en) })
            .collect()
    }
}

fn owned(chinese: &str, english: &str) -> (String, String) {
    (chinese.to_owned(), english.to_owned())
}
