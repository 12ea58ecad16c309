//! `/admin/staff/{id}/role`, `…/disable`, `…/enable`, `…/reset`: asked about first, with a reason for the audit trail.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use serde_json::json;

use super::account::find;
use super::new::roles;
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, KeepStaff};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::Words;
use crate::admin::parts::form::{ReasonForm, STAFF_REASONS, Why, reasons_of};
use crate::admin::role::Role;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::second_factors::SecondFactor;
use crate::db::staff::Staff;
use crate::error::{Error, Result};

/// Something that is done with an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It gets another role.
    Role,
    /// It can no longer sign in.
    Disable,
    /// It can sign in again.
    Enable,
    /// Its second factor is taken away, for somebody who lost it.
    Reset,
}

/// The page that asks before an account is changed.
#[derive(Debug, Template)]
#[template(path = "staff/change.html")]
pub struct ChangePage {
    /// The frame.
    pub frame: Frame,
    /// What is asked.
    pub heading: String,
    /// What it is called, on the button, too.
    pub title: &'static str,
    /// What will happen, one sentence each.
    pub effects: Vec<&'static str>,
    /// The roles to choose from; none when it is about something else.
    pub roles: Vec<(Choice, &'static str)>,
    /// Whether somebody loses something by it.
    pub is_dangerous: bool,
    /// Why.
    pub form: ReasonForm,
}

/// Asks for another role.
pub async fn role(visit: Allowed<KeepStaff>, id: web::Path<i64>) -> Answer {
    visit.answer(question(&visit, *id, Change::Role).await)
}

/// Gives the account another role.
pub async fn role_post(visit: Allowed<KeepStaff>, id: web::Path<i64>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(carry_out(&visit, *id, Change::Role, &form).await)
}

/// Asks whether to disable the account.
pub async fn disable(visit: Allowed<KeepStaff>, id: web::Path<i64>) -> Answer {
    visit.answer(question(&visit, *id, Change::Disable).await)
}

/// Disables the account.
pub async fn disable_post(visit: Allowed<KeepStaff>, id: web::Path<i64>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(carry_out(&visit, *id, Change::Disable, &form).await)
}

/// Asks whether to enable the account.
pub async fn enable(visit: Allowed<KeepStaff>, id: web::Path<i64>) -> Answer {
    visit.answer(question(&visit, *id, Change::Enable).await)
}

/// Enables the account.
pub async fn enable_post(visit: Allowed<KeepStaff>, id: web::Path<i64>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(carry_out(&visit, *id, Change::Enable, &form).await)
}

/// Asks whether to take the account's second factor away.
pub async fn reset(visit: Allowed<KeepStaff>, id: web::Path<i64>) -> Answer {
    visit.answer(question(&visit, *id, Change::Reset).await)
}

/// Takes the account's second factor away.
pub async fn reset_post(visit: Allowed<KeepStaff>, id: web::Path<i64>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(carry_out(&visit, *id, Change::Reset, &form).await)
}

impl Change {
    /// The last part of its address.
    const fn verb(self) -> &'static str {
        match self {
            Self::Role => "role",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Reset => "reset",
        }
    }

    const fn action(self) -> &'static str {
        match self {
            Self::Role => "staff.role",
            Self::Disable => "staff.disable",
            Self::Enable => "staff.enable",
            Self::Reset => "staff.totp_removed",
        }
    }

    /// Its name, the question with the account's name, and what is said when it is done.
    fn say(self, name: &str, words: &Words) -> (&'static str, String, &'static str) {
        let words = words.staff;
        match self {
            Self::Role => (words.change_role, (words.role_heading)(name), words.role_done),
            Self::Disable => (words.disable, (words.disable_heading)(name), words.disable_done),
            Self::Enable => (words.enable, (words.enable_heading)(name), words.enable_done),
            Self::Reset => (words.reset, (words.reset_heading)(name), words.reset_done),
        }
    }

    fn effects(self, words: &Words) -> Vec<&'static str> {
        let words = words.staff;
        match self {
            Self::Role => vec![words.sessions_end, words.role_holds],
            Self::Disable => {
                vec![words.sessions_end, words.no_sign_in, words.links_stay_out, words.trail_kept]
            }
            Self::Enable => vec![words.may_sign_in],
            Self::Reset => vec![words.sessions_end, words.factor_gone, words.password_only, words.make_sure],
        }
    }

    /// What the account is in this respect, for the audit trail.
    fn state(self, account: &Staff) -> serde_json::Value {
        match self {
            Self::Role => json!({ "role": account.role }),
            Self::Disable | Self::Enable => {
                json!({ "state": if account.disabled_at.is_some() { "disabled" } else { "active" } })
            }
            Self::Reset => json!({ "secondFactor": if account.totp_at.is_some() { "on" } else { "off" } }),
        }
    }

    /// Whether there is nothing left to do.
    fn is_done(self, account: &Staff) -> bool {
        match self {
            Self::Role => false,
            Self::Disable => account.disabled_at.is_some(),
            Self::Enable => account.disabled_at.is_none(),
            Self::Reset => account.totp_at.is_none(),
        }
    }

    fn work(self, conn: &mut Conn, id: i64, role: &str, now: Instant) -> Result<()> {
        match self {
            Self::Role => Staff::set_role(conn, id, role, now),
            Self::Disable => Staff::disable(conn, id, now),
            Self::Enable => Staff::enable(conn, id),
            Self::Reset => {
                SecondFactor::remove(conn, id)?;
                Staff::end_sessions(conn, id, "second_factor", now)
            }
        }
    }
}

