//! `/admin/account/password`: a new password of one's own.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use secrecy::{ExposeSecret as _, SecretString};

use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, Frame, Section};
use crate::admin::guard::allowed::{Allowed, OwnKeys};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::db::audit::Audit;
use crate::db::staff::Staff;
use crate::db::staff_sessions::StaffSession;
use crate::error::{Error, Fault, FieldFault};
use crate::password::check_new;

/// The page that asks for it.
#[derive(Debug, Template)]
#[template(path = "account/password.html")]
pub struct PasswordPage {
    /// The frame.
    pub frame: Frame,
    /// The account's name, for password managers.
    pub name: String,
    /// What must be corrected.
    pub problems: Problems,
}

/// Asks for a new password.
pub async fn get(visit: Allowed<OwnKeys>) -> Answer {
    std::future::ready(Ok(show(&visit, StatusCode::OK, Problems::none()))).await
}

/// Sets it; every other console session of the account ends (OWASP ASVS 7.4.3).
pub async fn post(visit: Allowed<OwnKeys>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(change(&visit, &form).await)
}

async fn change(visit: &Allowed<OwnKeys>, form: &Fields) -> Result<HttpResponse, Refused> {
    let password = SecretString::from(form.one("password"));
    let mut faults = match check_new(&password, &visit.guessed_words(visit.name())) {
        Err(Error::Invalid(faults)) => faults,
        _ => Vec::new(),
    };
    if faults.is_empty() && password.expose_secret() != form.one("again") {
        faults.push(FieldFault { field: "again", fault: Fault::Differs });
    }
    if !faults.is_empty() {
        let problems = Problems::from_faults(&faults, visit.words().forms);
        return Ok(show(visit, StatusCode::UNPROCESSABLE_ENTITY, problems));
    }
    let phc = visit.state.passwords.hash(password).await?;
    let (id, own, now) = (visit.staff.id, visit.staff.sid.clone(), visit.now());
    let entry = visit.entry("staff.password", format!("staff:{}", visit.staff.name), "ok");
    let set = move |conn: &mut _| {
        Staff::change_password(conn, id, &phc, now)?;
        StaffSession::end_others(conn, id, &own, None, "password_changed", now)?;
        Audit::append(conn, &entry, now)
    };
    visit.write(set).await?;
    visit.renew(None)?;
    visit.leave(&Flash::done(visit.words().account.password_changed))?;
    Ok(visit.go("/admin/account"))
}

fn show(visit: &Visit, status: StatusCode, problems: Problems) -> HttpResponse {
    let page = PasswordPage { frame: visit.frame(Section::Account), name: visit.name().to_owned(), problems };
    Page::new(visit.lang, page).status(status).into_response()
}
