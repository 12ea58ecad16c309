//! `/admin/audit/{id}`: one entry, whole.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{actor, detail, result, role, target};
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::allowed::{Allowed, ReadOwnAudit};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::when::When;
use crate::admin::parts::session_row::Fact;
use crate::admin::parts::sight::Sight;
use crate::admin::role::Permission;
use crate::clock::Instant;
use crate::db::audit::{Audit, Filter};
use crate::db::page::Start;
use crate::secret::hex;

/// One entry's page.
#[derive(Debug, Template)]
#[template(path = "audit/entry.html")]
pub struct AuditEntryPage {
    /// The frame.
    pub frame: Frame,
    /// What was done.
    pub action: String,
    /// When.
    pub at: When,
    /// The look of the result.
    pub kind: &'static str,
    /// How it went.
    pub result: &'static str,
    /// Everything else.
    pub facts: Vec<Fact>,
}

/// Shows the entry. What somebody else did is not found by those who may read only their own.
pub async fn get(visit: Allowed<ReadOwnAudit>, id: web::Path<String>) -> Answer {
    visit.answer(found(&visit, &id).await)
}

async fn found(visit: &Visit, id: &str) -> Result<HttpResponse, Refused> {
    let id: i64 = id.parse().map_err(|_no_number| Refusal::NotFound)?;
    let entry = find(visit, id).await?.ok_or(Refusal::NotFound)?;
    let sight = Sight::of(visit);
    let (kind, result) = result(&sight, &entry);
    let page = AuditEntryPage {
        frame: visit.frame(Section::Audit),
        action: sight.words.actions.name(&entry.action).to_owned(),
        at: sight.when(entry.at),
        kind,
        result,
        facts: facts(&sight, &entry),
    };
    Ok(Page::new(visit.lang, page).into_response())
}

/// The entry of that number, when the reader may see it.
pub(in crate::admin) async fn find(visit: &Visit, id: i64) -> Result<Option<Audit>, Refused> {
    let own_only = !visit.may(Permission::ReadAudit);
    if id < 1 || id == i64::MAX || (own_only && !visit.may(Permission::ReadOwnAudit)) {
        return Ok(None);
    }
    let filter = Filter { actor: own_only.then(|| visit.name().to_owned()), ..Filter::default() };
    let start = Start::After((Instant::EPOCH, id + 1));
    let read = move |conn: &mut _| Audit::list(conn, &filter, &start, 1);
    let found = visit.state.db.read(read).await?.rows.into_iter().next();
    Ok(found.filter(|entry| entry.id == id))
}

fn facts(sight: &Sight<'_>, entry: &Audit) -> Vec<Fact> {
    let names = sight.words.audit;
    let kept: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
    let target = target(sight, entry);
    let (label, href) = target.map_or_else(Default::default, |target| (target.label, target.href));
    let mut facts = vec![
        Fact::text(names.actor, actor(sight, entry)),
        Fact::text(names.role, role(sight, entry)),
        Fact::text(names.ip, sight.ip(&entry.ip)),
        Fact::text(names.target, label).link(href),
        Fact::text(names.reason, sight.words.terms.reason(&entry.reason)),
        Fact::text(names.note, entry.note.clone()),
    ];
    facts.extend(detail::facts(sight, &kept));
    facts.retain(|fact| !fact.text.is_empty());
    facts.push(Fact::text(names.request, entry.request_id.clone()));
    facts.push(Fact::text(names.hash, hex(&entry.hash)));
    facts.push(Fact::text(names.hash_before, hex(&entry.previous)));
    facts
}
