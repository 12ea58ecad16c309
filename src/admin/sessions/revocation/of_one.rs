//! `/admin/sessions/{sid}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::Order;
use super::Question;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::allowed::{Allowed, Revoke};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Session, State};
use crate::error::Error;

/// Asks.
pub async fn get(visit: Allowed<Revoke>, sid: web::Path<String>) -> Answer {
    visit.answer(question(&visit, &sid).await)
}

async fn question(visit: &Visit, sid: &str) -> Result<HttpResponse, Refused> {
    let found = live(visit, &id(sid)?).await?;
    Ok(ask(visit, &found, None))
}

/// Does it.
pub async fn post(visit: Allowed<Revoke>, sid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(revoke(&visit, &sid, &form).await)
}

async fn revoke(visit: &Visit, sid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let sid = id(sid)?;
    let found = live(visit, &sid).await?;
    let order = match Order::read(visit, form, 1).await? {
        Ok(order) => order,
        Err(problems) => return Ok(ask(visit, &found, Some((form, problems)))),
    };
    let done = visit.write(move |conn| order.carry_out(conn, &[sid])).await?;
    visit.leave(&done.flash(visit.words()))?;
    Ok(visit.go(&format!("/admin/sessions/{}", found.session.sid)))
}

/// The session, if there is something left to end. Who ended it themself goes to its page: a second press of the
/// button finds what the first one did.
async fn live(visit: &Visit, sid: &str) -> Result<Listed, Refused> {
    let wanted = vec![sid.to_owned()];
    let found = visit.state.db.lookup(move |conn| Session::find_listed(conn, &wanted)).await?;
    let found = found.into_iter().next().ok_or(Error::NotFound)?;
    let sight = Sight::of(visit);
    match found.session.state(found.status, sight.liveness) {
        State::Live => Ok(found),
        State::Ended if found.session.ended_by.as_deref() != Some(visit.name()) => {
            let at = found.session.ended_at.map(|at| sight.zone.absolute(at)).unwrap_or_default();
            let by = sight.ender(found.session.ended_by.as_deref().unwrap_or_default());
            Err(Refusal::Conflict((sight.words.revocation.by_other)(by, &at)).into())
        }
        _ => Err(Refused::GoOn(format!("/admin/sessions/{sid}"))),
    }
}

fn ask(visit: &Visit, found: &Listed, sent: Option<(&Fields, Problems)>) -> HttpResponse {
    let href = format!("/admin/sessions/{}", found.session.sid);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let question = Question {
        heading: (visit.words().revocation.heading)(1),
        bar: None,
        sessions: std::slice::from_ref(found),
        live: 1,
        action: format!("{href}/revoke"),
        back: href,
    };
    Page::new(visit.lang, question.page(visit, sent)).status(status).into_response()
}
