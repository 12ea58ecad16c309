//! What can be copied from the page.

use serde_json::Value;

use super::schema;
use crate::config::Config;
use crate::http::Language;

/// The quick start's code.
pub(super) struct Examples {
    pub(super) login: String,
    pub(super) me: String,
    pub(super) client: String,
}

impl Examples {
    /// For a menwei of these settings: where several mini-programs are configured, the first is named.
    pub(super) fn of(config: &Config, language: Language) -> Self {
        let url = &config.server.public_url;
        let (in_shell, in_client) = match config.apps.as_slice() {
            [app, _, ..] => (format!("\"appId\":\"{}\",", app.appid), format!("appId: '{}', ", app.appid)),
            _ => (String::new(), String::new()),
        };
        let note = match language {
            Language::Chinese => "401 只表示：再登录一次",
            Language::English => "401 means only: log in once more",
        };
        Self {
            login: format!(
                "curl {url}/api/login \\\n  -H 'Content-Type: application/json' \\\n  -d '{{{in_shell}\"code\":\"anna-1\"}}'"
            ),
            me: format!("curl {url}/api/me \\\n  -H 'Authorization: Bearer TOKEN'"),
            client: format!(
                "const url = '{url}'\n\nfunction login(then) {{\n  wx.login({{ success: ({{ code }}) => wx.request({{\n    \
                 url: url + '/api/login', method: 'POST', data: {{ {in_client}code }},\n    success: ({{ statusCode, data }}) => {{\n      \
                 if (statusCode === 200) wx.setStorageSync('token', data.token)\n      then(statusCode, data)\n    }},\n  \
                 }}) }})\n}}\n\nfunction me(then, isAgain) {{\n  wx.request({{\n    url: url + '/api/me',\n    \
                 header: {{ Authorization: 'Bearer ' + wx.getStorageSync('token') }},\n    \
                 success: ({{ statusCode, data }}) => {{\n      // {note}\n      \
                 if (statusCode === 401 && !isAgain) return login(() => me(then, true))\n      then(data)\n    }},\n  }})\n}}"
            ),
        }
    }
}

/// A command that asks an operation.
pub(super) fn command(document: &Value, url: &str, path: &str, method: &str, operation: &Value) -> String {
    let method = if method == "get" { String::new() } else { format!(" -X {}", method.to_uppercase()) };
    let path = path.replace(['{', '}'], "").replace("/sid", "/SID").replace("/appid", "/APPID");
    let mut lines = vec![format!("curl{method} {url}{path}")];
    let locks = operation.pointer("/security/0");
    if locks.is_some_and(|lock| lock.get("token").is_some()) {
        lines.push("-H 'Authorization: Bearer TOKEN'".to_owned());
    }
    if locks.is_some_and(|lock| lock.get("client").is_some()) {
        lines.push("-u ID:SECRET".to_owned());
    }
    let content = operation.pointer("/requestBody/content").and_then(Value::as_object);
    if let Some((kind, content)) = content.and_then(|content| content.iter().next()) {
        let schema = content.get("schema").unwrap_or(&Value::Null);
        lines.push(match kind.as_str() {
            "application/x-www-form-urlencoded" => "-d token=TOKEN".to_owned(),
            _ => format!("-H 'Content-Type: {kind}'"),
        });
        if kind == "application/json" && schema.get("$ref").is_some() {
            lines.push(format!("-d '{}'", pretty(&schema::example(document, schema))));
        }
    }
    lines.join(" \\\n  ")
}

/// What a success of an operation holds.
pub(super) fn answer(document: &Value, operation: &Value) -> Option<String> {
    let schema = operation.pointer("/responses/200/content/application~1json/schema")?;
    schema.get("$ref")?;
    Some(pretty(&schema::example(document, schema)))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
