//! `/admin/users/{uid}/freeze` and `…/unfreeze`: keeping a user out, and letting them in again.

pub(in crate::admin) mod ends;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use serde_json::json;

use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, Freeze};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::parts::form::{ReasonForm, Why};
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::clock::Instant;
use crate::db::audit::{Audit, Entry};
use crate::db::page::Start;
use crate::db::sessions::end::Ending;
use crate::db::tombstones::Tombstone;
use crate::db::users::User;
use crate::db::users::whole::Whole;
use crate::error::Error;

/// The page that asks before a user is frozen or unfrozen.
#[derive(Debug, Template)]
#[template(path = "freeze/confirm.html")]
pub struct FreezePage {
    /// The frame.
    pub frame: Frame,
    /// Whether the freeze is to be undone.
    pub thaw: bool,
    /// What is asked.
    pub heading: String,
    /// Who.
    pub bar: IdentityBar,
    /// What will happen, one sentence each.
    pub effects: Vec<String>,
    /// When the freeze ends by itself; nothing to choose when it is undone.
    pub ends: Vec<Choice>,
    /// Why, and what else.
    pub form: ReasonForm,
}

/// Asks whether to freeze.
pub async fn get(visit: Allowed<Freeze>, uid: web::Path<String>) -> Answer {
    visit.answer(question(&visit, &uid).await)
}

async fn question(visit: &Visit, uid: &str) -> Result<HttpResponse, Refused> {
    let whole = find(visit, uid, false).await?;
    Ok(ask(visit, &whole, false, None))
}

/// Freezes, and ends every session.
pub async fn post(visit: Allowed<Freeze>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(freeze(&visit, &uid, &form).await)
}

async fn freeze(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let whole = find(visit, uid, false).await?;
    let why = match Why::read(form, visit.words()) {
        Ok(why) => why,
        Err(problems) => return Ok(ask(visit, &whole, false, Some((form, problems)))),
    };
    let user = whole.user;
    let until = ends::read(form.one("until"), visit.now())?;
    let mut entry = entry(visit, "user.freeze", &user, &why);
    let ticket = why.ticket;
    let ending = Ending {
        ended_at: visit.now(),
        ended_by: visit.name().to_owned(),
        ended_reason: why.reason,
        ended_note: why.note,
    };
    let (user_id, liveness) = (user.id, Sight::of(visit).liveness);
    let write = move |conn: &mut _| {
        User::hold(conn, user_id)?;
        if User::get(conn, user_id)?.freeze_at(liveness.now).is_some() {
            return Err(Error::Conflict("frozen"));
        }
        let ended = User::freeze(conn, user_id, until, &ending, liveness)?;
        entry.detail = frozen(&ticket, until, &ended);
        Ok((ended.len(), Audit::append(conn, &entry, liveness.now)?))
    };
    let words = visit.words();
    match visit.write(write).await {
        Ok((ended, audit)) => {
            let ended = u64::try_from(ended).unwrap_or(u64::MAX);
            let text =
                if ended == 0 { words.freeze.done_none.to_owned() } else { (words.freeze.done)(ended) };
            done(visit, &user, text, audit)
        }
        Err(Error::Conflict(_)) => Err(faster(visit, &user, false).await?),
        Err(why) => Err(why.into()),
    }
}

/// Asks whether to unfreeze.
pub async fn undo(visit: Allowed<Freeze>, uid: web::Path<String>) -> Answer {
    visit.answer(undo_question(&visit, &uid).await)
}

async fn undo_question(visit: &Visit, uid: &str) -> Result<HttpResponse, Refused> {
    let whole = find(visit, uid, true).await?;
    Ok(ask(visit, &whole, true, None))
}

/// Unfreezes.
pub async fn undo_post(visit: Allowed<Freeze>, uid: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(unfreeze(&visit, &uid, &form).await)
}

async fn unfreeze(visit: &Visit, uid: &str, form: &Fields) -> Result<HttpResponse, Refused> {
    let whole = find(visit, uid, true).await?;
    let why = match Why::read(form, visit.words()) {
        Ok(why) => why,
        Err(problems) => return Ok(ask(visit, &whole, true, Some((form, problems)))),
    };
    let user = whole.user;
    let mut entry = entry(visit, "user.unfreeze", &user, &why);
    let (before, after) =
        (json!({ "state": "frozen", "until": user.frozen_until }), json!({ "state": "active" }));
    entry.detail = json!({ "ticket": why.ticket, "before": before, "after": after }).to_string();
    let (user_id, now) = (user.id, visit.now());
    let write = move |conn: &mut _| {
        User::unfreeze(conn, user_id)?;
        Audit::append(conn, &entry, now)
    };
    match visit.write(write).await {
        Ok(audit) => done(visit, &user, visit.words().freeze.undone.to_owned(), audit),
        Err(Error::Conflict(_)) => Err(faster(visit, &user, true).await?),
        Err(why) => Err(why.into()),
    }
}

