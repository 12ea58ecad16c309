//! `/admin/emergency`: all sessions of a mini-program, or of all, in an instant. One proposes, another approves.

pub mod concerned;
mod others;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{Choice, Flash, Frame, Section};
use super::guard::allowed::{Allowed, ApproveEmergency, ProposeEmergency, ProposeProven, WatchJobs};
use super::guard::submission::{Fields, Submission};
use super::guard::visit::{Answer, Visit};
use super::locale::Lang;
use super::locale::when::When;
use super::parts::form::{ReasonForm, Why};
use super::parts::session_row::Badge;
use super::parts::sight::Sight;
use super::role::{Permission, Role};
use crate::admin::frame::problems::Problems;
use crate::admin::parts::public_id::id;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::Entry;
use crate::db::emergencies::{Emergency, NewEmergency};
use crate::db::epochs::EVERY_APP;
use crate::db::staff::Staff;
use crate::error::{Error, Result};
use crate::secret;
use concerned::Concerned;
use others::Others;

const PATH: &str = "/admin/emergency";
/// What stands for all mini-programs in the form.
const ALL: &str = "*";
/// How many proposals are shown.
const SHOWN: i64 = 10;

/// The page: what waits, the form to propose, what was done before.
#[derive(Debug, Template)]
#[template(path = "emergency/page.html")]
pub struct EmergencyPage {
    /// The frame.
    pub frame: Frame,
    /// The proposal that waits.
    pub open: Option<OpenProposal>,
    /// The form, for those who may propose, when nothing waits.
    pub form: Option<ProposalForm>,
    /// What would end right now: of the proposal that waits, or of the scope in the form.
    pub concerned: Option<Concerned>,
    /// The last proposals.
    pub rows: Vec<ProposalRow>,
}

/// A proposal that waits.
#[derive(Clone, Debug)]
pub struct OpenProposal {
    /// Its public id.
    pub eid: String,
    /// What is to be revoked.
    pub scope: String,
    /// Who proposed it, when.
    pub by: String,
    /// Until when it can be approved, or when it is carried out by itself.
    pub until: String,
    /// Why.
    pub reason: String,
    /// What was noted; may be empty.
    pub note: String,
    /// A ticket; may be empty.
    pub ticket: String,
    /// Whether it is carried out by itself.
    pub is_alone: bool,
    /// Whether the reader may approve it.
    pub may_approve: bool,
    /// What the button to refuse says, for those who may.
    pub refuse: Option<&'static str>,
}

/// The form to propose.
#[derive(Clone, Debug)]
pub struct ProposalForm {
    /// What can be revoked.
    pub scopes: Vec<Choice>,
    /// Who must agree.
    pub rule: &'static str,
    /// Why, and what is wrong.
    pub reason: ReasonForm,
}

/// A proposal of before.
#[derive(Clone, Debug)]
pub struct ProposalRow {
    /// What was to be revoked.
    pub scope: String,
    /// What became of it.
    pub state: Badge,
    /// Who proposed it.
    pub by: String,
    /// Who decided it; may be empty.
    pub decided_by: String,
    /// When it was proposed.
    pub at: When,
    /// The job that swept, for a link.
    pub jid: Option<String>,
}

/// Shows the page.
pub async fn get(visit: Allowed<WatchJobs>) -> Answer {
    let role = visit.role;
    visit.answer(show(&visit, role, None).await)
}

/// Proposes.
pub async fn propose(visit: Allowed<ProposeProven>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let role = visit.role;
    visit.answer(suggest(&visit, role, &form).await)
}

async fn suggest(visit: &Visit, role: Role, form: &Fields) -> Result<HttpResponse, Refused> {
    let words = visit.words();
    let others = visit.state.db.read(move |conn| Others::of(conn, role)).await?;
    let appid = match chosen(visit, form) {
        Ok(appid) => appid,
        Err(problems) => return show(visit, role, Some((form, problems))).await,
    };
    if let Some(text) = others.problem(words.emergency) {
        return show(visit, role, Some((form, Problems::one("app", text)))).await;
    }
    let why = match Why::read(form, words) {
        Ok(why) => why,
        Err(problems) => return show(visit, role, Some((form, problems))).await,
    };
    let is_alone = others == Others::None;
    let new = NewEmergency {
        eid: id(form.one("key"))?,
        appid,
        reason: why.reason,
        note: why.note,
        ticket: why.ticket,
        proposed_by: visit.name().to_owned(),
        is_alone,
    };
    let said = if is_alone { words.emergency.proposed_alone } else { words.emergency.proposed };
    let propose = move |conn: &mut Conn, entry: &Entry, now| new.propose(conn, entry, now);
    if let Some(audit) = decide(visit, propose).await? {
        return done(visit, audit, said);
    }
    // a second press of the button, or somebody else's proposal
    let now = visit.now();
    let open = visit.state.db.read(move |conn| Emergency::open(conn, now)).await?;
    if let Some(open) = open.filter(|open| open.proposed_by != visit.name()) {
        let by = (words.emergency.by_at)(&open.proposed_by, &visit.zone().absolute(open.proposed_at));
        return Err(Refusal::Conflict(format!("{} {by}", words.emergency.another)).into());
    }
    visit.leave(&Flash::note(words.emergency.another))?;
    Ok(visit.go(PATH))
}

