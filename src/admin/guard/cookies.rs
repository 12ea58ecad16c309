//! The console's cookies: the session's, and before sign-in a visitor's and their preferences.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use crate::admin::frame::Theme;
use crate::admin::locale::Lang;

/// The session's cookie. Over https with the `__Host-` prefix: no other host or path can set or read it.
#[must_use]
pub fn session_name(is_https: bool) -> String {
    name(is_https, "menwei")
}

/// A random name of a browser that has not signed in: what its form tokens are made from.
pub const VISITOR: &str = "menwei-visitor";
/// Language and appearance, chosen before sign-in.
pub const PREFERENCES: &str = "menwei-preferences";

fn name(is_https: bool, name: &str) -> String {
    if is_https { format!("__Host-{name}") } else { name.to_owned() }
}

fn value(request: &HttpRequest, wanted: &str) -> Option<String> {
    [true, false]
        .iter()
        .find_map(|is_https| Some(request.cookie(&name(*is_https, wanted))?.value().to_owned()))
}

/// The visitor's name, when it can be one of ours.
#[must_use]
pub fn visitor(request: &HttpRequest) -> Option<String> {
    value(request, VISITOR).filter(|value| value.len() == 43)
}

/// What a browser remembers of how its user likes the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// The language, when one was chosen.
    pub lang: Option<Lang>,
    /// Light or dark.
    pub theme: Theme,
    /// Whether single keys do something (WCAG 2.1.4: they can be switched off).
    pub shortcuts: bool,
}

impl Preferences {
    /// What the cookie of that value says: `zh-CN.dark`, `zh-CN.dark.keyless`.
    #[must_use]
    pub fn parse(value: &str) -> Self {
        let mut parts = value.split('.');
        let mut part = || parts.next().unwrap_or_default();
        Self {
            lang: Lang::parse(part()),
            theme: Theme::parse(part()).unwrap_or_default(),
            shortcuts: part() != KEYLESS,
        }
    }

    /// The cookie's value.
    #[must_use]
    pub fn value(self) -> String {
        let lang = self.lang.unwrap_or_default().code();
        let keys = if self.shortcuts { String::new() } else { format!(".{KEYLESS}") };
        format!("{lang}.{}{keys}", self.theme.code())
    }
}

/// What the cookie says when single keys do nothing.
const KEYLESS: &str = "keyless";

/// Language, appearance and keys as the browser remembers them.
#[must_use]
pub fn preferences(request: &HttpRequest) -> Preferences {
    Preferences::parse(&value(request, PREFERENCES).unwrap_or_default())
}

/// A cookie for the whole host that scripts and other sites do not see.
#[must_use]
pub fn cookie(is_https: bool, wanted: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name(is_https, wanted), value)
        .path("/")
        .secure(is_https)
        .http_only(true)
        .same_site(SameSite::Lax)
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_come_back_from_their_cookie() {
        for value in ["zh-CN.system", "en.dark", "en.light.keyless"] {
            assert_eq!(Preferences::parse(value).value(), value);
        }
        let none = Preferences { lang: None, theme: Theme::System, shortcuts: true };
        assert_eq!(Preferences::parse(""), none);
        assert_eq!(Preferences::parse("xx.sepia.loud"), none);
    }
}
