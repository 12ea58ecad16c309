//! `[[app]]`: the mini-programs that log in here.

use secrecy::{ExposeSecret as _, SecretString};

use super::push::Push;
use super::reader::Reader;
use crate::clock::Instant;

/// One mini-program.
#[derive(Clone, Debug)]
pub struct App {
    /// `appid`: `wx` and 16 hexadecimal digits.
    pub appid: String,
    /// `secret` or `secret_file`: the AppSecret.
    pub secret: SecretString,
    /// When `secret_file` was changed last; none when the secret stands in the configuration itself.
    pub secret_at: Option<Instant>,
    /// `name`: what staff call it. Default the appid.
    pub name: String,
    /// `platform`: which 开放平台 account it belongs to; unionids link users only within one.
    pub platform: Option<String>,
    /// `link_unionid`: whether somebody who comes with a unionid that another such mini-program of the platform knows
    /// is the same user. Default false: 运营规范 15.3.7 forbids using data of one mini-program in another unasked.
    pub link_unionid: bool,
    /// `push_token`, `push_aes_key`: message push.
    pub push: Push,
}

impl App {
    /// A mini-program with nothing but what it cannot be without.
    #[must_use]
    pub fn new(appid: &str, secret: SecretString) -> Self {
        Self {
            appid: appid.to_owned(),
            secret,
            secret_at: None,
            name: appid.to_owned(),
            platform: None,
            link_unionid: false,
            push: Push::default(),
        }
    }

    /// Whether one person is one user to both.
    #[must_use]
    pub fn is_linked_with(&self, other: &Self) -> bool {
        self.link_unionid && other.link_unionid && self.platform.is_some() && self.platform == other.platform
    }
}

pub(super) fn read(from: &mut Reader) -> Vec<App> {
    let mut apps: Vec<App> = from.tables("app", |app| {
        let appid = app.text("appid").unwrap_or_default();
        let (secret, secret_at) = app.dated_secret("secret").unwrap_or_default();
        App {
            name: app.text("name").unwrap_or_else(|| appid.clone()),
            secret,
            secret_at,
            platform: app.text("platform").filter(|platform| !platform.is_empty()),
            link_unionid: app.switch("link_unionid", false),
            push: Push::read(app),
            appid,
        }
    });
    if let Some(single) = from.variable("MENWEI_APP") {
        match single.split_once(':') {
            Some((appid, secret)) => apps = vec![App::new(appid, secret.into())],
            None => from.fault("MENWEI_APP", "must be appid:secret"),
        }
    }
    for (place, app) in apps.iter().enumerate() {
        check(app, from);
        if apps.iter().take(place).any(|other| other.appid == app.appid) {
            from.fault("app.appid", "stands there twice");
        }
    }
    apps
}

fn check(app: &App, from: &mut Reader) {
    let is_appid = app.appid.strip_prefix("wx").is_some_and(|rest| {
        (1..=62).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    if !is_appid {
        from.fault("app.appid", "must be the AppID of a mini-program: wx and 16 hexadecimal digits");
    }
    if app.secret.expose_secret().is_empty() {
        from.fault("app.secret", "is missing: give secret or secret_file");
    }
    if app.link_unionid && app.platform.is_none() {
        from.fault(
            "app.link_unionid",
            "needs platform: the name of the 开放平台 account, the same for its apps",
        );
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use crate::config::Config;

    fn faults(text: &str) -> Vec<String> {
        Config::parse(text, &[]).map_or_else(|faults| faults.0, |_| Vec::new())
    }

    #[test]
    fn a_secret_in_a_file_is_as_old_as_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "a\n").unwrap();
        let changed = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        file.as_file().set_modified(changed).unwrap();
        let app = |secret: &str| {
            let text = format!("[[app]]\nappid = 'wx0000000000000001'\n{secret}");
            Config::parse(&text, &[]).unwrap().apps.remove(0)
        };
        let kept = app(&format!("secret_file = '{}'", file.path().display()));
        assert_eq!(kept.secret.expose_secret(), "a");
        assert_eq!(kept.secret_at, Some(crate::clock::Instant::from_seconds(1_700_000_000)));
        assert_eq!(app("secret = 'a'").secret_at, None);
    }

    #[test]
    fn apps_come_from_tables_or_from_one_variable() {
        let text = "[[app]]\nappid = 'wx0000000000000001'\nsecret = 'a'\n[[app]]\nappid = 'wx0000000000000002'\nsecret = 'b'";
        let config = Config::parse(text, &[]).unwrap();
        assert!(config.app(None).is_none());
        assert_eq!(config.app(Some("wx0000000000000002")).unwrap().name, "wx0000000000000002");
        let variable = ("MENWEI_APP".to_owned(), "wx0000000000000003:c".to_owned());
        let single = Config::parse("", &[variable]).unwrap();
        assert_eq!(single.app(None).unwrap().appid, "wx0000000000000003");
        assert_eq!(faults("[[app]]\nappid = 'nope'").len(), 2);
    }

    #[test]
    fn apps_are_linked_within_a_platform_when_both_say_so() {
        let app = |number: u8, rest: &str| {
            format!("[[app]]\nappid = 'wx000000000000000{number}'\nsecret = 'a'\n{rest}\n")
        };
        let linked = |platform: &str| format!("platform = '{platform}'\nlink_unionid = true");
        let text = [
            app(1, &linked("one")),
            app(2, &linked("one")),
            app(3, "platform = 'one'"),
            app(4, &linked("two")),
            app(5, ""),
        ];
        let config = Config::parse(&text.concat(), &[]).unwrap();
        let of = |place: usize| {
            let linked = config.linked(&config.apps[place]);
            linked.iter().map(|appid| appid.replace("wx000000000000000", "")).collect::<String>()
        };
        assert_eq!([of(0), of(1), of(2), of(3), of(4)], ["12", "12", "", "4", ""]);
        assert_eq!(faults(&app(1, "link_unionid = true")).len(), 1);
        assert_eq!(faults(&app(1, "link_unionid = true\nplatform = ''")).len(), 1);
    }
}
