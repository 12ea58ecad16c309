//! Ending sessions: one ([`of_one`]), those that were ticked ([`ticked`]), all of one user ([`of_user`]).
//!
//! Each asks first, with a reason; what was asked is done in one transaction with its audit entries, and doing it
//! twice does it once.

pub mod of_one;
pub mod of_user;
pub mod ticked;

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;

use super::errors::Refused;
use super::form::{Problems, ReasonForm, Why};
use super::frame::{Flash, Frame, Section};
use super::list::Columns;
use super::locale::Words;
use super::role::Permission;
use super::session_row::SessionRow;
use super::sight::Sight;
use super::submission::Fields;
use super::visit::Visit;
use crate::db::Conn;
use crate::db::audit::{Audit, Entry};
use crate::db::sessions::end::{Ending, Revoked};
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Liveness, Session};
use crate::db::users::{Status, User};
use crate::error::Result;

/// How many sessions the confirming page shows.
const SAMPLE: usize = 10;

/// The page that asks before sessions are revoked.
#[derive(Debug, Template)]
#[template(path = "revocation/confirm.html")]
pub struct RevocationPage {
    /// The frame.
    pub frame: Frame,
    /// What is asked, with the count.
    pub heading: String,
    /// How many users it concerns, when it is not one user's page.
    pub users: Option<String>,
    /// Up to ten of the sessions.
    pub rows: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
    /// How many are not shown.
    pub more: Option<String>,
    /// The words on the warning button.
    pub button: String,
    /// Why, and what else.
    pub form: ReasonForm,
}

/// What the confirming page is about.
struct Question<'a> {
    /// What is asked.
    heading: String,
    /// The sessions: live ones count.
    sessions: &'a [Listed],
    /// How many live ones there are, when it is more than those.
    live: usize,
    /// Where the answer is sent, and where Cancel leads.
    action: String,
    back: String,
}

impl Question<'_> {
    fn page(self, visit: &Visit, sent: Option<(&Fields, Problems)>) -> RevocationPage {
        let sight = Sight::of(visit);
        let words = sight.words.revocation;
        let rows: Vec<SessionRow> =
            self.sessions.iter().take(SAMPLE).map(|listed| sight.row(listed)).collect();
        let mut uids: Vec<&str> = self.sessions.iter().map(|listed| listed.uid.as_str()).collect();
        uids.sort_unstable();
        uids.dedup();
        let more = number(self.live.max(self.sessions.len()).saturating_sub(rows.len()));
        let form = ReasonForm::new(self.action, self.back, sent, sight.words);
        RevocationPage {
            frame: visit.frame(Section::Sessions),
            heading: self.heading,
            users: (uids.len() > 1).then(|| (words.users)(number(uids.len()))),
            rows,
            columns: Columns { tick: false, user: true, brief: true },
            more: (more > 0).then(|| (words.more)(more)),
            button: (words.button)(number(self.live)),
            form: ReasonForm { may_freeze: visit.may(Permission::Freeze), ..form },
        }
    }
}

/// What was answered, with all that the transaction needs.
#[derive(Clone)]
struct Order {
    ending: Ending,
    liveness: Liveness,
    ticket: String,
    also_freeze: bool,
    entry: Entry,
}

/// What came of an order, and where it stands in the trail.
#[derive(Clone, Copy, Debug, serde::Serialize, serde::Deserialize)]
struct Outcome {
    revoked: Revoked,
    frozen: usize,
    audit: Option<i64>,
}

