//! `/admin/audit`: who did what, when and why.

mod chain;
pub(super) mod detail;
pub mod entry;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Frame, Section};
use super::guard::allowed::{Allowed, ReadOwnAudit};
use super::guard::visit::{Answer, Visit};
use super::locale::actions::CODES;
use super::locale::when::When;
use super::parts::form::{REASONS, STAFF_REASONS};
use super::parts::list::{Count, Days, Empty, List, Pager, Select, Tag};
use super::parts::mask;
use super::parts::paging::{Address, PER_PAGE};
use super::parts::sight::Sight;
use super::query::{Kind, Known};
use super::role::{Permission, Role};
use crate::clock::Instant;
use crate::db::audit::{Audit, Filter};
pub use chain::Chain;

pub(super) const PATH: &str = "/admin/audit";

/// The reasons in the trail: on users, and then those that only changes of staff have.
const ALL_REASONS: [&str; 9] = {
    let [r1, r2, r3, r4, r5, r6] = REASONS;
    let [s1, s2, s3, ..] = STAFF_REASONS;
    [r1, r2, r3, r4, r5, r6, s1, s2, s3]
};

pub(super) const KNOWN: &[Known] = &[
    Known { name: "actor", default: None, kind: Kind::Text(32) },
    Known { name: "action", default: None, kind: Kind::OneOf(&CODES) },
    Known { name: "target", default: None, kind: Kind::Text(80) },
    Known { name: "reason", default: None, kind: Kind::OneOf(&ALL_REASONS) },
    Known { name: "result", default: None, kind: Kind::OneOf(&["ok", "denied", "failed"]) },
    Known { name: "at", default: None, kind: Kind::Days },
    Known { name: "after", default: None, kind: Kind::Cursor },
    Known { name: "before", default: None, kind: Kind::Cursor },
    Known { name: "n", default: Some("50"), kind: Kind::OneOf(&PER_PAGE) },
];

/// The audit log.
#[derive(Debug, Template)]
#[template(path = "audit/list.html")]
pub struct AuditPage {
    /// The frame.
    pub frame: Frame,
    /// Whether the end of the chain is whole; for those who read all of it.
    pub chain: Option<Chain>,
    /// Filters in force, counts, paging.
    pub list: List,
    /// Whether the reader sees only what they did themselves.
    pub own_only: bool,
    /// Filters that the form has no field for and must keep.
    pub kept: Vec<(&'static str, String)>,
    /// Filter: who.
    pub actor: String,
    /// Filter: what.
    pub action: Select,
    /// Filter: to whom or what, whole: `user:<id>`.
    pub target: String,
    /// Filter: why.
    pub reason: Select,
    /// Filter: how it went.
    pub result: Select,
    /// Filter: on these days.
    pub at: Days,
    /// One screen of entries.
    pub rows: Vec<AuditRow>,
}

/// One entry in the list.
#[derive(Clone, Debug)]
pub struct AuditRow {
    /// The entry's number.
    pub id: String,
    /// When.
    pub at: When,
    /// Who.
    pub actor: String,
    /// What they were at the time.
    pub role: String,
    /// From where, masked for those who may not see it whole.
    pub ip: String,
    /// What they did.
    pub action: String,
    /// To whom or what.
    pub target: Option<Target>,
    /// Why.
    pub reason: String,
    /// What they wrote.
    pub note: Option<String>,
    /// The look of the result.
    pub kind: &'static str,
    /// How it went.
    pub result: &'static str,
    /// The end of the request's id.
    pub request: String,
}

/// What an action was done to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its page, when it has one.
    pub href: Option<String>,
    /// Its kind and the end of its id.
    pub label: String,
}

/// Shows one screen of entries. Who may not read what everybody did reads what they did themself.
pub async fn get(visit: Allowed<ReadOwnAudit>, request: HttpRequest) -> Answer {
    visit.answer(screen(&visit, &request).await)
}

async fn screen(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let address = Address::read(request, PATH, KNOWN)?;
    let sight = Sight::of(visit);
    let own_only = !visit.may(Permission::ReadAudit);
    let filter = filter(&address, own_only.then(|| visit.name().to_owned()));
    let (start, size, narrowed) = (address.start::<(Instant, i64)>(visit)?, address.size(), filter.clone());
    let state = &visit.state;
    let screen = state.db.read(move |conn| Audit::list(conn, &narrowed, &start, size)).await?;
    let pager = address.pager(&state.keys, &screen, |entry| (Instant::EPOCH, entry.id))?;
    let rows: Vec<AuditRow> = screen.rows.iter().map(|entry| row(&sight, entry)).collect();
    let mut list = around(visit, &address, rows.is_empty(), pager);
    if !rows.is_empty() {
        match state.db.read(move |conn| Audit::count(conn, &filter)).await {
            Ok(found) => list.count = Some(Count::from(found).say(sight.words.lists)),
            Err(why) => {
                log::warn!(error:% = why; "audit entries were not counted");
                list.slow = true;
            }
        }
    }
    let mut page = page(visit, &address, list, own_only, rows);
    if !own_only && !page.list.is_later {
        page.chain = chain::check(visit).await;
    }
    Ok(Page::new(visit.lang, page).into_response())
}

