//! The pages that ask who somebody is: by their own addresses, and in the place of an answer to a form, which they keep.

use actix_web::HttpResponse;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use askama::Template;

use super::cookies;
use super::csrf::Csrf;
use super::visit::{Answer, Visit};
use super::way_back::own_path;
use crate::admin::frame::errors::Again;
use crate::admin::frame::page::Page;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Frame, Section};
use crate::admin::query::decode;
use crate::error::Error;
use crate::secret::token::one_time;

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "door/sign_in.html")]
pub struct SignInPage {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the last try; one sentence for every cause.
    pub problems: Problems,
    /// The name that was typed.
    pub name: String,
    /// The page of the console to go to afterwards.
    pub next: String,
    /// The form that waits, of somebody whose session ended meanwhile.
    pub again: Option<Again>,
}

/// The page that asks for the code.
#[derive(Debug, Template)]
#[template(path = "door/second.html")]
pub struct SecondFactorPage {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the last try.
    pub problems: Problems,
    /// The page of the console to go to afterwards.
    pub next: String,
    /// The form that waits.
    pub again: Option<Again>,
}

/// The page that asks to prove once more that it is oneself.
#[derive(Debug, Template)]
#[template(path = "door/reauth.html")]
pub struct ReauthPage {
    /// The frame.
    pub frame: Frame,
    /// What was wrong with the last try.
    pub problems: Problems,
    /// The account's name, for password managers.
    pub name: String,
    /// Whether the second factor is asked for, too.
    pub has_totp: bool,
    /// The page to go to afterwards.
    pub next: String,
    /// The form that waits.
    pub again: Option<Again>,
}

/// Asks for name and password.
pub(in crate::admin) fn name(
    visit: &Visit,
    status: StatusCode,
    problems: Problems,
    name: String,
    next: String,
    again: Option<Again>,
) -> Answer {
    with_visitor(visit, Section::Account, |frame| {
        Page::new(visit.lang, SignInPage { frame, problems, name, next, again })
            .status(status)
            .into_response()
    })
}

/// The same in the place of an answer to a form.
pub(super) fn name_instead(visit: &Visit, status: StatusCode, again: Again) -> Answer {
    name(visit, status, Problems::none(), String::new(), String::new(), Some(again))
}

/// Asks for the code of whoever gave the right password.
pub(in crate::admin) fn code(
    visit: &Visit,
    status: StatusCode,
    problems: Problems,
    next: String,
    again: Option<Again>,
) -> HttpResponse {
    let page = SecondFactorPage { frame: visit.frame(Section::Account), problems, next, again };
    Page::new(visit.lang, page).status(status).into_response()
}

/// The same in the place of an answer to a form.
pub(super) fn code_instead(visit: &Visit, status: StatusCode, again: Again) -> HttpResponse {
    code(visit, status, Problems::none(), String::new(), Some(again))
}

/// Asks somebody who is signed in for their password, and their code if they have one.
pub(in crate::admin) fn proof(
    visit: &Visit,
    status: StatusCode,
    problems: Problems,
    next: String,
    again: Option<Again>,
) -> HttpResponse {
    let page = ReauthPage {
        frame: visit.frame(Section::Account),
        problems,
        name: visit.name().to_owned(),
        has_totp: visit.who.as_ref().is_some_and(|who| who.has_totp),
        next,
        again,
    };
    Page::new(visit.lang, page).status(status).into_response()
}

/// The same in the place of an answer to a form.
pub(super) fn proof_instead(visit: &Visit, again: Again) -> actix_web::Error {
    let page = proof(visit, StatusCode::FORBIDDEN, Problems::none(), String::new(), Some(again));
    InternalError::from_response("not proven", page).into()
}

/// Draws a page with a form for somebody who has not signed in; their browser gets a name if it has none.
pub(in crate::admin) fn with_visitor(
    visit: &Visit,
    section: Section,
    draw: impl FnOnce(Frame) -> HttpResponse,
) -> Answer {
    let fail = |why: Error| visit.fail(&why);
    if let Some(csrf) = visit.csrf().map_err(fail)? {
        return Ok(draw(visit.frame_with(section, Some(csrf))));
    }
    let (visitor, _digest) = one_time().map_err(fail)?;
    let csrf = Csrf::of(&visit.state.keys, &format!("visitor {visitor}")).map_err(fail)?;
    let mut response = draw(visit.frame_with(section, Some(csrf)));
    let named = response.add_cookie(&visit.cookie(cookies::VISITOR, visitor));
    named.map_err(|_why| fail(Error::Internal("cookie")))?;
    Ok(response)
}

/// Where to go afterwards, as the address says.
pub(in crate::admin) fn next_of(visit: &Visit) -> String {
    let query = visit.request.query_string();
    let next = query.split('&').find_map(|pair| pair.strip_prefix("next=")).and_then(decode);
    own_path(&next.unwrap_or_default())
}
