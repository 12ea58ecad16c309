//! `/admin/jobs/{jid}`: how far one job is, and the ways to stop it.

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use askama::Template;

use crate::admin::audit::actor;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::{Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, SteerJobs, WatchJobs};
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::jobs::{badge, progress, scope};
use crate::admin::parts::paging::Address;
use crate::admin::parts::public_id::id;
use crate::admin::parts::session_row::{Badge, Fact};
use crate::admin::parts::sight::Sight;
use crate::admin::query::{Kind as Value, Known};
use crate::admin::role::Permission;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::jobs::{Job, State};
use crate::error::{Error, Result};

const KNOWN: &[Known] = &[Known { name: "follow", default: None, kind: Value::OneOf(&["on"]) }];

/// Where one job stands.
#[derive(Debug, Template)]
#[template(path = "jobs/page.html")]
pub struct JobPage {
    /// The frame.
    pub frame: Frame,
    /// The page's own path.
    pub href: String,
    /// `任务 …ab12`
    pub heading: String,
    /// What it does.
    pub kind: &'static str,
    /// Where it stands.
    pub state: Badge,
    /// The sessions it is about, in words.
    pub scope: Vec<String>,
    /// `1,200 / 3,000`
    pub progress: String,
    /// How many are behind it and how many there are; the latter is none while it is being counted.
    pub bar: (i64, Option<i64>),
    /// In how many seconds it begins, while there is still time to cancel it.
    pub begins: Option<String>,
    /// That it failed, how often and why, and what to do; none unless it is paused after a failure.
    pub trouble: Option<(String, String)>,
    /// What there is to know.
    pub facts: Vec<Fact>,
    /// Whether the reader may pause, resume, cancel it now.
    pub may: (bool, bool, bool),
    /// Whether it moves, so that looking again is worth it.
    pub is_moving: bool,
    /// Whether the page looks again by itself.
    pub follows: bool,
}

/// Shows the job. Who asked to follow it gets the page anew every five seconds while it moves.
pub async fn get(visit: Allowed<WatchJobs>, request: HttpRequest, jid: web::Path<String>) -> Answer {
    visit.answer(show(&visit, &request, &jid).await)
}

async fn show(visit: &Visit, request: &HttpRequest, jid: &str) -> Result<HttpResponse, Refused> {
    let jid = id(jid)?;
    let address = Address::read(request, "", KNOWN)?;
    let wanted = jid.clone();
    let job = visit.state.db.lookup(move |conn| Job::find(conn, &wanted)).await?.ok_or(Refusal::NotFound)?;
    let page = page(visit, &job, address.get("follow").is_some());
    let looks_again = page.is_moving && page.follows;
    let mut response = Page::new(visit.lang, page).into_response();
    if looks_again {
        // as a header: the page's own markup holds nothing that moves under the reader
        response.headers_mut().insert(HeaderName::from_static("refresh"), HeaderValue::from_static("5"));
    }
    Ok(response)
}

fn page(visit: &Visit, job: &Job, follows: bool) -> JobPage {
    let words = visit.words().jobs;
    let (state, now) = (job.state(), visit.now());
    let may_steer = visit.may(Permission::RevokeMatching);
    let is_moving = matches!(state, State::Waiting | State::Running);
    let wait = job.starts_at.since(now).as_secs() + 1;
    JobPage {
        frame: visit.frame(Section::Jobs),
        href: format!("/admin/jobs/{}", job.jid),
        heading: (words.title)(&crate::admin::parts::mask::last_four(&job.jid)),
        kind: words.kind(job.kind()),
        state: badge(visit, job),
        scope: scope(visit, job, None),
        progress: progress(visit, job),
        bar: (job.handled(), job.found.map(|found| found.max(job.handled()).max(1))),
        begins: (state == State::Waiting && job.starts_at > now).then(|| (words.starts_in)(wait)),
        trouble: trouble(visit, job),
        facts: facts(visit, job),
        may: (may_steer && is_moving, may_steer && state == State::Paused, may_steer && !state.is_over()),
        is_moving,
        follows,
    }
}

fn trouble(visit: &Visit, job: &Job) -> Option<(String, String)> {
    let words = visit.words();
    let code = job.last_error.as_deref().filter(|_| job.state() == State::Paused)?;
    let times = u64::try_from(job.failed).unwrap_or(0);
    Some(((words.jobs.failed_so)(times, words.results.explain(code)), words.jobs.after_failures.to_owned()))
}

