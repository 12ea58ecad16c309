//! `/admin/preferences`: language and appearance, for the account where there is one, and for the browser.

use super::cookies;
use super::frame::Theme;
use super::locale::Lang;
use super::sign_in::own_path;
use super::submission::Submission;
use super::visit::{Answer, Visit};
use crate::db::staff::Staff;
use crate::error::Error;

/// Remembers what was chosen, and goes back to the page it was chosen on.
pub async fn post(visit: Visit, form: Submission) -> Answer {
    let form = form.check(&visit)?;
    let (language, theme) = cookies::preferences(&visit.request);
    let chosen = Lang::parse(form.one("language"));
    if let (Some(lang), Some(who)) = (chosen, &visit.who) {
        let id = who.id;
        let set = visit.state.db.write(move |conn| Staff::set_language(conn, id, lang.code())).await;
        set.map_err(|why| visit.fail(&why))?;
    }
    let lang = chosen.or(language).unwrap_or(visit.lang);
    let theme = Theme::parse(form.one("theme")).unwrap_or(theme);
    let back = form.one("back");
    let is_door = back.starts_with("/admin/login") || back.starts_with("/admin/setup/");
    let mut response = visit.go(&if is_door { door(back) } else { own_path(back) });
    let mut cookie = visit.cookie(cookies::PREFERENCES, format!("{}.{}", lang.code(), theme.code()));
    cookie.set_max_age(actix_web::cookie::time::Duration::days(365));
    response.add_cookie(&cookie).map_err(|_why| visit.fail(&Error::Internal("cookie")))?;
    Ok(response)
}

/// Back to a page before sign-in, without its query.
fn door(back: &str) -> String {
    let path = back.split('?').next().unwrap_or_default();
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte));
    if is_plain { path.to_owned() } else { "/admin/login".to_owned() }
}
