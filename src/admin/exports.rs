//! `/admin/exports`: lists as files for spreadsheets, as narrowed as the list, as masked as the pages.

pub mod audit;
mod cells;
mod flow;
pub mod sessions;
pub mod users;

use std::sync::Arc;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{Choice, Frame, Link, Section};
use super::guard::allowed::{Allowed, Export};
use super::guard::personal;
use super::guard::submission::Fields;
use super::guard::visit::{Answer, Visit};
use super::locale::Words;
use super::locale::zone::Zone;
use super::parts::list::{Count, Tag};
use super::parts::paging::Address;
use super::parts::sight::Sight;
use super::query::Known;
use super::role::Permission;
use crate::admin::frame::problems::Problems;
use crate::config::Config;
use crate::db::Conn;
use crate::db::page::{BoundedCount, Start};
use crate::db::sessions::Liveness;
use crate::error::Result;
use crate::http::route::resource;
use crate::secret::KeyRing;
use flow::Flow;

/// The most rows of one file: what a spreadsheet still opens with ease.
const MOST: usize = 50_000;

/// The page that asks which columns.
#[derive(Debug, Template)]
#[template(path = "exports/page.html")]
pub struct ExportPage {
    /// The frame.
    pub frame: Frame,
    /// What is exported.
    pub title: &'static str,
    /// Where the form is sent: the filter is in the address.
    pub action: String,
    /// The list, as narrowed.
    pub back: String,
    /// The filter in words, each part a link to the page without it.
    pub tags: Vec<Tag>,
    /// How many rows there are, counted up to a bound.
    pub count: Option<String>,
    /// How many are exported at most.
    pub most: u64,
    /// The columns.
    pub columns: Vec<Choice>,
    /// What must be corrected.
    pub problems: Problems,
}

/// The page that leads to what the reader may export.
#[derive(Debug, Template)]
#[template(path = "exports/index.html")]
pub struct ExportsPage {
    /// The frame.
    pub frame: Frame,
    /// What there is.
    pub links: Vec<Link>,
}

/// A list that can be exported.
pub(super) trait Sheet: Clone + Send + Sync + 'static {
    /// The page that asks.
    const PATH: &'static str;
    /// The list's own page.
    const LIST: &'static str;
    /// Its word in file names and in the audit trail.
    const NAME: &'static str;
    /// What its address knows.
    const KNOWN: &'static [Known];
    /// Its columns.
    const COLUMNS: &'static [&'static str];
    /// Its part of the console.
    const SECTION: Section;
    /// Where a part of it ends.
    type Key: Clone + Send + 'static;

    /// The list that an address narrows, and its filter in words.
    async fn of(visit: &Visit, address: &Address) -> std::result::Result<(Self, Vec<Tag>), Refused>;
    /// What it is called when it is exported.
    fn title(words: &Words) -> &'static str;
    /// What a column is called.
    fn label(words: &Words, column: &str) -> &'static str;
    /// How many rows it has, where that can be counted.
    fn count(&self, conn: &mut Conn, liveness: Liveness) -> Result<Option<BoundedCount>>;
    /// Some rows from there on, and where the next ones begin.
    fn part(
        &self,
        conn: &mut Conn,
        start: &Start<Self::Key>,
        size: usize,
        how: &How,
    ) -> Result<Part<Self::Key>>;
}

/// Some rows of a file.
pub(super) struct Part<K> {
    rows: Vec<Vec<String>>,
    next: Option<K>,
}

/// How rows are written: which columns, and as whom they look to.
#[derive(Clone)]
pub(super) struct How {
    columns: Vec<&'static str>,
    words: &'static Words,
    config: Arc<Config>,
    keys: Arc<KeyRing>,
    liveness: Liveness,
    zone: Zone,
    sees_addresses: bool,
}

impl How {
    fn of(visit: &Visit, columns: Vec<&'static str>) -> Self {
        let state = &visit.state;
        Self {
            columns,
            words: visit.words(),
            config: Arc::clone(&state.config),
            keys: Arc::clone(&state.keys),
            liveness: state.liveness(),
            zone: visit.zone(),
            sees_addresses: visit.may(Permission::SeeAddresses),
        }
    }

    fn sight(&self) -> Sight<'_> {
        Sight::new(self.words, self.liveness, self.zone, &self.config, self.sees_addresses)
    }
}

