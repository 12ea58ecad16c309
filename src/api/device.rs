//! What a client tells of itself, in the headers of its login. Advice for people, never proof: all of it can be forged.

use actix_web::http::header::{HeaderMap, REFERER, USER_AGENT};

/// The most of a User-Agent that is kept, in bytes.
const LONGEST_AGENT: usize = 512;

/// A client's device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// The User-Agent, cut to 512 bytes, without control characters.
    pub user_agent: String,
    /// `ios`, `android`, `harmony`, `windows`, `mac`, `devtools` or `other`.
    pub client: &'static str,
    /// Model and system, such as `iPhone · iOS 17.5`; may be empty.
    pub model: String,
    /// WeChat's version, such as `8.0.50`; may be empty.
    pub wechat_version: String,
    /// The mini-program's version: `0` for development, trial and review, `devtools`, or the release's number.
    pub app_version: String,
}

impl Device {
    /// The device that the headers tell of.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let text =
            |name| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let agent: String =
            text(USER_AGENT).unwrap_or_default().chars().filter(|one| !one.is_control()).collect();
        let user_agent = cut(&agent, LONGEST_AGENT).to_owned();
        Self {
            client: client(&user_agent),
            model: model(&user_agent),
            wechat_version: cut(&after(&user_agent, "MicroMessenger/"), 32).to_owned(),
            app_version: text(REFERER).map(|referer| app_version(&referer)).unwrap_or_default(),
            user_agent,
        }
    }
}

/// The longest beginning of at most `most` bytes that is whole characters.
fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// What stands behind a mark, up to a space, a bracket or a semicolon.
fn after(text: &str, mark: &str) -> String {
    let rest = text.split_once(mark).map(|(_, rest)| rest).unwrap_or_default();
    rest.split([' ', '(', ')', ';']).next().unwrap_or_default().to_owned()
}

fn client(agent: &str) -> &'static str {
    let marks = [
        ("wechatdevtools", "devtools"),
        ("OpenHarmony", "harmony"),
        ("iPhone", "ios"),
        ("iPad", "ios"),
        ("Android", "android"),
        ("Windows", "windows"),
        ("Macintosh", "mac"),
    ];
    marks.iter().find(|(mark, _)| agent.contains(mark)).map_or("other", |(_, client)| client)
}

/// Model and system out of the User-Agent's first brackets: `Linux; Android 14; Mi 10 Build/UP1A; wv` and
/// `iPhone; CPU iPhone OS 17_5 like Mac OS X`.
fn model(agent: &str) -> String {
    let inside =
        agent.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map_or("", |(inside, _)| inside);
    let parts: Vec<&str> = inside.split(';').map(str::trim).collect();
    let android = parts.iter().find(|part| part.starts_with("Android "));
    if let Some(system) = android {
        let build = parts.iter().find(|part| part.contains(" Build/"));
        let model = build.and_then(|part| part.split(" Build/").next()).unwrap_or_default();
        return join(model, system);
    }
    let apple = parts.first().filter(|part| matches!(**part, "iPhone" | "iPad"));
    if let Some(model) = apple {
        let version = after(inside, " OS ").replace('_', ".");
        return join(model, &if version.is_empty() { String::new() } else { format!("iOS {version}") });
    }
    match client(agent) {
        "windows" => "Windows".to_owned(),
        "mac" => "macOS".to_owned(),
        _ => String::new(),
    }
}

fn join(model: &str, system: &str) -> String {
    let known: Vec<&str> = [model, system].into_iter().filter(|part| !part.is_empty()).collect();
    cut(&known.join(" · "), 64).to_owned()
}

/// `https://servicewechat.com/{appid}/{version}/page-frame.html`, as WeChat's network page has it.
fn app_version(referer: &str) -> String {
    let rest = referer.strip_prefix("https://servicewechat.com/").unwrap_or_default();
    let version = rest.split('/').nth(1).unwrap_or_default();
    let is_version = version == "devtools" || version.bytes().all(|byte| byte.is_ascii_digit());
    if is_version { cut(version, 16).to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn device(agent: &str, referer: &str) -> Device {
        let mut headers = HeaderMap::new();
        headers.insert(USER_AGENT, HeaderValue::from_bytes(agent.as_bytes()).unwrap());
        headers.insert(REFERER, HeaderValue::from_str(referer).unwrap());
        Device::of(&headers)
    }

    #[test]
    fn phones_tell_their_model_system_and_versions() {
        let android = device(
            "Mozilla/5.0 (Linux; Android 14; 22041211AC Build/UP1A.231005.007; wv) AppleWebKit/537.36 \
             MicroMessenger/8.0.2.1860(0x28000234) Process/appbrand1 WeChat/arm64 NetType/WIFI MiniProgramEnv/android",
            "https://servicewechat.com/wx0123456789abcdef/37/page-frame.html",
        );
        assert_eq!((android.client, android.model.as_str()), ("android", "22041211AC · Android 14"));
        assert_eq!((android.wechat_version.as_str(), android.app_version.as_str()), ("8.0.2.1860", "37"));
        let phone = device(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) MicroMessenger/8.0.50(0x18003231) NetType/WIFI",
            "https://servicewechat.com/wx0123456789abcdef/devtools/page-frame.html",
        );
        assert_eq!((phone.client, phone.model.as_str()), ("ios", "iPhone · iOS 17.5.1"));
        assert_eq!((phone.wechat_version.as_str(), phone.app_version.as_str()), ("8.0.50", "devtools"));
    }

    #[test]
    fn what_is_forged_or_endless_is_cut_and_says_little() {
        let forged = device(&"é".repeat(2000), "https://example.com/x/1/page-frame.html");
        assert!(forged.user_agent.len() <= 512 && forged.client == "other" && forged.app_version.is_empty());
        assert_eq!(device("", "").model, "");
    }
}
