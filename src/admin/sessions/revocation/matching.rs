//! `/admin/sessions/revoke-matching?<the list's filters>`: every session that a list shows, as a job.
//!
//! The filter is the list's own, read by the same code and run by the same query; the browser sends no ids.

pub mod breadth;

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::own;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, Frame, Link, Section};
use crate::admin::guard::allowed::{Allowed, RevokeMatching};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::parts::form::{ReasonForm, Why};
use crate::admin::parts::list::{Columns, Count};
use crate::admin::parts::paging::Address;
use crate::admin::parts::public_id::id;
use crate::admin::parts::session_row::SessionRow;
use crate::admin::parts::sight::Sight;
use crate::admin::sessions::{NARROWING, narrowed, tags};
use crate::db::Conn;
use crate::db::jobs::{Job, Kind, NewJob};
use crate::db::sessions::Session;
use crate::db::sessions::count::own::{Concerned, CountWithOwn};
use crate::db::sessions::list::{Filter, Listed};
use crate::error::{Error, Result};
use crate::secret;

/// The page's address.
pub const PATH: &str = "/admin/sessions/revoke-matching";

/// How many of the newest and of the oldest sessions are shown.
const SAMPLE: usize = 10;
/// How many sessions a job ends in a second on a small machine, for an estimate.
const A_SECOND: u64 = 2000;

/// The page that asks before everything that matches is revoked.
#[derive(Debug, Template)]
#[template(path = "revocation/matching.html")]
pub struct MatchingPage {
    /// The frame.
    pub frame: Frame,
    /// What is asked, with the count.
    pub heading: String,
    /// The filter in words, one each.
    pub filters: Vec<String>,
    /// How long it will take.
    pub takes: String,
    /// How many of them are the team's own, each a link to their list; none: none is.
    pub own: Vec<Link>,
    /// The newest of them.
    pub newest: Vec<SessionRow>,
    /// The oldest of them, when they are not all among the newest.
    pub oldest: Vec<SessionRow>,
    /// The columns of both tables.
    pub columns: Columns,
    /// The filter as the address has it.
    pub query: String,
    /// How many were counted, to see later whether there are more.
    pub counted: i64,
    /// The words on the warning button.
    pub button: String,
    /// Why.
    pub form: ReasonForm,
}

/// Asks.
pub async fn get(visit: Allowed<RevokeMatching>, request: HttpRequest) -> Answer {
    visit.answer(question(&visit, &request).await)
}

async fn question(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let matching = Matching::find(visit, Address::read(request, PATH, NARROWING)?).await?;
    Ok(matching.ask(visit, secret::public_id(visit.now())?, None))
}

/// Makes the job; once, however often the form is sent.
pub async fn post(visit: Allowed<RevokeMatching>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(revoke(&visit, &form).await)
}

async fn revoke(visit: &Visit, form: &Fields) -> Result<HttpResponse, Refused> {
    let jid = id(form.one("key"))?;
    let wanted = jid.clone();
    if let Some(made) = visit.state.db.lookup(move |conn| Job::find(conn, &wanted)).await? {
        return if made.created_by == visit.name() {
            Ok(onward(visit, &jid))
        } else {
            Err(Error::NotFound.into())
        };
    }
    let bad = |name: &str| Refused::from(Refusal::Parameter(name.to_owned()));
    let address =
        Address::stored(PATH, NARROWING, form.one("query"), visit.zone()).ok_or_else(|| bad("query"))?;
    let counted: i64 = form.one("counted").parse().map_err(|_no_number| bad("counted"))?;
    let matching = Matching::find(visit, address).await?;
    let why = match Why::read(form, visit.words()) {
        Ok(why) => why,
        Err(problems) => return Ok(matching.ask(visit, jid, Some((form, problems)))),
    };
    if matching.has_grown(counted) {
        let was = Count::Exactly(counted.unsigned_abs()).short();
        let text = (visit.words().jobs.grown)(&was, &Count::from(matching.count.all).short());
        return Ok(matching.ask(visit, jid, Some((form, Problems::one("matching", text)))));
    }
    let new = NewJob {
        jid: jid.clone(),
        kind: Kind::Revoke,
        query: matching.address.query.text(),
        filter: matching.filter,
        found: matching.count.all.is_exact().then_some(matching.count.all.counted),
        reason: why.reason,
        note: why.note,
        ticket: why.ticket,
        created_by: visit.name().to_owned(),
        created_at: visit.now(),
    };
    let entry = visit.entry("job.create", String::new(), "ok");
    match visit.write(move |conn| new.create(conn, &entry)).await {
        // a second press of the button was faster than the first
        Ok(_) | Err(Error::Conflict(_)) => Ok(onward(visit, &jid)),
        Err(why) => Err(why.into()),
    }
}

