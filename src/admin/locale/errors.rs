//! Error pages.

use super::{counted, words};

words! {
    /// The words of error pages.
    Errors
    text {
        proven: "身份已确认", "It is you";
        proven_text: "请继续刚才的操作，您填写的内容都还在。", "Go on with what you were about to do; what you filled in is still here.";
        network: "此网络不能访问控制台", "The console is not open to this network";
        network_text: "请在允许的网络中打开，或联系系统管理员。", "Open it from a network that is allowed, or ask an owner.";
        bad_request: "请求无法处理", "This request cannot be handled";
        forbidden: "您没有权限执行此操作", "You may not do this";
        forbidden_logged: "这次尝试已写入审计日志。", "This attempt was written to the audit log.";
        cross_site: "请求来自其他网站", "This request came from another site";
        cross_site_text: "为了安全，控制台只接受从自己的页面发出的操作。请回到控制台重试。", "To be safe, the console only takes actions from its own pages. Go back to the console and try again.";
        not_found: "找不到这个页面", "There is no such page";
        not_found_text: "地址可能有误，或者内容已不存在。", "The address may be wrong, or what it named is gone.";
        method: "这个地址不接受这种请求", "This address does not take such a request";
        method_text: "请从控制台的页面进行操作。", "Please use the console's own pages.";
        conflict: "有人先您一步", "Somebody was faster";
        barred: "不能这样做", "This cannot be done";
        expired: "页面已过期", "This page has expired";
        expired_text: "页面打开太久，或您在别处重新登录过。您填写的内容没有丢失，请再提交一次。", "The page was open for too long, or you signed in again elsewhere. What you filled in is kept: submit it once more.";
        resubmit: "重新提交", "Submit again";
        too_large: "提交的内容太大", "What was submitted is too large";
        too_many: "操作过于频繁", "Too many attempts";
        internal: "系统出现错误", "Something went wrong on our side";
        internal_text: "操作没有完成。如果问题持续，请把下面的请求编号告诉系统管理员。", "The action was not completed. If it keeps happening, give an owner the request id below.";
        unavailable: "系统暂时繁忙", "The system is busy for the moment";
        unavailable_text: "数据库暂时没有响应，操作没有完成，可以放心重试。", "The database is not answering; nothing was done, and it is safe to try again.";
        back: "返回", "Back";
        home: "回到首页", "Go to the start page";
        retry: "重试", "Try again";
    }
    say {
        bad_parameter(&str): |name| format!("网址中的参数 “{name}” 不正确或不被支持。为避免误操作，没有忽略它。"), |name| format!("The parameter “{name}” in the address is wrong or unknown. It was not ignored, so that nothing happens by mistake.");
        needs(&str): |permission| format!("需要的权限：{permission}。"), |permission| format!("Permission needed: {permission}.");
        held_by(&str): |roles| format!("拥有此权限的角色：{roles}。系统管理员可以更改您的角色。"), |roles| format!("Roles that have it: {roles}. An owner can change your role.");
        wait(u64): |seconds| format!("请在 {seconds} 秒后再试。"), |seconds| format!("Try again in {}.", counted(seconds, "second", "seconds"));
    }
}
