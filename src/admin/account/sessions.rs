//! Ending one's own console sessions elsewhere.

use crate::admin::frame::Flash;
use crate::admin::frame::errors::Refused;
use crate::admin::guard::allowed::{Allowed, OwnAccount};
use crate::admin::guard::submission::{Fields, Submission};
use crate::admin::guard::visit::Answer;
use crate::db::audit::Audit;
use crate::db::staff_sessions::StaffSession;

/// Ends one session, or with `sid=others` all but this one.
pub async fn end(visit: Allowed<OwnAccount>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(ended(&visit, &form).await)
}

async fn ended(visit: &Allowed<OwnAccount>, form: &Fields) -> Result<actix_web::HttpResponse, Refused> {
    let (id, now, own) = (visit.staff.id, visit.now(), visit.staff.sid.clone());
    let wanted = Some(form.one("sid").to_owned()).filter(|sid| sid != "others");
    let entry = visit.entry("staff.end_sessions", format!("staff:{}", visit.staff.name), "ok");
    let end = move |conn: &mut _| {
        let ended = StaffSession::end_others(conn, id, &own, wanted.as_deref(), "ended_by_owner", now)?;
        Audit::append(conn, &entry, now)?;
        Ok(ended)
    };
    let ended = visit.write(end).await?;
    let words = visit.words().account;
    let text = (words.sessions_ended)(u64::try_from(ended).unwrap_or(0));
    visit.leave(&Flash::done(text))?;
    Ok(visit.go("/admin/account"))
}
