//! `/admin/sessions/{sid}`: everything about one session.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::allowed::{Allowed, Browse};
use super::errors::Refused;
use super::frame::{Frame, Section};
use super::page::Page;
use super::role::Permission;
use super::session_row::{Fact, UserRef};
use super::sight::Sight;
use super::user::id;
use super::visit::{Answer, Visit};
use super::when;
use crate::db::sessions::list::Listed;
use crate::db::sessions::{Session, State};
use crate::error::Error;

/// One session's page.
#[derive(Debug, Template)]
#[template(path = "session/page.html")]
pub struct SessionPage {
    /// The frame.
    pub frame: Frame,
    /// `会话 …61c2`
    pub heading: String,
    /// Whose it is.
    pub user: UserRef,
    /// Whether it would authenticate a request right now.
    pub live: bool,
    /// That in one sentence, with the reason if not.
    pub verdict: String,
    /// The icon beside it.
    pub verdict_icon: &'static str,
    /// What staff wrote when they ended it.
    pub note: Option<String>,
    /// Everything known.
    pub facts: Vec<Fact>,
    /// The raw User-Agent.
    pub agent: String,
    /// All sessions of the user.
    pub others: String,
    /// The confirm page, for those who may, while it is live.
    pub revoke: Option<String>,
}

/// Shows the session.
pub async fn get(visit: Allowed<Browse>, sid: web::Path<String>) -> Answer {
    visit.answer(found(&visit, &sid).await)
}

async fn found(visit: &Visit, sid: &str) -> Result<HttpResponse, Refused> {
    let sid = id(sid)?;
    let find = move |conn: &mut _| Session::find_listed(conn, &[sid]);
    let found = visit.state.db.lookup(find).await?.into_iter().next().ok_or(Error::NotFound)?;
    let page = page(visit, &found);
    Ok(Page::new(visit.lang, page).into_response())
}

fn page(visit: &Visit, listed: &Listed) -> SessionPage {
    let sight = Sight::of(visit);
    let session = &listed.session;
    let row = sight.row(listed);
    let (verdict, verdict_icon) = verdict(&sight, listed);
    let names = sight.words.session;
    let may_revoke = row.live && visit.may(Permission::Revoke);
    SessionPage {
        frame: visit.frame(Section::Sessions),
        heading: (names.heading)(&row.four),
        user: row.user,
        live: row.live,
        verdict,
        verdict_icon,
        note: session.ended_note.clone().filter(|note| !note.is_empty()),
        facts: facts(&sight, session),
        agent: session.user_agent.clone(),
        others: format!("/admin/sessions?state=all&user={}", listed.uid),
        revoke: may_revoke.then(|| format!("/admin/sessions/{}/revoke", row.sid)),
    }
}

/// Whether it is still live, and if not why, in one sentence.
fn verdict(sight: &Sight<'_>, listed: &Listed) -> (String, &'static str) {
    let session = &listed.session;
    let names = sight.words.session;
    match session.state(listed.status, sight.liveness) {
        State::Live => (names.live.to_owned(), "done"),
        State::Idle => (names.idle.to_owned(), "cut"),
        State::Expired => (names.expired.to_owned(), "cut"),
        State::Barred => (names.owner_frozen.to_owned(), "frost"),
        State::Ended => {
            let at = session.ended_at.map(when::absolute).unwrap_or_default();
            let by = sight.ender(session.ended_by.as_deref().unwrap_or_default());
            let why = sight.words.terms.reason(session.ended_reason.as_deref().unwrap_or_default());
            ((names.ended_line)(&at, by, why), "cut")
        }
    }
}

fn facts(sight: &Sight<'_>, session: &Session) -> Vec<Fact> {
    let names = sight.words.session;
    let or_dash =
        |text: &str| if text.is_empty() { sight.words.times.unknown.to_owned() } else { text.to_owned() };
    vec![
        Fact::text(names.id, session.sid.clone()),
        Fact::text(names.app, sight.app(&session.appid)),
        Fact::time(names.created, sight.when(session.created_at)),
        Fact::time(names.seen, sight.when(session.last_seen_at)).hint(names.seen_hint),
        Fact::time(names.expires, sight.when(session.expires_at)),
        Fact::text(names.ip, sight.ip(&session.ip)),
        Fact::text(names.device, sight.device(session)),
        Fact::text(names.wechat_version, or_dash(&session.wechat_version)),
        Fact::text(names.app_version, or_dash(&session.app_version)),
    ]
}
