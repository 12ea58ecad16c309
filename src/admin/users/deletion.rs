//! `/admin/users/{uid}/delete`: deleting an account for a user who asked staff to (PIPL Art. 47).

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, Erase};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::parts::form::{ReasonForm, Why};
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::mask;
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::db::audit::Audit;
use crate::db::sessions::end::Ending;
use crate::db::users::User;
use crate::error::Error;

/// The page that asks before an account is deleted.
#[derive(Debug, Template)]
#[template(path = "deletion/confirm.html")]
pub struct DeletionPage {
    /// The frame.
    pub frame: Frame,
    /// What is asked.
    pub heading: String,
    /// Whose account.
    pub bar: IdentityBar,
    /// What will happen, one sentence each.
    pub effects: Vec<String>,
    /// The end of the user's id, to be typed.
    pub eight: String,
    /// Why, and what else.
    pub form: ReasonForm,
}

/// Asks.
pub async fn get(visit: Allowed<Erase>, uid: web::Path<String>) -> Answer {
    visit.answer(question(&visit, &uid, None).await)
}

/// Deletes the account.
pub async fn post(visit: Allowed<Erase>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(delete(&visit, &uid, &form).await)
}

async fn delete(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let uid = id(uid)?;
    let words = visit.words();
    let why = match Why::read(form, words) {
        Ok(why) => why,
        Err(problems) => return question(visit, &uid, Some((form, problems))).await,
    };
    if !form.one("confirm").trim().eq_ignore_ascii_case(&mask::short(&uid)) {
        let problems = Problems::one("confirm", words.deletion.confirm_wrong);
        return question(visit, &uid, Some((form, problems))).await;
    }
    let (liveness, cooling_off) = (visit.state.liveness(), visit.state.config.account.cooling_off);
    let now = liveness.now;
    let ending = Ending { ended_by: visit.name().to_owned(), ..Ending::by_deletion(now) };
    let mut entry = visit.entry("user.erase", format!("user:{uid}"), "ok");
    (entry.reason, entry.note) = (why.reason, why.note);
    let wanted = uid.clone();
    let write = move |conn: &mut _| {
        let user = User::find(conn, &wanted)?.ok_or(Error::NotFound)?;
        let deletion = User::delete(conn, user.id, now + cooling_off, &ending, liveness)?;
        if !deletion.is_new {
            return Err(Error::NotFound);
        }
        entry.detail = serde_json::json!({
            "ticket": why.ticket, "eraseAt": deletion.erase_at, "ended": deletion.ended
        })
        .to_string();
        Ok((user.id, deletion.erase_at, Audit::append(conn, &entry, now)?))
    };
    let (user, erase_at, audit) = match visit.write(write).await {
        // a second press of the button, or somebody else's first
        Err(Error::NotFound | Error::AccountNotFound) => {
            return Err(Refused::GoOn(format!("/admin/users/{uid}")));
        }
        done => done?,
    };
    if erase_at <= now
        && let Err(why) = visit.state.db.erase(user, &Arc::clone(&visit.state.keys), now).await
    {
        log::warn!(user, error:% = why; "an account will be erased a little later");
    }
    let text = (words.deletion.done)(&visit.zone().absolute(erase_at));
    visit.leave(&Flash::done(text).link(format!("/admin/audit/{audit}"), words.frame.see_audit))?;
    Ok(visit.go(&format!("/admin/users/{uid}")))
}

async fn question(
    visit: &Visit,
    uid: &str,
    sent: Option<(&Fields, Problems)>,
) -> Result<HttpResponse, Refused> {
    let sight = Sight::of(visit);
    let (wanted, liveness) = (id(uid)?, sight.liveness);
    let read = move |conn: &mut _| User::find_whole(conn, &wanted, liveness);
    let whole = visit.state.db.read(read).await?;
    let user = &whole.user;
    let href = format!("/admin/users/{}", user.uid);
    if user.deleted_at.is_some() {
        return Err(Refused::GoOn(href));
    }
    let words = sight.words.deletion;
    let live = u64::try_from(whole.live).unwrap_or(0);
    let sessions = (live > 0).then(|| (words.sessions_end)(live));
    let cooling_off = visit.state.config.account.cooling_off;
    let next = if cooling_off.is_zero() {
        vec![words.at_once.to_owned()]
    } else {
        let erase_at = visit.zone().absolute(visit.now() + cooling_off);
        vec![words.no_login.to_owned(), (words.erase_at)(&erase_at), words.restore.to_owned()]
    };
    let rest = [words.erased, words.kept].map(str::to_owned);
    let bar = IdentityBar::of(&sight, &whole);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = DeletionPage {
        frame: visit.frame(Section::Users),
        heading: (words.heading)(&bar.user.name),
        bar,
        effects: sessions.into_iter().chain(next).chain(rest).collect(),
        eight: mask::short(&user.uid),
        form: ReasonForm::new(format!("{href}/delete"), href, sent, sight.words),
    };
    Ok(Page::new(visit.lang, page).status(status).into_response())
}
