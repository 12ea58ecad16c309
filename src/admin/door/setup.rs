//! `/admin/setup/{link}`: choosing a password by a one-time link, for the first owner and for staff.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};

use super::sign_in::begin;
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::ask::with_visitor;
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::db::audit::{Audit, Entry};
use crate::db::setup_links::SetupLink;
use crate::db::staff::{Staff, check_name};
use crate::error::{Error, Fault, FieldFault, Result};
use crate::password::check_new;
use crate::secret::TokenDigest;

/// The page that the link opens.
#[derive(Debug, Template)]
#[template(path = "door/setup.html")]
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
#[template(path = "door/setup_gone.html")]
pub struct SetupGonePage {
    /// The frame.
    pub frame: Frame,
}

/// Shows the form while the link can be used.
pub async fn get(visit: Visit, link: web::Path<String>) -> Answer {
    let account = match find(&visit, &link).await {
        Ok(account) => account,
        Err(Error::Conflict(_)) => return Ok(gone(&visit)),
        Err(why) => return Err(visit.fail(&why)),
    };
    show(&visit, StatusCode::OK, &link, account.as_ref(), "", Problems::none())
}

/// Sets the password, makes the first owner if the link is theirs, and signs them in.
pub async fn post(mut visit: Visit, link: web::Path<String>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let account = match find(&visit, &link).await {
        Ok(account) => account,
        Err(Error::Conflict(_)) => return Ok(gone(&visit)),
        Err(why) => return Err(visit.fail(&why)),
    };
    let typed = form.one("name").trim().to_owned();
    let name = account.as_ref().map_or(typed.clone(), |account| account.name.clone());
    let password = SecretString::from(form.one("password"));
    let is_first = account.is_none();
    let faults = faults(is_first, &name, &visit.guessed_words(&name), &password, form.one("again"));
    if !faults.is_empty() {
        let problems = Problems::from_faults(&faults, visit.lang.words().forms);
        return show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &link, account.as_ref(), &typed, problems);
    }
    match choose(&visit, &link, name, password).await {
        Ok(account) => {
            let onward = begin(&mut visit, account, "/admin").map_err(|why| visit.fail(&why))?;
            Ok(visit.go(&onward))
        }
        Err(Error::Conflict(_)) => Ok(gone(&visit)),
        Err(why) => Err(visit.fail(&why)),
    }
}

/// The account that a link is for, none for the first owner.
async fn find(visit: &Visit, link: &str) -> Result<Option<Staff>> {
    let (digest, now) = (TokenDigest::of_text(link), visit.now());
    let find = move |conn: &mut _| match SetupLink::find(conn, &digest, now)? {
        None => Err(Error::Conflict("link was used")),
        Some(SetupLink::FirstOwner) => Ok(None),
        Some(SetupLink::Password { staff_id }) => Staff::find(conn, staff_id),
    };
    visit.state.db.read(find).await
}

/// Uses the link up and sets the password, in one transaction: of two that try at once one gets through.
async fn choose(visit: &Visit, link: &str, name: String, password: SecretString) -> Result<Staff> {
    let phc = visit.state.passwords.hash(password).await?;
    let (digest, now, ip) = (TokenDigest::of_text(link), visit.now(), visit.address.to_string());
    let mut entry: Entry = visit.entry("staff.setup", format!("staff:{name}"), "ok");
    let set = move |conn: &mut _| {
        let id = match SetupLink::redeem(conn, &digest, now)? {
            SetupLink::FirstOwner => Staff::create(conn, &name, "owner", now)?,
            SetupLink::Password { staff_id } => staff_id,
        };
        Staff::set_password(conn, id, &phc, now)?;
        let account = Staff::find(conn, id)?.ok_or(Error::NotFound)?;
        Staff::signed_in(conn, id, &ip, now)?;
        entry.actor.clone_from(&account.name);
        entry.role.clone_from(&account.role);
        Audit::append(conn, &entry, now)?;
        Ok(account)
    };
    visit.state.db.write(set).await
}

fn faults(
    is_first: bool,
    name: &str,
    context: &[&str],
    password: &SecretString,
    again: &str,
) -> Vec<FieldFault> {
    let of = |outcome: Result<()>| match outcome {
        Err(Error::Invalid(faults)) => faults,
        _ => Vec::new(),
    };
    let mut faults = if is_first { of(check_name(name)) } else { Vec::new() };
    faults.extend(of(check_new(password, context)));
    if faults.is_empty() && password.expose_secret() != again {
        faults.push(FieldFault { field: "again", fault: Fault::Differs });
    }
    faults
}

fn show(
    visit: &Visit,
    status: StatusCode,
    link: &str,
    account: Option<&Staff>,
    typed: &str,
    problems: Problems,
) -> Answer {
    let words = visit.lang.words();
    let action = format!("/admin/setup/{}", crate::admin::query::encode(link));
    let role = |account: &Staff| account.role.parse().map_or("", |role| words.terms.role(role));
    let said = account.map(|account| (words.setup.for_account)(&account.name, role(account)));
    let name = account.map_or_else(|| typed.to_owned(), |account| account.name.clone());
    with_visitor(visit, Section::Account, |frame| {
        let page = SetupPage { frame, action, account: said, name, problems };
        Page::new(visit.lang, page).status(status).into_response()
    })
}

fn gone(visit: &Visit) -> HttpResponse {
    let page = SetupGonePage { frame: visit.frame(Section::Account) };
    Page::new(visit.lang, page).status(StatusCode::GONE).into_response()
}
