//! `/admin/login` and `/admin/logout`: a name and a password, and the way out.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use askama::Template;

use super::errors::{Refusal, Refused};
use super::form::Problems;
use super::frame::{Flash, Frame, Section};
use super::member::Member;
use super::page::Page;
use super::posted::Posted;
use super::query::{Kind, Known, Query, Reading};
use super::role::Role;
use super::store::name;
use super::visit::{Visit, see};
use super::when;
use crate::db::audit::Audit;
use crate::db::staff::{Staff, fold_name};
use crate::db::throttles::Throttle;
use crate::error::{Error, Result};
use crate::password::Verdict;
use crate::secret::{self, hex};
use crate::state::State;

const KNOWN: &[Known] = &[
    Known { name: "after", default: None, kind: Kind::OneOf(&["ended", "sign-out", "set-up"]) },
    Known { name: "next", default: None, kind: Kind::Text(512) },
];

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
}

/// Shows the page; who is signed in goes on at once.
pub async fn get(visit: Visit, request: HttpRequest) -> Result<HttpResponse, Refused> {
    std::future::ready(()).await;
    let query = match Query::read(KNOWN, request.query_string()) {
        Ok(Reading::Canonical(query)) => query,
        Ok(Reading::Elsewhere(text)) => return Err(Refusal::Moved(format!("/admin/login?{text}")).into()),
        Err(bad) => return Err(Refusal::Parameter(bad.0).into()),
    };
    let next = own_path(query.get("next").unwrap_or_default());
    if let Some((_, role)) = visit.account() {
        return Ok(see(303, next.unwrap_or_else(|| role.home())));
    }
    let words = visit.words();
    let notice = match query.get("after") {
        Some("ended") => Some(Flash::note(words.sign_in.ended)),
        Some("sign-out") => Some(Flash::note(words.sign_in.signed_out)),
        Some("set-up") => Some(Flash::done(words.setup.done)),
        _ => None,
    };
    let frame = Frame { flash: notice, ..visit.frame(Section::Account)? };
    let next = next.unwrap_or_default().to_owned();
    let page = SignInPage { frame, problems: Problems::none(), name: String::new(), next };
    Ok(Page::new(visit.lang(), page).into_response())
}

/// Checks the password and opens a session.
pub async fn post(visit: Visit, form: Posted) -> Result<HttpResponse, Refused> {
    let state = &visit.console().state;
    let name = form.get("name").to_owned();
    let keys = throttle_keys(state, visit.ip(), &name)?;
    let (now, wanted) = (visit.now(), name.clone());
    let read = move |conn: &mut _| {
        Ok((Throttle::blocked_until(conn, &keys, now)?, Staff::find_by_name(conn, &wanted)?))
    };
    let (blocked_until, found) = state.db.read(read).await?;
    if let Some(until) = blocked_until {
        return again(&visit, &form, Trouble::Wait(until.since(now)));
    }
    let known = found.filter(|(account, _)| account.disabled_at.is_none());
    let stored = known.as_ref().and_then(|(_, phc)| phc.clone());
    let verdict = match state.passwords.verify(form.secret("password"), stored.clone()).await {
        Err(Error::Busy) => return again(&visit, &form, Trouble::Busy),
        outcome => outcome?,
    };
    let stronger = match verdict {
        Verdict::Wrong => None,
        Verdict::Right => Some(None),
        Verdict::RightButWeak(phc) => Some(stored.zip(Some(phc))),
    };
    let Some(((account, _), stronger)) = known.zip(stronger) else {
        refuse(&visit, keys).await?;
        return again(&visit, &form, Trouble::Wrong);
    };
    enter(&visit, &form, account, stronger, keys).await
}

/// Opens the session of a member of staff who proved themself.
async fn enter(
    visit: &Visit,
    form: &Posted,
    account: Staff,
    stronger: Option<(String, String)>,
    keys: [[u8; 32]; 2],
) -> Result<HttpResponse, Refused> {
    let state = &visit.console().state;
    let role: Role = account.role.parse().map_err(|()| Error::Internal("role of a member of staff"))?;
    let mut entry = visit.entry("staff.sign_in", format!("staff:{}", account.name));
    (entry.actor, entry.role) = (account.name.clone(), account.role.clone());
    let (now, ip, id) = (visit.now(), visit.ip().to_owned(), account.id);
    let write = move |conn: &mut _| {
        keys.iter().try_for_each(|key| Throttle::clear(conn, key))?;
        if let Some((old, new)) = stronger {
            Staff::rehash(conn, id, &old, &new)?;
        }
        Staff::signed_in(conn, id, &ip, now)?;
        Audit::append(conn, &entry, now)
    };
    state.db.write(write).await?;
    carry(visit, &account)?;
    visit.welcome(&account);
    Ok(see(303, own_path(form.get("next")).unwrap_or_else(|| role.home())))
}

