//! `/admin/lookup`: the one box that finds users and sessions by anything.
//!
//! What is typed is sent in the body and never stands in an address. Masked things are found by their whole value
//! only, or the mask could be guessed piece by piece. Lookups by openid or address leave a digest in the trail.

use actix_web::HttpResponse;
use askama::Template;

use super::allowed::{Allowed, Browse};
use super::errors::{Refusal, Refused};
use super::frame::{Choice, Frame, Section};
use super::list::Columns;
use super::locale;
use super::page::Page;
use super::session_row::{SessionRow, UserRef};
use super::sight::Sight;
use super::submission::{Fields, Submission};
use super::visit::{Answer, Visit};
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::page::Start;
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;
use crate::db::users::list as users;
use crate::error::Result;
use crate::secret::hex;
use crate::text::fold;

/// The longest thing that is looked for, in characters.
const MOST: usize = 64;
/// How many of each kind are shown.
const SHOWN: usize = 25;

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
}

/// What a term can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    OpenId,
    Ip,
    Id,
    Nickname,
}

impl Kind {
    const ALL: [Self; 4] = [Self::OpenId, Self::Ip, Self::Id, Self::Nickname];

    /// What it most likely is: openids have 28 characters of base64url.
    fn of(term: &str) -> Self {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if term.len() == 36 && uuid::Uuid::try_parse(term).is_ok() {
            Self::Id
        } else if term.parse::<std::net::IpAddr>().is_ok() {
            Self::Ip
        } else if term.len() == 28 && term.bytes().all(is_base64url) {
            Self::OpenId
        } else {
            Self::Nickname
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::OpenId => "openid",
            Self::Ip => "ip",
            Self::Id => "id",
            Self::Nickname => "nickname",
        }
    }

    const fn name(self, words: &locale::Lookup) -> &'static str {
        match self {
            Self::OpenId => words.as_openid,
            Self::Ip => words.as_ip,
            Self::Id => words.as_id,
            Self::Nickname => words.as_nickname,
        }
    }
}

/// What was found.
#[derive(Default)]
struct Found {
    users: Vec<User>,
    sessions: Vec<Listed>,
}

/// The empty page: what can be looked for.
pub async fn get(visit: Allowed<Browse>) -> Answer {
    std::future::ready(Ok(empty(&visit))).await
}

/// Looks a term up. One hit is gone to at once.
pub async fn post(visit: Allowed<Browse>, form: Submission) -> Answer {
    let form = form.check(&visit)?;
    visit.answer(look_up(&visit, &form).await)
}

async fn look_up(visit: &Visit, form: &Fields) -> Result<HttpResponse, Refused> {
    let term = form.one("term").trim_matches(|one: char| one.is_whitespace() || one == '\u{200b}').to_owned();
    if term.is_empty() || term.chars().count() > MOST {
        return Ok(empty(visit));
    }
    let kind = match form.one("as") {
        "" => Kind::of(&term),
        code => {
            let known = Kind::ALL.into_iter().find(|kind| kind.code() == code);
            known.ok_or_else(|| Refusal::Parameter("as".to_owned()))?
        }
    };
    note(visit, kind, &term).await?;
    let (wanted, liveness) = (term.clone(), Sight::of(visit).liveness);
    let db = &visit.state.db;
    let found = db.read(move |conn| find(conn, kind, &wanted, liveness)).await?;
    match (found.users.as_slice(), found.sessions.as_slice()) {
        ([user], []) => Ok(visit.go(&format!("/admin/users/{}", user.uid))),
        ([], [listed]) => Ok(visit.go(&format!("/admin/sessions/{}", listed.session.sid))),
        _ => Ok(show(visit, kind, term, &found)),
    }
}

