//! The sign-in page.

use super::{counted, words};

words! {
    /// The words of the sign-in page.
    SignIn
    text {
        title: "登录", "Sign in";
        heading: "登录控制台", "Sign in to the console";
        name: "账号", "Account name";
        password: "密码", "Password";
        button: "登录", "Sign in";
        failed: "账号或密码不正确。", "Account name or password is wrong.";
        forgotten: "忘记密码？请联系系统管理员，由其用命令行生成一次性设置链接。", "Forgot your password? Ask an owner for a one-time set-up link from the command line.";
        ended: "您的登录已结束，刚才的操作还没有执行。请重新登录，您填写的内容会保留，登录后可再次提交。", "Your session has ended, and nothing was done yet. Sign in again: what you filled in is kept, and you can submit it once more.";
        busy: "登录的人较多，请稍等几秒再试。", "Many people are signing in; try again in a few seconds.";
        private: "仅限授权人员使用，所有操作都会写入审计日志。", "For authorised staff only. Everything done here is written to the audit log.";
        first_time: "这是您第一次登录。", "This is your first sign-in.";
    }
    say {
        wait(u64): |seconds| format!("尝试次数过多，请在 {seconds} 秒后再试。"), |seconds| format!("Too many attempts; try again in {}.", counted(seconds, "second", "seconds"));
        last(&str, &str): |time, ip| format!("上次登录：{time}，来自 {ip}。不是您？请立即联系系统管理员。"), |time, ip| format!("Last sign-in: {time} from {ip}. Not you? Tell an owner at once.");
    }
}
