//! `/admin/staff/{id}`: one account, and a new set-up link for it.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::{StaffRow, failures, row, set_up_link, show_link};
use crate::admin::frame::errors::{Refusal, Refused};
use crate::admin::frame::page::Page;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::allowed::{Allowed, KeepStaff, ReadStaff};
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::role::Permission;
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::setup_links::SetupLink;
use crate::db::staff::Staff;

/// One account.
#[derive(Debug, Template)]
#[template(path = "staff/account.html")]
pub struct StaffAccountPage {
    /// The frame.
    pub frame: Frame,
    /// The account.
    pub account: StaffRow,
    /// Whether the reader may change it.
    pub may_change: bool,
    /// Whether it is disabled.
    pub is_disabled: bool,
    /// Whether it has a second factor.
    pub has_totp: bool,
}

/// Shows the account.
pub async fn get(visit: Allowed<ReadStaff>, id: web::Path<i64>) -> Answer {
    visit.answer(show(&visit, *id).await)
}

async fn show(visit: &Visit, id: i64) -> std::result::Result<HttpResponse, Refused> {
    let account = find(visit, id).await?;
    let failures = failures(visit, std::slice::from_ref(&account)).await?;
    let failed = failures.first().copied().unwrap_or(0);
    let page = StaffAccountPage {
        frame: visit.frame(Section::Staff),
        may_change: visit.may(Permission::KeepStaff),
        is_disabled: account.disabled_at.is_some(),
        has_totp: account.totp_at.is_some(),
        account: row(visit, &account, failed),
    };
    Ok(Page::new(visit.lang, page).into_response())
}

pub(super) async fn find(visit: &Visit, id: i64) -> std::result::Result<Staff, Refused> {
    let found = visit.state.db.read(move |conn| Staff::find(conn, id)).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Shows a new set-up link; the account's older ones no longer work.
pub async fn link(visit: Allowed<KeepStaff>, id: web::Path<i64>, form: Submission) -> Answer {
    form.check(&visit).await?;
    visit.answer(new_link(&visit, *id).await)
}

async fn new_link(visit: &Visit, id: i64) -> std::result::Result<HttpResponse, Refused> {
    let account = find(visit, id).await?;
    let (link, digest) = set_up_link(visit)?;
    let entry = visit.entry("staff.passwd", format!("staff:{}", account.name), "ok");
    let now = visit.now();
    let create = move |conn: &mut Conn| {
        SetupLink::create(conn, &digest, Some(id), now)?;
        Audit::append(conn, &entry, now)
    };
    visit.write(create).await?;
    Ok(show_link(visit, account.name, link, false))
}
