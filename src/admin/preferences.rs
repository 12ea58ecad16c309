//! `/admin/preferences`: language and rows for the account where there is one; appearance and keys for the browser.

use serde_json::{Map, json};

use super::cookies::{self, Preferences};
use super::frame::{Flash, Theme};
use super::locale::Lang;
use super::paging::per_page;
use super::sign_in::own_path;
use super::signed_in::SignedIn;
use super::submission::Submission;
use super::visit::{Answer, Visit};
use crate::db::audit::Audit;
use crate::db::staff::Staff;
use crate::error::{Error, Result};

/// Remembers what was chosen, and goes back to the page it was chosen on.
pub async fn post(visit: Visit, form: Submission) -> Answer {
    let form = form.check(&visit)?;
    let before = cookies::preferences(&visit.request);
    let chosen = Lang::parse(form.one("language"));
    let rows = form.one("n").parse().ok().filter(|rows| per_page(*rows).is_some());
    if let Some(who) = &visit.who {
        let kept = keep(&visit, who, chosen, rows).await;
        kept.map_err(|why| visit.fail(&why))?;
    }
    let preferences = Preferences {
        lang: Some(chosen.or(before.lang).unwrap_or(visit.lang)),
        theme: Theme::parse(form.one("theme")).unwrap_or(before.theme),
        shortcuts: match form.one("shortcuts") {
            "on" => true,
            "off" => false,
            _ => before.shortcuts,
        },
    };
    if form.one("told") == "yes" && visit.who.is_some() {
        let lang = chosen.unwrap_or(visit.lang);
        visit.leave(&Flash::done(lang.words().account.preferences_kept)).map_err(|why| visit.fail(&why))?;
    }
    let back = form.one("back");
    let is_door = back.starts_with("/admin/login") || back.starts_with("/admin/setup/");
    let mut response = visit.go(&if is_door { door(back) } else { own_path(back) });
    let mut cookie = visit.cookie(cookies::PREFERENCES, preferences.value());
    cookie.set_max_age(actix_web::cookie::time::Duration::days(365));
    response.add_cookie(&cookie).map_err(|_why| visit.fail(&Error::Internal("cookie")))?;
    Ok(response)
}

/// Keeps with the account what is another choice than before, and writes it into the trail.
async fn keep(visit: &Visit, who: &SignedIn, lang: Option<Lang>, rows: Option<i64>) -> Result<()> {
    let language = lang.map(Lang::code).filter(|code| who.language.as_deref() != Some(*code));
    let rows = rows.filter(|rows| who.rows != Some(*rows));
    if language.is_none() && rows.is_none() {
        return Ok(());
    }
    let (id, now) = (who.id, visit.now());
    let mut entry = visit.entry("staff.preferences", format!("staff:{}", who.name), "ok");
    let (mut before, mut after) = (Map::new(), Map::new());
    if let Some(language) = language {
        before.insert("language".to_owned(), who.language.as_deref().into());
        after.insert("language".to_owned(), language.into());
    }
    if let Some(rows) = rows {
        before.insert("perPage".to_owned(), who.rows.into());
        after.insert("perPage".to_owned(), rows.into());
    }
    entry.detail = json!({ "before": before, "after": after }).to_string();
    let set = move |conn: &mut _| {
        Staff::prefer(conn, id, language, rows)?;
        Audit::append(conn, &entry, now)
    };
    visit.state.db.write(set).await.map(drop)
}

/// Back to a page before sign-in, without its query.
fn door(back: &str) -> String {
    let path = back.split('?').next().unwrap_or_default();
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte));
    if is_plain { path.to_owned() } else { "/admin/login".to_owned() }
}
