//! `/admin/lookup`: the one box that finds users and sessions by anything.
//!
//! What is typed is sent in the body and never stands in an address. Masked things are found by their whole value
//! only, or the mask could be guessed piece by piece. Lookups by openid, phone number or address leave a digest in the trail.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::audit::entry;
use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{Choice, Frame, Section};
use super::guard::allowed::{Allowed, Browse};
use super::guard::submission::Submission;
use super::guard::visit::{Answer, Visit};
use super::parts::list::{Columns, Count};
use super::parts::mask;
use super::parts::session_row::{SessionRow, UserRef};
use super::parts::sight::Sight;
use super::query::encode;
use super::role::Permission;
use super::term::{self, Id, Kind};
use crate::clock::Instant;
use crate::config::Network;
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::jobs::Job;
use crate::db::page::{BoundedCount, Start};
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::db::sessions::network::OfNetwork;
use crate::db::sessions::{Liveness, Session};
use crate::db::throttles::{Key, Throttle};
use crate::db::users::User;
use crate::db::users::list as users;
use crate::error::{Error, Result};
use crate::phone;
use crate::secret::{KeyRing, hex};
use crate::text::fold;

/// The longest thing that is looked for, in characters.
const MOST: usize = 64;
/// How many sessions a screen has.
const SHOWN: usize = 25;
/// How many addresses who sees them masked can look for without a wait, until a day passes without one.
const ADDRESSES: i64 = 30;

/// What a lookup found, when it is not exactly one thing.
#[derive(Debug, Template)]
#[template(path = "lookup/page.html")]
pub struct LookupPage {
    /// The frame.
    pub frame: Frame,
    /// How it was understood and how much was found.
    pub heading: String,
    /// What was typed. In the page only, never in a URL.
    pub term: Option<String>,
    /// Users found.
    pub users: Vec<UserRef>,
    /// Sessions found.
    pub rows: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
    /// What may help.
    pub hints: Vec<&'static str>,
    /// Other ways to understand the term.
    pub others: Vec<Choice>,
    /// What to know of the rows, when there are more than these.
    pub note: Option<String>,
    /// Whether these are not the first ones.
    pub is_later: bool,
    /// The session after which the next screen begins. Sent in the body, as the term is.
    pub older: Option<String>,
}

/// What was found.
#[derive(Default)]
struct Found {
    users: Vec<User>,
    sessions: Vec<Listed>,
    job: Option<Job>,
    /// How many sessions there are, when it can be more than those.
    count: Option<BoundedCount>,
    has_after: bool,
    is_part: bool,
}

/// The empty page: what can be looked for.
pub async fn get(visit: Allowed<Browse>) -> Answer {
    std::future::ready(Ok(empty(&visit, StatusCode::OK, visit.words().lookup.empty_title))).await
}

/// Looks a term up. One hit is gone to at once.
pub async fn post(visit: Allowed<Browse>, form: Submission) -> Answer {
    let form = form.check(&visit).await?;
    visit.answer(look_up(&visit, form.one("term"), form.one("as"), form.one("before")).await)
}

