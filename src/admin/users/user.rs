//! `/admin/users/{uid}`: everything about one user.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::notes::{self, NoteForm, NoteRow};
use super::reveal::Field;
use crate::admin::frame::errors::Refused;
use crate::admin::frame::page::Page;
use crate::admin::frame::{Frame, Section};
use crate::admin::guard::allowed::{Allowed, Browse};
use crate::admin::guard::visit::{Answer, Visit};
use crate::admin::locale::when::When;
use crate::admin::parts::identity_bar::IdentityBar;
use crate::admin::parts::list::Columns;
use crate::admin::parts::mask;
use crate::admin::parts::public_id::id;
use crate::admin::parts::session_row::{Badge, Fact, SessionRow, UserRef};
use crate::admin::parts::sight::Sight;
use crate::admin::reviews;
use crate::admin::role::{Permission, Role};
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::identities::Identity;
use crate::db::logins::Login;
use crate::db::page::Start;
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::tombstones::Tombstone;
use crate::db::users::{Freeze, User, whole};
use crate::error::Result;
use crate::phone::Phone;

/// How many of a user's sessions, logins and deeds their page shows.
const SHOWN: usize = 25;
/// How many notes.
const SHOWN_NOTES: usize = whole::NOTES - 1;

/// One user's page.
#[derive(Debug, Template)]
#[template(path = "user/page.html")]
pub struct UserPage {
    /// The frame.
    pub frame: Frame,
    /// Who.
    pub user: UserRef,
    /// Active, frozen or deleted.
    pub status: Badge,
    /// How many live sessions, in words.
    pub live: String,
    /// The mini-programs that know them.
    pub app: String,
    /// What the reader may do.
    pub actions: Actions,
    /// Until when, by whom and why the user is frozen.
    pub frozen: Option<String>,
    /// That the user deleted their account, and what became of it.
    pub deleted: Option<Deleted>,
    /// The newest sessions.
    pub rows: Vec<SessionRow>,
    /// The columns of that table.
    pub columns: Columns,
    /// All sessions of the user.
    pub all_sessions: Option<String>,
    /// The profile.
    pub facts: Vec<Fact>,
    /// Who the user is in each mini-program.
    pub identities: Vec<IdentityRow>,
    /// Other users who are the same person by their unionid, with the way to them.
    pub same_person: Vec<(String, UserRef)>,
    /// What they want to be called or seen as, and what became of that.
    pub proposals: Vec<(String, String)>,
    /// What staff noted, newest first.
    pub notes: Vec<NoteRow>,
    /// All notes, when there are more.
    pub all_notes: Option<String>,
    /// To write one, for those who may.
    pub note_form: Option<NoteForm>,
    /// The latest login attempts.
    pub logins: Vec<LoginRow>,
    /// What staff did, newest first.
    pub history: Vec<Deed>,
}

/// A deletion, as the page tells of it.
#[derive(Clone, Debug)]
pub struct Deleted {
    /// What is so.
    pub title: &'static str,
    /// What that means.
    pub text: &'static str,
    /// When it will be erased, or was.
    pub at: When,
}

/// Links to what the reader may do; none where they may not, or where it makes no sense now.
#[derive(Clone, Debug, Default)]
pub struct Actions {
    /// End all sessions.
    pub revoke: Option<String>,
    /// Freeze.
    pub freeze: Option<String>,
    /// Undo the freeze.
    pub unfreeze: Option<String>,
    /// Delete the account.
    pub delete: Option<String>,
}

/// The user in one mini-program.
#[derive(Clone, Debug)]
pub struct IdentityRow {
    /// The mini-program's name.
    pub app: String,
    /// Its appid.
    pub appid: String,
    /// Masked.
    pub openid: String,
    /// Masked, or a dash.
    pub unionid: String,
    /// The page that shows the openid, for those who may.
    pub reveal_openid: Option<String>,
    /// The page that shows the unionid, for those who may, if there is one.
    pub reveal_unionid: Option<String>,
}

/// One login attempt.
#[derive(Clone, Debug)]
pub struct LoginRow {
    /// When.
    pub at: When,
    /// The mini-program's name.
    pub app: String,
    /// The look of the result.
    pub kind: &'static str,
    /// The result in words.
    pub result: String,
    /// WeChat's errcode and what it means.
    pub detail: Option<String>,
    /// From where, masked for those who may not see it whole.
    pub ip: String,
    /// `120 ms`, or a dash.
    pub latency: String,
}

/// Something that staff did with a user.
#[derive(Clone, Debug)]
pub struct Deed {
    /// When.
    pub at: When,
    /// What.
    pub action: String,
    /// Who, with the role at the time.
    pub who: String,
    /// Why.
    pub reason: Option<String>,
    /// What else they wrote.
    pub note: Option<String>,
}

