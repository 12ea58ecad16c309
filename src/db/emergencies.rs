//! Emergencies: all sessions of a mini-program, or of all, are made dead in an instant. One person proposes it, another
//! approves; who is alone waits a minute instead.

mod imposed;

use std::time::Duration;

use diesel::prelude::*;

use super::Database;
use super::audit::{Audit, Entry};
use super::conn::Conn;
use super::epochs;
use super::jobs::{Kind, NewJob, swept};
use super::schema::{emergencies, staff};
use super::sessions::list::{Filter, StateFilter};
use super::staff::standing::can_sign_in;
use super::staff::{Staff, fold_name};
use crate::clock::Instant;
use crate::error::{Error, Result};
use crate::secret;

/// How long a proposal waits to be approved.
pub const LASTS: Duration = Duration::from_mins(15);
/// How long who is alone can change their mind.
pub const ALONE: Duration = Duration::from_secs(60);

/// A proposal, whatever became of it.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = emergencies)]
pub struct Emergency {
    /// Public id.
    pub eid: String,
    /// Which mini-program; empty: all.
    pub appid: String,
    /// `proposed`, `done` or `refused`.
    pub state: String,
    /// Why, by the reason's code.
    pub reason: String,
    /// What was noted.
    pub note: String,
    /// A ticket.
    pub ticket: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Instant,
    /// Until when it can be approved.
    pub expires_at: Instant,
    /// When it is carried out by itself; none: when somebody else approves.
    pub due_at: Option<Instant>,
    /// Who approved or refused it.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Instant>,
    /// The job that sweeps up after it.
    pub jid: Option<String>,
}

/// What is proposed.
#[derive(Clone, Debug)]
pub struct NewEmergency {
    /// Its public id, chosen before: asked for twice, it is made once.
    pub eid: String,
    /// Which mini-program; empty: all.
    pub appid: String,
    /// Why, by the reason's code.
    pub reason: String,
    /// What was noted.
    pub note: String,
    /// A ticket.
    pub ticket: String,
    /// Who proposes.
    pub proposed_by: String,
    /// Whether nobody else could approve.
    pub is_alone: bool,
}

/// How many can propose and approve, by role.
pub fn count_active(conn: &mut Conn) -> Result<Vec<(String, i64)>> {
    Ok(staff::table
        .filter(can_sign_in())
        .group_by(staff::role)
        .select((staff::role, diesel::dsl::count_star()))
        .load(conn)?)
}

impl NewEmergency {
    /// Writes the proposal down, with its entry in the audit trail (action, target and detail are set here).
    ///
    /// # Errors
    /// [`Error::Conflict`] when another one is open.
    pub fn propose(&self, conn: &mut Conn, entry: &Entry, now: Instant) -> Result<i64> {
        // of two proposals at once the second waits here, and finds the first
        Audit::hold(conn)?;
        if Emergency::open(conn, now)?.is_some() {
            return Err(Error::Conflict("open"));
        }
        diesel::insert_into(emergencies::table)
            .values((
                (emergencies::eid.eq(&self.eid), emergencies::appid.eq(&self.appid)),
                (emergencies::state.eq("proposed"), emergencies::reason.eq(&self.reason)),
                (emergencies::note.eq(&self.note), emergencies::ticket.eq(&self.ticket)),
                (emergencies::proposed_by.eq(&self.proposed_by), emergencies::proposed_at.eq(now)),
                emergencies::expires_at.eq(now + LASTS),
                emergencies::due_at.eq(self.is_alone.then_some(now + ALONE)),
            ))
            .execute(conn)?;
        let mut entry = entry.clone();
        "emergency.propose".clone_into(&mut entry.action);
        entry.target = target(&self.appid);
        (entry.reason, entry.note) = (self.reason.clone(), self.note.clone());
        entry.detail =
            serde_json::json!({ "emergency": self.eid, "alone": self.is_alone, "ticket": self.ticket })
                .to_string();
        Audit::append(conn, &entry, now)
    }
}

fn target(appid: &str) -> String {
    if appid.is_empty() { "app:*".to_owned() } else { format!("app:{appid}") }
}

impl Emergency {
    /// The proposal that waits, if one does.
    pub fn open(conn: &mut Conn, now: Instant) -> Result<Option<Self>> {
        Ok(emergencies::table
            .filter(emergencies::state.eq("proposed"))
            .filter(emergencies::expires_at.gt(now))
            .order(emergencies::eid)
            .select(Self::as_select())
            .first(conn)
            .optional()?)
    }

    /// Whether that account may approve it: somebody else's, which could be signed in to as what it is before this was
    /// proposed. Else an owner could make a second one for the occasion, and be both.
    #[must_use]
    pub fn can_be_approved_by(&self, account: &Staff) -> bool {
        let is_older = |at: Instant| at <= self.proposed_at;
        fold_name(&self.proposed_by) != fold_name(&account.name)
            && account.password_at.is_some_and(is_older)
            && is_older(account.role_at.unwrap_or(account.created_at))
    }

    /// Whether it waits for a decision.
    #[must_use]
    pub fn is_open(&self, now: Instant) -> bool {
        self.state == "proposed" && self.expires_at > now
    }

