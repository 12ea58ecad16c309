//! `/admin/setup/{link}`: choosing a password by a one-time link, for the first owner and for staff.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use secrecy::ExposeSecret as _;

use super::errors::Refused;
use super::form::Problems;
use super::frame::{Frame, Section};
use super::page::Page;
use super::posted::Posted;
use super::role::Role;
use super::visit::{Visit, see};
use crate::db::Conn;
use crate::db::audit::{Audit, Entry};
use crate::db::setup_links::SetupLink;
use crate::db::staff::{self, Staff};
use crate::error::{Error, Fault, FieldFault, Result};
use crate::password;
use crate::secret::TokenDigest;

/// The page that the link opens.
#[derive(Debug, Template)]
#[template(path = "setup.html")]
pub struct SetupPage {
    /// The frame.
    pub frame: Frame,
    /// Where the form is sent: the link itself.
    pub action: String,
    /// The account and its role in words; none when the first owner still has to name it.
    pub account: Option<String>,
    /// The account's name, or what was typed.
    pub name: String,
    /// What must be corrected.
    pub problems: Problems,
}

/// The page of a link that was used or is too old (status 410).
#[derive(Debug, Template)]
#[template(path = "setup_gone.html")]
pub struct SetupGonePage {
    /// The frame.
    pub frame: Frame,
}

/// Shows the page.
pub async fn get(visit: Visit, link: web::Path<String>) -> Result<HttpResponse, Refused> {
    let digest = TokenDigest::of_text(&link);
    match whose(&visit, digest).await? {
        Some(account) => page(&visit, account.as_ref(), "", Problems::none()),
        None => gone(&visit),
    }
}

/// Sets the password, once.
pub async fn post(visit: Visit, link: web::Path<String>, form: Posted) -> Result<HttpResponse, Refused> {
    let digest = TokenDigest::of_text(&link);
    let Some(account) = whose(&visit, digest.clone()).await? else { return gone(&visit) };
    let typed = form.get("name").to_owned();
    let name = account.as_ref().map_or_else(|| typed.clone(), |account| account.name.clone());
    let faults = faults(&form, &name, account.is_none());
    if !faults.is_empty() {
        let problems = Problems::from_faults(&faults, visit.words().forms);
        return page(&visit, account.as_ref(), &typed, problems);
    }
    let state = &visit.console().state;
    let phc = state.passwords.hash(form.secret("password")).await?;
    let (now, mut entry) = (visit.now(), visit.entry("staff.set_up", format!("staff:{name}")));
    entry.actor.clone_from(&name);
    entry.role = account.map_or_else(|| Role::Owner.code().to_owned(), |account| account.role);
    let redeem = move |conn: &mut _| redeem(conn, &digest, &name, &phc, &entry, now);
    match state.db.write(redeem).await {
        Ok(()) => Ok(see(303, "/admin/login?after=set-up")),
        Err(Error::Conflict(_)) => gone(&visit),
        Err(why) => Err(why.into()),
    }
}

fn redeem(
    conn: &mut Conn,
    digest: &TokenDigest,
    name: &str,
    phc: &str,
    entry: &Entry,
    now: crate::clock::Instant,
) -> Result<()> {
    let id = match SetupLink::redeem(conn, digest, now)? {
        SetupLink::FirstOwner => Staff::create(conn, name, Role::Owner.code(), now)?,
        SetupLink::Password { staff_id } => staff_id,
    };
    Staff::set_password(conn, id, phc, now)?;
    Audit::append(conn, entry, now).map(drop)
}

/// Whose password the link sets: none for a link that is gone, `Some(None)` for the first owner.
async fn whose(visit: &Visit, digest: TokenDigest) -> Result<Option<Option<Staff>>> {
    let now = visit.now();
    let find = move |conn: &mut _| match SetupLink::find(conn, &digest, now)? {
        None => Ok(None),
        Some(SetupLink::FirstOwner) => Ok(Some(None)),
        Some(SetupLink::Password { staff_id }) => Ok(Staff::find(conn, staff_id)?.map(Some)),
    };
    visit.console().state.db.read(find).await
}

fn faults(form: &Posted, name: &str, is_first: bool) -> Vec<FieldFault> {
    let (new, again) = (form.secret("password"), form.secret("again"));
    let name_checked = if is_first { staff::check_name(name) } else { Ok(()) };
    let differs = (new.expose_secret() != again.expose_secret())
        .then_some(FieldFault { field: "again", fault: Fault::Differs });
    let found = [name_checked, password::check_new(&new, name)].into_iter().filter_map(Result::err);
    let of = |why| if let Error::Invalid(faults) = why { faults } else { Vec::new() };
    found.flat_map(of).chain(differs).collect()
}

fn page(
    visit: &Visit,
    account: Option<&Staff>,
    typed: &str,
    problems: Problems,
) -> Result<HttpResponse, Refused> {
    let words = visit.words();
    let role = |account: &Staff| account.role.parse().map_or("", |role| words.terms.role(role));
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SetupPage {
        frame: visit.frame(Section::Account)?,
        action: visit.path().to_owned(),
        account: account.map(|account| (words.setup.for_account)(&account.name, role(account))),
        name: account.map_or_else(|| typed.chars().take(64).collect(), |account| account.name.clone()),
        problems,
    };
    Ok(Page::new(visit.lang(), page).status(status).into_response())
}

fn gone(visit: &Visit) -> Result<HttpResponse, Refused> {
    let frame = visit.frame(Section::Account)?;
    Ok(Page::new(visit.lang(), SetupGonePage { frame }).status(StatusCode::GONE).into_response())
}
