//! `/admin/exports/audit`

use super::{How, Part, Sheet, cells, download, question};
use crate::admin::audit as list;
use crate::admin::frame::Section;
use crate::admin::frame::errors::Refused;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::allowed::{Allowed, ExportAudit, TakeAudit};
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::Words;
use crate::admin::parts::list::Tag;
use crate::admin::parts::paging::Address;
use crate::admin::query::Known;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::{Audit, Filter, Key};
use crate::db::page::{BoundedCount, Start};
use crate::db::sessions::Liveness;
use crate::error::Result;
use crate::secret::hex;

/// The audit log, as narrowed.
#[derive(Clone)]
pub(super) struct Trail(Filter);

/// Asks which columns.
pub async fn get(visit: Allowed<ExportAudit>) -> Answer {
    visit.answer(question::<Trail>(&visit, Problems::none()).await)
}

/// Sends the file.
pub async fn post(visit: Allowed<TakeAudit>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(download::<Trail>(&visit, &form).await)
}

impl Sheet for Trail {
    const PATH: &'static str = "/admin/exports/audit";
    const LIST: &'static str = list::PATH;
    const NAME: &'static str = "audit";
    const KNOWN: &'static [Known] = list::KNOWN;
    const COLUMNS: &'static [&'static str] = &[
        "number", "time", "actor", "role", "ip", "action", "code", "target", "reason", "note", "result",
        "detail", "request", "hash",
    ];
    const SECTION: Section = Section::Audit;
    type Key = Key;

    async fn of(visit: &Visit, address: &Address) -> std::result::Result<(Self, Vec<Tag>), Refused> {
        let sheet = Self(list::filter(address, None));
        std::future::ready(Ok((sheet, list::tags(visit, address)))).await
    }

    fn title(words: &Words) -> &'static str {
        words.exports.audit
    }

    fn label(words: &Words, column: &str) -> &'static str {
        let names = words.audit;
        match column {
            "number" => words.exports.number,
            "time" => names.time,
            "actor" => names.actor,
            "role" => names.role,
            "ip" => names.ip,
            "action" => names.action,
            "code" => words.exports.code,
            "target" => names.target,
            "reason" => names.reason,
            "note" => names.note,
            "result" => names.result,
            "detail" => words.exports.detail,
            "request" => names.request,
            _ => names.hash,
        }
    }

    fn count(&self, conn: &mut Conn, _liveness: Liveness) -> Result<Option<BoundedCount>> {
        Audit::count(conn, &self.0).map(Some)
    }

    fn part(&self, conn: &mut Conn, start: &Start<Key>, size: usize, how: &How) -> Result<Part<Key>> {
        let screen = Audit::list(conn, &self.0, start, size)?;
        let next = screen.last().map(|entry| (Instant::EPOCH, entry.id));
        let row = |entry: &Audit| how.columns.iter().map(|column| cell(column, entry, how)).collect();
        Ok(Part { rows: screen.rows.iter().map(row).collect(), next })
    }
}

fn cell(column: &str, entry: &Audit, how: &How) -> String {
    let sight = how.sight();
    match column {
        "number" => entry.id.to_string(),
        "time" => cells::time(entry.at, how.zone),
        "actor" => entry.actor.clone(),
        "role" => entry.role.clone(),
        "ip" if entry.ip.is_empty() => String::new(),
        "ip" => sight.ip(&entry.ip),
        "action" => how.words.actions.name(&entry.action).to_owned(),
        "code" => entry.action.clone(),
        "target" => entry.target.clone(),
        "reason" => how.words.terms.reason(&entry.reason).to_owned(),
        "note" => entry.note.clone(),
        "result" => list::result(&sight, entry).1.to_owned(),
        "detail" => list::detail::masked(&sight, &entry.detail),
        "request" => entry.request_id.clone(),
        _ => hex(&entry.hash),
    }
}