/// Leaves a trace of a lookup by something that names a person, without the thing itself.
async fn note(visit: &Visit, kind: Kind, term: &str) -> Result<()> {
    let action = match kind {
        Kind::OpenId => "lookup.openid",
        Kind::Ip => "lookup.ip",
        Kind::Id | Kind::Nickname => return Ok(()),
    };
    let state = &visit.state;
    let mut entry = visit.entry(action, String::new(), "ok");
    let digest = hex(&state.keys.digest("lookup", term)?);
    entry.detail = serde_json::json!({ "digest": digest }).to_string();
    let now = visit.now();
    state.db.write(move |conn| Audit::append(conn, &entry, now).map(drop)).await
}

fn find(conn: &mut Conn, kind: Kind, term: &str, liveness: Liveness) -> Result<Found> {
    Ok(match kind {
        Kind::OpenId => Found { users: User::find_by_wechat_id(conn, term)?, ..Found::default() },
        Kind::Ip => {
            let ip = term.parse::<std::net::IpAddr>().map(|ip| ip.to_canonical().to_string());
            let filter = Filter { ip: Some(ip.unwrap_or_default()), ..Filter::of(StateFilter::All) };
            let screen = Session::list(conn, &filter, Order::CreatedDown, &Start::First, SHOWN, liveness)?;
            Found { sessions: screen.rows, ..Found::default() }
        }
        Kind::Id => {
            let id = term.to_ascii_lowercase();
            let users = User::find(conn, &id)?.into_iter().collect();
            Found { users, sessions: Session::find_listed(conn, &[id])? }
        }
        Kind::Nickname => {
            let needle = fold(term);
            if needle.is_empty() {
                return Ok(Found::default());
            }
            let all = users::Filter::default();
            let screen = User::search(conn, &needle, &all, &Start::First, SHOWN, liveness)?;
            Found { users: screen.rows, ..Found::default() }
        }
    })
}

fn empty(visit: &Visit) -> HttpResponse {
    let words = visit.words().lookup;
    let page = LookupPage {
        frame: visit.frame(Section::Users),
        heading: words.empty_title.to_owned(),
        term: None,
        users: Vec::new(),
        rows: Vec::new(),
        columns: Columns::default(),
        hints: vec![words.empty_text, words.exact],
        others: Vec::new(),
    };
    Page::new(visit.lang, page).into_response()
}

fn show(visit: &Visit, kind: Kind, term: String, found: &Found) -> HttpResponse {
    let sight = Sight::of(visit);
    let words = sight.words.lookup;
    let count = found.users.len() + found.sessions.len();
    let heading = match count {
        0 => (words.nothing)(kind.name(words)),
        count => (words.several)(u64::try_from(count).unwrap_or(u64::MAX)),
    };
    let hints = match kind {
        Kind::OpenId => vec![words.hint_openid, words.hint_app, words.hint_deleted],
        Kind::Nickname => vec![words.hint_deleted],
        Kind::Ip | Kind::Id => vec![words.exact],
    };
    let other = |other: Kind| Choice {
        value: other.code().to_owned(),
        label: (words.retry)(other.name(words)),
        chosen: false,
    };
    let others = Kind::ALL.into_iter().filter(|other| count == 0 && *other != kind).map(other).collect();
    let page = LookupPage {
        frame: visit.frame(Section::Users),
        heading,
        term: Some(term),
        users: found.users.iter().map(|user| sight.user(&user.uid, &user.nickname)).collect(),
        rows: found.sessions.iter().map(|listed| sight.row(listed)).collect(),
        columns: Columns { tick: false, user: true, brief: false },
        hints,
        others,
    };
    Page::new(visit.lang, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_taken_for_what_it_looks_like() {
        for (term, kind) in [
            ("oGZUI0egBJY1zhBYw2KhdUfwVJJE", Kind::OpenId),
            ("203.0.113.7", Kind::Ip),
            ("2001:db8::1", Kind::Ip),
            ("0198f0c1-2222-7333-8444-555566667777", Kind::Id),
            ("张伟", Kind::Nickname),
            ("anna", Kind::Nickname),
            ("oGZUI0egBJY1zhBYw2KhdUfwVJJ", Kind::Nickname),
        ] {
            assert_eq!(Kind::of(term), kind, "{term}");
        }
    }
}
