//! Of `tag = "account"`, and of avatars.

use super::Text;

pub(super) static TEXTS: &[Text] = &[
    ("Leave for good, come back in time, take one's data along.", "注销、期限之内恢复，以及导出自己的数据。"),
    ("Deletes the caller's account (注销).", "注销当前用户的账号。"),
    (
        "Sessions end at once; the rest is erased after the time in which the account can be restored. Once more changes nothing and gets the same answer. Who has no live session, a frozen user for one, sends a fresh login code.",
        "会话立即结束；其余数据在可恢复的期限之后清除。重复调用不再有变化，响应相同。没有有效会话的用户（例如被冻结的用户）可凭新的登录凭证注销。",
    ),
    (
        "What somebody proves with who they are, who has no live session: a frozen user may leave, too.",
        "没有有效会话时，用来证明身份的内容：被冻结的用户也可以注销。",
    ),
    ("When it is erased.", "何时清除。"),
    ("When the account is erased; until then it can be restored.", "账号清除的时间；在此之前可以恢复。"),
    ("Takes the deletion back and logs in.", "撤回注销并登录。"),
    (
        "Without a deletion it only logs in: a client may ask again.",
        "没有注销时只是登录：客户端可以重复调用。",
    ),
    ("What a client gets that is logged in.", "登录后客户端得到的内容。"),
    (
        "Everything that is held about the caller, as a file to keep.",
        "系统保存的关于当前用户的全部数据，以文件形式给出。",
    ),
    (
        "The newest 10,000 of each list; `shortened` names those that have more. The phone number is in clear.",
        "每个列表最多给出最新的 10,000 条，`shortened` 列出被截短的列表。手机号为明文。",
    ),
    ("The file.", "文件。"),
    ("The lists that are cut to the newest 10,000.", "只含最新 10,000 条的列表。"),
    ("The phone number in it is in clear: `+8613800001234`.", "其中的手机号为明文：`+8613800001234`。"),
    ("What the user wants to be called or seen as, until it is let pass.", "用户提交、尚待审核的资料。"),
    ("What was done with the account, by whomever.", "对账号做过的事，无论由谁。"),
    ("`nickname` or `avatar`.", "`nickname` 昵称或 `avatar` 头像。"),
    ("`pending`, `review` or `risky`.", "`pending`、`review` 或 `risky`。"),
    ("`user`, `system` or `staff`.", "`user` 用户、`system` 系统或 `staff` 工作人员。"),
    (
        "`user`, `wechat`, `system` or `staff`.",
        "`user` 用户、`wechat` 微信、`system` 系统或 `staff` 工作人员。",
    ),
    ("Makes a picture the caller's avatar.", "把一张图片设为当前用户的头像。"),
    (
        "It is drawn anew, 256 × 256 pixels without metadata. The session is in a header, or in a part `token`, as not every client can set headers on an upload.",
        "图片会重新绘制成 256×256 像素，不含元数据。会话放在请求头里，或放在名为 `token` 的字段里，因为并非所有客户端都能在上传时设置请求头。",
    ),
    (
        "What the form holds, and the part `token` where no header can be set; other parts are ignored.",
        "表单的内容；不能设置请求头时另有 `token` 字段；其他字段忽略。",
    ),
    (
        "The picture; the part may also be called `avatar`. PNG, JPEG or WebP, 4 MiB and 2048 × 1536 pixels at most; of a lossless WebP 32 KiB.",
        "图片；字段也可以叫 `avatar`。PNG、JPEG 或 WebP，最大 4 MiB、2048×1536 像素。",
    ),
    ("The picture is stored.", "图片已保存。"),
    (
        "wx.uploadFile hands its caller a text, whatever the type: the body says by itself what became of the upload.",
        "wx.uploadFile 得到的总是文本：响应体自己说明上传的结果。",
    ),
    (
        "Where the avatar is that is shown: the one before, while the new one waits to be let pass.",
        "当前显示的头像的地址：新头像等待审核期间，仍是原来的。",
    ),
    ("An avatar, to whoever knows its name.", "头像，知道文件名即可读取。"),
    ("What was replaced or taken back is gone at once.", "被替换或收回的头像立即不再提供。"),
    ("What `avatarUrl` ends with.", "`avatarUrl` 的最后一段。"),
    ("The picture.", "图片。"),
    ("The picture that the client has.", "客户端已有的图片。"),
    ("It may be kept for ever: another picture has another name.", "可以永久缓存：换图片就换名字。"),
];
