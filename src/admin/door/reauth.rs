//! `/admin/reauth`: proving once more that it is oneself, before what is dangerous (OWASP ASVS 7.5.3).
//!
//! What was about to be sent is kept in the page, and offered to be sent once more.

use actix_session::SessionExt as _;
use actix_web::http::StatusCode;
use secrecy::SecretString;

use super::second_factor;
use super::throttled;
use crate::admin::frame::errors::Refusal;
use crate::admin::frame::problems::Problems;
use crate::admin::guard::allowed::{Allowed, OwnAccount};
use crate::admin::guard::ask;
use crate::admin::guard::signed_in::{PROVED_AT, SignedIn};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::guard::way_back::own_path;
use crate::db::staff::Staff;
use crate::db::throttles::{Key, Throttle};
use crate::error::{Error, Result};
use crate::password::Verdict;

/// Asks.
pub async fn get(visit: Allowed<OwnAccount>) -> Answer {
    let next = ask::next_of(&visit);
    Ok(ask::proof(&visit, StatusCode::OK, Problems::none(), next, None))
}

/// Notes the proof, and goes on.
pub async fn post(visit: Allowed<OwnAccount>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let (next, again) = (own_path(form.one("next")), form.waiting());
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
            let page = |status, problems| Ok(ask::proof(&visit, status, problems, next, again));
            return throttled::wait(&visit, "password", retry_after, page);
        }
        Err(why) => return Err(visit.fail(&why)),
    };
    Ok(ask::proof(&visit, status, problems, next, again))
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
