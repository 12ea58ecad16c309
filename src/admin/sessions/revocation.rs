//! Ending sessions: one ([`of_one`]), those that were ticked ([`ticked`]), all of one user ([`of_user`]), all that a filter
//! lets through ([`matching`]).
//!
//! Each asks first, with a reason; what was asked is done in one transaction with its audit entries, and doing it
//! twice does it once.

pub mod matching;
pub mod of_one;
pub mod of_user;
mod own;
pub mod ticked;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use askama::Template;

use crate::admin::frame::errors::Refused;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Flash, Frame, Section};
use crate::admin::guard::submission::Fields;
use crate::admin::guard::visit::Visit;
use crate::admin::locale::Words;
use crate::admin::parts::form::{ReasonForm, Why, keyed};
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::list::Columns;
use crate::admin::parts::session_row::SessionRow;
use crate::admin::parts::sight::Sight;
use crate::admin::role::{Permission, Role};
use crate::admin::users::freeze::ends;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::{Audit, Entry};
use crate::db::revoke_quotas;
use crate::db::sessions::end::{Ending, Revoked};
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Liveness, Session};
use crate::db::users::{Status, User};
use crate::error::{Error, Result};

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
    /// Whose, when all are one user's.
    pub bar: Option<IdentityBar>,
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
    /// When a freeze would end by itself.
    pub ends: Vec<Choice>,
    /// Why, and what else.
    pub form: ReasonForm,
}

/// What the confirming page is about.
struct Question<'a> {
    /// What is asked.
    heading: String,
    /// Whose, when all are one user's.
    bar: Option<IdentityBar>,
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
        let until = sent.as_ref().map_or("", |(form, _)| form.one("until")).to_owned();
        let form = ReasonForm::new(self.action, self.back, sent, sight.words);
        RevocationPage {
            frame: visit.frame(Section::Sessions),
            heading: self.heading,
            bar: self.bar,
            users: (uids.len() > 1).then(|| (words.users)(number(uids.len()))),
            rows,
            columns: Columns { user: true, brief: true, ..Columns::default() },
            more: (more > 0).then(|| (words.more)(more)),
            button: (words.button)(number(self.live)),
            ends: ends::choices(&until, sight.words.freeze),
            form: ReasonForm {
                may_freeze: visit.may(Permission::Freeze),
                key: keyed(&form.key, visit.now()),
                ..form
            },
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
    /// When the freeze ends; none: when somebody undoes it.
    until: Option<Instant>,
    /// Whose quota it counts against, and how much that is a day.
    quota: Option<(i64, i64)>,
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
    /// The order of a form, of a member of staff who may give it and end so many live sessions more today.
    async fn read(visit: &Visit, form: &Fields, live: usize) -> Result<Result<Self, Problems>, Refused> {
        let also_freeze = form.one("also") == "freeze";
        if also_freeze {
            visit.require(Permission::Freeze).await?;
        }
        let why = match Why::read(form, visit.words()) {
            Ok(why) => why,
            Err(problems) => return Ok(Err(problems)),
        };
        let quota = quota(visit);
        if let Some(problems) = over_quota(visit, quota, live).await? {
            return Ok(Err(problems));
        }
        let until = if also_freeze { ends::read(form.one("until"), visit.now())? } else { None };
        let mut entry = visit.entry("session.revoke", String::new(), "ok");
        (entry.reason, entry.note) = (why.reason.clone(), why.note.clone());
        let ending = Ending {
            ended_at: visit.now(),
            ended_by: visit.name().to_owned(),
            ended_reason: why.reason,
            ended_note: why.note,
        };
        let liveness = Sight::of(visit).liveness;
        Ok(Ok(Self { ending, liveness, ticket: why.ticket, also_freeze, until, quota, entry }))
    }

    /// Ends these sessions, freezes their users if that was chosen, which ends their other sessions, too, and writes an
    /// entry for each user of whom something ended.
    fn carry_out(&self, conn: &mut Conn, sids: &[String]) -> Result<Outcome> {
        let found = Session::find_listed(conn, sids)?;
        let users: BTreeMap<i64, String> =
            found.iter().map(|listed| (listed.session.user_id, listed.uid.clone())).collect();
        // users first, in one order for everybody: logins hold their user before they touch sessions
        let mut ended: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for user in users.keys().filter(|_| self.also_freeze) {
            if let Some(sids) = self.freeze(conn, *user)? {
                ended.insert(*user, sids);
            }
        }
        let frozen: BTreeSet<i64> = ended.keys().copied().collect();
        let (mut revoked, each) = Session::end_each(conn, sids, &self.ending, self.liveness)?;
        let with_freeze: BTreeSet<&String> = ended.values().flatten().collect();
        let asked: BTreeSet<&String> = sids.iter().collect();
        revoked.already = revoked.already.saturating_sub(with_freeze.intersection(&asked).count());
        revoked.revoked += with_freeze.len();
        for listed in found.iter().filter(|listed| each.contains(&listed.session.sid)) {
            ended.entry(listed.session.user_id).or_default().push(listed.session.sid.clone());
        }
        self.charge(conn, revoked.revoked)?;
        let mut outcome = Outcome { revoked, frozen: frozen.len(), audit: None };
        for (user, sids) in &ended {
            let uid = users.get(user).map_or("", String::as_str);
            let id = self.record(conn, uid, sids, frozen.contains(user))?;
            outcome.audit = outcome.audit.or(id);
        }
        Ok(outcome)
    }

    /// Freezes a user who is not deleted or frozen already; the sessions that ended with it, if that was so.
    fn freeze(&self, conn: &mut Conn, user: i64) -> Result<Option<Vec<String>>> {
        let status = User::hold(conn, user)?;
        if status == Status::Deleted || status.is_barred(self.liveness.now) {
            return Ok(None);
        }
        User::freeze(conn, user, self.until, &self.ending, self.liveness).map(Some)
    }

    /// Counts what was revoked against the quota; what is over it undoes all of this.
    fn charge(&self, conn: &mut Conn, revoked: usize) -> Result<()> {
        let Some((staff, most)) = self.quota else { return Ok(()) };
        let (now, more) = (self.liveness.now, i64::try_from(revoked).unwrap_or(i64::MAX));
        if revoke_quotas::take(conn, staff, more, most, now)? {
            Ok(())
        } else {
            Err(Error::RateLimited { retry_after: Duration::from_hours(1) })
        }
    }

    /// Writes down which sessions of a user ended, and whether they were frozen; the number of the first entry.
    fn record(&self, conn: &mut Conn, uid: &str, sids: &[String], is_frozen: bool) -> Result<Option<i64>> {
        let mut entry = self.entry.clone();
        entry.target = format!("user:{uid}");
        entry.detail = serde_json::json!({ "sessions": sids, "ticket": self.ticket }).to_string();
        let mut first = None;
        if !sids.is_empty() {
            first = Some(Audit::append(conn, &entry, self.liveness.now)?);
        }
        if is_frozen {
            "user.freeze".clone_into(&mut entry.action);
            entry.detail = crate::admin::users::freeze::frozen(&self.ticket, self.until, &[]);
            let id = Audit::append(conn, &entry, self.liveness.now)?;
            first = first.or(Some(id));
        }
        Ok(first)
    }
}

