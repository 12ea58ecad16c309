//! `/admin/users/{uid}/revoke`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::{Order, Question, number};
use crate::admin::errors::{Refusal, Refused};
use crate::admin::form::Problems;
use crate::admin::frame::Flash;
use crate::admin::member::Member;
use crate::admin::page::Page;
use crate::admin::posted::Posted;
use crate::admin::role::Permission;
use crate::admin::sight::Sight;
use crate::admin::user::id;
use crate::admin::visit::see;
use crate::db::Conn;
use crate::db::page::Start;
use crate::db::sessions::list::{Filter, Listed, Order as By, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;
use crate::error::{Error, Result};

/// More live sessions than this no user has: the cap of the configuration is at most this.
const MOST: usize = 1000;

/// Asks.
pub async fn get(member: Member, uid: web::Path<String>) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let (user, live) = find(&member, &uid).await?;
    ask(&member, &user, &live, None)
}

/// Does it.
pub async fn post(member: Member, uid: web::Path<String>, form: Posted) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let (user, live) = find(&member, &uid).await?;
    let order = match Order::read(&member, &form).await? {
        Ok(order) => order,
        Err(problems) => return ask(&member, &user, &live, Some((&form, problems))),
    };
    let (user_id, liveness) = (user.id, order.liveness);
    let write = move |conn: &mut _| {
        // held, so that a login at the same moment comes before or after, not between
        User::hold(conn, user_id)?;
        let sids: Vec<String> =
            all(conn, user_id, liveness)?.into_iter().map(|listed| listed.session.sid).collect();
        order.carry_out(conn, &sids)
    };
    let done = member.console().state.db.write(write).await?;
    member.flash(&done.flash(member.words()));
    Ok(see(303, &format!("/admin/users/{}", user.uid)))
}

fn all(conn: &mut Conn, user_id: i64, liveness: Liveness) -> Result<Vec<Listed>> {
    let filter = Filter { user_id: Some(user_id), ..Filter::of(StateFilter::Live) };
    Ok(Session::list(conn, &filter, By::CreatedDown, &Start::First, MOST, liveness)?.rows)
}

/// The user and what is live of theirs. With nothing left to end there is nothing to ask.
async fn find(member: &Member, uid: &str) -> Result<(User, Vec<Listed>), Refused> {
    let (wanted, liveness) = (id(uid)?, Sight::of(member).liveness);
    let read = move |conn: &mut _| {
        let user = User::find(conn, &wanted)?.ok_or(Error::NotFound)?;
        let live = all(conn, user.id, liveness)?;
        Ok((user, live))
    };
    let (user, live) = member.console().state.db.read(read).await?;
    if live.is_empty() {
        member.flash(&Flash::note(member.words().revocation.nothing_left));
        return Err(Refusal::SeeOther(format!("/admin/users/{}", user.uid)).into());
    }
    Ok((user, live))
}

fn ask(
    member: &Member,
    user: &User,
    live: &[Listed],
    sent: Option<(&Posted, Problems)>,
) -> Result<HttpResponse, Refused> {
    let href = format!("/admin/users/{}", user.uid);
    let name = Sight::of(member).name(&user.nickname);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let question = Question {
        heading: (member.words().revocation.heading_all)(&name, number(live.len())),
        sessions: live,
        live: live.len(),
        action: format!("{href}/revoke"),
        back: href,
    };
    Ok(Page::new(member.lang(), question.page(member, sent)?).status(status).into_response())
}
