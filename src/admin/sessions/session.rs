//! `/admin/sessions/{sid}`: everything about one session.

use actix_web::{HttpResponse, web};
use askama::Template;

use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::allowed::{Allowed, Browse};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::when::When;
use crate::admin::parts::list::{Columns, Count};
use crate::admin::parts::public_id::id;
use crate::admin::parts::session_row::{Fact, SessionRow, UserRef};
use crate::admin::parts::sight::Sight;
use crate::admin::role::Permission;
use crate::admin::users::reveal::Field;
use crate::db::Conn;
use crate::db::logins::Login;
use crate::db::page::{BoundedCount, Start};
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::db::sessions::{Liveness, Session, State};
use crate::error::{Error, Result};

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
    /// What became of it, the latest first.
    pub history: Vec<Event>,
    /// The columns of the tables of neighbours.
    pub columns: Columns,
    /// The raw User-Agent.
    pub agent: String,
    /// Other sessions that may be the same hands: each kind with how many there are.
    pub neighbours: Vec<Neighbours>,
    /// All sessions of the user.
    pub others: String,
    /// The confirm page, for those who may, while it is live.
    pub revoke: Option<String>,
}

/// Something that happened to the session.
#[derive(Clone, Debug)]
pub struct Event {
    /// When.
    pub at: When,
    /// What.
    pub what: &'static str,
    /// By whom and why, or from where; may be empty.
    pub how: String,
}

/// Sessions that have something in common with this one.
#[derive(Debug)]
pub struct Neighbours {
    /// The address of the heading in the page.
    pub id: &'static str,
    /// What they have in common.
    pub title: &'static str,
    /// How many others there are, counted to a bound.
    pub count: String,
    /// The newest of them.
    pub rows: Vec<SessionRow>,
}

/// One session with what stands around it, read in a fixed number of statements.
struct Whole {
    listed: Listed,
    login: Option<Login>,
    same_device: Vec<Listed>,
    same_address: Vec<Listed>,
    at_address: BoundedCount,
}

/// How many neighbours are shown, and how many of a user's sessions are looked through for the same device.
const SHOWN: usize = 5;
const LOOKED_THROUGH: usize = 50;

impl Whole {
    fn read(conn: &mut Conn, sid: &str, liveness: Liveness) -> Result<Self> {
        let found = Session::find_listed(conn, &[sid.to_owned()])?;
        let listed = found.into_iter().next().ok_or(Error::NotFound)?;
        let session = &listed.session;
        let all = Filter::of(StateFilter::All);
        let own = Filter { user_id: Some(session.user_id), ..all.clone() };
        let there = Filter { ip: Some(session.ip.clone()), ..all };
        let mut newest = |filter: &Filter, size| {
            let screen = Session::list(conn, filter, Order::CreatedDown, &Start::First, size, liveness)?;
            let others = screen.rows.into_iter().filter(|other| other.session.sid != session.sid);
            Ok::<Vec<Listed>, Error>(others.collect())
        };
        let mut same_device = newest(&own, LOOKED_THROUGH)?;
        same_device.retain(|other| other.session.user_agent == session.user_agent);
        let mut same_address = newest(&there, SHOWN + 1)?;
        same_address.truncate(SHOWN);
        Ok(Self {
            login: Login::of_session(conn, session.user_id, &session.sid)?,
            same_device,
            same_address,
            at_address: Session::count(conn, &there, liveness)?,
            listed,
        })
    }
}

/// Shows the session.
pub async fn get(visit: Allowed<Browse>, sid: web::Path<String>) -> Answer {
    visit.answer(found(&visit, &sid).await)
}

async fn found(visit: &Visit, sid: &str) -> Result<HttpResponse, Refused> {
    let (sid, liveness) = (id(sid)?, Sight::of(visit).liveness);
    let whole = visit.state.db.read(move |conn| Whole::read(conn, &sid, liveness)).await?;
    let page = page(visit, &whole);
    Ok(Page::new(visit.lang, page).into_response())
}

fn page(visit: &Visit, whole: &Whole) -> SessionPage {
    let sight = Sight::of(visit);
    let listed = &whole.listed;
    let session = &listed.session;
    let row = sight.row(listed);
    let (verdict, verdict_icon) = verdict(&sight, listed);
    let names = sight.words.session;
    let reveals_ip = visit.may(Permission::Reveal) && !visit.may(Permission::SeeAddresses);
    let may_revoke = row.live && visit.may(Permission::Revoke);
    SessionPage {
        frame: visit.frame(Section::Sessions),
        heading: (names.heading)(&row.four),
        user: row.user,
        live: row.live,
        verdict,
        verdict_icon,
        note: session.ended_note.clone().filter(|note| !note.is_empty()),
        facts: facts(&sight, session, whole.login.as_ref(), reveals_ip.then_some(&listed.uid)),
        history: history(&sight, listed, whole.login.as_ref()),
        neighbours: neighbours(&sight, whole),
        columns: Columns { user: true, revoke: visit.may(Permission::Revoke), ..Columns::default() },
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
        State::Recalled => (names.recalled.to_owned(), "cut"),
        State::Barred => (names.owner_frozen.to_owned(), "frost"),
        State::Ended => {
            let at = session.ended_at.map(|at| sight.zone.absolute(at)).unwrap_or_default();
            let by = sight.ender(session.ended_by.as_deref().unwrap_or_default());
            let why = sight.words.terms.reason(session.ended_reason.as_deref().unwrap_or_default());
            ((names.ended_line)(&at, by, why), "cut")
        }
    }
}

