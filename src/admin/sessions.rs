//! `/admin/sessions`: the list of sessions.

mod more;
pub mod revocation;
pub mod session;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use self::revocation::matching::breadth;
use super::frame::errors::{Refusal, Refused};
use super::frame::page::Page;
use super::frame::{FlashKind, Frame, Link, Section};
use super::guard::allowed::{Allowed, Browse};
use super::guard::visit::{Answer, Visit};
use super::parts::list::{Columns, Count, Days, Empty, List, Pager, Select, Tag};
use super::parts::mask;
use super::parts::paging::{Address, PER_PAGE};
use super::parts::session_row::SessionRow;
use super::parts::sight::Sight;
use super::query::{Kind, Known, Query};
use super::role::Permission;
use crate::admin::frame::problems::Problems;
use crate::db::sessions::list::{Filter, Order, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;

pub use more::More;

pub(super) const PATH: &str = "/admin/sessions";

pub(super) const KNOWN: &[Known] = &[
    Known {
        name: "state",
        default: Some("live"),
        kind: Kind::OneOf(&["live", "revoked", "idle", "expired", "all"]),
    },
    Known { name: "user", default: None, kind: Kind::Id },
    Known { name: "app", default: None, kind: Kind::Text(64) },
    Known { name: "seen", default: None, kind: Kind::Days },
    Known { name: "created", default: None, kind: Kind::Days },
    Known { name: "expires", default: None, kind: Kind::Days },
    Known { name: "ended", default: None, kind: Kind::Days },
    Known { name: "ver", default: None, kind: Kind::Text(32) },
    Known { name: "client", default: None, kind: Kind::OneOf(&CLIENTS) },
    Known { name: "by", default: None, kind: Kind::Text(32) },
    Known { name: "reason", default: None, kind: Kind::OneOf(&REASONS) },
    Known { name: "sort", default: None, kind: Kind::OneOf(&SORTS) },
    Known { name: "after", default: None, kind: Kind::Cursor },
    Known { name: "before", default: None, kind: Kind::Cursor },
    Known { name: "n", default: Some("50"), kind: Kind::OneOf(&PER_PAGE) },
];

/// What sessions can be narrowed to that are to be revoked: live ones only, in no order.
pub(super) const NARROWING: &[Known] = &[
    Known { name: "user", default: None, kind: Kind::Id },
    Known { name: "app", default: None, kind: Kind::Text(64) },
    Known { name: "seen", default: None, kind: Kind::Days },
    Known { name: "created", default: None, kind: Kind::Days },
    Known { name: "expires", default: None, kind: Kind::Days },
    Known { name: "ver", default: None, kind: Kind::Text(32) },
    Known { name: "client", default: None, kind: Kind::OneOf(&CLIENTS) },
];
const SORTS: [&str; 5] = ["-seen", "-created", "expires", "-expires", "-ended"];

const CLIENTS: [&str; 7] = ["ios", "android", "harmony", "windows", "mac", "devtools", "other"];

/// Why sessions are ended: by staff, by the user, by menwei.
pub(super) const REASONS: [&str; 12] = [
    "user_request",
    "device_lost",
    "suspected_theft",
    "violation",
    "test",
    "other",
    "displaced",
    "logout",
    "cancelled",
    "deleted",
    "expired",
    "recalled",
];

/// The list of sessions.
#[derive(Debug, Template)]
#[template(path = "sessions/list.html")]
pub struct SessionsPage {
    /// The frame.
    pub frame: Frame,
    /// Tabs, counts, paging.
    pub list: List,
    /// Filters that the form has no field for and must keep.
    pub kept: Vec<(&'static str, String)>,
    /// Filter: mini-program.
    pub app: Select,
    /// Filter: why ended; only where ended sessions are shown.
    pub reason: Option<Select>,
    /// Filter: signed in on these days.
    pub created: Days,
    /// The order.
    pub sort: Select,
    /// What is wrong with what was ticked.
    pub problems: Problems,
    /// Filters that are wanted more seldom.
    pub more: More,
    /// The columns that are there.
    pub columns: Columns,
    /// One screen of sessions.
    pub rows: Vec<SessionRow>,
    /// The way to revoke all of this list, for those who may.
    pub revoke_all: Option<Link>,
}

/// Shows one screen of sessions.
pub async fn get(visit: Allowed<Browse>, request: HttpRequest) -> Answer {
    visit.answer(screen(&visit, &request).await)
}

async fn screen(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let address = Address::read(request, PATH, KNOWN)?;
    if address.get("sort").is_some() && address.get("sort") == usual(&address) {
        return Err(Refused::Moved(address.with("sort", None)));
    }
    let sight = Sight::of(visit);
    let db = &visit.state.db;
    let (order, liveness, size) = (order(&address)?, sight.liveness, address.size());
    let (filter, whose) = narrowed(visit, &address).await?;
    let (start, narrowed) = (address.start(visit)?, filter.clone());
    let list = move |conn: &mut _| Session::list(conn, &narrowed, order, &start, size, liveness);
    let screen = db.read(list).await?;
    let pager = address.pager(&visit.state.keys, &screen, |listed| listed.key(order))?;
    let rows: Vec<SessionRow> = screen.rows.iter().map(|listed| sight.row(listed)).collect();
    let mut list = around(visit, &address, whose.as_deref(), rows.is_empty(), pager);
    let mut revoke_all = None;
    let is_all = breadth::is_everything(&filter, visit.state.config.session.lifetime, liveness);
    if !rows.is_empty() {
        let is_live = filter.state == StateFilter::Live;
        let found = count(visit, &mut list, filter, liveness).await;
        revoke_all = found.filter(|_| is_live && visit.may(Permission::RevokeMatching));
    }
    let revoke_all = revoke_all.map(|found| matching(&address, found, is_all, sight.words.sessions));
    let page = SessionsPage { revoke_all, ..page(visit, &address, list, rows) };
    Ok(Page::new(visit.lang, page).into_response())
}

/// The way to revoke all of this list; of what is everything, the one for two people.
fn matching(address: &Address, found: Count, is_all: bool, words: &super::locale::Sessions) -> Link {
    if is_all {
        let label = words.revoke_everything.to_owned();
        return Link { href: breadth::EMERGENCY.to_owned(), label, current: false };
    }
    let pairs = NARROWING.iter().filter_map(|known| Some((known.name, address.get(known.name)?)));
    let query = pairs.fold(Query::default(), |query, (name, value)| query.with(NARROWING, name, Some(value)));
    let href = query.href(self::revocation::matching::PATH);
    Link { href, label: (words.revoke_all)(&found.short()), current: false }
}

/// The orders that an index gives for a state, the usual one first.
fn orders(address: &Address) -> &'static [(&'static str, Order)] {
    const SEEN: (&str, Order) = ("-seen", Order::SeenDown);
    const CREATED: (&str, Order) = ("-created", Order::CreatedDown);
    // by their keys, the newest of all would be looked through for those that are live
    const CREATED_LIVE: (&str, Order) = ("-created", Order::ExpiresDown);
    const EXPIRES: (&str, Order) = ("expires", Order::ExpiresUp);
    const EXPIRED: (&str, Order) = ("-expires", Order::ExpiresDown);
    const ENDED: (&str, Order) = ("-ended", Order::EndedDown);

    match address.get("state") {
        Some("all") => &[CREATED],
        Some("revoked") => &[ENDED],
        Some("idle") => &[SEEN],
        Some("expired") => &[EXPIRED],
        _ => &[SEEN, CREATED_LIVE, EXPIRES],
    }
}