    /// The proposal of that public id.
    pub fn find(conn: &mut Conn, eid: &str) -> Result<Option<Self>> {
        Ok(emergencies::table.find(eid).select(Self::as_select()).get_result(conn).optional()?)
    }

    /// The sessions that it is about, as they are now.
    #[must_use]
    pub fn concerned(appid: &str) -> Filter {
        Filter { appid: (!appid.is_empty()).then(|| appid.to_owned()), ..Filter::of(StateFilter::Live) }
    }

    /// The last proposals, newest first.
    pub fn list(conn: &mut Conn, size: i64) -> Result<Vec<Self>> {
        Ok(emergencies::table
            .order(emergencies::eid.desc())
            .limit(size)
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Refuses a proposal, or takes back one's own.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was decided or has expired.
    pub fn refuse(conn: &mut Conn, eid: &str, entry: &Entry, now: Instant) -> Result<i64> {
        let refused = Self::decide(conn, eid, "refused", &entry.actor, now)?;
        refused.record(conn, "emergency.refuse", entry, now)
    }

    /// Approves somebody else's proposal: from now on all those sessions are dead.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it was decided, has expired, or is not theirs to approve.
    pub fn approve(conn: &mut Conn, eid: &str, entry: &Entry, now: Instant) -> Result<i64> {
        let approved = Self::decide(conn, eid, "done", &entry.actor, now)?;
        // by the trail's own name
        let account = Staff::find_by_name(conn, &entry.actor)?.map(|(account, _)| account);
        if !account.is_some_and(|account| approved.can_be_approved_by(&account)) {
            return Err(Error::Conflict("not theirs to approve"));
        }
        approved.carry_out(conn, now)?;
        approved.record(conn, "emergency.approve", entry, now)
    }

    /// Takes the decision, once; nobody else can after it.
    fn decide(conn: &mut Conn, eid: &str, to: &str, by: &str, now: Instant) -> Result<Self> {
        let decided = diesel::update(emergencies::table.find(eid))
            .filter(emergencies::state.eq("proposed"))
            .filter(emergencies::expires_at.gt(now))
            .set((emergencies::state.eq(to), emergencies::decided_by.eq(by), emergencies::decided_at.eq(now)))
            .execute(conn)?;
        if decided == 0 {
            return Err(Error::Conflict("decided"));
        }
        Ok(emergencies::table.find(eid).select(Self::as_select()).get_result(conn)?)
    }

    /// Sets the epoch, and leaves what it made dead to a job.
    fn carry_out(&self, conn: &mut Conn, now: Instant) -> Result<()> {
        epochs::advance(conn, &self.appid, now)?;
        let jid = secret::public_id(now)?;
        let query = if self.appid.is_empty() { String::new() } else { format!("app={}", self.appid) };
        let sweep = NewJob {
            jid: jid.clone(),
            kind: Kind::Sweep,
            query,
            filter: swept(&self.appid),
            found: None,
            reason: self.reason.clone(),
            note: self.note.clone(),
            ticket: self.ticket.clone(),
            created_by: self.proposed_by.clone(),
            created_at: now,
        };
        sweep.create(
            conn,
            &Entry { actor: "system".to_owned(), result: "ok".to_owned(), ..Entry::default() },
        )?;
        diesel::update(emergencies::table.find(&self.eid)).set(emergencies::jid.eq(jid)).execute(conn)?;
        Ok(())
    }

    fn record(&self, conn: &mut Conn, action: &str, entry: &Entry, now: Instant) -> Result<i64> {
        let mut entry = entry.clone();
        action.clone_into(&mut entry.action);
        entry.target = target(&self.appid);
        entry.reason.clone_from(&self.reason);
        entry.detail =
            serde_json::json!({ "emergency": self.eid, "proposed_by": self.proposed_by }).to_string();
        Audit::append(conn, &entry, now)
    }

    /// Carries out the proposal of somebody who is alone, when its minute is over; whether there was one.
    fn carry_out_due(conn: &mut Conn, now: Instant) -> Result<bool> {
        let due = Self::open(conn, now)?.filter(|open| open.due_at.is_some_and(|due| due <= now));
        let Some(due) = due else { return Ok(false) };
        let entry = Entry { actor: "system".to_owned(), result: "ok".to_owned(), ..Entry::default() };
        let due = Self::decide(conn, &due.eid, "done", &entry.actor, now)?;
        due.carry_out(conn, now)?;
        due.record(conn, "emergency.carry_out", &entry, now)?;
        Ok(true)
    }
}

impl Database {
    /// Carries out what is due of who is alone.
    ///
    /// # Errors
    /// When the database is out of reach; it is then still due.
    pub async fn carry_out_due_emergencies(&self, now: Instant) -> Result<bool> {
        let is_due = self.read(move |conn| Emergency::open(conn, now)).await?;
        if is_due.and_then(|open| open.due_at).is_none_or(|due| due > now) {
            return Ok(false);
        }
        match self.write(move |conn| Emergency::carry_out_due(conn, now)).await {
            // another replica was faster
            Err(Error::Conflict(_)) => Ok(false),
            outcome => outcome,
        }
    }
}