/// Everything about one user, read in a fixed number of statements.
struct Whole {
    own: whole::Whole,
    /// The freeze that holds, also what is left of it when the user is erased.
    freeze: Option<Freeze>,
    sessions: Vec<Listed>,
    same_person: Vec<User>,
    logins: Vec<Login>,
    deeds: Vec<Audit>,
}

impl Whole {
    /// `is_linked`: whether unionids mean anything here; else nobody is looked for who may be the same person.
    fn read(conn: &mut Conn, uid: &str, is_linked: bool, liveness: Liveness) -> Result<Self> {
        let own = User::find_whole(conn, uid, liveness)?;
        let user = &own.user;
        let filter = Filter { user_id: Some(user.id), ..Filter::of(StateFilter::All) };
        let list = |conn: &mut Conn| {
            Session::list(conn, &filter, Order::CreatedDown, &Start::First, SHOWN, liveness)
        };
        // of whom an erasure left only a number there are neither sessions nor identities, and perhaps a freeze
        let (sessions, same_person, freeze) = if user.erased_at.is_some() {
            (Vec::new(), Vec::new(), Tombstone::of(conn, uid, liveness.now)?)
        } else {
            let others = if is_linked { Identity::same_person(conn, user.id)? } else { Vec::new() };
            (list(conn)?.rows, others, user.freeze_at(liveness.now))
        };
        Ok(Self {
            sessions,
            same_person,
            logins: Login::of_user(conn, user.id, 10)?,
            freeze,
            deeds: Audit::of_target(conn, &format!("user:{uid}"), SHOWN)?,
            own,
        })
    }
}

/// Shows the user.
pub async fn get(visit: Allowed<Browse>, uid: web::Path<String>) -> Answer {
    visit.answer(whole(&visit, &uid).await)
}

async fn whole(visit: &Visit, uid: &str) -> Result<HttpResponse, Refused> {
    let sight = Sight::of(visit);
    let (wanted, liveness) = (id(uid)?, sight.liveness);
    let db = &visit.state.db;
    let config = &visit.state.config;
    let is_linked = config.apps.iter().any(|app| config.linked(app).len() > 1);
    let whole = db.read(move |conn| Whole::read(conn, &wanted, is_linked, liveness)).await?;
    let page = page(visit, &sight, &whole);
    Ok(Page::new(visit.lang, page).into_response())
}

fn page(visit: &Visit, sight: &Sight<'_>, whole: &Whole) -> UserPage {
    let user = &whole.own.user;
    let may_reveal = visit.may(Permission::Reveal);
    let rows: Vec<SessionRow> = whole.sessions.iter().map(|listed| sight.row(listed)).collect();
    let bar = IdentityBar::of(sight, &whole.own);
    UserPage {
        frame: visit.frame(Section::Users),
        user: bar.user,
        status: bar.status,
        live: bar.live,
        app: bar.app,
        actions: actions(visit, user, whole.own.live > 0, whole.freeze.is_some()),
        frozen: whole.freeze.as_ref().map(|freeze| frozen(sight, freeze, &whole.deeds)),
        deleted: deleted(sight, user),
        columns: Columns { revoke: visit.may(Permission::Revoke), ..Columns::default() },
        all_sessions: Some(format!("/admin/sessions?state=all&user={}", user.uid)),
        facts: facts(sight, user, whole.own.phone.open(&visit.state.keys).as_ref(), may_reveal),
        identities: (whole.own.identities.iter().enumerate())
            .map(|(place, identity)| identity_row(sight, identity, may_reveal.then_some((&user.uid, place))))
            .collect(),
        same_person: whole
            .same_person
            .iter()
            .map(|other| (format!("/admin/users/{}", other.uid), sight.user(&other.uid, &other.nickname)))
            .collect(),
        proposals: whole.own.reviews.iter().map(|review| reviews::line(sight, review)).collect(),
        notes: whole.own.notes.iter().take(SHOWN_NOTES).map(|note| notes::row(sight, note)).collect(),
        all_notes: (whole.own.notes.len() > SHOWN_NOTES).then(|| format!("/admin/users/{}/notes", user.uid)),
        note_form: notes::form(visit, user, None),
        logins: whole.logins.iter().map(|login| login_row(sight, login)).collect(),
        history: whole.deeds.iter().map(|deed| deed_row(sight, deed)).collect(),
        rows,
    }
}

fn actions(visit: &Visit, user: &User, has_live: bool, is_barred: bool) -> Actions {
    let href = |verb: &str| format!("/admin/users/{}/{verb}", user.uid);
    let may_freeze = visit.may(Permission::Freeze);
    let is_erased = user.erased_at.is_some();
    Actions {
        revoke: (has_live && visit.may(Permission::Revoke)).then(|| href("revoke")),
        freeze: (may_freeze && !is_barred && !is_erased).then(|| href("freeze")),
        unfreeze: (may_freeze && is_barred).then(|| href("unfreeze")),
        delete: (visit.may(Permission::Erase) && user.deleted_at.is_none()).then(|| href("delete")),
    }
}