pub(super) fn filter(address: &Address, own: Option<String>) -> Filter {
    let text = |name: &str| address.get(name).map(str::to_owned);
    Filter {
        actor: own.or_else(|| text("actor")),
        action: text("action"),
        target: text("target"),
        reason: text("reason"),
        result: text("result"),
        at: address.times("at"),
    }
}

fn row(sight: &Sight<'_>, entry: &Audit) -> AuditRow {
    let words = sight.words;
    let (kind, result) = result(sight, entry);
    let reason = words.terms.reason(&entry.reason);
    AuditRow {
        id: entry.id.to_string(),
        at: sight.when(entry.at),
        actor: actor(sight, entry),
        role: role(sight, entry),
        ip: sight.ip(&entry.ip),
        action: words.actions.name(&entry.action).to_owned(),
        target: target(sight, entry),
        reason: if reason.is_empty() { words.times.unknown.to_owned() } else { reason.to_owned() },
        note: Some(entry.note.clone()).filter(|note| !note.is_empty()),
        kind,
        result,
        request: mask::short(&entry.request_id),
    }
}

/// The look of a result, and its word.
pub(super) fn result(sight: &Sight<'_>, entry: &Audit) -> (&'static str, &'static str) {
    let words = sight.words.audit;
    match entry.result.as_str() {
        "ok" => ("live", words.done),
        "denied" => ("problem", words.refused),
        _ => ("problem", words.failed),
    }
}

/// Who did it, in the reader's words.
pub(super) fn actor(sight: &Sight<'_>, entry: &Audit) -> String {
    match entry.actor.as_str() {
        "" => sight.words.times.unknown.to_owned(),
        "system" => sight.words.audit.system.to_owned(),
        "user" => sight.words.terms.by_user.to_owned(),
        name => name.to_owned(),
    }
}

fn role(sight: &Sight<'_>, entry: &Audit) -> String {
    entry
        .role
        .parse::<Role>()
        .map_or_else(|()| entry.role.clone(), |role| sight.words.terms.role(role).to_owned())
}

/// What an entry is about: users and sessions by the end of their ids, staff by name.
fn target(sight: &Sight<'_>, entry: &Audit) -> Option<Target> {
    let words = sight.words;
    let (kind, id) = entry.target.split_once(':')?;
    Some(match kind {
        "user" => Target {
            href: Some(format!("/admin/users/{id}")),
            label: format!("{} …{}", words.audit.user, mask::short(id)),
        },
        "session" => Target {
            href: Some(format!("/admin/sessions/{id}")),
            label: format!("{} …{}", words.audit.session, mask::short(id)),
        },
        "job" => Target {
            href: Some(format!("/admin/jobs/{id}")),
            label: format!("{} …{}", words.jobs.job, mask::short(id)),
        },
        _ => Target { href: None, label: id.to_owned() },
    })
}

fn around(visit: &Visit, address: &Address, is_empty: bool, pager: Pager) -> List {
    let words = visit.words();
    let names = words.audit;
    let tags = tags(visit, address);
    let empty = is_empty.then(|| {
        if tags.is_empty() {
            Empty::new(names.none_title, names.none_text)
        } else {
            Empty::new(names.no_match_title, names.no_match_hint)
        }
    });
    let export = visit.may(Permission::ExportAudit).then(|| address.at("/admin/exports/audit"));
    let is_later = address.get("after").or(address.get("before")).is_some();
    List { tags, clear: PATH.to_owned(), pager, empty, is_later, export, ..List::default() }
}

/// The filter in words.
pub(super) fn tags(visit: &Visit, address: &Address) -> Vec<Tag> {
    let words = visit.words();
    let names = words.audit;
    let labels = [
        ("actor", names.actor),
        ("action", names.action),
        ("target", names.target),
        ("reason", names.reason),
        ("result", names.result),
        ("at", names.time),
    ];
    let value = |name, value: &str| match (name, value) {
        ("action", code) => words.actions.name(code).to_owned(),
        ("reason", code) => words.terms.reason(code).to_owned(),
        ("result", "ok") => names.done.to_owned(),
        ("result", "denied") => names.refused.to_owned(),
        ("result", _) => names.failed.to_owned(),
        (_, value) => value.to_owned(),
    };
    Tag::of(address, &labels, visit.words().lists, value)
}

fn page(visit: &Visit, address: &Address, list: List, own_only: bool, rows: Vec<AuditRow>) -> AuditPage {
    let words = visit.words();
    let names = words.audit;
    let any = ("", words.lists.any);
    let actions: Vec<(&str, &str)> =
        std::iter::once(any).chain(CODES.iter().map(|code| (*code, words.actions.name(code)))).collect();
    let results = [any, ("ok", names.done), ("denied", names.refused), ("failed", names.failed)];
    let reasons: Vec<(&str, &str)> = std::iter::once(any)
        .chain(ALL_REASONS.iter().map(|code| (*code, words.terms.reason(code))))
        .collect();
    AuditPage {
        frame: visit.frame(Section::Audit),
        list,
        own_only,
        kept: address.get("n").map(|n| ("n", n.to_owned())).into_iter().collect(),
        target: address.get("target").unwrap_or_default().to_owned(),
        reason: Select::of("reason", &reasons, address.get("reason")),
        chain: None,
        actor: address.get("actor").unwrap_or_default().to_owned(),
        action: Select::of("action", &actions, address.get("action")),
        result: Select::of("result", &results, address.get("result")),
        at: Days::of("at", address.get("at")),
        rows,
    }
}
