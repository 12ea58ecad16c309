//! `POST /admin/sessions/selection`, then `/admin/sessions/revoke?selection=…`: the sessions that were ticked.
//!
//! The ticks are kept on the server, so that ids never stand in an address, the page can be loaded again, and a second
//! press of the button finds what the first one did.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::Order;
use super::Outcome;
use super::Question;
use super::number;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, FlashKind};
use crate::admin::guard::allowed::{Allowed, Browse, Revoke};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::guard::way_back::own_path;
use crate::admin::parts::public_id::id;
use crate::admin::parts::sight::Sight;
use crate::admin::query::{Kind, Known, Query, Reading, encode};
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
pub async fn select(visit: Allowed<Revoke>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(keep(&visit, &form).await)
}

async fn keep(visit: &Visit, form: &Fields) -> Result<HttpResponse, Refused> {
    let words = visit.words().sessions;
    let back = list_of(form.one("back"));
    let mut sids = form.all("sid").map(id).collect::<Result<Vec<String>, Refused>>()?;
    sids.sort_unstable();
    sids.dedup();
    let trouble = match sids.len() {
        0 => Some(words.nothing_ticked.to_owned()),
        ticked if ticked > MOST => Some((words.too_many)(number(MOST))),
        _ => None,
    };
    if let Some(text) = trouble {
        visit.leave(&Flash { kind: FlashKind::Problem, text, link: None })?;
        return Ok(visit.go(&back));
    }
    let (staff, now) = (visit.id(), visit.now());
    let key = visit.write(move |conn| Selection::keep(conn, staff, &sids, now)).await?;
    Ok(visit.go(&href(&key, &back)))
}

/// The page that asks about a selection, and knows the list that it came from.
fn href(key: &str, back: &str) -> String {
    let back = if back == LIST { String::new() } else { format!("&back={}", encode(back)) };
    format!("/admin/sessions/revoke?selection={key}{back}")
}

/// The list that the reader came from, in the state they left it.
fn list_of(path: &str) -> String {
    let own = own_path(path);
    if own == "/admin" { LIST.to_owned() } else { own }
}

/// The list: there is nothing to see under the address that ticks are sent to.
pub async fn list(visit: Allowed<Browse>) -> Answer {
    std::future::ready(Ok(visit.go(LIST))).await
}

/// Asks.
pub async fn get(visit: Allowed<Revoke>, request: HttpRequest) -> Answer {
    visit.answer(question(&visit, &request).await)
}

async fn question(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let chosen = Chosen::find(visit, request).await?;
    Ok(chosen.ask(visit, None))
}

/// Does it.
pub async fn post(visit: Allowed<Revoke>, request: HttpRequest, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(revoke(&visit, &request, &form).await)
}

async fn revoke(visit: &Visit, request: &HttpRequest, form: &Fields) -> Result<HttpResponse, Refused> {
    let chosen = Chosen::find(visit, request).await?;
    let order = match Order::read(visit, form, chosen.live(visit)).await? {
        Ok(order) => order,
        Err(problems) => return Ok(chosen.ask(visit, Some((form, problems)))),
    };
    let (key, sids) = (chosen.key.clone(), chosen.sids.clone());
    let write = move |conn: &mut _| {
        let done = order.carry_out(conn, &sids)?;
        let text =
            serde_json::to_string(&done).map_err(|_cause| Error::Internal("an outcome that is no JSON"))?;
        // somebody was faster with the same selection: all of this is undone
        if Selection::settle(conn, &key, &text)? { Ok(done) } else { Err(Error::Conflict("settled")) }
    };
    match visit.write(write).await {
        Ok(done) => {
            visit.leave(&done.flash(visit.words()))?;
            Ok(visit.go(&chosen.back))
        }
        // shows what the first press did
        Err(Error::Conflict(_)) => Ok(visit.go(&chosen.href())),
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
    async fn find(visit: &Visit, request: &HttpRequest) -> Result<Self, Refused> {
        let query = match Query::read(KNOWN, request.query_string()) {
            Ok(Reading::Canonical(query)) => query,
            Ok(Reading::Elsewhere(text)) => {
                return Err(Refused::Moved(format!("/admin/sessions/revoke?{text}")));
            }
            Err(bad) => return Err(Refusal::Parameter(bad.0).into()),
        };
        let back = list_of(query.get("back").unwrap_or_default());
        let Some(key) = query.get("selection").map(str::to_owned) else {
            return Err(Refused::GoOn(back));
        };
        let (staff, now, wanted) = (visit.id(), visit.now(), key.clone());
        let read = move |conn: &mut _| {
            let Some(selection) = Selection::find(conn, staff, &wanted, now)? else { return Ok(None) };
            let sessions = Session::find_listed(conn, &selection.items)?;
            Ok(Some((selection, sessions)))
        };
        let found = visit.state.db.read(read).await?;
        let words = visit.words();
        let Some((selection, sessions)) = found else {
            visit.leave(&Flash::note(words.revocation.gone_text))?;
            return Err(Refused::GoOn(back));
        };
        if let Some(done) = selection.outcome.and_then(|text| serde_json::from_str::<Outcome>(&text).ok()) {
            visit.leave(&done.flash(words))?;
            return Err(Refused::GoOn(back));
        }
        let chosen = Self { key, sids: selection.items, sessions, back };
        if chosen.live(visit) == 0 {
            return Err(chosen.too_late(visit)?);
        }
        Ok(chosen)
    }

    /// The page that asks.
    fn href(&self) -> String {
        href(&self.key, &self.back)
    }

    fn live(&self, visit: &Visit) -> usize {
        let liveness = Sight::of(visit).liveness;
        let is_live = |listed: &&Listed| listed.session.state(listed.status, liveness) == State::Live;
        self.sessions.iter().filter(is_live).count()
    }

    /// All of them have ended meanwhile: who ended the last one, and when.
    fn too_late(&self, visit: &Visit) -> Result<Refused, Refused> {
        let sight = Sight::of(visit);
        let last = self.sessions.iter().max_by_key(|listed| listed.session.ended_at);
        let ending =
            last.and_then(|listed| Some((listed.session.ended_by.as_deref()?, listed.session.ended_at?)));
        if let Some((by, at)) = ending.filter(|(by, _)| *by != visit.name()) {
            let at = sight.zone.absolute(at);
            return Ok(Refusal::Conflict((sight.words.revocation.by_other)(sight.ender(by), &at)).into());
        }
        visit.leave(&Flash::note(sight.words.revocation.nothing_left))?;
        Ok(Refused::GoOn(self.back.clone()))
    }

    fn ask(&self, visit: &Visit, sent: Option<(&Fields, Problems)>) -> HttpResponse {
        let live = self.live(visit);
        let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let question = Question {
            heading: (visit.words().revocation.heading)(number(live)),
            bar: None,
            sessions: &self.sessions,
            live,
            action: self.href(),
            back: self.back.clone(),
        };
        Page::new(visit.lang, question.page(visit, sent)).status(status).into_response()
    }
}