/// The mini-program of the form (empty: all), when the phrase fits it.
fn chosen(visit: &Visit, form: &Fields) -> Result<String, Problems> {
    let words = visit.words();
    let (scope, phrase) = (form.one("app"), form.one("phrase").trim());
    let is_known = scope == ALL || visit.state.config.apps.iter().any(|app| app.appid == scope);
    if !is_known {
        return Err(Problems::one("app", words.forms.choose));
    }
    let fits = if scope == ALL {
        let phrases = Lang::ALL.map(|lang| lang.words().emergency.phrase_all);
        phrases.iter().any(|known| known.eq_ignore_ascii_case(phrase))
    } else {
        phrase == scope
    };
    if !fits {
        return Err(Problems::one("phrase", words.emergency.phrase_wrong));
    }
    Ok(if scope == ALL { EVERY_APP.to_owned() } else { scope.to_owned() })
}

/// Approves: from now on the sessions are dead.
pub async fn approve(visit: Allowed<ApproveEmergency>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(settle(&visit, &form, Emergency::approve, visit.words().emergency.approved).await)
}

/// Refuses, or takes back.
pub async fn refuse(visit: Allowed<ProposeEmergency>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let (eid, now) = (id(form.one("key")).map_err(|why| visit.refusal(why))?, visit.now());
    let open = visit.state.db.read(move |conn| Emergency::open(conn, now)).await;
    let open = open.map_err(|why| visit.fail(&why))?;
    let is_own = open.is_some_and(|open| open.eid == eid && open.proposed_by == visit.name());
    if !is_own && let Err(why) = visit.require(Permission::ApproveEmergency).await {
        return visit.answer(Err(why));
    }
    visit.answer(settle(&visit, &form, Emergency::refuse, visit.words().emergency.refused).await)
}

async fn settle(
    visit: &Visit,
    form: &Fields,
    verb: fn(&mut Conn, &str, &Entry, Instant) -> Result<i64>,
    said: &str,
) -> Result<HttpResponse, Refused> {
    let eid = id(form.one("key"))?;
    let wanted = eid.clone();
    let settle = move |conn: &mut Conn, entry: &Entry, now| verb(conn, &eid, entry, now);
    if let Some(audit) = decide(visit, settle).await? {
        return done(visit, audit, said);
    }
    let words = visit.words().emergency;
    let found = visit.state.db.read(move |conn| Emergency::find(conn, &wanted)).await?;
    if found.as_ref().is_some_and(|one| one.is_open(visit.now())) {
        return Err(Refusal::Barred(words.not_yours.to_owned()).into());
    }
    let decided = found.as_ref().and_then(|one| Some((one.decided_by.as_deref()?, one.decided_at?)));
    if let Some((by, at)) = decided.filter(|(by, _)| *by != visit.name()) {
        let text = (words.decided_by_at)(Sight::of(visit).ender(by), &visit.zone().absolute(at));
        return Err(Refusal::Conflict(text).into());
    }
    visit.leave(&Flash::note(words.decided))?;
    Ok(visit.go(PATH))
}

/// Does it, and where it stands in the trail; none when somebody was faster.
async fn decide(
    visit: &Visit,
    verb: impl FnOnce(&mut Conn, &Entry, Instant) -> Result<i64> + Send + 'static,
) -> Result<Option<i64>, Refused> {
    let (entry, now) = (visit.entry("", String::new(), "ok"), visit.now());
    match visit.write(move |conn| verb(conn, &entry, now)).await {
        Ok(audit) => Ok(Some(audit)),
        Err(Error::Conflict(_)) => Ok(None),
        Err(why) => Err(why.into()),
    }
}

fn done(visit: &Visit, audit: i64, said: &str) -> Result<HttpResponse, Refused> {
    let link = visit.words().frame.see_audit;
    visit.leave(&Flash::done(said).link(format!("/admin/audit/{audit}"), link))?;
    Ok(visit.go(PATH))
}

