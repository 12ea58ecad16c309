//! What a client should do about each code.

use crate::http::Language;

/// The advice for a code.
pub(super) fn of(code: &str, language: Language) -> &'static str {
    language.pick(both(code))
}

fn both(code: &str) -> (&'static str, &'static str) {
    match code {
        "invalid_request" => ("修改客户端：errors 指出了字段。", "Mend the client: errors names the fields."),
        "too_large" | "unsupported_media_type" | "method_not_allowed" => ("修改客户端。", "Mend the client."),
        "request_timeout" => ("网络恢复后重发。", "Send it again over a better network."),
        "app_unknown" => ("核对 appId 与服务端的配置。", "Compare the appId with the server's settings."),
        "code_invalid" | "code_used" => (
            "重新调用 wx.login；手机号则请用户再点一次按钮。",
            "Call wx.login once more; for a phone number, let the user tap the button again.",
        ),
        "open_data_invalid" => {
            ("先 wx.login 并登录，再重新获取数据。", "wx.login and log in, then ask for the data again.")
        }
        "session_missing" | "session_unknown" | "session_expired" | "session_revoked" => {
            ("静默重新登录一次，再重发请求。", "Log in once more, silently, and send the request again.")
        }
        "invalid_client" => ("核对服务的编号和密钥。", "Compare the service's id and secret."),
        "user_frozen" => {
            ("告知用户；until 是自动解除的时间。", "Tell the user; until says when it ends by itself.")
        }
        "account_deleted" => (
            "询问用户是否恢复账号；until 是清除的时间。",
            "Offer to restore the account; until says when it is erased.",
        ),
        "account_not_found" => ("没有可恢复的账号：直接登录。", "There is nothing to restore: log in."),
        "avatar_too_large" | "avatar_invalid" => {
            ("请用户换一张图片。", "Let the user choose another picture.")
        }
        "wechat_user_blocked" => ("告知用户，不要重试。", "Tell the user; do not try again."),
        "forbidden" => (
            "核对 Token 和 EncodingAESKey 与小程序后台是否一致。",
            "Compare Token and EncodingAESKey with WeChat's back office.",
        ),
        "not_found" => ("刷新列表。", "Load the list again."),
        "conflict" => ("重新读取后再试。", "Read it again, then try again."),
        "rate_limited" | "wechat_busy" | "wechat_unavailable" | "storage_unavailable" | "busy" => {
            ("按 Retry-After 等待后重试。", "Wait as Retry-After says, then try again.")
        }
        "wechat_bad_response" | "wechat_error" => (
            "用新的凭证重试；wxErrcode 是微信的错误码。",
            "Try again with a new code; wxErrcode is WeChat's own.",
        ),
        "wechat_misconfigured" => (
            "重试无用：管理员按日志处理。",
            "Trying again is no use: the operator finds the cause in the log.",
        ),
        "wechat_timeout" => {
            ("凭证可能已用掉：重新调用 wx.login。", "The code may be used up: call wx.login once more.")
        }
        "internal" => {
            ("稍后重试；把 requestId 告诉管理员。", "Try again later; tell the operator the requestId.")
        }
        _ => ("", ""),
    }
}
