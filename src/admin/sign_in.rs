//! `/admin/login`: a name and a password.

pub(super) mod attempt;

use actix_session::SessionExt as _;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use askama::Template;
use secrecy::SecretString;

use super::cookies;
use super::csrf::Csrf;
use super::errors::Again;
use super::form::Problems;
use super::frame::{Flash, FlashKind, Frame, Section};
use super::locale::Lang;
use super::page::Page;
use super::signed_in::{HALF_SIGNED_IN, NEXT_SID, OWES_CODE, PROVED, PROVED_AT, SIGNED_IN, SignedIn};
use super::submission::Submission;
use super::throttled;
use super::visit::{Answer, Visit};
use crate::db::staff::Staff;
use crate::db::staff::proved::Proved;
use crate::error::{Error, Result};
use crate::secret::public_id;
use crate::secret::token::one_time;
use attempt::attempt;

/// The sign-in page.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
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

/// Shows the form, and names the browser, so that the form can be proven to be ours.
pub async fn get(visit: Visit) -> Answer {
    let next = next_of(&visit);
    if visit.who.is_some() {
        return Ok(visit.go(&next));
    }
    show(&visit, StatusCode::OK, Problems::none(), String::new(), next, None)
}

/// Asks in the place of an answer to a form, which is kept.
pub(super) fn ask(visit: &Visit, status: StatusCode, again: Again) -> Answer {
    show(visit, status, Problems::none(), String::new(), String::new(), Some(again))
}

/// Signs in, or says in one sentence for every cause that name or password is wrong.
pub async fn post(mut visit: Visit, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let name: String = form.one("name").trim().chars().take(64).collect();
    let (next, again) = (own_path(form.one("next")), Again::waiting(&form));
    let password = SecretString::from(form.one("password"));
    match attempt(&visit, &name, password).await {
        Ok(Some(account)) => {
            let onward = begin(&mut visit, account, &next).map_err(|why| visit.fail(&why))?;
            visit.go_on(&onward, again)
        }
        Ok(None) => {
            let words = visit.lang.words().sign_in;
            let problems = Problems::one("name", words.failed);
            show(&visit, StatusCode::UNPROCESSABLE_ENTITY, problems, name, next, again)
        }
        Err(Error::RateLimited { retry_after }) => {
            let page = |status, problems| show(&visit, status, problems, name, next, again);
            throttled::wait(&visit, "name", retry_after, page)
        }
        Err(Error::Busy) => {
            let problems = Problems::one("name", visit.lang.words().sign_in.busy);
            let mut response = show(&visit, StatusCode::SERVICE_UNAVAILABLE, problems, name, next, again)?;
            response.headers_mut().insert(RETRY_AFTER, 5.into());
            Ok(response)
        }
        Err(why) => Err(visit.fail(&why)),
    }
}

/// Signs out: the session is over on the server, and the browser forgets what it kept (OWASP ASVS 14.3.1).
pub async fn delete(visit: Visit, form: Submission) -> Answer {
    form.check(&visit).await?;
    if visit.who.is_some() || visit.half.is_some() {
        let entry = visit.entry("staff.sign_out", String::new(), "ok");
        visit.record(entry).await.map_err(|why| visit.fail(&why))?;
        visit.request.get_session().purge();
    }
    let mut response = visit.go("/admin/login");
    let clear = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), clear);
    Ok(response)
}

fn show(
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

/// Draws a page with a form for somebody who has not signed in; their browser gets a name if it has none.
pub(super) fn with_visitor(
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

/// Opens a console session under a new cookie, whatever the browser had before (session fixation, ASVS 7.2.4), and
/// tells when and from where the account was used last. Where to go then: on, or to the second factor.
pub(super) fn begin(visit: &mut Visit, account: Staff, next: &str) -> Result<String> {
    let (ip, user_agent) = (visit.address.to_string(), visit.user_agent());
    let proved = Proved::from(&account);
    let Staff {
        id,
        name,
        role,
        language,
        rows_per_page,
        zone,
        last_sign_in_at,
        last_sign_in_ip,
        totp_at,
        ..
    } = account;
    let rows = rows_per_page;
    let has_totp = totp_at.is_some();
    let sid = public_id(visit.now())?;
    let who = SignedIn { id, sid: sid.clone(), name, role, language, rows, zone, has_totp, ip, user_agent };
    let lang = who.language.as_deref().and_then(Lang::parse).unwrap_or(visit.lang);
    let words = lang.words().sign_in;
    let text = match (last_sign_in_at, last_sign_in_ip) {
        (Some(at), Some(ip)) => (words.last)(&who.zone().absolute(at), &ip),
        _ => words.first_time.to_owned(),
    };
    let told = Flash { kind: FlashKind::Note, text, link: None };
    let session = visit.request.get_session();
    session.renew();
    session.clear();
    let kept = |why: actix_session::SessionInsertError| {
        log::error!("a console session could not be written: {why}");
        Error::Internal("session")
    };
    visit.leave(&told)?;
    visit.lang = lang;
    session.insert(NEXT_SID, sid).map_err(kept)?;
    session.insert(PROVED, proved).map_err(kept)?;
    if has_totp {
        session.insert(HALF_SIGNED_IN, &who).map_err(kept)?;
        session.insert(OWES_CODE, true).map_err(kept)?;
        visit.half = Some(who);
        return Ok(format!("/admin/login/second?next={}", super::query::encode(next)));
    }
    session.insert(SIGNED_IN, &who).map_err(kept)?;
    session.insert(PROVED_AT, visit.now().micros()).map_err(kept)?;
    visit.who = Some(who);
    Ok(next.to_owned())
}

pub(super) fn next_of(visit: &Visit) -> String {
    let query = visit.request.query_string();
    let next = query.split('&').find_map(|pair| pair.strip_prefix("next=")).and_then(super::query::decode);
    own_path(&next.unwrap_or_default())
}

/// A path of the console, or its first page: never another site (OWASP ASVS 3.7.2).
pub(super) fn own_path(path: &str) -> String {
    let is_own = path == "/admin" || path.starts_with("/admin/") || path.starts_with("/admin?");
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_door = path.starts_with("/admin/login") || path.starts_with("/admin/logout");
    if is_own && is_plain && !is_door && path.len() <= 1024 { path.to_owned() } else { "/admin".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_the_console_are_gone_to_after_sign_in() {
        assert_eq!(own_path("/admin/users?q=%E5%BC%A0"), "/admin/users?q=%E5%BC%A0");
        for path in [
            "//evil.example.com",
            "/\\evil.example.com",
            "https:evil",
            "/admin/\r\nx",
            "/adminevil",
            "/admin/\tx",
            "",
            "/admin/login?next=/admin/login",
            "/admin\\@evil",
        ] {
            assert_eq!(own_path(path), "/admin", "{path:?}");
        }
    }
}
