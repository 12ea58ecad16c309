//! `/admin/login/second`: the code of an authenticator app, or a recovery code.

use std::sync::Arc;

use actix_session::SessionExt as _;
use actix_web::http::StatusCode;

use super::throttled;
use crate::admin::frame::Flash;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::ask;
use crate::admin::guard::signed_in::{PROVED_AT, SIGNED_IN, SignedIn};
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::guard::way_back::own_path;
use crate::db::audit::Audit;
use crate::db::second_factors::{self, SecondFactor};
use crate::db::throttles::{Key, Throttle};
use crate::error::{Error, Result};
use crate::secret::totp::TotpSecret;

/// Asks for the code of whoever gave the right password.
pub async fn get(visit: Visit) -> Answer {
    let next = ask::next_of(&visit);
    if visit.half.is_none() {
        return Ok(visit.go(if visit.who.is_some() { &next } else { "/admin/login" }));
    }
    Ok(ask::code(&visit, StatusCode::OK, Problems::none(), next, None))
}

/// Signs in for good.
pub async fn post(mut visit: Visit, form: Submission) -> Answer {
    let Some(who) = visit.half.clone() else { return Ok(visit.go("/admin/login")) };
    let form = form.check(&visit).await?;
    let (next, again) = (own_path(form.one("next")), form.waiting());
    let words = visit.words().account;
    match accepts(&visit, &who, form.one("code")).await {
        Ok(true) => {
            finish(&mut visit, who).map_err(|why| visit.fail(&why))?;
            visit.go_on(&next, again)
        }
        Ok(false) => {
            let problems = Problems::one("code", words.wrong_code);
            Ok(ask::code(&visit, StatusCode::UNPROCESSABLE_ENTITY, problems, next, again))
        }
        Err(Error::RateLimited { retry_after }) => {
            let page = |status, problems| Ok(ask::code(&visit, status, problems, next, again));
            throttled::wait(&visit, "code", retry_after, page)
        }
        Err(why) => Err(visit.fail(&why)),
    }
}

/// Whether `code` is one of theirs that works now; it is used up by the answer. Each try is counted and in the trail.
///
/// # Errors
/// [`Error::RateLimited`] after too many; the database's.
pub(in crate::admin) async fn accepts(visit: &Visit, who: &SignedIn, code: &str) -> Result<bool> {
    let (id, now, keys) = (who.id, visit.now(), Arc::clone(&visit.state.keys));
    let key = Key::new(keys.digest("second_factor", &id.to_string())?, 5);
    let attempt = move |conn: &mut _| Throttle::attempt(conn, &[key], now);
    if let Some(until) = visit.state.db.write(attempt).await? {
        return Err(Error::RateLimited { retry_after: until.since(now) });
    }
    let mut entry = visit.entry("staff.second_factor", format!("staff:{}", who.name), "ok");
    (entry.actor, entry.role) = (who.name.clone(), who.role.clone());
    let digests = second_factors::digests(&keys, code)?;
    let code = code.to_owned();
    let check = move |conn: &mut _| {
        let factor = SecondFactor::find(conn, id)?;
        let secret = factor.totp_secret.and_then(|sealed| TotpSecret::open(&keys, id, &sealed));
        let step = secret.and_then(|secret| secret.check(&code, now));
        let is_right = match step {
            Some(step) => SecondFactor::use_step(conn, id, step)?,
            None => SecondFactor::use_code(conn, id, &digests, now)?,
        };
        let means = if step.is_some() { "totp" } else { "recovery" };
        if is_right {
            Throttle::clear(conn, &key)?;
            entry.detail = serde_json::json!({ "code": means }).to_string();
        } else {
            "failed".clone_into(&mut entry.result);
        }
        Audit::append(conn, &entry, now)?;
        Ok(is_right)
    };
    visit.write(check).await
}

/// What was half a session becomes a whole one, under a new cookie.
fn finish(visit: &mut Visit, who: SignedIn) -> Result<()> {
    let session = visit.request.get_session();
    let told = session.get::<Flash>(crate::admin::guard::visit::FLASH).ok().flatten();
    session.clear();
    visit.renew(Some(visit.now() + visit.state.config.admin.session_lifetime))?;
    let kept = |_why| Error::Internal("session");
    session.insert(SIGNED_IN, &who).map_err(kept)?;
    session.insert(PROVED_AT, visit.now().micros()).map_err(kept)?;
    told.map_or(Ok(()), |told| visit.leave(&told))?;
    (visit.who, visit.half) = (Some(who), None);
    Ok(())
}
