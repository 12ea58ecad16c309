//! `/admin/login`: a name and a password.

pub(in crate::admin) mod attempt;

use actix_session::SessionExt as _;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use secrecy::SecretString;

use super::throttled;
use crate::admin::frame::problems::Problems;
use crate::admin::frame::{Flash, FlashKind};
use crate::admin::guard::ask;
use crate::admin::guard::signed_in::{
    HALF_SIGNED_IN, NEXT_SID, OWES_CODE, PROVED, PROVED_AT, SIGNED_IN, SignedIn,
};
use crate::admin::guard::submission::Submission;
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::guard::way_back::own_path;
use crate::admin::locale::Lang;
use crate::db::staff::Staff;
use crate::db::staff::proved::Proved;
use crate::error::{Error, Result};
use crate::secret::public_id;
use attempt::attempt;

/// Shows the form, and names the browser, so that the form can be proven to be ours.
pub async fn get(visit: Visit) -> Answer {
    let next = ask::next_of(&visit);
    if visit.who.is_some() {
        return Ok(visit.go(&next));
    }
    ask::name(&visit, StatusCode::OK, Problems::none(), String::new(), next, None)
}

/// Signs in, or says in one sentence for every cause that name or password is wrong.
pub async fn post(mut visit: Visit, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    let name: String = form.one("name").trim().chars().take(64).collect();
    let (next, again) = (own_path(form.one("next")), form.waiting());
    let password = SecretString::from(form.one("password"));
    match attempt(&visit, &name, password).await {
        Ok(Some(account)) => {
            let onward = begin(&mut visit, account, &next).map_err(|why| visit.fail(&why))?;
            visit.go_on(&onward, again)
        }
        Ok(None) => {
            let words = visit.lang.words().sign_in;
            let problems = Problems::one("name", words.failed);
            ask::name(&visit, StatusCode::UNPROCESSABLE_ENTITY, problems, name, next, again)
        }
        Err(Error::RateLimited { retry_after }) => {
            let page = |status, problems| ask::name(&visit, status, problems, name, next, again);
            throttled::wait(&visit, "name", retry_after, page)
        }
        Err(Error::Busy) => {
            let problems = Problems::one("name", visit.lang.words().sign_in.busy);
            let mut response =
                ask::name(&visit, StatusCode::SERVICE_UNAVAILABLE, problems, name, next, again)?;
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

/// Opens a console session under a new cookie, whatever the browser had before (session fixation, ASVS 7.2.4), and
/// tells when and from where the account was used last. Where to go then: on, or to the second factor.
pub(in crate::admin) fn begin(visit: &mut Visit, account: Staff, next: &str) -> Result<String> {
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
        return Ok(format!("/admin/login/second?next={}", crate::admin::query::encode(next)));
    }
    session.insert(SIGNED_IN, &who).map_err(kept)?;
    session.insert(PROVED_AT, visit.now().micros()).map_err(kept)?;
    visit.who = Some(who);
    Ok(next.to_owned())
}
