//! `/admin/staff/new`: an account for somebody, who chooses the password by a link.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::{set_up_link, show_link};
use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Choice, Frame, Section};
use crate::admin::guard::allowed::{Allowed, KeepStaff};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::Words;
use crate::admin::role::Role;
use crate::db::audit::Audit;
use crate::db::setup_links::SetupLink;
use crate::db::staff::{Staff, check_name};
use crate::error::Error;

/// The form for a new account.
#[derive(Debug, Template)]
#[template(path = "staff/new.html")]
pub struct NewStaffPage {
    /// The frame.
    pub frame: Frame,
    /// What must be corrected.
    pub problems: Problems,
    /// The name so far.
    pub name: String,
    /// The roles, each with what it is for.
    pub roles: Vec<(Choice, &'static str)>,
}

/// Shows the form.
pub async fn get(visit: Allowed<KeepStaff>) -> Answer {
    std::future::ready(Ok(show(&visit, StatusCode::OK, Problems::none(), "", ""))).await
}

/// Makes the account, and shows its link.
pub async fn post(visit: Allowed<KeepStaff>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(make(&visit, &form).await)
}

async fn make(visit: &Visit, form: &Fields) -> Result<HttpResponse, Refused> {
    let words = visit.words();
    let (name, role) = (form.one("name").trim().to_owned(), form.one("role").to_owned());
    let again = |problems| show(visit, StatusCode::UNPROCESSABLE_ENTITY, problems, &name, &role);
    if let Err(Error::Invalid(faults)) = check_name(&name) {
        return Ok(again(Problems::from_faults(&faults, words.forms)));
    }
    if role.parse::<Role>().is_err() {
        return Ok(again(Problems::one("role", words.staff.choose_role)));
    }
    let (link, digest) = set_up_link(visit)?;
    let mut entry = visit.entry("staff.add", format!("staff:{name}"), "ok");
    entry.detail = serde_json::json!({ "role": role }).to_string();
    let (row, now) = ((name.clone(), role.clone()), visit.now());
    let create = move |conn: &mut _| {
        let id = Staff::create(conn, &row.0, &row.1, now)?;
        SetupLink::create(conn, &digest, Some(id), now)?;
        Audit::append(conn, &entry, now)
    };
    match visit.write(create).await {
        Ok(_) => Ok(show_link(visit, name, link, true)),
        Err(Error::Conflict(_)) => Ok(again(Problems::one("name", words.staff.taken))),
        Err(why) => Err(why.into()),
    }
}

fn show(visit: &Visit, status: StatusCode, problems: Problems, name: &str, role: &str) -> HttpResponse {
    let page = NewStaffPage {
        frame: visit.frame(Section::Staff),
        problems,
        name: name.to_owned(),
        roles: roles(role, visit.words()),
    };
    Page::new(visit.lang, page).status(status).into_response()
}

/// The roles to choose from.
#[must_use]
pub fn roles(chosen: &str, words: &'static Words) -> Vec<(Choice, &'static str)> {
    let one = |role: Role| {
        let does = match role {
            Role::Support => words.staff.support_does,
            Role::Admin => words.staff.admin_does,
            Role::Auditor => words.staff.auditor_does,
            Role::Owner => words.staff.owner_does,
        };
        let label = words.terms.role(role).to_owned();
        (Choice { value: role.code().to_owned(), label, chosen: role.code() == chosen }, does)
    };
    Role::ALL.into_iter().map(one).collect()
}
