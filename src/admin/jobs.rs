//! `/admin/jobs`: what is done in the background, all of it or what is not over.

pub mod job;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Frame, Link, Section};
use super::guard::allowed::{Allowed, WatchJobs};
use super::guard::visit::{Answer, Visit};
use super::locale::Jobs;
use super::locale::when::When;
use super::parts::list::{Count, Empty, List};
use super::parts::mask;
use super::parts::paging::{Address, PER_PAGE};
use super::parts::session_row::Badge;
use super::parts::sight::Sight;
use super::query::{Kind, Known};
use super::sessions::{NARROWING, tags};
use crate::db::Conn;
use crate::db::jobs::{Job, Key};

/// The page's address.
const PATH: &str = "/admin/jobs";
/// The address of the jobs that are not over.
pub(super) const UNFINISHED: &str = "/admin/jobs?state=unfinished";

const KNOWN: &[Known] = &[
    Known { name: "state", default: None, kind: Kind::OneOf(&["unfinished"]) },
    Known { name: "after", default: None, kind: Kind::Cursor },
    Known { name: "before", default: None, kind: Kind::Cursor },
    Known { name: "n", default: Some("50"), kind: Kind::OneOf(&PER_PAGE) },
];

/// All jobs, or those that are not over.
#[derive(Debug, Template)]
#[template(path = "jobs/list.html")]
pub struct JobsPage {
    /// The frame.
    pub frame: Frame,
    /// Tabs, the count, paging, why there are none.
    pub list: List,
    /// The newest first; of those that are not over, the oldest.
    pub rows: Vec<JobRow>,
}

/// One job.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Its public id.
    pub jid: String,
    /// The end of it, to tell links apart.
    pub four: String,
    /// What it does.
    pub kind: &'static str,
    /// On which sessions.
    pub scope: String,
    /// Where it stands.
    pub state: Badge,
    /// How far it is.
    pub progress: String,
    /// Who made it.
    pub by: String,
    /// When.
    pub since: When,
}

/// Shows one screen of jobs.
pub async fn get(visit: Allowed<WatchJobs>, request: HttpRequest) -> Answer {
    visit.answer(list(&visit, &request).await)
}

async fn list(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let address = Address::read(request, PATH, KNOWN)?;
    let is_open = address.get("state").is_some();
    let (start, size) = (address.start::<Key>(visit)?, address.size());
    let read = move |conn: &mut Conn| {
        Ok(if is_open {
            (Job::unfinished(conn, &start, size)?, Some(Job::waiting(conn)?.0))
        } else {
            (Job::list(conn, &start, size)?, None)
        })
    };
    let (screen, counted) = visit.state.db.read(read).await?;
    let words = visit.words();
    let hrefs = [address.with("state", None), address.with("state", Some("unfinished"))];
    let keys = &visit.state.keys;
    let pager = if is_open {
        address.pager(keys, &screen, Job::due_key)?.turned()
    } else {
        address.pager(keys, &screen, Job::key)?
    };
    let list = List {
        count: counted.map(|counted| Count::from(counted).say(words.lists)),
        pager,
        is_later: address.get("after").or(address.get("before")).is_some(),
        ..around(words.jobs, hrefs, is_open, screen.rows.is_empty())
    };
    let rows = screen.rows.iter().map(|job| row(visit, job)).collect();
    let page = JobsPage { frame: visit.frame(Section::Jobs), list, rows };
    Ok(Page::new(visit.lang, page).into_response())
}

/// The tabs, of all and of those that are not over, and why there is nothing.
pub(super) fn around(words: &Jobs, hrefs: [String; 2], is_open: bool, is_empty: bool) -> List {
    let tab = |(href, label, current): (String, &str, bool)| Link { href, label: label.to_owned(), current };
    let empty = if is_open {
        Empty::new(words.none_unfinished, words.none_unfinished_text)
    } else {
        Empty::new(words.none, words.none_text)
    };
    let [all, open] = hrefs;
    List {
        tabs: [(all, words.all, !is_open), (open, words.unfinished, is_open)].map(tab).into(),
        empty: is_empty.then_some(empty),
        ..List::default()
    }
}

fn row(visit: &Visit, job: &Job) -> JobRow {
    let sight = Sight::of(visit);
    let words = sight.words.jobs;
    JobRow {
        jid: job.jid.clone(),
        four: mask::last_four(&job.jid),
        kind: words.kind(job.kind()),
        scope: scope(visit, job, None).join(" · "),
        state: badge(visit, job),
        progress: progress(visit, job),
        by: job.created_by.clone(),
        since: sight.when(job.created_at),
    }
}

/// Where a job stands.
pub(super) fn badge(visit: &Visit, job: &Job) -> Badge {
    let (kind, label) = visit.words().jobs.badge(job.state());
    Badge { kind, label }
}

/// The sessions it is about, in words: one filter each, or all.
pub(super) fn scope(visit: &Visit, job: &Job, whose: Option<&str>) -> Vec<String> {
    let address =
        Address::stored(super::sessions::revocation::matching::PATH, NARROWING, &job.query, visit.zone());
    let filters: Vec<String> = address
        .map(|address| tags(visit, &address, whose).into_iter().map(|tag| tag.label).collect())
        .unwrap_or_default();
    if filters.is_empty() { vec![visit.words().jobs.everything.to_owned()] } else { filters }
}

/// `1,200 / 3,000`, or how many so far.
pub(super) fn progress(visit: &Visit, job: &Job) -> String {
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    match job.found {
        Some(found) => (visit.words().jobs.of)(number(job.handled()), number(found.max(job.handled()))),
        None => super::locale::grouped(number(job.handled())),
    }
}