/// To the job, which counts down at first.
fn onward(visit: &Visit, jid: &str) -> HttpResponse {
    visit.go(&format!("/admin/jobs/{jid}?follow=on"))
}

/// What matches right now.
struct Matching {
    address: Address,
    filter: Filter,
    whose: Option<String>,
    count: CountWithOwn,
    newest: Vec<Listed>,
    oldest: Vec<Listed>,
}

impl Matching {
    /// Counts, and reads both ends of the list. With nothing left there is nothing to ask.
    async fn find(visit: &Visit, address: Address) -> Result<Self, Refused> {
        let liveness = Sight::of(visit).liveness;
        let (filter, whose) = narrowed(visit, &address).await?;
        if breadth::is_everything(&filter, visit.state.config.session.lifetime, liveness) {
            return Err(breadth::elsewhere(visit));
        }
        let narrowed = filter.clone();
        let read = move |conn: &mut Conn| Session::concerned(conn, &narrowed, SAMPLE, liveness);
        let Concerned { count, newest, mut oldest } = visit.state.db.read(read).await?;
        // where counting takes too long the job counts by itself
        let count = count.unwrap_or_else(|why| {
            log::warn!(error:% = why; "what matches was not counted");
            CountWithOwn::MANY
        });
        oldest.retain(|old| newest.iter().all(|new| new.session.sid != old.session.sid));
        if count.all.counted == 0 && !count.all.is_part {
            visit.leave(&Flash::note(visit.words().revocation.nothing_left))?;
            return Err(Refused::GoOn("/admin/sessions".to_owned()));
        }
        Ok(Self { address, filter, whose, count, newest, oldest })
    }

    /// The count as forms carry it: one more than the bound stands for many.
    fn counted(&self) -> i64 {
        self.count.all.counted.saturating_add(i64::from(self.count.all.is_more))
    }

    /// Whether there are a tenth more than were shown before.
    fn has_grown(&self, shown: i64) -> bool {
        self.counted() > shown.saturating_add(shown / 10)
    }

    fn ask(&self, visit: &Visit, key: String, sent: Option<(&Fields, Problems)>) -> HttpResponse {
        let sight = Sight::of(visit);
        let words = sight.words.jobs;
        let short = Count::from(self.count.all).short();
        let seconds = u64::try_from(self.counted()).unwrap_or(0).div_ceil(A_SECOND);
        let span = (words.seconds)(seconds);
        let takes = if self.count.all.is_exact() { (words.takes)(span) } else { (words.takes_more)(span) };
        let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        let form = ReasonForm::new(PATH.to_owned(), self.back(), sent, sight.words);
        let page = MatchingPage {
            frame: visit.frame(Section::Sessions),
            heading: (words.heading)(&short),
            filters: self.in_words(visit),
            takes,
            own: own::links(&self.count, &self.address, sight.words),
            newest: self.newest.iter().map(|listed| sight.row(listed)).collect(),
            oldest: self.oldest.iter().map(|listed| sight.row(listed)).collect(),
            columns: Columns { user: true, brief: true, ..Columns::default() },
            query: self.address.query.text(),
            counted: self.counted(),
            button: (words.button)(&short),
            form: ReasonForm { key, ..form },
        };
        Page::new(visit.lang, page).status(status).into_response()
    }

    fn in_words(&self, visit: &Visit) -> Vec<String> {
        tags(visit, &self.address, self.whose.as_deref()).into_iter().map(|tag| tag.label).collect()
    }

    /// The list that shows the same.
    fn back(&self) -> String {
        self.address.query.href("/admin/sessions")
    }
}