async fn show(visit: &Visit, role: Role, sent: Option<(&Fields, Problems)>) -> Result<HttpResponse, Refused> {
    let now = visit.now();
    let may_propose = visit.may(Permission::ProposeEmergency);
    let (own, may_decide) = (visit.id(), visit.may(Permission::ApproveEmergency));
    let read = move |conn: &mut Conn| {
        let last = Emergency::list(conn, SHOWN)?;
        let open = last.iter().find(|one| one.is_open(now)).filter(|_| may_decide);
        let account = open.map(|open| Ok::<_, Error>((open, Staff::find(conn, own)?))).transpose()?;
        let may_approve = account
            .is_some_and(|(open, account)| account.is_some_and(|account| open.can_be_approved_by(&account)));
        let others = if may_propose { Others::of(conn, role)? } else { Others::NoOwner };
        Ok((last, others, may_approve))
    };
    let (last, others, may_approve) = visit.state.db.read(read).await?;
    // while one waits there is none after it
    let open = last.iter().find(|one| one.is_open(now)).cloned();
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let of_form =
        sent.as_ref().map(|(form, _)| form.one("app")).filter(|app| *app != ALL).unwrap_or_default();
    let appid = open.as_ref().map_or(of_form, |open| open.appid.as_str()).to_owned();
    let concerned =
        if open.is_some() || may_propose { Some(Concerned::find(visit, &appid).await?) } else { None };
    let form = if open.is_none() && may_propose { Some(form(visit, others, sent)?) } else { None };
    let page = EmergencyPage {
        frame: visit.frame(Section::Jobs),
        form,
        concerned,
        rows: last
            .iter()
            .filter(|one| open.as_ref().is_none_or(|open| open.eid != one.eid))
            .map(|one| row(visit, one))
            .collect(),
        open: open.map(|open| waiting(visit, &open, may_approve)),
    };
    Ok(Page::new(visit.lang, page).status(status).into_response())
}

fn form(visit: &Visit, others: Others, sent: Option<(&Fields, Problems)>) -> Result<ProposalForm, Refusal> {
    let words = visit.words();
    let chosen = sent.as_ref().map_or("", |(form, _)| form.one("app")).to_owned();
    let choice = |value: &str, label: &str| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen: chosen == value,
    };
    let apps = visit.state.config.apps.iter();
    let apps = apps.map(|app| choice(&app.appid, &format!("{} ({})", app.name, app.appid)));
    let first = [choice("", words.emergency.choose), choice(ALL, words.emergency.all)];
    let key = secret::public_id(visit.now()).map_err(|_why| Refusal::Internal)?;
    let rule = others.problem(words.emergency).unwrap_or(match others {
        Others::None => words.emergency.alone,
        _ => words.emergency.two_people,
    });
    let reason = ReasonForm::new(PATH.to_owned(), "/admin/jobs".to_owned(), sent, words);
    Ok(ProposalForm {
        scopes: first.into_iter().chain(apps).collect(),
        rule,
        reason: ReasonForm { key, ..reason },
    })
}

fn scope(visit: &Visit, appid: &str) -> String {
    if appid.is_empty() { visit.words().emergency.all.to_owned() } else { Sight::of(visit).app(appid) }
}

fn waiting(visit: &Visit, open: &Emergency, may_approve: bool) -> OpenProposal {
    let words = visit.words().emergency;
    let is_own = open.proposed_by == visit.name();
    let may_decide = visit.may(Permission::ApproveEmergency);
    let until = match open.due_at {
        Some(due) => (words.due)(&visit.zone().absolute(due)),
        None => (words.until)(&visit.zone().absolute(open.expires_at)),
    };
    OpenProposal {
        eid: open.eid.clone(),
        scope: scope(visit, &open.appid),
        by: (words.by_at)(&open.proposed_by, &visit.zone().absolute(open.proposed_at)),
        until,
        reason: visit.words().terms.reason(&open.reason).to_owned(),
        note: open.note.clone(),
        ticket: open.ticket.clone(),
        is_alone: open.due_at.is_some(),
        may_approve,
        refuse: if is_own { Some(words.take_back) } else { may_decide.then_some(words.refuse) },
    }
}

fn row(visit: &Visit, one: &Emergency) -> ProposalRow {
    let words = visit.words().emergency;
    let (kind, label) = match one.state.as_str() {
        "done" => ("active", words.done),
        "refused" => ("ended", words.was_refused),
        _ => ("expired", words.expired),
    };
    ProposalRow {
        scope: scope(visit, &one.appid),
        state: Badge { kind, label },
        by: one.proposed_by.clone(),
        decided_by: one.decided_by.clone().unwrap_or_default(),
        at: Sight::of(visit).when(one.proposed_at),
        jid: one.jid.clone(),
    }
}