/// The order of a state that needs not be said.
fn usual(address: &Address) -> Option<&'static str> {
    orders(address).first().map(|(name, _)| *name)
}

/// The order asked for, if there is an index for it.
pub(super) fn order(address: &Address) -> Result<Order, Refused> {
    let all = orders(address);
    let wanted = address.get("sort");
    let found = all.iter().find(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
    found.map(|(_, order)| *order).ok_or_else(|| Refusal::Parameter("sort".to_owned()).into())
}

/// What the list is narrowed to, and the name of the user if to one.
pub(super) async fn narrowed(visit: &Visit, address: &Address) -> Result<(Filter, Option<String>), Refused> {
    let mut filter = filter(address);
    let Some(uid) = address.get("user").map(str::to_owned) else { return Ok((filter, None)) };
    let user = visit.state.db.lookup(move |conn| User::find(conn, &uid)).await?.ok_or(Refusal::NotFound)?;
    filter.user_id = Some(user.id);
    Ok((filter, Some(Sight::of(visit).name(&user.nickname))))
}

/// The list's filter; whose sessions they are is looked up by the caller.
pub(super) fn filter(address: &Address) -> Filter {
    let text = |name: &str| address.get(name).map(str::to_owned);
    let state = match address.get("state") {
        Some("all") => StateFilter::All,
        Some("revoked") => StateFilter::Ended,
        Some("expired") => StateFilter::Expired,
        Some("idle") => StateFilter::Idle,
        _ => StateFilter::Live,
    };
    Filter {
        appid: text("app"),
        client: text("client"),
        app_version: text("ver"),
        ended_by: text("by"),
        ended_reason: text("reason"),
        created: address.times("created"),
        seen: address.times("seen"),
        expires: address.times("expires"),
        ended: address.times("ended"),
        ..Filter::of(state)
    }
}

async fn count(visit: &Visit, list: &mut List, filter: Filter, liveness: Liveness) -> Option<Count> {
    match visit.state.db.read(move |conn| Session::count(conn, &filter, liveness)).await {
        Ok(found) => {
            list.count = Some(Count::from(found).say(visit.words().lists));
            Some(Count::from(found))
        }
        Err(why) => {
            log::warn!(error:% = why; "sessions were not counted");
            list.slow = true;
            None
        }
    }
}

fn around(visit: &Visit, address: &Address, whose: Option<&str>, is_empty: bool, pager: Pager) -> List {
    let words = visit.words();
    let names = words.sessions;
    let now = address.get("state").unwrap_or("live");
    let tabs = [
        ("live", names.tab_live),
        ("revoked", names.tab_revoked),
        ("idle", names.tab_idle),
        ("expired", names.tab_expired),
        ("all", names.tab_all),
    ];
    let tab = |(state, label): (&str, &str)| {
        // an order or a reason of one state need not be there in another
        let pairs: Vec<(&str, &str)> = ["user", "app", "client", "ver", "created"]
            .into_iter()
            .filter_map(|name| Some((name, address.get(name)?)))
            .chain([("state", state)])
            .collect();
        Link { href: address.only(&pairs), label: label.to_owned(), current: state == now }
    };
    let active = tags(visit, address, whose);
    let is_all = active.is_empty() && matches!(now, "all" | "live");
    let empty = is_empty.then(|| {
        if pager.is_cut {
            Empty::so_far(words.lists)
        } else if is_all {
            Empty::new(names.none_title, names.none_text)
        } else {
            Empty::new(names.no_match_title, names.no_match_hint)
        }
    });
    let export = visit.may(Permission::ExportUsers).then(|| address.at("/admin/exports/sessions"));
    let is_later = address.get("after").or(address.get("before")).is_some();
    let tabs = tabs.into_iter().map(tab).collect();
    List { tabs, tags: active, clear: PATH.to_owned(), pager, empty, is_later, export, ..List::default() }
}

/// The filter in words; the state is a tab.
pub(super) fn tags(visit: &Visit, address: &Address, whose: Option<&str>) -> Vec<Tag> {
    let words = visit.words();
    let names = words.sessions;
    let labels = [
        ("user", names.user),
        ("app", names.app),
        ("client", names.client),
        ("ver", names.version),
        ("seen", names.seen),
        ("created", names.created),
        ("expires", names.expires),
        ("ended", names.ended),
        ("by", names.by),
        ("reason", names.reason),
    ];
    let value = |name, value: &str| match name {
        "user" => format!("{} …{}", whose.unwrap_or_default(), mask::short(value)),
        "app" => Sight::of(visit).app(value),
        "reason" => words.terms.reason(value).to_owned(),
        _ => value.to_owned(),
    };
    Tag::of(address, &labels, visit.words().lists, value)
}

fn page(visit: &Visit, address: &Address, list: List, rows: Vec<SessionRow>) -> SessionsPage {
    let words = visit.words();
    let names = words.sessions;
    let kept = ["state", "user", "n"];
    let kept = kept.into_iter().filter_map(|name| Some((name, address.get(name)?.to_owned()))).collect();
    let is_revoked = address.get("state") == Some("revoked");
    let any = std::iter::once(("", words.lists.any));
    let reasons: Vec<(&str, &str)> =
        any.chain(REASONS.iter().map(|code| (*code, words.terms.reason(code)))).collect();
    let sorts: Vec<(&str, &str)> =
        orders(address).iter().map(|(name, _)| (*name, label(name, names))).collect();
    let sort = address.get("sort").or(usual(address));
    let has_live = rows.iter().any(|row| row.live);
    let revoke = visit.may(Permission::Revoke);
    let mut frame = visit.frame(Section::Sessions);
    let problem = frame.flash.take_if(|flash| flash.kind == FlashKind::Problem);
    SessionsPage {
        frame,
        problems: problem.map_or_else(Problems::none, |flash| Problems::one("sid", flash.text)),
        list,
        kept,
        app: Select::apps(&visit.state.config, address.get("app"), words.lists),
        reason: is_revoked.then(|| Select::of("reason", &reasons, address.get("reason"))),
        created: Days::of("created", address.get("created")),
        more: More::of(address, words),
        sort: Select::of("sort", &sorts, sort),
        columns: Columns { tick: has_live && revoke, user: true, brief: false, revoke },
        rows,
        revoke_all: None,
    }
}

fn label(sort: &str, names: &super::locale::Sessions) -> &'static str {
    match sort {
        "-created" => names.sort_created,
        "expires" => names.sort_expires,
        "-expires" => names.sort_expired,
        "-ended" => names.sort_ended,
        _ => names.sort_seen,
    }
}
