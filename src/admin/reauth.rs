//! `/admin/reauth`: proving once more that it is oneself, before what is dangerous (OWASP ASVS 7.5.3).
//!
//! What was about to be sent is kept in the page, and offered to be sent once more.

use actix_session::SessionExt as _;
use actix_web::HttpResponse;
use actix_web::error::InternalError;
use actix_web::http::StatusCode;
use askama::Template;
use secrecy::SecretString;

use super::allowed::{Allowed, OwnAccount};
use super::errors::{Again, Refusal};
use super::form::Problems;
use super::frame::{Frame, Section};
use super::page::Page;
use super::second_factor;
use super::sign_in::{next_of, own_path};
use super::signed_in::{PROVED_AT, SignedIn};
use super::submission::{Fields, Submission};
use super::throttled;
use super::visit::{Answer, Visit};
use crate::db::staff::Staff;
use crate::db::throttles::{Key, Throttle};
use crate::error::{Error, Result};
use crate::password::Verdict;

/// The page that asks.
#[derive(Debug, Template)]
#[template(path = "account/reauth.html")]
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

/// Asks.
pub async fn get(visit: Allowed<OwnAccount>) -> Answer {
    let next = next_of(&visit);
    Ok(show(&visit, StatusCode::OK, Problems::none(), next, None))
}

/// The same in the place of an answer to a form, which is kept.
pub(super) fn ask(visit: &Visit, again: Again) -> actix_web::Error {
    let page = show(visit, StatusCode::FORBIDDEN, Problems::none(), String::new(), Some(again));
    InternalError::from_response("not proven", page).into()
}

/// Notes the proof, and goes on.
pub async fn post(visit: Allowed<OwnAccount>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let (next, again) = (own_path(form.one("next")), Again::waiting(&form));
    let (status, problems) = match prove(&visit, &visit.staff, &form).await {
        Ok(None) => {
            let noted = visit.request.get_session().insert(PROVED_AT, visit.now().micros());
            noted.map_err(|_why| visit.fail(&Error::Internal("session")))?;
            return match again {
                Some(again) => Err(visit.refuse(Refusal::Proven(again))),
                None => Ok(visit.go(&next)),
            };
        }
        Ok(Some(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Err(Error::RateLimited { retry_after }) => {
            let page = |status, problems| Ok(show(&visit, status, problems, next, again));
            return throttled::wait(&visit, "password", retry_after, page);
        }
        Err(why) => return Err(visit.fail(&why)),
    };
    Ok(show(&visit, status, problems, next, again))
}

/// Checks the password, and the code of those who have a second factor; what is wrong, if something is.
async fn prove(visit: &Visit, who: &SignedIn, form: &Fields) -> Result<Option<Problems>> {
    let (id, now, state) = (who.id, visit.now(), visit.state.clone());
    let key = Key::new(state.keys.digest("reauth", &id.to_string())?, 5);
    let attempt = move |conn: &mut _| Throttle::attempt(conn, &[key], now);
    if let Some(until) = state.db.write(attempt).await? {
        return Err(Error::RateLimited { retry_after: until.since(now) });
    }
    let stored = state.db.lookup(move |conn| Staff::password(conn, id)).await?;
    let password = SecretString::from(form.one("password"));
    let is_right = !matches!(state.passwords.verify(password, stored).await?, Verdict::Wrong);
    let result = if is_right { "ok" } else { "failed" };
    visit.record(visit.entry("staff.reauth", format!("staff:{}", who.name), result)).await?;
    if !is_right {
        return Ok(Some(Problems::one("password", visit.words().account.wrong_password)));
    }
    state.db.write(move |conn| Throttle::clear(conn, &key)).await?;
    if who.has_totp && !second_factor::accepts(visit, who, form.one("code")).await? {
        return Ok(Some(Problems::one("code", visit.words().account.wrong_code)));
    }
    Ok(None)
}

fn show(
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
