//! `/admin/staff`: the accounts of staff, kept by owners, read by auditors.

pub mod account;
pub mod change;
pub mod new;

use std::time::Duration;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::door::sign_in::attempt::account_digest;
use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Frame, Section};
use super::guard::allowed::{Allowed, ReadStaff};
use super::guard::visit::{Answer, Visit};
use super::locale::when::When;
use super::locale::{Words, grouped};
use super::parts::session_row::Badge;
use super::parts::sight::Sight;
use super::role::{Permission, Role};
use crate::db::staff::Staff;
use crate::db::throttles::Throttle;
use crate::error::Result;
use crate::http::route::resource;
use crate::secret::token::one_time;

/// After this long without a sign-in an account is pointed out (等保 2.0: accounts that nobody uses are removed).
const UNUSED: Duration = Duration::from_hours(24 * 90);

/// All accounts.
#[derive(Debug, Template)]
#[template(path = "staff/list.html")]
pub struct StaffPage {
    /// The frame.
    pub frame: Frame,
    /// The accounts, oldest first.
    pub rows: Vec<StaffRow>,
    /// That duties are not separated, for owners.
    pub alone: Option<&'static str>,
    /// Whether the reader may add one.
    pub may_add: bool,
}

/// The page that shows a set-up link, once.
#[derive(Debug, Template)]
#[template(path = "staff/link.html")]
pub struct LinkPage {
    /// The frame.
    pub frame: Frame,
    /// Whose.
    pub name: String,
    /// The link.
    pub link: String,
    /// Whether the account was made just now.
    pub is_new: bool,
}

/// One account.
#[derive(Clone, Debug)]
pub struct StaffRow {
    /// Its key.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What they are.
    pub role: &'static str,
    /// Active, invited or disabled.
    pub state: Badge,
    /// Whether there is a second factor.
    pub totp: Badge,
    /// When and from where they last signed in.
    pub last: Option<(When, String)>,
    /// Failed tries to sign in since the last that succeeded, within a day.
    pub failed: String,
    /// When it was made.
    pub created: When,
    /// Whether nobody used it for long.
    pub is_unused: bool,
    /// Whether it is the reader's own.
    pub is_own: bool,
}

/// The routes under `/admin/staff`.
pub(super) fn routes(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/staff", [(Method::GET, web::to(get))]))
        .service(resource(
            "/staff/new",
            [(Method::GET, web::to(new::get)), (Method::POST, web::to(new::post))],
        ))
        .service(resource("/staff/{id}", [(Method::GET, web::to(account::get))]))
        .service(resource(
            "/staff/{id}/role",
            [(Method::GET, web::to(change::role)), (Method::POST, web::to(change::role_post))],
        ))
        .service(resource(
            "/staff/{id}/disable",
            [(Method::GET, web::to(change::disable)), (Method::POST, web::to(change::disable_post))],
        ))
        .service(resource(
            "/staff/{id}/enable",
            [(Method::GET, web::to(change::enable)), (Method::POST, web::to(change::enable_post))],
        ))
        .service(resource(
            "/staff/{id}/reset",
            [(Method::GET, web::to(change::reset)), (Method::POST, web::to(change::reset_post))],
        ))
        .service(resource("/staff/{id}/link", [(Method::POST, web::to(account::link))]));
}

/// Shows all accounts.
pub async fn get(visit: Allowed<ReadStaff>) -> Answer {
    visit.answer(list(&visit).await)
}

async fn list(visit: &Visit) -> std::result::Result<HttpResponse, Refused> {
    let all = visit.state.db.read(Staff::list).await?;
    let failures = failures(visit, &all).await?;
    let page = StaffPage {
        alone: alone(visit).await?,
        frame: visit.frame(Section::Staff),
        rows: all.iter().zip(failures).map(|(account, failed)| row(visit, account, failed)).collect(),
        may_add: visit.may(Permission::KeepStaff),
    };
    Ok(Page::new(visit.lang, page).into_response())
}

/// That one person alone does what should be between two, when it is so (等保 2.0: 三权分立). For owners: it is they who can
/// mend it.
pub(super) async fn alone(visit: &Visit) -> Result<Option<&'static str>> {
    if !visit.may(Permission::KeepStaff) {
        return Ok(None);
    }
    let words = visit.words().staff;
    let (people, owners) = visit.state.db.read(Staff::standing).await?;
    Ok(if people <= 1 { Some(words.alone) } else { (owners <= 1).then_some(words.one_owner) })
}

/// How often each account's name was tried in vain since it was last signed in to: one statement for all.
async fn failures(visit: &Visit, accounts: &[Staff]) -> Result<Vec<i64>> {
    let digest = |account: &Staff| account_digest(&visit.state.keys, &account.name);
    let digests = accounts.iter().map(digest).collect::<Result<Vec<_>>>()?;
    let now = visit.now();
    visit.state.db.read(move |conn| Throttle::failures(conn, &digests, now)).await
}

fn row(visit: &Visit, account: &Staff, failed: i64) -> StaffRow {
    let sight = Sight::of(visit);
    let words = sight.words;
    let last = account
        .last_sign_in_at
        .map(|at| (sight.when(at), sight.ip(account.last_sign_in_ip.as_deref().unwrap_or_default())));
    let used_at = account.last_sign_in_at.unwrap_or(account.created_at);
    StaffRow {
        id: account.id,
        name: account.name.clone(),
        role: role_name(&account.role, words),
        state: state(account, words),
        totp: match account.totp_at {
            Some(_) => Badge { kind: "live", label: words.staff.on },
            None => Badge { kind: "ended", label: words.staff.off },
        },
        last,
        failed: grouped(u64::try_from(failed).unwrap_or(0)),
        created: sight.when(account.created_at),
        is_unused: account.disabled_at.is_none() && visit.now().since(used_at) > UNUSED,
        is_own: account.id == visit.id(),
    }
}

fn role_name(code: &str, words: &'static Words) -> &'static str {
    code.parse::<Role>().map_or("", |role| words.terms.role(role))
}

fn state(account: &Staff, words: &Words) -> Badge {
    match (account.disabled_at, account.password_at) {
        (Some(_), _) => Badge { kind: "ended", label: words.staff.disabled },
        (None, None) => Badge { kind: "frozen", label: words.staff.invited },
        (None, Some(_)) => Badge { kind: "live", label: words.staff.active },
    }
}

/// A new set-up link for an account, its digest to be stored, and the page that shows it.
fn set_up_link(visit: &Visit) -> Result<(String, crate::secret::TokenDigest)> {
    let (secret, digest) = one_time()?;
    Ok((format!("{}/admin/setup/{secret}", visit.state.config.server.public_url), digest))
}

fn show_link(visit: &Visit, name: String, link: String, is_new: bool) -> HttpResponse {
    let page = LinkPage { frame: visit.frame(Section::Staff), name, link, is_new };
    Page::new(visit.lang, page).into_response()
}