/// Looks a term up as the kind of thing that `code` says, or that it looks like; of its sessions those after `before`.
pub(super) async fn look_up(
    visit: &Visit,
    term: &str,
    code: &str,
    before: &str,
) -> Result<HttpResponse, Refused> {
    let (term, words) = (term::plain(term), visit.words().lookup);
    if term.is_empty() {
        return Ok(empty(visit, StatusCode::OK, words.empty_title));
    }
    if term.chars().count() > MOST {
        return Ok(empty(visit, StatusCode::UNPROCESSABLE_ENTITY, words.too_long));
    }
    let looks_like = Kind::of(&term);
    let kind = match code {
        "" => looks_like,
        code => {
            let known = Kind::ALL.into_iter().find(|kind| kind.code() == code);
            known.ok_or_else(|| Refusal::Parameter("as".to_owned()))?
        }
    };
    let tells = || term::network(&term).is_some_and(|network| mask::reveals(&network));
    if kind == Kind::Ip && !visit.may(Permission::SeeAddresses) && tells() {
        return Ok(empty(visit, StatusCode::UNPROCESSABLE_ENTITY, words.too_narrow));
    }
    note(visit, kind, &term).await?;
    if kind == Kind::Id
        && let Some(Id::Entry(id)) = Id::read(&term)
    {
        return Ok(match entry::find(visit, id).await? {
            Some(entry) => visit.go(&format!("/admin/audit/{}", entry.id)),
            None => show(visit, kind, term, &Found::default(), false),
        });
    }
    let before = Some(before.to_owned()).filter(|before| !before.is_empty());
    let is_later = before.is_some();
    let (wanted, liveness) = (term.clone(), Sight::of(visit).liveness);
    let (db, keys) = (&visit.state.db, Arc::clone(&visit.state.keys));
    let mut found =
        db.read(move |conn| find(conn, &keys, kind, &wanted, before.as_deref(), liveness)).await?;
    found.job = found.job.filter(|_| visit.may(Permission::WatchJobs));
    Ok(match (found.users.as_slice(), found.sessions.as_slice(), &found.job) {
        ([user], [], None) => visit.go(&format!("/admin/users/{}", user.uid)),
        ([], [listed], None) if !is_later => visit.go(&format!("/admin/sessions/{}", listed.session.sid)),
        ([], [], Some(job)) => visit.go(&format!("/admin/jobs/{}", job.jid)),
        // a list counts and pages; names may stand in an address
        ([_, ..], _, _) if kind == Kind::Nickname && !looks_like.is_personal() => {
            visit.go(&format!("/admin/users?q={}", encode(&term)))
        }
        _ => show(visit, kind, term, &found, is_later),
    })
}

/// Leaves a trace of a lookup by something that names a person, without the thing itself. Who sees addresses masked must
/// wait after many: 256 of them would be all that the mask hides.
async fn note(visit: &Visit, kind: Kind, term: &str) -> Result<()> {
    let action = match kind {
        Kind::OpenId => "lookup.openid",
        Kind::Phone => "lookup.phone",
        Kind::Ip => "lookup.ip",
        Kind::Id | Kind::Nickname => return Ok(()),
    };
    let state = &visit.state;
    let mut entry = visit.entry(action, String::new(), "ok");
    let digest = hex(&state.keys.digest("lookup", term)?);
    entry.detail = serde_json::json!({ "digest": digest }).to_string();
    let (now, is_guess) = (visit.now(), kind == Kind::Ip && !visit.may(Permission::SeeAddresses));
    let key = Key::new(state.keys.digest("lookup_addresses", &visit.id().to_string())?, ADDRESSES);
    let write = move |conn: &mut Conn| {
        if is_guess && let Some(until) = Throttle::attempt(conn, &[key], now)? {
            return Err(Error::RateLimited { retry_after: until.since(now) });
        }
        Audit::append(conn, &entry, now)
    };
    visit.write(write).await.map(drop)
}

fn find(
    conn: &mut Conn,
    keys: &KeyRing,
    kind: Kind,
    term: &str,
    before: Option<&str>,
    liveness: Liveness,
) -> Result<Found> {
    Ok(match kind {
        Kind::Phone => match phone::typed(term) {
            Some(number) => Found { users: User::find_by_phone(conn, keys, &number)?, ..Found::default() },
            None => Found::default(),
        },
        Kind::OpenId => Found { users: User::find_by_wechat_id(conn, term)?, ..Found::default() },
        Kind::Ip => match term::network(term) {
            Some(network) => from_there(conn, &network, before, liveness)?,
            None => Found::default(),
        },
        Kind::Id => match Id::read(term) {
            Some(Id::Public(id)) => Found {
                users: User::find(conn, &id)?.into_iter().collect(),
                job: Job::find(conn, &id)?,
                sessions: Session::find_listed(conn, &[id])?,
                ..Found::default()
            },
            _ => Found::default(),
        },
        Kind::Nickname => {
            let needle = fold(term);
            if needle.is_empty() {
                return Ok(Found::default());
            }
            let all = users::Filter::default();
            // whether it is one, or more; a name like a number is shown here, for no address may hold it
            let most = if Kind::of(term).is_personal() { SHOWN } else { 2 };
            let screen = User::search(conn, &needle, &all, &Start::First, most, liveness)?;
            Found { users: screen.rows, ..Found::default() }
        }
    })
}