/// Whose revocations are counted: the reader's, when they are of support. Others have no limit.
fn quota(visit: &Visit) -> Option<(i64, i64)> {
    let most = visit.state.config.admin.support_revokes_per_day;
    (visit.role() == Some(Role::Support)).then(|| (visit.id(), most))
}

/// Says how much is left, when it is not enough.
async fn over_quota(
    visit: &Visit,
    quota: Option<(i64, i64)>,
    live: usize,
) -> Result<Option<Problems>, Refused> {
    let Some((staff, most)) = quota else { return Ok(None) };
    let now = visit.now();
    let used = visit.state.db.read(move |conn| revoke_quotas::used(conn, staff, now)).await?;
    let more = i64::try_from(live).unwrap_or(i64::MAX);
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let is_over = used.saturating_add(more) > most;
    let text = visit.words().revocation.over_quota;
    Ok(is_over.then(|| Problems::one("send", text(count(used), count(most)))))
}

impl Outcome {
    /// What the next page says.
    fn flash(self, words: &Words) -> Flash {
        let Revoked { revoked, already, gone } = self.revoked;
        let (revoked, already, gone) = (number(revoked), number(already), number(gone));
        let text = if already > 0 {
            (words.revocation.done_partly)(revoked, already)
        } else {
            (words.revocation.done)(revoked)
        };
        let text = if gone > 0 { format!("{text}{}", (words.revocation.gone_too)(gone)) } else { text };
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