/// The routes of exports.
pub(super) fn routes(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/exports", [(Method::GET, web::to(index))]))
        .service(resource(
            "/exports/users",
            [(Method::GET, web::to(users::get)), (Method::POST, web::to(users::post))],
        ))
        .service(resource(
            "/exports/sessions",
            [(Method::GET, web::to(sessions::get)), (Method::POST, web::to(sessions::post))],
        ))
        .service(resource(
            "/exports/audit",
            [(Method::GET, web::to(audit::get)), (Method::POST, web::to(audit::post))],
        ));
}

/// Shows what there is to export.
pub async fn index(visit: Allowed<Export>) -> Answer {
    let words = visit.words().exports;
    let all = [
        (Permission::ExportUsers, users::Users::PATH, words.users),
        (Permission::ExportUsers, sessions::Sessions::PATH, words.sessions),
        (Permission::ExportAudit, audit::Trail::PATH, words.audit),
    ];
    let link = |(_, href, label): (_, &str, &str)| Link {
        href: href.to_owned(),
        label: label.to_owned(),
        current: false,
    };
    let links = all.into_iter().filter(|(needed, _, _)| visit.may(*needed)).map(link).collect();
    let page = ExportsPage { frame: visit.frame(Section::Users), links };
    std::future::ready(Ok(Page::new(visit.lang, page).into_response())).await
}

/// The list as the address narrows it: by no person.
fn narrowed<S: Sheet>(visit: &Visit) -> std::result::Result<Address, Refused> {
    if personal::asked(visit.request.uri().query()).is_some() {
        return Err(Refusal::Parameter("q".to_owned()).into());
    }
    Address::read(&visit.request, S::PATH, S::KNOWN)
}

/// Asks which columns.
async fn question<S: Sheet>(visit: &Visit, problems: Problems) -> std::result::Result<HttpResponse, Refused> {
    let address = narrowed::<S>(visit)?;
    let (sheet, tags) = S::of(visit, &address).await?;
    let liveness = visit.state.liveness();
    let counted = match visit.state.db.read(move |conn| sheet.count(conn, liveness)).await {
        Ok(found) => found.map(|found| Count::from(found).say(visit.words().lists)),
        Err(why) => {
            log::warn!(error:% = why; "an export was not counted");
            None
        }
    };
    let words = visit.words();
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let column = |column: &&'static str| Choice {
        value: (*column).to_owned(),
        label: S::label(words, column).to_owned(),
        chosen: problems.is_empty(),
    };
    let page = ExportPage {
        frame: visit.frame(S::SECTION),
        title: S::title(words),
        action: address.at(S::PATH),
        back: address.at(S::LIST),
        tags,
        count: counted,
        most: u64::try_from(MOST).unwrap_or(u64::MAX),
        columns: S::COLUMNS.iter().map(column).collect(),
        problems,
    };
    Ok(Page::new(visit.lang, page).status(status).into_response())
}

/// Sends the file, row by row: the trail has it before the first byte, and how many rows went out after the last.
async fn download<S: Sheet>(visit: &Visit, form: &Fields) -> std::result::Result<HttpResponse, Refused> {
    let address = narrowed::<S>(visit)?;
    let is_chosen = |column: &&'static str| form.all("column").any(|chosen| chosen == *column);
    let columns: Vec<&'static str> = S::COLUMNS.iter().copied().filter(is_chosen).collect();
    if columns.is_empty() {
        return question::<S>(visit, Problems::one("column", visit.words().exports.choose)).await;
    }
    let (sheet, _) = S::of(visit, &address).await?;
    let filter = address.trail_text(&visit.state.keys)?;
    let detail = serde_json::json!({ "of": S::NAME, "filter": filter, "columns": columns });
    let mut entry = visit.entry("export.begin", format!("export:{}", S::NAME), "ok");
    entry.detail = detail.to_string();
    visit.record(entry.clone()).await?;
    "export.done".clone_into(&mut entry.action);
    let how = How::of(visit, columns);
    let heading = how.columns.iter().map(|column| S::label(how.words, column).to_owned()).collect();
    let flow = Flow::new(visit.state.clone(), sheet, how, entry, detail);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", file_name::<S>(visit))))
        .streaming(flow.into_stream(heading)))
}

/// `menwei-users-20260801-100304.csv`: which list and when, and nothing of anybody.
fn file_name<S: Sheet>(visit: &Visit) -> String {
    let time = visit.zone().at(visit.now()).format("%Y%m%d-%H%M%S");
    format!("menwei-{}-{time}.csv", S::NAME)
}
