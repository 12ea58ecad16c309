//! `POST /admin/sessions/selection`, then `/admin/sessions/revoke?selection=…`: the sessions that were ticked.
//!
//! The ticks are kept on the server, so that ids never stand in an address, the page can be loaded again, and a second
//! press of the button finds what the first one did.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::{Order, Outcome, Question, number};
use crate::admin::errors::{Refusal, Refused};
use crate::admin::form::Problems;
use crate::admin::frame::{Flash, FlashKind};
use crate::admin::member::Member;
use crate::admin::page::Page;
use crate::admin::posted::Posted;
use crate::admin::query::{Kind, Known, Query, Reading, encode};
use crate::admin::role::Permission;
use crate::admin::sight::Sight;
use crate::admin::sign_in::own_path;
use crate::admin::user::id;
use crate::admin::visit::see;
use crate::db::selections::{MOST, Selection};
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Session, State};
use crate::error::Error;

const LIST: &str = "/admin/sessions";

const KNOWN: &[Known] = &[
    Known { name: "selection", default: None, kind: Kind::Id },
    Known { name: "back", default: None, kind: Kind::Text(512) },
];

/// Keeps the ticks and leads to the question.
pub async fn select(member: Member, form: Posted) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let words = member.words().sessions;
    let back = own_path(form.get("back")).unwrap_or(LIST);
    let mut sids = form.all("sid").iter().map(|sid| id(sid)).collect::<Result<Vec<String>, Refused>>()?;
    sids.sort_unstable();
    sids.dedup();
    let trouble = match sids.len() {
        0 => Some(words.nothing_ticked.to_owned()),
        ticked if ticked > MOST => Some((words.too_many)(number(MOST))),
        _ => None,
    };
    if let Some(text) = trouble {
        member.flash(&Flash { kind: FlashKind::Problem, text, link: None });
        return Ok(see(303, back));
    }
    let (staff, now) = (member.account.id, member.now());
    let key = member.console().state.db.write(move |conn| Selection::keep(conn, staff, &sids, now)).await?;
    let back = if back == LIST { String::new() } else { format!("&back={}", encode(back)) };
    Ok(see(303, &format!("/admin/sessions/revoke?selection={key}{back}")))
}

/// Asks.
pub async fn get(member: Member, request: HttpRequest) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let chosen = Chosen::find(&member, &request).await?;
    chosen.ask(&member, None)
}

/// Does it.
pub async fn post(member: Member, request: HttpRequest, form: Posted) -> Result<HttpResponse, Refused> {
    member.require(Permission::Revoke).await?;
    let chosen = Chosen::find(&member, &request).await?;
    let order = match Order::read(&member, &form).await? {
        Ok(order) => order,
        Err(problems) => return chosen.ask(&member, Some((&form, problems))),
    };
    let (key, sids) = (chosen.key.clone(), chosen.sids.clone());
    let write = move |conn: &mut _| {
        let done = order.carry_out(conn, &sids)?;
        let text =
            serde_json::to_string(&done).map_err(|_cause| Error::Internal("an outcome that is no JSON"))?;
        // somebody was faster with the same selection: all of this is undone
        if Selection::settle(conn, &key, &text)? { Ok(done) } else { Err(Error::Conflict("settled")) }
    };
    match member.console().state.db.write(write).await {
        Ok(done) => {
            member.flash(&done.flash(member.words()));
            Ok(see(303, &chosen.back))
        }
        // shows what the first press did
        Err(Error::Conflict(_)) => Ok(see(303, member.path())),
        Err(why) => Err(why.into()),
    }
}

/// A selection with its sessions.
struct Chosen {
    key: String,
    sids: Vec<String>,
    sessions: Vec<Listed>,
    back: String,
}

impl Chosen {
    /// The selection that the address names. One that was carried out leads back to the list, with what came of it.
    async fn find(member: &Member, request: &HttpRequest) -> Result<Self, Refused> {
        let query = match Query::read(KNOWN, request.query_string()) {
            Ok(Reading::Canonical(query)) => query,
            Ok(Reading::Elsewhere(text)) => {
                return Err(Refusal::Moved(format!("/admin/sessions/revoke?{text}")).into());
            }
            Err(bad) => return Err(Refusal::Parameter(bad.0).into()),
        };
        let back = query.get("back").and_then(own_path).unwrap_or(LIST).to_owned();
        let Some(key) = query.get("selection").map(str::to_owned) else {
            return Err(Refusal::SeeOther(back).into());
        };
        let (staff, now, wanted) = (member.account.id, member.now(), key.clone());
        let read = move |conn: &mut _| {
            let Some(selection) = Selection::find(conn, staff, &wanted, now)? else { return Ok(None) };
            let sessions = Session::find_listed(conn, &selection.items)?;
            Ok(Some((selection, sessions)))
        };
        let found = member.console().state.db.read(read).await?;
        let words = member.words();
        let Some((selection, sessions)) = found else {
            member.flash(&Flash::note(words.revocation.gone_text));
            return Err(Refusal::SeeOther(back).into());
        };
        if let Some(done) = selection.outcome.and_then(|text| serde_json::from_str::<Outcome>(&text).ok()) {
            member.flash(&done.flash(words));
            return Err(Refusal::SeeOther(back).into());
        }
        let chosen = Self { key, sids: selection.items, sessions, back };
        if chosen.live(member) == 0 {
            return Err(chosen.too_late(member).into());
        }
        Ok(chosen)
    }

    fn live(&self, member: &Member) -> usize {
        let liveness = Sight::of(member).liveness;
        let is_live = |listed: &&Listed| listed.session.state(listed.status, liveness) == State::Live;
        self.sessions.iter().filter(is_live).count()
    }

    /// All of them have ended meanwhile: who ended the last one, and when.
    fn too_late(&self, member: &Member) -> Refusal {
        let sight = Sight::of(member);
        let last = self.sessions.iter().max_by_key(|listed| listed.session.ended_at);
        let ending =
            last.and_then(|listed| Some((listed.session.ended_by.as_deref()?, listed.session.ended_at?)));
        if let Some((by, at)) = ending.filter(|(by, _)| *by != member.account.name) {
            let at = crate::admin::when::absolute(at);
            return Refusal::Conflict((sight.words.revocation.by_other)(sight.ender(by), &at));
        }
        member.flash(&Flash::note(sight.words.revocation.nothing_left));
        Refusal::SeeOther(self.back.clone())
    }

    fn ask(&self, member: &Member, sent: Option<(&Posted, Problems)>) -> Result<HttpResponse, Refused> {
        let live = self.live(member);
        let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let question = Question {
            heading: (member.words().revocation.heading)(number(live)),
            sessions: &self.sessions,
            live,
            action: format!("/admin/sessions/revoke?selection={}&back={}", self.key, encode(&self.back)),
            back: self.back.clone(),
        };
        Ok(Page::new(member.lang(), question.page(member, sent)?).status(status).into_response())
    }
}