/// Begins a session under a new cookie: one that was known before sign-in opens nothing (session fixation).
fn carry(visit: &Visit, account: &Staff) -> Result<()> {
    let session = visit.session();
    session.clear();
    session.renew();
    let seed = hex(&secret::random::<16>()?);
    let lost = |_cause| Error::Internal("a session that is no JSON");
    session.insert(name::STAFF, account.id).map_err(lost)?;
    session.insert(name::SEED, seed).map_err(lost)?;
    session.insert(name::IP, visit.ip()).map_err(lost)?;
    session.insert(name::AGENT, visit.agent()).map_err(lost)
}

impl Visit {
    /// Says when and from where they signed in the last time, so that they notice a stranger (ASVS 6.3.5).
    fn welcome(&self, account: &Staff) {
        let words = self.words().sign_in;
        let text = match (account.last_sign_in_at, &account.last_sign_in_ip) {
            (Some(at), Some(ip)) => (words.last)(&when::absolute(at), ip),
            _ => words.first_time.to_owned(),
        };
        self.flash(&Flash::note(text));
    }
}

/// Counts a failure, for the name and for the network alike, whether the name is known or not.
async fn refuse(visit: &Visit, keys: [[u8; 32]; 2]) -> Result<()> {
    // the name is not written down: people type passwords into the wrong field
    let mut entry = visit.entry("staff.sign_in", "");
    "failed".clone_into(&mut entry.result);
    let now = visit.now();
    let write = move |conn: &mut _| {
        keys.iter().try_for_each(|key| Throttle::fail(conn, key, now))?;
        Audit::append(conn, &entry, now).map(drop)
    };
    visit.console().state.db.write(write).await
}

enum Trouble {
    Wrong,
    Wait(Duration),
    Busy,
}

/// The page once more, with what was wrong.
fn again(visit: &Visit, form: &Posted, trouble: Trouble) -> Result<HttpResponse, Refused> {
    let words = visit.words().sign_in;
    let (status, text, wait) = match trouble {
        Trouble::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, words.failed.to_owned(), None),
        Trouble::Wait(wait) => {
            let seconds = wait.as_secs().max(1);
            (StatusCode::TOO_MANY_REQUESTS, (words.wait)(seconds), Some(seconds))
        }
        Trouble::Busy => (StatusCode::SERVICE_UNAVAILABLE, words.busy.to_owned(), Some(2)),
    };
    let page = SignInPage {
        frame: visit.frame(Section::Account)?,
        problems: Problems::one("name", text),
        name: form.get("name").chars().take(64).collect(),
        next: own_path(form.get("next")).unwrap_or_default().to_owned(),
    };
    let mut answer = Page::new(visit.lang(), page).status(status).into_response();
    if let Some(seconds) = wait {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    Ok(answer)
}

/// Signs out.
pub async fn leave(member: Member, _form: Posted) -> Result<HttpResponse, Refused> {
    let entry = member.entry("staff.sign_out", format!("staff:{}", member.account.name));
    let now = member.now();
    member.console().state.db.write(move |conn| Audit::append(conn, &entry, now)).await?;
    member.session().purge();
    let mut answer = see(303, "/admin/login?after=sign-out");
    let all = HeaderValue::from_static("\"cache\", \"storage\"");
    answer.headers_mut().insert(HeaderName::from_static("clear-site-data"), all);
    Ok(answer)
}

/// `/admin` and `/`: where the reader begins.
pub async fn home(visit: Visit) -> Result<HttpResponse, Refused> {
    std::future::ready(()).await;
    let (_, role) = visit.account().ok_or(Refusal::SignIn)?;
    Ok(see(303, role.home()))
}

/// The keys under which failures of a name, and of a network, are counted: an IPv4 address, or the first half of an
/// IPv6 one.
fn throttle_keys(state: &State, ip: &str, name: &str) -> Result<[[u8; 32]; 2]> {
    let network = match ip.parse::<std::net::Ipv6Addr>() {
        Ok(address) => std::net::Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).to_string(),
        Err(_ipv4) => ip.to_owned(),
    };
    let folded: String = fold_name(name).chars().take(64).collect();
    Ok([
        state.keys.digest("throttle", &format!("name {folded}"))?,
        state.keys.digest("throttle", &format!("network {network}"))?,
    ])
}

/// The path when it is one of the console's: everything else could lead to another site.
#[must_use]
pub fn own_path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("/admin")?;
    let is_whole = rest.is_empty() || rest.starts_with('/') || rest.starts_with('?');
    let is_plain = path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') && !path.contains("//");
    (is_whole && is_plain && path.len() <= 512).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_console_are_gone_to() {
        for path in ["/admin", "/admin/users?q=a", "/admin?x=1", "/admin/sessions/0198"] {
            assert_eq!(own_path(path), Some(path));
        }
        for path in [
            "",
            "/",
            "//evil.example",
            "/\\evil.example",
            "https:evil",
            "/adminevil",
            "/admin//evil.example",
            "/admin/\\evil",
            "/admin/\r\nx: y",
            "/admin/\tx",
            "%2f%2fevil",
            "/admin@evil.example",
        ] {
            assert_eq!(own_path(path), None, "{path:?}");
        }
    }
}
