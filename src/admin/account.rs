//! `/admin/account`: one's own password, second factor and console sessions.

pub mod password;
pub mod preferences;
pub mod sessions;
pub mod totp;

use actix_web::http::Method;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Choice, Frame, Section};
use super::guard::allowed::{Allowed, OwnAccount};
use super::guard::visit::Answer;
use super::locale::when::When;
use super::locale::zone::Zone;
use super::parts::browser;
use super::parts::paging::PER_PAGE;
use super::parts::sight::Sight;
use crate::db::second_factors::SecondFactor;
use crate::db::staff_sessions::{OpenSession, StaffSession};
use crate::http::route::resource;

/// One's own account.
#[derive(Debug, Template)]
#[template(path = "account/page.html")]
pub struct AccountPage {
    /// The frame.
    pub frame: Frame,
    /// The account's name.
    pub name: String,
    /// What they are, in words.
    pub role: &'static str,
    /// Since when there is a second factor.
    pub totp: Option<When>,
    /// How many recovery codes are left, in words.
    pub codes: String,
    /// Whether the settings demand a second factor.
    pub is_required: bool,
    /// What the reader can choose about the console: name, words and choices of each.
    pub preferences: Vec<Preference>,
    /// Where they are signed in, this browser first.
    pub sessions: Vec<OwnSession>,
}

/// Something about the console that the reader can choose.
#[derive(Clone, Debug)]
pub struct Preference {
    /// The name of the field.
    pub name: &'static str,
    /// What it is.
    pub label: &'static str,
    /// What there is to choose from.
    pub options: Vec<Choice>,
}

/// A console session of one's own.
#[derive(Clone, Debug)]
pub struct OwnSession {
    /// Its public id.
    pub sid: String,
    /// What the browser says that it is.
    pub browser: String,
    /// That in two words, when it is one that we know.
    pub name: Option<String>,
    /// From where it was opened.
    pub ip: String,
    /// Since when.
    pub created: When,
    /// When it was last used.
    pub seen: When,
    /// Whether it is the one that looks.
    pub is_this: bool,
}

/// The routes under `/admin/account`.
pub(super) fn routes(pages: &mut web::ServiceConfig) {
    pages
        .service(resource("/account", [(Method::GET, web::to(get))]))
        .service(resource(
            "/account/password",
            [(Method::GET, web::to(password::get)), (Method::POST, web::to(password::post))],
        ))
        .service(resource(
            "/account/totp",
            [(Method::GET, web::to(totp::get)), (Method::POST, web::to(totp::post))],
        ))
        .service(resource("/account/totp/remove", [(Method::POST, web::to(totp::remove))]))
        .service(resource("/account/codes", [(Method::POST, web::to(totp::new_codes))]))
        .service(resource("/account/sessions/end", [(Method::POST, web::to(sessions::end))]));
}

/// Shows the account.
pub async fn get(visit: Allowed<OwnAccount>) -> Answer {
    visit.answer(page(&visit).await)
}

async fn page(visit: &Allowed<OwnAccount>) -> Result<HttpResponse, Refused> {
    let (id, now, idle) = (visit.staff.id, visit.now(), visit.state.config.admin.idle);
    let read = move |conn: &mut _| {
        let open = StaffSession::open_of(conn, id, now, idle)?;
        Ok((SecondFactor::find(conn, id)?, SecondFactor::codes_left(conn, id)?, open))
    };
    let (factor, codes, mut open) = visit.state.db.read(read).await?;
    open.sort_by_key(|session| session.sid != visit.staff.sid);
    let sight = Sight::of(visit);
    let row = |session: &OpenSession| OwnSession {
        is_this: session.sid == visit.staff.sid,
        sid: session.sid.clone(),
        browser: session.user_agent.clone(),
        name: browser::name(&session.user_agent),
        ip: session.ip.clone(),
        created: sight.when(session.created_at),
        seen: sight.when(session.last_seen_at),
    };
    let words = visit.words();
    let frame = visit.frame(Section::Account);
    let page = AccountPage {
        preferences: preferences(&frame, visit.staff.rows),
        frame,
        name: visit.staff.name.clone(),
        role: words.terms.role(visit.role),
        totp: factor.totp_at.map(|at| sight.when(at)),
        codes: (words.account.codes_left)(u64::try_from(codes).unwrap_or(0)),
        is_required: visit.state.config.admin.require_totp,
        sessions: open.iter().map(row).collect(),
    };
    Ok(Page::new(visit.lang, page).into_response())
}

/// What the reader can choose, each with what they chose.
pub(super) fn preferences(frame: &Frame, rows: Option<i64>) -> Vec<Preference> {
    let words = frame.words();
    let chosen = rows.unwrap_or(50).to_string();
    let size = |n: &str| Choice { value: n.to_owned(), label: n.to_owned(), chosen: n == chosen };
    let zone = |zone: Zone| Choice {
        value: zone.hours().to_string(),
        label: zone.choice(),
        chosen: zone == frame.zone,
    };
    let keys = |(value, label, chosen): (&str, &str, bool)| Choice {
        value: value.to_owned(),
        label: label.to_owned(),
        chosen,
    };
    let on_off = [("on", words.help.on, frame.shortcuts), ("off", words.help.off, !frame.shortcuts)];
    let one = |name, label, options| Preference { name, label, options };
    vec![
        one("language", words.frame.language, frame.languages()),
        one("zone", words.account.zone, Zone::ALL.into_iter().map(zone).collect()),
        one("theme", words.frame.theme, frame.themes()),
        one("n", words.account.per_page, PER_PAGE.into_iter().map(size).collect()),
        one("shortcuts", words.account.shortcuts, on_off.into_iter().map(keys).collect()),
    ]
}
