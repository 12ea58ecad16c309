//! `/admin/users/{uid}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::Order;
use super::Outcome;
use super::Question;
use super::number;
use crate::admin::frame::Flash;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::allowed::{Allowed, Revoke};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::parts::form::key;
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::db::Conn;
use crate::db::page::Start;
use crate::db::selections::Selection;
use crate::db::sessions::end::Ending;
use crate::db::sessions::list::{Filter, Listed, Order as By, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;
use crate::db::users::whole::Whole;
use crate::error::{Error, Result};

/// More live sessions than this no user has: the cap of the configuration is at most this.
const MOST: usize = 1000;
/// How many of those that ended last are asked who ended them.
const LAST: usize = 25;

/// Asks.
pub async fn get(visit: Allowed<Revoke>, uid: web::Path<String>) -> Answer {
    visit.answer(question(&visit, &uid).await)
}

async fn question(visit: &Visit, uid: &str) -> Result<HttpResponse, Refused> {
    let (whole, live) = find(visit, uid).await?;
    Ok(ask(visit, &whole, &live, None))
}

/// Does it.
pub async fn post(visit: Allowed<Revoke>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(revoke(&visit, &uid, &form).await)
}

async fn revoke(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let key = key(form)?;
    if let Some(done) = pressed(visit, key.as_deref()).await? {
        visit.leave(&done.flash(visit.words()))?;
        return Ok(visit.go(&format!("/admin/users/{}", id(uid)?)));
    }
    let (whole, live) = find(visit, uid).await?;
    let order = match Order::read(visit, form, live.len()).await? {
        Ok(order) => order,
        Err(problems) => return Ok(ask(visit, &whole, &live, Some((form, problems)))),
    };
    let user = whole.user;
    let (user_id, liveness) = (user.id, order.liveness);
    let (staff, pressing) = (visit.id(), key.clone());
    let write = move |conn: &mut _| {
        // held, so that a login at the same moment comes before or after, not between
        User::hold(conn, user_id)?;
        let sids: Vec<String> =
            all(conn, user_id, liveness)?.into_iter().map(|listed| listed.session.sid).collect();
        if sids.is_empty() {
            return Err(Error::Conflict("ended"));
        }
        let done = order.carry_out(conn, &sids)?;
        let text =
            serde_json::to_string(&done).map_err(|_cause| Error::Internal("an outcome that is no JSON"))?;
        Selection::press(conn, staff, pressing.as_deref(), &text, liveness.now)?;
        // what only expired ends for good, too: a longer idle limit must not bring it back
        Session::end_all(conn, user_id, None, &Ending::by_system(liveness.now, "expired"), liveness)?;
        Ok(done)
    };
    let done = match visit.write(write).await {
        Ok(done) => done,
        // somebody was faster: the first press of this very form, or another person
        Err(Error::Conflict(_)) => match pressed(visit, key.as_deref()).await? {
            Some(done) => done,
            None => return Err(too_late(visit, &user).await?),
        },
        Err(why) => return Err(why.into()),
    };
    visit.leave(&done.flash(visit.words()))?;
    Ok(visit.go(&format!("/admin/users/{}", user.uid)))
}

/// What came of the same form, when it was sent before.
async fn pressed(visit: &Visit, key: Option<&str>) -> Result<Option<Outcome>, Refused> {
    let Some(key) = key.map(str::to_owned) else { return Ok(None) };
    let (staff, now) = (visit.id(), visit.now());
    let text = visit.state.db.read(move |conn| Selection::pressed(conn, staff, &key, now)).await?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// All have ended meanwhile: which other member of staff did it, and when; or there is just nothing left.
async fn too_late(visit: &Visit, user: &User) -> Result<Refused, Refused> {
    let (liveness, words) = (Sight::of(visit).liveness, visit.words().revocation);
    let filter = Filter { user_id: Some(user.id), ..Filter::of(StateFilter::Ended) };
    let last = move |conn: &mut _| Session::list(conn, &filter, By::EndedDown, &Start::First, LAST, liveness);
    let last = visit.state.db.read(last).await?.rows;
    let endings = last
        .iter()
        .filter_map(|listed| Some((listed.session.ended_at?, listed.session.ended_by.as_deref()?)));
    // what had only expired was ended by menwei in the same moment
    let latest = endings.clone().map(|(at, _)| at).max();
    let mut by_staff = endings.filter(|(at, by)| Some(*at) == latest && !matches!(*by, "user" | "system"));
    match by_staff.next() {
        Some((at, by)) if by != visit.name() => {
            Ok(Refusal::Conflict((words.by_other)(by, &visit.zone().absolute(at))).into())
        }
        _ => {
            visit.leave(&Flash::note(words.nothing_left))?;
            Ok(Refused::GoOn(format!("/admin/users/{}", user.uid)))
        }
    }
}

fn all(conn: &mut Conn, user_id: i64, liveness: Liveness) -> Result<Vec<Listed>> {
    let filter = Filter { user_id: Some(user_id), ..Filter::of(StateFilter::Live) };
    Ok(Session::list(conn, &filter, By::CreatedDown, &Start::First, MOST, liveness)?.rows)
}

/// The user and what is live of theirs. With nothing left to end there is nothing to ask.
async fn find(visit: &Visit, uid: &str) -> Result<(Whole, Vec<Listed>), Refused> {
    let (wanted, liveness) = (id(uid)?, Sight::of(visit).liveness);
    let read = move |conn: &mut _| {
        let whole = User::find_whole(conn, &wanted, liveness)?;
        let live = all(conn, whole.user.id, liveness)?;
        Ok((whole, live))
    };
    let (whole, live) = visit.state.db.read(read).await?;
    if live.is_empty() {
        return Err(too_late(visit, &whole.user).await?);
    }
    Ok((whole, live))
}

fn ask(visit: &Visit, whole: &Whole, live: &[Listed], sent: Option<(&Fields, Problems)>) -> HttpResponse {
    let href = format!("/admin/users/{}", whole.user.uid);
    let bar = IdentityBar::of(&Sight::of(visit), whole);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let question = Question {
        heading: (visit.words().revocation.heading_all)(&bar.user.name, number(live.len())),
        bar: Some(bar),
        sessions: live,
        live: live.len(),
        action: format!("{href}/revoke"),
        back: href,
    };
    Page::new(visit.lang, question.page(visit, sent)).status(status).into_response()
}