fn facts(visit: &Visit, job: &Job) -> Vec<Fact> {
    let sight = Sight::of(visit);
    let (words, forms) = (sight.words.jobs, sight.words.forms);
    let number = |count: i64| crate::admin::locale::grouped(u64::try_from(count).unwrap_or(0));
    let mut facts = vec![
        Fact::text(words.ended, number(job.done)),
        Fact::text(words.skipped, number(job.skipped)),
        Fact::text(words.failed, number(job.failed)),
    ];
    let why = |code: &String| Fact::text(words.last_error, sight.words.results.explain(code));
    facts.extend(job.last_error.as_ref().map(why));
    facts.extend(pace(visit, job));
    facts.push(Fact::text(words.by, job.created_by.clone()));
    facts.push(Fact::time(words.since, sight.when(job.created_at)));
    facts.extend(job.started_at.map(|at| Fact::time(words.started, sight.when(at))));
    facts.extend(job.finished_at.map(|at| Fact::time(words.finished, sight.when(at))));
    facts.push(Fact::text(forms.reason, sight.words.terms.reason(&job.reason)));
    if !job.note.is_empty() {
        facts.push(Fact::text(sight.words.audit.note, job.note.clone()));
    }
    if !job.ticket.is_empty() {
        facts.push(Fact::text(sight.words.revocation.ticket, job.ticket.clone()));
    }
    facts
}

/// How fast it goes or went, and how long it will take; nothing while that is not known.
fn pace(visit: &Visit, job: &Job) -> Vec<Fact> {
    let words = visit.words().jobs;
    let Some(rate) = job.rate(visit.now()) else { return Vec::new() };
    let mut pace = vec![Fact::text(words.rate, (words.per_second)(rate))];
    let left = job.found.map(|found| u64::try_from(found.saturating_sub(job.handled())).unwrap_or(0));
    if let Some(left) = left.filter(|_| job.state() == State::Running) {
        pace.push(Fact::text(words.eta, (words.seconds)(left.div_ceil(rate))));
    }
    pace
}

/// Stops it until it is resumed.
pub async fn pause(visit: Allowed<SteerJobs>, jid: web::Path<String>, form: Submission) -> Answer {
    form.check(&visit).await?;
    let done = visit.words().jobs.paused_now;
    visit.answer(steer(&visit, &jid, "job.pause", Job::pause, done).await)
}

/// Lets it go on.
pub async fn resume(visit: Allowed<SteerJobs>, jid: web::Path<String>, form: Submission) -> Answer {
    form.check(&visit).await?;
    let done = visit.words().jobs.resumed;
    visit.answer(steer(&visit, &jid, "job.resume", Job::resume, done).await)
}

/// Ends it for good.
pub async fn cancel(visit: Allowed<SteerJobs>, jid: web::Path<String>, form: Submission) -> Answer {
    form.check(&visit).await?;
    let done = visit.words().jobs.cancelled_now;
    visit.answer(steer(&visit, &jid, "job.cancel", Job::cancel, done).await)
}

async fn steer(
    visit: &Visit,
    jid: &str,
    action: &str,
    verb: fn(&mut Conn, &str, Instant) -> Result<()>,
    done: &str,
) -> Result<HttpResponse, Refused> {
    let (jid, now) = (id(jid)?, visit.now());
    let entry = visit.entry(action, format!("job:{jid}"), "ok");
    let wanted = jid.clone();
    let write = move |conn: &mut Conn| {
        Job::find(conn, &wanted)?.ok_or(Error::NotFound)?;
        verb(conn, &wanted, now)?;
        Audit::append(conn, &entry, now)
    };
    let words = visit.words();
    let flash = match visit.write(write).await {
        Ok(audit) => Flash::done(done).link(format!("/admin/audit/{audit}"), words.frame.see_audit),
        Err(Error::Conflict(_)) => return too_late(visit, &jid).await,
        Err(why) => return Err(why.into()),
    };
    visit.leave(&flash)?;
    Ok(visit.go(&format!("/admin/jobs/{jid}")))
}

/// The job has moved on: who did what last, and when. Whoever did that themself is led to the job.
async fn too_late(visit: &Visit, jid: &str) -> Result<HttpResponse, Refused> {
    let (sight, target) = (Sight::of(visit), format!("job:{jid}"));
    let last = visit.state.db.read(move |conn| Audit::of_target(conn, &target, 1)).await?;
    if let Some(last) = last.first().filter(|last| last.actor != visit.name()) {
        let deed = sight.words.actions.name(&last.action);
        let text = (sight.words.jobs.too_late_by)(&actor(&sight, last), deed, &sight.zone.absolute(last.at));
        return Err(Refusal::Conflict(text).into());
    }
    visit.leave(&Flash::note(sight.words.jobs.too_late))?;
    Ok(visit.go(&format!("/admin/jobs/{jid}")))
}
