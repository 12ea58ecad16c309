//! `push_…` of an `[[app]]`: how WeChat signs and encrypts what it pushes.

use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;

/// What was entered at 消息推送 in the mini-program's back office.
#[derive(Clone, Debug, Default)]
pub struct Push {
    /// `push_token` or `push_token_file`: the Token, 3 to 32 letters and digits. Without it no push is taken.
    pub token: Option<SecretString>,
    /// `push_aes_key` or `push_aes_key_file`: the `EncodingAESKey`, 43 letters and digits. With it only encrypted
    /// messages are believed.
    pub aes_key: Option<SecretString>,
}

impl Push {
    /// Reads them from one app's table.
    pub(super) fn read(app: &mut Reader) -> Self {
        let push = Self { token: app.secret("push_token"), aes_key: app.secret("push_aes_key") };
        let length = |secret: &Option<SecretString>| {
            let text = secret.as_ref().map(ExposeSecret::expose_secret);
            text.map(
                |text| if text.bytes().all(|byte| byte.is_ascii_alphanumeric()) { text.len() } else { 0 },
            )
        };
        if length(&push.token).is_some_and(|length| !(3..=32).contains(&length)) {
            app.fault("push_token", "must be 3 to 32 letters and digits, as WeChat wants them");
        }
        if length(&push.aes_key).is_some_and(|length| length != 43) {
            app.fault("push_aes_key", "must be the 43 letters and digits of EncodingAESKey");
        }
        if push.aes_key.is_some() && push.token.is_none() {
            app.fault("push_token", "is missing: push_aes_key alone says nothing");
        }
        push
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    fn faults(settings: &str) -> Vec<String> {
        let text = format!("[[app]]\nappid = 'wx0000000000000001'\nsecret = 'a'\n{settings}");
        Config::parse(&text, &[]).map_or_else(|faults| faults.0, |_| Vec::new())
    }

    #[test]
    fn a_push_token_and_key_look_as_wechat_makes_them() {
        let key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
        assert!(faults(&format!("push_token = 'abc'\npush_aes_key = '{key}'")).is_empty());
        for (settings, name) in [
            ("push_token = 'ab'".to_owned(), "app.push_token"),
            ("push_token = 'canary-x'".to_owned(), "app.push_token"),
            (format!("push_aes_key = '{key}'"), "app.push_token"),
            (format!("push_token = 'abc'\npush_aes_key = '{key}canary'"), "app.push_aes_key"),
        ] {
            let told = faults(&settings);
            assert!(told.len() == 1 && told[0].starts_with(name) && !told[0].contains("canary"), "{told:?}");
        }
    }
}
