//! `/admin/users/{uid}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{Order, Question, number};
use crate::admin::allowed::{Allowed, Revoke};
use crate::admin::errors::Refused;
use crate::admin::form::Problems;
use crate::admin::frame::Flash;
use crate::admin::page::Page;
use crate::admin::sight::Sight;
use crate::admin::submission::{Fields, Submission};
use crate::admin::user::id;
use crate::admin::visit::{Answer, Visit};
use crate::db::Conn;
use crate::db::page::Start;
use crate::db::sessions::end::Ending;
use crate::db::sessions::list::{Filter, Listed, Order as By, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;
use crate::error::{Error, Result};

/// More live sessions than this no user has: the cap of the configuration is at most this.
const MOST: usize = 1000;

/// Asks.
pub async fn get(visit: Allowed<Revoke>, uid: web::Path<String>) -> Answer {
    visit.answer(question(&visit, &uid).await)
}

async fn question(visit: &Visit, uid: &str) -> Result<HttpResponse, Refused> {
    let (user, live) = find(visit, uid).await?;
    Ok(ask(visit, &user, &live, None))
}

/// Does it.
pub async fn post(visit: Allowed<Revoke>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit)?;
    visit.answer(revoke(&visit, &uid, &form).await)
}

async fn revoke(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let (user, live) = find(visit, uid).await?;
    let order = match Order::read(visit, form).await? {
        Ok(order) => order,
        Err(problems) => return Ok(ask(visit, &user, &live, Some((form, problems)))),
    };
    let (user_id, liveness) = (user.id, order.liveness);
    let write = move |conn: &mut _| {
        // held, so that a login at the same moment comes before or after, not between
        User::hold(conn, user_id)?;
        let sids: Vec<String> =
            all(conn, user_id, liveness)?.into_iter().map(|listed| listed.session.sid).collect();
        let done = order.carry_out(conn, &sids)?;
        // what only expired ends for good, too: a longer idle limit must not bring it back
        Session::end_all(conn, user_id, None, &Ending::by_system(liveness.now, "expired"), liveness)?;
        Ok(done)
    };
    let done = visit.state.db.write(write).await?;
    visit.leave(&done.flash(visit.words()))?;
    Ok(visit.go(&format!("/admin/users/{}", user.uid)))
}

fn all(conn: &mut Conn, user_id: i64, liveness: Liveness) -> Result<Vec<Listed>> {
    let filter = Filter { user_id: Some(user_id), ..Filter::of(StateFilter::Live) };
    Ok(Session::list(conn, &filter, By::CreatedDown, &Start::First, MOST, liveness)?.rows)
}

/// The user and what is live of theirs. With nothing left to end there is nothing to ask.
async fn find(visit: &Visit, uid: &str) -> Result<(User, Vec<Listed>), Refused> {
    let (wanted, liveness) = (id(uid)?, Sight::of(visit).liveness);
    let read = move |conn: &mut _| {
        let user = User::find(conn, &wanted)?.ok_or(Error::NotFound)?;
        let live = all(conn, user.id, liveness)?;
        Ok((user, live))
    };
    let (user, live) = visit.state.db.read(read).await?;
    if live.is_empty() {
        visit.leave(&Flash::note(visit.words().revocation.nothing_left))?;
        return Err(Refused::GoOn(format!("/admin/users/{}", user.uid)));
    }
    Ok((user, live))
}

fn ask(visit: &Visit, user: &User, live: &[Listed], sent: Option<(&Fields, Problems)>) -> HttpResponse {
    let href = format!("/admin/users/{}", user.uid);
    let name = Sight::of(visit).name(&user.nickname);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let question = Question {
        heading: (visit.words().revocation.heading_all)(&name, number(live.len())),
        sessions: live,
        live: live.len(),
        action: format!("{href}/revoke"),
        back: href,
    };
    Page::new(visit.lang, question.page(visit, sent)).status(status).into_response()
}
