//! What errors say to people, in both languages.

use crate::error::Fault;
use crate::http::Language;

/// The sentence for a code.
pub(super) fn detail(code: &str, language: Language) -> &'static str {
    language.pick(both(code))
}

fn both(code: &str) -> (&'static str, &'static str) {
    match code {
        "invalid_request" => ("请求的内容不符合要求。", "The request is not as it must be."),
        "app_unknown" => {
            ("没有这个小程序，或需要指明 appId。", "No such mini-program, or an appId is needed.")
        }
        "code_invalid" => {
            ("凭证无效或已过期，请重试。", "The code is invalid or too old. Try again with a new one.")
        }
        "code_used" => ("凭证已被使用，请重试。", "The code was used before. Try again with a new one."),
        "wechat_user_blocked" => {
            ("微信认为该用户存在风险，暂不能登录。", "WeChat refuses this user's login as high-risk.")
        }
        "user_frozen" => ("账号已被冻结。", "This account is frozen."),
        "account_deleted" => (
            "账号已注销，到期后资料将被清除；在此之前可以恢复账号。",
            "This account was deleted and will be erased; until then it can be restored.",
        ),
        "account_not_found" => (
            "没有这个账号，或资料已被清除。登录会建立新账号。",
            "There is no such account, or it was erased. Logging in makes a new one.",
        ),
        "session_missing" => ("请先登录。", "Log in first."),
        "session_unknown" => ("登录状态无效，请重新登录。", "The session is not known. Log in once more."),
        "session_expired" => ("登录已过期，请重新登录。", "The session has expired. Log in once more."),
        "session_revoked" => ("登录已失效，请重新登录。", "The session was ended. Log in once more."),
        "invalid_client" => ("请提供正确的服务编号和密钥。", "A client id and its secret are needed."),
        "rate_limited" => ("操作过于频繁，请稍后再试。", "Too many requests. Try again later."),
        "wechat_busy" => ("微信繁忙，请稍后再试。", "WeChat is busy. Try again soon."),
        "wechat_unavailable" => {
            ("暂时无法连接微信，请稍后再试。", "WeChat cannot be reached. Try again soon.")
        }
        "wechat_timeout" => {
            ("微信未及时响应，请重新登录。", "WeChat did not answer in time. Log in once more.")
        }
        "wechat_bad_response" | "wechat_error" => ("微信返回异常，请稍后再试。", "WeChat answered an error."),
        "wechat_misconfigured" => (
            "服务的微信配置有误，管理员需要处理。",
            "WeChat refuses this server's settings; its operator must act.",
        ),
        "open_data_invalid" => {
            ("用户数据未通过校验，请重新登录后再试。", "The signed or encrypted data does not check out.")
        }
        "avatar_invalid" => (
            "须为完整的 PNG、JPEG 或 WebP 图片，不能是动图。",
            "It must be a whole PNG, JPEG or WebP picture that does not move.",
        ),
        "avatar_too_large" => (
            "图片过大：文件不超过 4 MiB（无损 WebP 不超过 32 KiB），像素不超过 2048×1536。",
            "The picture is too large: at most 4 MiB (32 KiB of lossless WebP), and as many pixels as 2048 by 1536.",
        ),
        "not_found" => ("没有找到。", "There is no such thing."),
        "conflict" => ("内容已被他人修改，请刷新后再试。", "It was changed meanwhile. Load it again."),
        "busy" => ("服务繁忙，请稍后再试。", "The service is busy. Try again soon."),
        "storage_unavailable" => {
            ("暂时无法存取数据，请稍后再试。", "Storage is unavailable. Try again soon.")
        }
        "method_not_allowed" => ("不支持这种请求方法。", "This resource has no such method."),
        "request_timeout" => ("请求发送得太慢。", "The request came too slowly."),
        "too_large" => ("请求的内容过大。", "The request is too large."),
        "unsupported_media_type" => (
            "请求的内容须为 application/json，上传头像则须为 multipart/form-data。",
            "The body must be application/json; for an avatar, multipart/form-data.",
        ),
        "forbidden" => ("没有权限。", "This is not allowed."),
        _ => ("服务出错，请稍后再试。", "Something went wrong here."),
    }
}

/// What is wrong with a field.
pub(super) fn fault(fault: Fault, language: Language) -> String {
    match language {
        Language::Chinese => chinese(fault),
        Language::English => english(fault),
    }
}

fn chinese(fault: Fault) -> String {
    let text = match fault {
        Fault::TooLong(most) => return format!("不能超过 {most} 个字符"),
        Fault::TooShort(least) => return format!("不能少于 {least} 个字符"),
        Fault::TooMany(most) => return format!("不能超过 {most} 项"),
        Fault::Missing => "必填",
        Fault::WrongType => "类型不对",
        Fault::Characters => "含有不允许的字符",
        Fault::NotAllowed => "不是允许的取值",
        Fault::NotUrl => "须为 https 网址",
        Fault::Elsewhere => "须为微信头像的网址，其他图片请用 wx.uploadFile 上传到 /api/avatar",
        Fault::LocalPath => "是手机上的本地路径，服务器无法读取：请用 wx.uploadFile 上传到 /api/avatar",
        Fault::NotForm => "不是完整的 multipart/form-data",
        Fault::NoBoundary => "缺少 boundary：请不要自己设置这个头，wx.uploadFile 会设置完整",
        Fault::OutOfRange => "超出范围",
        Fault::Duplicate => "重复",
        Fault::Malformed => "不是有效的 JSON",
        Fault::Incomplete => "不完整",
        Fault::CommonPassword => "密码太容易被猜到",
        Fault::Differs => "两次输入的密码不一致",
    };
    text.to_owned()
}

fn english(fault: Fault) -> String {
    let text = match fault {
        Fault::TooLong(most) => return format!("may have at most {most} characters"),
        Fault::TooShort(least) => return format!("must have at least {least} characters"),
        Fault::TooMany(most) => return format!("may have at most {most} fields"),
        Fault::Missing => "is missing",
        Fault::WrongType => "has the wrong type",
        Fault::Characters => "has characters that are not allowed",
        Fault::NotAllowed => "is none of the allowed values",
        Fault::NotUrl => "must be an https URL",
        Fault::Elsewhere => {
            "must be an avatar's address at WeChat (qlogo.cn): send any other picture to /api/avatar by wx.uploadFile"
        }
        Fault::LocalPath => {
            "is a path on the phone, which a server cannot read: send the picture to /api/avatar by wx.uploadFile"
        }
        Fault::NotForm => "is no whole multipart/form-data",
        Fault::NoBoundary => "has no boundary: leave this header out, wx.uploadFile sets it whole",
        Fault::OutOfRange => "is out of range",
        Fault::Duplicate => "stands there twice",
        Fault::Malformed => "is not valid JSON",
        Fault::Incomplete => "is incomplete",
        Fault::CommonPassword => "is too easy to guess",
        Fault::Differs => "differs from the first password",
    };
    text.to_owned()
}