/// Why a user is kept out, until when, and who did it, if that is among what was done last.
fn frozen(sight: &Sight<'_>, freeze: &Freeze, deeds: &[Audit]) -> String {
    let words = sight.words;
    let why = freeze.reason.as_deref().map(|code| words.terms.reason(code).to_owned());
    let until = freeze.until.map(|until| (words.user.until)(&sight.zone.absolute(until)));
    let deed = deeds.iter().find(|deed| deed.action == "user.freeze");
    let by = deed.map(|deed| (words.user.frozen_by)(&doer(sight, deed), &sight.zone.absolute(deed.at)));
    why.into_iter().chain(until).chain(by).collect::<Vec<_>>().join(" · ")
}

fn deleted(sight: &Sight<'_>, user: &User) -> Option<Deleted> {
    let words = sight.words.user;
    let erased = user.erased_at.map(|at| (words.erased_title, words.erased_text, at));
    let leaving = user.erase_at.map(|at| (words.leaving_title, words.leaving_text, at));
    erased.or(leaving).map(|(title, text, at)| Deleted { title, text, at: sight.when(at) })
}

fn facts(sight: &Sight<'_>, user: &User, phone: Option<&Phone>, may_reveal: bool) -> Vec<Fact> {
    let names = sight.words.user;
    let gender = match user.gender {
        1 => names.male,
        2 => names.female,
        _ => names.gender_unknown,
    };
    let or_dash =
        |text: &str| if text.is_empty() { sight.words.times.unknown.to_owned() } else { text.to_owned() };
    let places = [&user.country, &user.province, &user.city].map(String::as_str);
    let region: Vec<&str> = places.into_iter().filter(|place| !place.is_empty()).collect();
    vec![
        Fact::text(names.id, user.uid.clone()),
        Fact::text(names.gender, gender),
        Fact::text(names.region, or_dash(&region.join(" "))),
        Fact::text(names.language, or_dash(&user.language)),
        Fact::text(names.phone, or_dash(&phone.map(Phone::masked).unwrap_or_default()))
            .reveal((may_reveal && phone.is_some()).then(|| Field::Phone.href(&user.uid))),
        Fact::time(names.created, sight.when(user.created_at)),
        Fact::time(names.seen, sight.when(user.last_login_at)),
    ]
}

/// An identity; `reveals`: whose it is and which of theirs, when the reader may see its ids.
fn identity_row(sight: &Sight<'_>, identity: &Identity, reveals: Option<(&String, usize)>) -> IdentityRow {
    let has_unionid = identity.unionid.is_some();
    IdentityRow {
        app: sight.app(&identity.appid),
        appid: identity.appid.clone(),
        openid: mask::openid(&identity.openid),
        unionid: identity.unionid.as_deref().map_or_else(|| "—".to_owned(), mask::openid),
        reveal_openid: reveals.map(|(uid, place)| Field::Openid(place).href(uid)),
        reveal_unionid: reveals.filter(|_| has_unionid).map(|(uid, place)| Field::Unionid(place).href(uid)),
    }
}

fn login_row(sight: &Sight<'_>, login: &Login) -> LoginRow {
    let words = sight.words.results;
    let is_ok = login.result == "ok";
    let explained = words.explain(&login.result);
    let detail = login.errcode.map_or_else(|| explained.to_owned(), |code| (words.errcode)(code, explained));
    LoginRow {
        at: sight.when(login.at),
        app: sight.app(&login.appid),
        kind: if is_ok { "live" } else { "problem" },
        result: if is_ok { words.ok } else { words.failed }.to_owned(),
        detail: (!is_ok).then_some(detail),
        ip: sight.ip(&login.ip),
        latency: format!("{} ms", login.latency_ms),
    }
}

/// Who did it, with the role at the time.
fn doer(sight: &Sight<'_>, deed: &Audit) -> String {
    let words = sight.words;
    let role = deed.role.parse::<Role>().map_or(deed.role.as_str(), |role| words.terms.role(role));
    match deed.actor.as_str() {
        "user" => words.terms.by_user.to_owned(),
        "system" if role.is_empty() => words.terms.by_system.to_owned(),
        name => (words.user.done_by)(name, role),
    }
}

fn deed_row(sight: &Sight<'_>, deed: &Audit) -> Deed {
    let words = sight.words;
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Deed {
        at: sight.when(deed.at),
        action: words.actions.name(&deed.action).to_owned(),
        who: doer(sight, deed),
        reason: filled(words.terms.reason(&deed.reason)),
        note: filled(&deed.note),
    }
}
