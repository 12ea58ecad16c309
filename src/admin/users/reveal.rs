//! `/admin/users/{uid}/reveal`: one masked field of one user, for a reason, shown in that answer alone.

mod field;

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use zeroize::Zeroizing;

use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::allowed::{Allowed, Reveal};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::zone::Zone;
use crate::admin::parts::form::{ReasonForm, Why, key, keyed};
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::admin::query::Query;
use crate::db::audit::Audit;
use crate::db::reveals::Reveals;
use crate::db::selections::Selection;
use crate::db::users::User;
use crate::db::users::whole::Whole;
use crate::error::Error;
pub(in crate::admin) use field::Field;

/// The page that asks why, and then shows the field.
#[derive(Debug, Template)]
#[template(path = "reveal/page.html")]
pub struct RevealPage {
    /// The frame.
    pub frame: Frame,
    /// Whose field.
    pub bar: IdentityBar,
    /// What the field is called.
    pub name: &'static str,
    /// As everybody sees it.
    pub masked: String,
    /// The field, once there is a reason.
    pub value: Option<Zeroizing<String>>,
    /// How many fields are left today.
    pub left: u64,
    /// Whether most of them are used.
    pub is_most_used: bool,
    /// Which field, for the form.
    pub kept: Vec<(&'static str, String)>,
    /// Why.
    pub form: ReasonForm,
}

/// What is shown, or is to be.
struct Found {
    whole: Whole,
    value: Zeroizing<String>,
    left: i64,
}

/// Asks why.
pub async fn get(visit: Allowed<Reveal>, uid: web::Path<String>) -> Answer {
    visit.answer(question(&visit, &uid).await)
}

async fn question(visit: &Visit, uid: &str) -> Result<HttpResponse, Refused> {
    let field = Field::of_address(visit, uid)?;
    let found = look(visit, uid, &field).await?;
    Ok(show(visit, &field, &found, false, None))
}

/// Shows the field.
pub async fn post(visit: Allowed<Reveal>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(reveal(&visit, &uid, &form).await)
}

async fn reveal(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let field = Field::read(|name| Some(form.one(name).to_owned()).filter(|value| !value.is_empty()))?;
    let why = match Why::read(form, visit.words()) {
        Ok(why) => why,
        Err(problems) => {
            let found = look(visit, uid, &field).await?;
            return Ok(show(visit, &field, &found, false, Some((form, problems))));
        }
    };
    let key = key(form)?;
    let taken = match take(visit, uid, &field, why.clone(), key.clone()).await {
        // both presses came at once: this one finds what the other did
        Err(Refused::Failed(Error::Conflict(_))) => take(visit, uid, &field, why, key).await,
        taken => taken,
    };
    match taken {
        Ok(found) => {
            alert(visit, found.left);
            Ok(show(visit, &field, &found, true, None))
        }
        Err(Refused::Failed(Error::RateLimited { .. })) => {
            let found = look(visit, uid, &field).await?;
            let mut entry = visit.entry("user.reveal", format!("user:{}", id(uid)?), "denied");
            entry.detail = field.detail("", &found.whole).to_string();
            visit.record(entry).await?;
            Ok(show(visit, &field, &found, false, None))
        }
        Err(why) => Err(why),
    }
}

/// Counts and records the look, in one transaction: what is not in the trail is not shown. The same form once more shows
/// the same field, and is neither counted nor recorded again.
async fn take(
    visit: &Visit,
    uid: &str,
    field: &Field,
    why: Why,
    key: Option<String>,
) -> Result<Found, Refused> {
    let (uid, now, keys, field) = (id(uid)?, visit.now(), Arc::clone(&visit.state.keys), field.clone());
    let (quota, day, liveness) = (quota(visit), Zone::SHANGHAI.day(now), Sight::of(visit).liveness);
    let mut entry = visit.entry("user.reveal", format!("user:{uid}"), "ok");
    let ticket = why.ticket;
    (entry.reason, entry.note) = (why.reason, why.note);
    let write = move |conn: &mut _| {
        let whole = User::find_whole(conn, &uid, liveness)?;
        let value = field.value(conn, &whole, &keys)?;
        entry.detail = field.detail(&ticket, &whole).to_string();
        let shown = format!("{uid} {}", field.detail("", &whole));
        let pressed = key.as_deref().map(|key| Selection::pressed(conn, quota.staff_id, key, now));
        if let Some(before) = pressed.transpose()?.flatten() {
            let is_same = before == shown;
            let left = quota.left(conn, &day)?;
            return if is_same { Ok(Found { whole, value, left }) } else { Err(Error::NotFound) };
        }
        Selection::press(conn, quota.staff_id, key.as_deref(), &shown, now)?;
        let used = quota.take(conn, &day)?;
        let used = used.ok_or(Error::RateLimited { retry_after: std::time::Duration::from_hours(1) })?;
        Audit::append(conn, &entry, now)?;
        Ok(Found { whole, value, left: quota.most - used })
    };
    Ok(visit.write(write).await?)
}

/// The field and how many are left, without showing it.
async fn look(visit: &Visit, uid: &str, field: &Field) -> Result<Found, Refused> {
    let (uid, keys, field) = (id(uid)?, Arc::clone(&visit.state.keys), field.clone());
    let (quota, day, liveness) = (quota(visit), Zone::SHANGHAI.day(visit.now()), Sight::of(visit).liveness);
    let read = move |conn: &mut _| {
        let whole = User::find_whole(conn, &uid, liveness)?;
        let value = field.value(conn, &whole, &keys)?;
        Ok(Found { left: quota.left(conn, &day)?, whole, value })
    };
    Ok(visit.state.db.read(read).await?)
}

fn quota(visit: &Visit) -> Reveals {
    Reveals { staff_id: visit.id(), most: visit.state.config.admin.reveals_per_day }
}

/// Whether four fifths of a quota are used.
const fn is_most_used(left: i64, most: i64) -> bool {
    left * 5 <= most
}

fn alert(visit: &Visit, left: i64) {
    let most = visit.state.config.admin.reveals_per_day;
    if is_most_used(left, most) {
        log::warn!(staff = visit.name(), left, most; "most of a day's quota of masked fields is used");
    }
}

fn show(
    visit: &Visit,
    field: &Field,
    found: &Found,
    is_open: bool,
    sent: Option<(&Fields, Problems)>,
) -> HttpResponse {
    let sight = Sight::of(visit);
    let href = format!("/admin/users/{}", found.whole.user.uid);
    let status = match &sent {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None if found.left == 0 && !is_open => StatusCode::TOO_MANY_REQUESTS,
        None => StatusCode::OK,
    };
    let form = ReasonForm::new(format!("{href}/reveal"), href, sent, sight.words);
    let page = RevealPage {
        frame: visit.frame(Section::Users),
        bar: IdentityBar::of(&sight, &found.whole),
        name: field.name(sight.words),
        masked: field.masked(&found.value),
        value: is_open.then(|| found.value.clone()),
        left: u64::try_from(found.left).unwrap_or(0),
        is_most_used: is_most_used(found.left, visit.state.config.admin.reveals_per_day),
        kept: field.pairs(),
        form: ReasonForm { key: keyed(&form.key, visit.now()), ..form },
    };
    Page::new(visit.lang, page).status(status).into_response()
}

impl Field {
    /// The field that the address names.
    fn of_address(visit: &Visit, uid: &str) -> Result<Self, Refused> {
        use crate::admin::query::Reading;

        match Query::read(field::KNOWN, visit.request.query_string()) {
            Ok(Reading::Canonical(query)) => Self::read(|name| query.get(name).map(str::to_owned)),
            Ok(Reading::Elsewhere(text)) => {
                Err(Refused::Moved(format!("/admin/users/{}/reveal?{text}", id(uid)?)))
            }
            Err(bad) => Err(Refusal::Parameter(bad.0).into()),
        }
    }
}