/// That it was opened, last used, and ended, or will be; the latest first.
fn history(sight: &Sight<'_>, listed: &Listed, login: Option<&Login>) -> Vec<Event> {
    let (session, names) = (&listed.session, sight.words.session);
    let event = |at, what, how: &str| Event { at: sight.when(at), what, how: how.to_owned() };
    let from = login.map(|login| (names.from)(&sight.ip(&login.ip))).unwrap_or_default();
    let mut events = vec![event(session.created_at, names.opened, &from)];
    if session.last_seen_at > session.created_at {
        events.push(event(session.last_seen_at, names.touched, ""));
    }
    if let Some(at) = session.ended_at {
        let by = sight.ender(session.ended_by.as_deref().unwrap_or_default());
        let why = sight.words.terms.reason(session.ended_reason.as_deref().unwrap_or_default());
        events.push(event(at, names.was_ended, &(names.by_because)(by, why)));
    } else {
        let idle_at = session.last_seen_at + sight.liveness.now.since(sight.liveness.idle_since);
        match session.state(listed.status, sight.liveness) {
            State::Expired => events.push(event(session.expires_at, names.ran_out, "")),
            State::Idle => events.push(event(idle_at, names.went_idle, "")),
            State::Live | State::Recalled | State::Barred | State::Ended => {}
        }
    }
    events.reverse();
    events
}

/// The sessions of the same device, and those of the same address; kinds without any are left out.
fn neighbours(sight: &Sight<'_>, whole: &Whole) -> Vec<Neighbours> {
    let names = sight.words.session;
    let rows = |all: &[Listed]| all.iter().take(SHOWN).map(|other| sight.row(other)).collect();
    let devices = Count::Exactly(u64::try_from(whole.same_device.len()).unwrap_or(u64::MAX));
    // the session itself is one of those at its address
    let others = BoundedCount { counted: whole.at_address.counted - 1, ..whole.at_address };
    let of =
        |id, title, count: Count, rows| Neighbours { id, title, count: count.say(sight.words.lists), rows };
    [
        of("same-device", names.same_device, devices, rows(&whole.same_device)),
        of("same-address", names.same_address, Count::from(others), rows(&whole.same_address)),
    ]
    .into_iter()
    .filter(|kind| !kind.rows.is_empty())
    .collect()
}

/// What is known of it; `reveals`: whose it is, when the reader sees its address only for a reason.
fn facts(sight: &Sight<'_>, session: &Session, login: Option<&Login>, reveals: Option<&String>) -> Vec<Fact> {
    let names = sight.words.session;
    let or_dash =
        |text: &str| if text.is_empty() { sight.words.times.unknown.to_owned() } else { text.to_owned() };
    vec![
        Fact::text(names.id, session.sid.clone()),
        Fact::text(names.app, sight.app(&session.appid)),
        Fact::time(names.created, sight.when(session.created_at)),
        Fact::time(names.seen, sight.when(session.last_seen_at)).hint(names.seen_hint),
        Fact::time(names.expires, sight.when(session.expires_at)),
        Fact::text(names.ip, sight.ip(&session.ip)).reveal(
            reveals.filter(|_| !session.ip.is_empty()).map(|uid| Field::Ip(session.sid.clone()).href(uid)),
        ),
        Fact::text(names.device, sight.device(session)),
        Fact::text(names.wechat_version, or_dash(&session.wechat_version)),
        Fact::text(names.app_version, or_dash(&session.app_version)),
        login.map_or_else(|| Fact::text(names.login, or_dash("")), |login| login_fact(sight, session, login)),
    ]
}

/// The attempt that opened the session: how it went, from where, and WeChat's id of it.
fn login_fact(sight: &Sight<'_>, session: &Session, login: &Login) -> Fact {
    let names = sight.words.session;
    let mut text = (names.login_line)(login.latency_ms);
    if login.ip != session.ip {
        text = format!("{text} · {}", (names.from)(&sight.ip(&login.ip)));
    }
    if let Some(rid) = &login.rid {
        text = format!("{text} · rid {rid}");
    }
    Fact::text(names.login, text)
}
