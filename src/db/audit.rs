//! The audit trail: appended to, never changed; each entry's hash covers the one before it.

pub mod chain;

use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::conn::Conn;
use super::page::{BoundedCount, Condition, Screen, Start, bound, condition, keyset, rows_for};
use super::schema::{audit, audit_head};
use crate::clock::Instant;
use crate::error::Result;

/// How far the times of entries may be out of the order of their numbers: two clocks may have told them.
const SLACK: Duration = Duration::from_mins(10);

/// Something that staff did, or tried.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Who: a member of staff's name, or `system`.
    pub actor: String,
    /// Their role at the time.
    pub role: String,
    /// From which address.
    pub ip: String,
    /// What: `session.revoke`, `user.freeze`, `staff.sign_in` …
    pub action: String,
    /// To what: `user:<uid>`, `session:<sid>`, `staff:<name>`; empty for nothing in particular.
    pub target: String,
    /// The reason code; may be empty.
    pub reason: String,
    /// What they noted; may be empty.
    pub note: String,
    /// `ok`, `denied` or `failed`.
    pub result: String,
    /// What else there is to know, as JSON; without personal data.
    pub detail: String,
    /// Our id of the request.
    pub request_id: String,
}

/// An entry, as it is shown.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct Audit {
    /// Its number; without gaps.
    pub id: i64,
    /// When.
    pub at: Instant,
    /// Who.
    pub actor: String,
    /// Their role at the time.
    pub role: String,
    /// From which address.
    pub ip: String,
    /// What.
    pub action: String,
    /// To what.
    pub target: String,
    /// The reason code.
    pub reason: String,
    /// What they noted.
    pub note: String,
    /// `ok`, `denied` or `failed`.
    pub result: String,
    /// What else there is to know, as JSON.
    pub detail: String,
    /// Our id of the request.
    pub request_id: String,
    /// The hash of the entry before.
    pub previous: Vec<u8>,
    /// The hash of this entry.
    pub hash: Vec<u8>,
}

/// What a list is narrowed to; `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By who did it.
    pub actor: Option<String>,
    /// By what was done.
    pub action: Option<String>,
    /// By what it was done to.
    pub target: Option<String>,
    /// By reason code.
    pub reason: Option<String>,
    /// By outcome.
    pub result: Option<String>,
    /// From … until before ….
    pub at: (Option<Instant>, Option<Instant>),
}

/// Where a screen ends: the entry's number (the time is not used).
pub type Key = (Instant, i64);

impl Audit {
    /// Appends an entry, in the same transaction as what it tells of; its number.
    pub fn append(conn: &mut Conn, entry: &Entry, now: Instant) -> Result<i64> {
        // updating the head puts concurrent entries in order: the second waits for the first one's hash
        let (id, previous): (i64, Vec<u8>) = diesel::update(audit_head::table.find(1))
            .set(audit_head::last_id.eq(audit_head::last_id + 1))
            .returning((audit_head::last_id, audit_head::hash))
            .get_result(conn)?;
        let hash = chain::hash(&previous, id, now, &entry.fields());
        diesel::insert_into(audit::table)
            .values((
                (audit::id.eq(id), audit::at.eq(now)),
                (audit::actor.eq(&entry.actor), audit::role.eq(&entry.role), audit::ip.eq(&entry.ip)),
                (audit::action.eq(&entry.action), audit::target.eq(&entry.target)),
                (audit::reason.eq(&entry.reason), audit::note.eq(&entry.note)),
                (audit::result.eq(&entry.result), audit::detail.eq(&entry.detail)),
                (
                    audit::request_id.eq(&entry.request_id),
                    audit::previous.eq(&previous),
                    audit::hash.eq(&hash),
                ),
            ))
            .execute(conn)?;
        diesel::update(audit_head::table.find(1)).set(audit_head::hash.eq(&hash)).execute(conn)?;
        Ok(id)
    }

    /// Waits for every transaction that appends, and lets no other append before this one ends. (SQLite has one writer.)
    pub fn hold(conn: &mut Conn) -> Result<()> {
        if let Conn::Postgres(conn) = conn {
            audit_head::table.find(1).select(audit_head::last_id).for_update().get_result::<i64>(conn)?;
        }
        Ok(())
    }

