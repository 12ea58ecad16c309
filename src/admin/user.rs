//! `/admin/users/{uid}`: everything about one user.

use actix_web::{HttpResponse, web};
use askama::Template;

use super::allowed::{Allowed, Browse};
use super::errors::{Refusal, Refused};
use super::frame::{Frame, Section};
use super::list::Columns;
use super::mask;
use super::page::Page;
use super::role::{Permission, Role};
use super::session_row::{Badge, Fact, SessionRow, UserRef};
use super::sight::Sight;
use super::visit::{Answer, Visit};
use super::when::{self, When};
use crate::db::Conn;
use crate::db::audit::Audit;
use crate::db::identities::Identity;
use crate::db::logins::Login;
use crate::db::page::{Screen, Start};
use crate::db::sessions::list::{Filter, Listed, Order, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::{Status, User};
use crate::error::{Error, Result};

/// How many of a user's sessions, logins and deeds their page shows.
const SHOWN: usize = 25;

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
    /// When the user was deleted.
    pub deleted: Option<When>,
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
    /// The latest login attempts.
    pub logins: Vec<LoginRow>,
    /// What staff did, newest first.
    pub history: Vec<Deed>,
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

/// Everything about one user, read in five statements.
struct Whole {
    user: User,
    sessions: Screen<Listed>,
    identities: Vec<Identity>,
    logins: Vec<Login>,
    deeds: Vec<Audit>,
}

impl Whole {
    fn read(conn: &mut Conn, uid: &str, liveness: Liveness) -> Result<Self> {
        let user = User::find(conn, uid)?.ok_or(Error::NotFound)?;
        let filter = Filter { user_id: Some(user.id), ..Filter::of(StateFilter::All) };
        Ok(Self {
            sessions: Session::list(conn, &filter, Order::CreatedDown, &Start::First, SHOWN, liveness)?,
            identities: Identity::of_users(conn, &[user.id])?,
            logins: Login::of_user(conn, user.id, 10)?,
            deeds: Audit::of_target(conn, &format!("user:{uid}"), SHOWN)?,
            user,
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
    let whole = db.read(move |conn| Whole::read(conn, &wanted, liveness)).await?;
    let page = page(visit, &sight, &whole);
    Ok(Page::new(visit.lang, page).into_response())
}

/// A public id out of a path.
///
/// # Errors
/// [`Refusal::NotFound`] when it cannot be one.
pub fn id(text: &str) -> Result<String, Refused> {
    let is_id = text.len() == 36 && uuid::Uuid::try_parse(text).is_ok();
    if is_id { Ok(text.to_ascii_lowercase()) } else { Err(Refusal::NotFound.into()) }
}

fn page(visit: &Visit, sight: &Sight<'_>, whole: &Whole) -> UserPage {
    let words = sight.words;
    let user = &whole.user;
    let rows: Vec<SessionRow> = whole.sessions.rows.iter().map(|listed| sight.row(listed)).collect();
    let live = rows.iter().filter(|row| row.live).count();
    let apps: Vec<String> = whole.identities.iter().map(|identity| sight.app(&identity.appid)).collect();
    UserPage {
        frame: visit.frame(Section::Users),
        user: sight.user(&user.uid, &user.nickname),
        status: sight.status(user.status),
        live: (words.user.live_count)(u64::try_from(live).unwrap_or(u64::MAX)),
        app: apps.join(" · "),
        actions: actions(visit, user, live > 0, user.status.is_barred(visit.now())),
        frozen: frozen(sight, user),
        deleted: user.deleted_at.map(|at| sight.when(at)),
        columns: Columns::default(),
        all_sessions: Some(format!("/admin/sessions?state=all&user={}", user.uid)),
        facts: facts(sight, user),
        identities: whole.identities.iter().map(|identity| identity_row(sight, identity)).collect(),
        logins: whole.logins.iter().map(|login| login_row(sight, login)).collect(),
        history: whole.deeds.iter().map(|deed| deed_row(sight, deed)).collect(),
        rows,
    }
}

fn actions(visit: &Visit, user: &User, has_live: bool, is_barred: bool) -> Actions {
    let href = |verb: &str| format!("/admin/users/{}/{verb}", user.uid);
    let is_deleted = user.status == Status::Deleted;
    let may_freeze = visit.may(Permission::Freeze) && !is_deleted;
    Actions {
        revoke: (has_live && visit.may(Permission::Revoke)).then(|| href("revoke")),
        freeze: (may_freeze && !is_barred).then(|| href("freeze")),
        unfreeze: (may_freeze && is_barred).then(|| href("unfreeze")),
    }
}

fn frozen(sight: &Sight<'_>, user: &User) -> Option<String> {
    let Status::Frozen { until } = user.status else { return None };
    let why = user.frozen_reason.as_deref().map(|code| sight.words.terms.reason(code).to_owned());
    let until = until.map(|until| (sight.words.user.until)(&when::absolute(until)));
    let is_barred = user.status.is_barred(sight.liveness.now);
    is_barred.then(|| why.into_iter().chain(until).collect::<Vec<_>>().join(" · "))
}

fn facts(sight: &Sight<'_>, user: &User) -> Vec<Fact> {
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
        Fact::time(names.created, sight.when(user.created_at)),
        Fact::time(names.seen, sight.when(user.last_login_at)),
    ]
}

fn identity_row(sight: &Sight<'_>, identity: &Identity) -> IdentityRow {
    IdentityRow {
        app: sight.app(&identity.appid),
        appid: identity.appid.clone(),
        openid: mask::openid(&identity.openid),
        unionid: identity.unionid.as_deref().map_or_else(|| "—".to_owned(), mask::openid),
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

fn deed_row(sight: &Sight<'_>, deed: &Audit) -> Deed {
    let words = sight.words;
    let role = deed.role.parse::<Role>().map_or(deed.role.as_str(), |role| words.terms.role(role));
    let filled = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Deed {
        at: sight.when(deed.at),
        action: words.actions.name(&deed.action).to_owned(),
        who: (words.user.done_by)(&deed.actor, role),
        reason: filled(words.terms.reason(&deed.reason)),
        note: filled(&deed.note),
    }
}
