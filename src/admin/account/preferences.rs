//! `/admin/preferences`: language, zone and rows for the account where there is one; appearance and keys for the browser.

use serde_json::{Map, Value, json};

use crate::admin::frame::{Flash, Theme};
use crate::admin::guard::cookies::{self, Preferences};
use crate::admin::guard::signed_in::SignedIn;
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::guard::way_back::own_path;
use crate::admin::locale::Lang;
use crate::admin::locale::zone::Zone;
use crate::admin::parts::paging::per_page;
use crate::db::audit::Audit;
use crate::db::staff::{Preference, Staff};
use crate::error::{Error, Result};

/// Remembers what was chosen, and goes back to the page it was chosen on.
pub async fn post(visit: Visit, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let before = cookies::preferences(&visit.request);
    let chosen = Lang::parse(form.one("language"));
    let rows = form.one("n").parse().ok().filter(|rows| per_page(*rows).is_some());
    let zone = form.one("zone").parse().ok().and_then(Zone::east).map(Zone::hours);
    if let Some(who) = &visit.who {
        let preference = Preference { language: chosen.map(Lang::code), rows_per_page: rows, zone };
        let kept = keep(&visit, who, preference).await;
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
async fn keep(visit: &Visit, who: &SignedIn, chosen: Preference) -> Result<()> {
    let preference = Preference {
        language: chosen.language.filter(|code| who.language.as_deref() != Some(*code)),
        rows_per_page: chosen.rows_per_page.filter(|rows| who.rows != Some(*rows)),
        // China's is what there is without a choice
        zone: chosen.zone.filter(|hours| who.zone().hours() != *hours),
    };
    if preference == Preference::default() {
        return Ok(());
    }
    let (id, now) = (who.id, visit.now());
    let mut entry = visit.entry("staff.preferences", format!("staff:{}", who.name), "ok");
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut changed = |name: &str, was: Value, is: Value| {
        if !is.is_null() {
            before.insert(name.to_owned(), was);
            after.insert(name.to_owned(), is);
        }
    };
    changed("language", who.language.as_deref().into(), preference.language.into());
    changed("perPage", who.rows.into(), preference.rows_per_page.into());
    let zone = |hours: i64| Zone::east(hours).unwrap_or_default().name();
    changed("zone", who.zone.map(zone).into(), preference.zone.map(zone).into());
    entry.detail = json!({ "before": before, "after": after }).to_string();
    let set = move |conn: &mut _| {
        Staff::prefer(conn, id, &preference)?;
        Audit::append(conn, &entry, now)
    };
    visit.write(set).await.map(drop)
}

/// Back to a page before sign-in, without its query.
fn door(back: &str) -> String {
    let path = back.split('?').next().unwrap_or_default();
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte));
    if is_plain { path.to_owned() } else { "/admin/login".to_owned() }
}