impl Order {
    /// The order of a form, of a member of staff who may give it.
    async fn read(visit: &Visit, form: &Fields) -> Result<Result<Self, Problems>, Refused> {
        let also_freeze = form.one("also") == "freeze";
        if also_freeze {
            visit.require(Permission::Freeze).await?;
        }
        let why = match Why::read(form, visit.words()) {
            Ok(why) => why,
            Err(problems) => return Ok(Err(problems)),
        };
        let mut entry = visit.entry("session.revoke", String::new(), "ok");
        (entry.reason, entry.note) = (why.reason.clone(), why.note.clone());
        let ending = Ending {
            ended_at: visit.now(),
            ended_by: visit.name().to_owned(),
            ended_reason: why.reason,
            ended_note: why.note,
        };
        let liveness = Sight::of(visit).liveness;
        Ok(Ok(Self { ending, liveness, ticket: why.ticket, also_freeze, entry }))
    }

    /// Ends these sessions, freezes their users if that was chosen, and writes an entry for each user.
    fn carry_out(&self, conn: &mut Conn, sids: &[String]) -> Result<Outcome> {
        let found = Session::find_listed(conn, sids)?;
        let mut by_user: BTreeMap<i64, (String, Vec<&str>)> = BTreeMap::new();
        for listed in &found {
            let user =
                by_user.entry(listed.session.user_id).or_insert_with(|| (listed.uid.clone(), Vec::new()));
            user.1.push(&listed.session.sid);
        }
        let mut outcome = Outcome { revoked: Revoked::default(), frozen: 0, audit: None };
        let mut frozen = BTreeSet::new();
        if self.also_freeze {
            // users first, in one order for everybody: logins hold their user before they touch sessions
            for user in by_user.keys() {
                if self.freeze(conn, *user)? {
                    frozen.insert(*user);
                }
            }
        }
        outcome.frozen = frozen.len();
        outcome.revoked = Session::end_each(conn, sids, &self.ending, self.liveness)?;
        if outcome.frozen > 0 {
            // the freeze ended them already
            let live = |listed: &&Listed| {
                listed.session.state(listed.status, self.liveness) == crate::db::sessions::State::Live
            };
            let revoked = found.iter().filter(live).count();
            outcome.revoked.already = outcome.revoked.already.saturating_sub(revoked);
            outcome.revoked.revoked = revoked;
        }
        for (user, (uid, sids)) in &by_user {
            let id = self.record(conn, uid, sids, frozen.contains(user))?;
            outcome.audit = outcome.audit.or(Some(id));
        }
        Ok(outcome)
    }

    /// Freezes a user who is not deleted or frozen already; whether that was so.
    fn freeze(&self, conn: &mut Conn, user: i64) -> Result<bool> {
        let status = User::hold(conn, user)?;
        if status == Status::Deleted || status.is_barred(self.liveness.now) {
            return Ok(false);
        }
        User::freeze(conn, user, None, &self.ending, self.liveness)?;
        Ok(true)
    }

    fn record(&self, conn: &mut Conn, uid: &str, sids: &[&str], is_frozen: bool) -> Result<i64> {
        let mut entry = self.entry.clone();
        entry.target = format!("user:{uid}");
        entry.detail = serde_json::json!({ "sessions": sids, "ticket": self.ticket }).to_string();
        let id = Audit::append(conn, &entry, self.liveness.now)?;
        if is_frozen {
            "user.freeze".clone_into(&mut entry.action);
            entry.detail = serde_json::json!({ "ticket": self.ticket }).to_string();
            Audit::append(conn, &entry, self.liveness.now)?;
        }
        Ok(id)
    }
}

impl Outcome {
    /// What the next page says.
    fn flash(self, words: &Words) -> Flash {
        let (revoked, already) =
            (number(self.revoked.revoked), number(self.revoked.already + self.revoked.gone));
        let text = if already > 0 {
            (words.revocation.done_partly)(revoked, already)
        } else {
            (words.revocation.done)(revoked)
        };
        let text = if self.frozen > 0 {
            format!("{text}{}", (words.revocation.frozen_too)(number(self.frozen)))
        } else {
            text
        };
        let flash = Flash::done(text);
        match self.audit {
            Some(id) => flash.link(format!("/admin/audit/{id}"), words.frame.see_audit),
            None => flash,
        }
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