async fn question(visit: &Visit, id: i64, change: Change) -> std::result::Result<HttpResponse, Refused> {
    let account = changeable(visit, id, change).await?;
    Ok(ask(visit, &account, change, None))
}

/// The account, if this can be done to it: nobody changes their own, and what is done already leads back to it.
async fn changeable(visit: &Visit, id: i64, change: Change) -> std::result::Result<Staff, Refused> {
    let account = find(visit, id).await?;
    if change != Change::Enable && id == visit.id() {
        return Err(Refusal::Barred(visit.words().staff.own.to_owned()).into());
    }
    if change.is_done(&account) { Err(Refused::GoOn(format!("/admin/staff/{id}"))) } else { Ok(account) }
}

async fn carry_out(
    visit: &Visit,
    id: i64,
    change: Change,
    form: &Fields,
) -> std::result::Result<HttpResponse, Refused> {
    let account = changeable(visit, id, change).await?;
    let words = visit.words();
    let role = form.one("role").to_owned();
    if change == Change::Role && (role.parse::<Role>().is_err() || role == account.role) {
        let problems = Problems::one("role", words.staff.choose_other);
        return Ok(ask(visit, &account, change, Some((form, problems))));
    }
    let why = match Why::read_of(&STAFF_REASONS, form, words) {
        Ok(why) => why,
        Err(problems) => return Ok(ask(visit, &account, change, Some((form, problems)))),
    };
    let mut entry = visit.entry(change.action(), format!("staff:{}", account.name), "ok");
    (entry.reason, entry.note) = (why.reason, why.note);
    let now = visit.now();
    let write = move |conn: &mut Conn| {
        let of = |conn: &mut Conn| -> Result<serde_json::Value> {
            Ok(change.state(&Staff::find(conn, id)?.ok_or(Error::NotFound)?))
        };
        let before = of(conn)?;
        change.work(conn, id, &role, now)?;
        entry.detail = json!({ "before": before, "after": of(conn)? }).to_string();
        Audit::append(conn, &entry, now)
    };
    match visit.write(write).await {
        Ok(audit) => {
            let (_, _, done) = change.say(&account.name, words);
            visit.leave(&Flash::done(done).link(format!("/admin/audit/{audit}"), words.frame.see_audit))?;
            Ok(visit.go(&format!("/admin/staff/{id}")))
        }
        Err(Error::Conflict(_)) => Err(Refusal::Barred(words.staff.last_owner.to_owned()).into()),
        Err(why) => Err(why.into()),
    }
}

fn ask(visit: &Visit, account: &Staff, change: Change, sent: Option<(&Fields, Problems)>) -> HttpResponse {
    let words = visit.words();
    let (title, heading, _) = change.say(&account.name, words);
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let (chosen, reason) = sent.as_ref().map_or_else(
        || (account.role.clone(), String::new()),
        |(form, _)| (form.one("role").to_owned(), form.one("reason").to_owned()),
    );
    let href = format!("/admin/staff/{}", account.id);
    let mut form = ReasonForm::new(format!("{href}/{}", change.verb()), href, sent, words);
    form.reasons = reasons_of(&STAFF_REASONS, Some(&reason), words.terms);
    let page = ChangePage {
        frame: visit.frame(Section::Staff),
        heading,
        title,
        effects: change.effects(words),
        roles: if change == Change::Role { roles(&chosen, words) } else { Vec::new() },
        is_dangerous: change != Change::Enable,
        form,
    };
    Page::new(visit.lang, page).status(status).into_response()
}