/// The sessions that were opened from an address or a network.
fn from_there(conn: &mut Conn, network: &Network, before: Option<&str>, liveness: Liveness) -> Result<Found> {
    let most = if network.address().is_ipv4() { 32 } else { 128 };
    if network.bits() < most {
        let OfNetwork { rows, found, has_after, is_part } =
            Session::of_network(conn, network, before, SHOWN)?;
        let count = BoundedCount { is_more: is_part, ..BoundedCount::new(found) };
        return Ok(Found { sessions: rows, count: Some(count), has_after, is_part, ..Found::default() });
    }
    let filter = Filter { ip: Some(network.address().to_string()), ..Filter::of(StateFilter::All) };
    let start = before.map_or(Start::First, |sid| Start::After((Instant::EPOCH, sid.to_owned())));
    let screen = Session::list(conn, &filter, Order::CreatedDown, &start, SHOWN, liveness)?;
    let count = Session::count(conn, &filter, liveness)?;
    Ok(Found { sessions: screen.rows, count: Some(count), has_after: screen.has_after, ..Found::default() })
}

/// Nothing was typed, too much, or what the reader may not look for.
fn empty(visit: &Visit, status: StatusCode, heading: &str) -> HttpResponse {
    let words = visit.words().lookup;
    let page = LookupPage {
        frame: visit.frame(Section::Users),
        heading: heading.to_owned(),
        term: None,
        users: Vec::new(),
        rows: Vec::new(),
        columns: Columns::default(),
        hints: vec![words.empty_text, words.exact],
        others: Vec::new(),
        note: None,
        is_later: false,
        older: None,
    };
    Page::new(visit.lang, page).status(status).into_response()
}

fn show(visit: &Visit, kind: Kind, term: String, found: &Found, is_later: bool) -> HttpResponse {
    let sight = Sight::of(visit);
    let words = sight.words.lookup;
    let shown = found.users.len() + found.sessions.len() + usize::from(found.job.is_some());
    let count = Count::from(found.count.unwrap_or_else(|| BoundedCount::new(shown))).short();
    let heading = match shown {
        0 => (words.nothing)(kind.name(words)),
        _ => (words.several)(kind.name(words), &count),
    };
    let hints = match kind {
        Kind::OpenId => vec![words.hint_openid, words.hint_app, words.hint_deleted],
        Kind::Nickname => vec![words.hint_deleted],
        Kind::Phone => vec![words.hint_phone, words.hint_deleted],
        Kind::Ip | Kind::Id => vec![words.exact],
    };
    let other = |other: Kind| Choice {
        value: other.code().to_owned(),
        label: (words.retry)(other.name(words)),
        chosen: false,
    };
    let others = Kind::ALL.into_iter().filter(|other| shown == 0 && *other != kind).map(other).collect();
    let note = if found.is_part {
        Some((words.part)(BoundedCount::BOUND.unsigned_abs()))
    } else {
        (found.has_after || is_later).then(|| words.newest_first.to_owned())
    };
    let last = found.sessions.last().filter(|_| found.has_after);
    let page = LookupPage {
        frame: visit.frame(Section::Users),
        heading,
        term: Some(term),
        users: found.users.iter().map(|user| sight.user(&user.uid, &user.nickname)).collect(),
        rows: found.sessions.iter().map(|listed| sight.row(listed)).collect(),
        columns: Columns { user: true, revoke: visit.may(Permission::Revoke), ..Columns::default() },
        hints,
        others,
        note,
        is_later,
        older: last.map(|listed| listed.session.sid.clone()),
    };
    Page::new(visit.lang, page).into_response()
}
