//! Of `tag = "profile"`.

use super::Text;

pub(super) static TEXTS: &[Text] = &[
    ("Answers the caller's profile.", "返回当前用户的资料。"),
    ("The phone number is masked.", "手机号已打码。"),
    ("The profile.", "用户资料。"),
    (
        "A user in an answer. WeChat's spellings where WeChat has them.",
        "响应中的用户。微信有的字段沿用微信的写法。",
    ),
    ("0 unknown, 1 male, 2 female.", "0 未知，1 男，2 女。"),
    ("As the client sent it.", "客户端提交的内容。"),
    ("When they first logged in.", "首次登录的时间。"),
    (
        "Masked, in the answers of `/api/userProfile`, once the user has shared it: `138******34`.",
        "用户提供之后，在 `/api/userProfile` 的响应中以打码形式给出：`138******34`。",
    ),
    (
        "In the answers of `/api/userProfile`: what the user proposed and what is not let pass yet.",
        "在 `/api/userProfile` 的响应中：用户提交、但尚未通过审核的资料。",
    ),
    (
        "What a user proposed and what is not shown to others yet, or never will be.",
        "用户提交的、他人暂时看不到（或不会看到）的资料。",
    ),
    ("A proposal, as its user sees it.", "一项待审核的资料，用户本人可见。"),
    (
        "`pending`, `review` (staff look at it) or `risky` (it was refused).",
        "`pending` 等待微信，`review` 等待人工，`risky` 未通过。",
    ),
    ("What they proposed.", "提交的内容。"),
    ("The nickname.", "昵称。"),
    ("The avatar.", "头像。"),
    ("Only to a caller who came with a code, which is a login.", "仅当用凭证调用时给出：那也是一次登录。"),
    ("Stores what the user shares.", "保存用户提供的资料。"),
    (
        "The caller is whose session it is; without one, whoever a fresh `code` stands for. What WeChat signed or encrypted is checked and then believed first. Empty texts and the grey default (微信用户) overwrite nothing.",
        "以会话确定用户；没有会话时，以新的 `code` 确定。微信签名或加密的数据校验之后优先采信。空文本和灰色默认资料（微信用户）不会覆盖已有内容。",
    ),
    ("The profile as it is now.", "保存之后的资料。"),
    (
        "What the client sends: `wx.getUserProfile`'s `userInfo` as it is, or single fields. Keys that are not here are ignored, above all `id`, `openid` and `role`.",
        "客户端发送的内容：`wx.getUserProfile` 的 `userInfo` 原样，或其中的字段。未列出的键一律忽略，尤其是 `id`、`openid` 和 `role`。",
    ),
    (
        "At most 64 characters after NFC; control characters are refused, invisible ones taken out.",
        "NFC 之后最多 64 个字符；控制字符会被拒绝，不可见字符会被去除。",
    ),
    (
        "An `https` address; paths on the phone (`wxfile://`, `http://tmp/`) are refused. Where avatars are checked before they are shown, only WeChat's own (`*.qlogo.cn`): any other picture is sent to `/api/avatar`.",
        "`https` 网址；手机上的本地路径（`wxfile://`、`http://tmp/`）会被拒绝。开启内容审核时只接受微信的网址（`*.qlogo.cn`），其他图片请上传到 `/api/avatar`。",
    ),
    ("0 unknown, 1 male, 2 female; 0 says nothing.", "0 未知，1 男，2 女；0 不改变已有内容。"),
    ("At most 64 characters.", "最多 64 个字符。"),
    ("At most 16 characters.", "最多 16 个字符。"),
    ("The text that WeChat signed, to the byte.", "微信签名的原文，须逐字节一致。"),
    ("WeChat's signature of `rawData`.", "微信对 `rawData` 的签名。"),
    ("The profile that WeChat encrypted.", "微信加密的用户资料。"),
    ("The initial vector of `encryptedData`.", "`encryptedData` 的初始向量。"),
    (
        "A login code instead of a session: the answer then holds a token, too.",
        "代替会话的登录凭证：响应中会同时给出令牌。",
    ),
    (
        "Which mini-program the code is of; may be left out when one is configured.",
        "凭证属于哪个小程序；只配置了一个时可以省略。",
    ),
    ("Stores the caller's phone number.", "保存当前用户的手机号。"),
    (
        "WeChat vouches that the number is the caller's. A code that arrives again gets its answer again; the number is masked in every answer.",
        "由微信担保号码属于当前用户。重复提交的凭证会得到原来的响应；响应中的号码一律打码。",
    ),
    ("The number is stored.", "号码已保存。"),
    (
        "What the client sends: a `code`, or `encryptedData` with its `iv`. Clients that pass the button's whole `detail` on send all three, and then the code counts.",
        "客户端发送的内容：`code`，或 `encryptedData` 和 `iv`。把按钮的整个 `detail` 转发过来的客户端会三项都发，此时以 `code` 为准。",
    ),
    (
        "What the button's `getPhoneNumber` event gave: once, 5 minutes.",
        "按钮的 `getPhoneNumber` 事件给出的凭证：一次有效，5 分钟过期。",
    ),
    ("The number as WeChat encrypted it, of older clients.", "旧版客户端得到的、由微信加密的号码。"),
    ("Masked: `138******34`.", "已打码：`138******34`。"),
];