fn entry(visit: &Visit, action: &str, user: &User, why: &Why) -> Entry {
    let mut entry = visit.entry(action, format!("user:{}", user.uid), "ok");
    (entry.reason, entry.note) = (why.reason.clone(), why.note.clone());
    entry
}

/// What the trail keeps of a freeze: `sessions` ended with it, unless another entry names them.
pub(in crate::admin) fn frozen(ticket: &str, until: Option<Instant>, sessions: &[String]) -> String {
    let after = json!({ "state": "frozen", "until": until });
    json!({ "ticket": ticket, "before": { "state": "active" }, "after": after, "sessions": sessions })
        .to_string()
}

fn done(visit: &Visit, user: &User, text: String, audit: i64) -> Result<HttpResponse, Refused> {
    let link = visit.words().frame.see_audit;
    visit.leave(&Flash::done(text).link(format!("/admin/audit/{audit}"), link))?;
    Ok(visit.go(&format!("/admin/users/{}", user.uid)))
}

/// The user with the count of their live sessions, if there is something to do.
async fn find(visit: &Visit, uid: &str, thaw: bool) -> Result<Whole, Refused> {
    let (wanted, liveness) = (id(uid)?, Sight::of(visit).liveness);
    let read = move |conn: &mut _| {
        let whole = User::find_whole(conn, &wanted, liveness)?;
        let user = &whole.user;
        let is_left = user.erased_at.is_some() && Tombstone::of(conn, &wanted, liveness.now)?.is_some();
        let is_frozen = is_left || user.freeze_at(liveness.now).is_some();
        Ok((whole, is_frozen))
    };
    let (whole, is_frozen) = visit.state.db.read(read).await?;
    if whole.user.erased_at.is_some() && !thaw {
        return Err(Refusal::NotFound.into());
    }
    if is_frozen != thaw {
        return Err(faster(visit, &whole.user, thaw).await?);
    }
    Ok(whole)
}

/// Somebody did it before: who and when. Oneself, by a second press of the button, is led to the user's page.
async fn faster(visit: &Visit, user: &User, thaw: bool) -> Result<Refused, Refused> {
    let action = if thaw { "user.unfreeze" } else { "user.freeze" };
    let filter = crate::db::audit::Filter {
        target: Some(format!("user:{}", user.uid)),
        action: Some(action.to_owned()),
        ..crate::db::audit::Filter::default()
    };
    let last = move |conn: &mut _| Audit::list(conn, &filter, &Start::First, 1);
    let last = visit.state.db.read(last).await?.rows.into_iter().next();
    let words = visit.words().freeze;
    Ok(match last.filter(|deed| deed.actor != visit.name()) {
        Some(deed) => {
            let say = if thaw { words.already_undone } else { words.already };
            Refusal::Conflict(say(&deed.actor, &visit.zone().absolute(deed.at))).into()
        }
        None => Refused::GoOn(format!("/admin/users/{}", user.uid)),
    })
}

/// The page; `thaw`: to unfreeze.
fn ask(visit: &Visit, whole: &Whole, thaw: bool, sent: Option<(&Fields, Problems)>) -> HttpResponse {
    let sight = Sight::of(visit);
    let words = sight.words.freeze;
    let bar = IdentityBar::of(&sight, whole);
    let text = str::to_owned;
    let live = u64::try_from(whole.live).unwrap_or(0);
    let effects = if thaw {
        vec![text(words.undo_login), text(words.undo_sessions)]
    } else {
        let sessions = (live > 0).then(|| (words.sessions_end)(live));
        let others = [words.no_login, words.every_path, words.data_kept].map(text);
        sessions.into_iter().chain(others).collect()
    };
    let verb = if thaw { "unfreeze" } else { "freeze" };
    let href = format!("/admin/users/{}", whole.user.uid);
    let heading = if thaw { words.undo_heading } else { words.heading };
    let chosen = sent.as_ref().map_or("", |(form, _)| form.one("until"));
    let ends = if thaw { Vec::new() } else { ends::choices(chosen, words) };
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = FreezePage {
        frame: visit.frame(Section::Users),
        thaw,
        heading: heading(&bar.user.name),
        bar,
        effects,
        ends,
        form: ReasonForm::new(format!("{href}/{verb}"), href, sent, sight.words),
    };
    Page::new(visit.lang, page).status(status).into_response()
}
