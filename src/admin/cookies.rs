//! The console's cookies: the session's, and before sign-in a visitor's and their preferences.

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

use super::frame::Theme;
use super::locale::Lang;

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

/// Language and appearance as the browser remembers them.
#[must_use]
pub fn preferences(request: &HttpRequest) -> (Option<Lang>, Theme) {
    let value = value(request, PREFERENCES).unwrap_or_default();
    let (lang, theme) = value.split_once('.').unwrap_or((&value, ""));
    (Lang::parse(lang), Theme::parse(theme).unwrap_or_default())
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