    /// One screen of entries, newest first.
    pub fn list(conn: &mut Conn, filter: &Filter, start: &Start<Key>, size: usize) -> Result<Screen<Self>> {
        let mut query = audit::table.select(Self::as_select()).into_boxed();
        for one in conditions(filter) {
            query = query.filter(one);
        }
        let query = keyset!(down query, start, audit::id);
        Ok(Screen::new(query.limit(rows_for(size)).load(conn)?, size, start))
    }

    /// How many entries a filter lets through, counted up to a bound.
    pub fn count(conn: &mut Conn, filter: &Filter) -> Result<BoundedCount> {
        let mut query = audit::table.select(audit::id).into_boxed();
        for one in conditions(filter) {
            query = query.filter(one);
        }
        BoundedCount::of(conn, query.limit(BoundedCount::LIMIT))
    }

    /// The last `size` entries about a target, newest first.
    pub fn of_target(conn: &mut Conn, target: &str, size: usize) -> Result<Vec<Self>> {
        let filter = Filter { target: Some(target.to_owned()), ..Filter::default() };
        Ok(Self::list(conn, &filter, &Start::First, size)?.rows)
    }
}

/// Of what has an index, only what is likely the rarest is sought by: one thing, then one member of staff, what failed …
fn conditions(filter: &Filter) -> Vec<Condition<audit::table>> {
    let mut all: Vec<Condition<audit::table>> = Vec::new();
    let mut is_first = true;
    let mut next = |is_there: bool| is_there && std::mem::take(&mut is_first);
    let mut add = |one: Option<Condition<_>>| all.extend(one);
    let is_sought = next(filter.target.is_some());
    add(filter.target.clone().map(|target| bound(audit::target.eq(target), is_sought)));
    let is_sought = next(filter.actor.is_some());
    add(filter.actor.clone().map(|actor| bound(audit::actor.eq(actor), is_sought)));
    // said literally, as the index says it that holds only these
    let is_not_ok = filter.result.as_deref().is_some_and(|result| result != "ok");
    let is_sought = next(is_not_ok);
    add(is_sought.then(|| condition(sql::<Bool>("audit.result <> 'ok'"))));
    add(filter.result.clone().map(|result| bound(audit::result.eq(result), is_sought)));
    let has_reason = filter.reason.as_deref().is_some_and(|reason| !reason.is_empty());
    let is_sought = next(has_reason);
    add(is_sought.then(|| condition(sql::<Bool>("audit.reason <> ''"))));
    add(filter.reason.clone().map(|reason| bound(audit::reason.eq(reason), is_sought)));
    let is_sought = next(filter.action.is_some());
    add(filter.action.clone().map(|action| bound(audit::action.eq(action), is_sought)));
    add(filter.at.0.map(|from| condition(audit::at.ge(from))));
    add(filter.at.1.map(|until| condition(audit::at.lt(until))));
    add(filter.at.0.map(first_from));
    add(filter.at.1.map(last_before));
    all
}

/// Entries are listed by their numbers: those from that time on have no lower one than the first of them.
fn first_from(at: Instant) -> Condition<audit::table> {
    let first = alias::other
        .filter(alias::other.field(audit::at).ge(at - SLACK))
        .order((alias::other.field(audit::at), alias::other.field(audit::id)))
        .select(alias::other.field(audit::id));
    condition(audit::id.nullable().ge(first.single_value()).assume_not_null())
}

/// And those before that time have no higher one than the last of them.
fn last_before(at: Instant) -> Condition<audit::table> {
    let last = alias::other
        .filter(alias::other.field(audit::at).lt(at + SLACK))
        .order((alias::other.field(audit::at).desc(), alias::other.field(audit::id).desc()))
        .select(alias::other.field(audit::id));
    condition(audit::id.nullable().le(last.single_value()).assume_not_null())
}

mod alias {
    use super::audit;

    diesel::alias!(audit as other: Other);
}

/// What the hash covers besides number and time, in that order: of an entry that is appended and of one that is checked.
macro_rules! covered {
    ($row:ty) => {
        impl $row {
            fn fields(&self) -> [&str; 10] {
                let who = [&self.actor, &self.role, &self.ip];
                let what = [&self.action, &self.target, &self.reason, &self.note, &self.result, &self.detail];
                let [actor, role, ip] = who.map(String::as_str);
                let [action, target, reason, note, result, detail] = what.map(String::as_str);
                [actor, role, ip, action, target, reason, note, result, detail, &self.request_id]
            }
        }
    };
}

covered!(Entry);
covered!(Audit);
