//! `/admin/sessions/{sid}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{Order, Question};
use crate::admin::errors::{Refusal, Refused};
use crate::admin::form::Problems;
use crate::admin::member::Member;
use crate::admin::page::Page;
use crate::admin::posted::Posted;
use crate::admin::role::Permission;
use crate::admin::sight::Sight;
use crate::admin::user::id;
use crate::admin::visit::see;
use crate::admin::when;
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Session, State};
use crate::error::Error;

/// Asks.
pub async fn get(member: Member, sid: web::Path<String>) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let found = live(&member, &id(&sid)?).await?;
    ask(&member, &found, None)
}

/// Does it.
pub async fn post(member: Member, sid: web::Path<String>, form: Posted) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let sid = id(&sid)?;
    let found = live(&member, &sid).await?;
    let order = match Order::read(&member, &form).await? {
        Ok(order) => order,
        Err(problems) => return ask(&member, &found, Some((&form, problems))),
    };
    let done = member.console().state.db.write(move |conn| order.carry_out(conn, &[sid])).await?;
    member.flash(&done.flash(member.words()));
    Ok(see(303, &format!("/admin/sessions/{}", found.session.sid)))
}

/// The session, if there is something left to end. Who ended it themself goes to its page: a second press of the
/// button finds what the first one did.
async fn live(member: &Member, sid: &str) -> Result<Listed, Refused> {
    let wanted = vec![sid.to_owned()];
    let found = member.console().state.db.lookup(move |conn| Session::find_listed(conn, &wanted)).await?;
    let found = found.into_iter().next().ok_or(Error::NotFound)?;
    let sight = Sight::of(member);
    match found.session.state(found.status, sight.liveness) {
        State::Live => Ok(found),
        State::Ended if found.session.ended_by.as_deref() != Some(&member.account.name) => {
            let at = found.session.ended_at.map(when::absolute).unwrap_or_default();
            let by = sight.ender(found.session.ended_by.as_deref().unwrap_or_default());
            Err(Refusal::Conflict((sight.words.revocation.by_other)(by, &at)).into())
        }
        _ => Err(Refusal::SeeOther(format!("/admin/sessions/{sid}")).into()),
    }
}

fn ask(member: &Member, found: &Listed, sent: Option<(&Posted, Problems)>) -> Result<HttpResponse, Refused> {
    let href = format!("/admin/sessions/{}", found.session.sid);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let question = Question {
        heading: (member.words().revocation.heading)(1),
        sessions: std::slice::from_ref(found),
        live: 1,
        action: format!("{href}/revoke"),
        back: href,
    };
    Ok(Page::new(member.lang(), question.page(member, sent)?).status(status).into_response())
}
