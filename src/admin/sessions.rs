//! `/admin/sessions`: the list of sessions.

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::allowed::{Allowed, Browse};
use super::errors::{Refusal, Refused};
use super::frame::{Frame, Link, Section};
use super::list::{Columns, Count, Days, Empty, List, Pager, Select, Tag};
use super::mask;
use super::page::Page;
use super::paging::Address;
use super::query::{Kind, Known};
use super::role::Permission;
use super::session_row::SessionRow;
use super::sight::Sight;
use super::visit::{Answer, Visit};
use crate::db::sessions::list::{Filter, Order, StateFilter};
use crate::db::sessions::{Liveness, Session};
use crate::db::users::User;

const PATH: &str = "/admin/sessions";

const KNOWN: &[Known] = &[
    Known { name: "state", default: Some("live"), kind: Kind::OneOf(&["live", "revoked", "expired", "all"]) },
    Known { name: "user", default: None, kind: Kind::Id },
    Known { name: "app", default: None, kind: Kind::Text(64) },
    Known { name: "seen", default: None, kind: Kind::Days },
    Known { name: "created", default: None, kind: Kind::Days },
    Known { name: "expires", default: None, kind: Kind::Days },
    Known { name: "ver", default: None, kind: Kind::Text(32) },
    Known { name: "client", default: None, kind: Kind::OneOf(&CLIENTS) },
    Known { name: "by", default: None, kind: Kind::Text(32) },
    Known { name: "reason", default: None, kind: Kind::OneOf(&REASONS) },
    Known { name: "sort", default: None, kind: Kind::OneOf(&["-seen", "-created", "expires", "-ended"]) },
    Known { name: "after", default: None, kind: Kind::Cursor },
    Known { name: "before", default: None, kind: Kind::Cursor },
    Known { name: "n", default: Some("50"), kind: Kind::OneOf(&["25", "50", "100"]) },
];

const CLIENTS: [&str; 7] = ["ios", "android", "harmony", "windows", "mac", "devtools", "other"];

const REASONS: [&str; 9] = [
    "user_request",
    "device_lost",
    "suspected_theft",
    "violation",
    "test",
    "other",
    "displaced",
    "logout",
    "expired",
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
    /// The columns that are there.
    pub columns: Columns,
    /// One screen of sessions.
    pub rows: Vec<SessionRow>,
}

/// Shows one screen of sessions.
pub async fn get(visit: Allowed<Browse>, request: HttpRequest) -> Answer {
    visit.answer(screen(&visit, &request).await)
}

async fn screen(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    let address = Address::read(request, PATH, KNOWN)?;
    let sight = Sight::of(visit);
    let db = &visit.state.db;
    let (order, liveness, size) = (order(&address)?, sight.liveness, address.size());
    let mut filter = filter(&address);
    let mut whose = None;
    if let Some(uid) = address.get("user").map(str::to_owned) {
        let user = db.lookup(move |conn| User::find(conn, &uid)).await?.ok_or(Refusal::NotFound)?;
        filter.user_id = Some(user.id);
        whose = Some(sight.name(&user.nickname));
    }
    let (start, narrowed) = (address.start(visit)?, filter.clone());
    let list = move |conn: &mut _| Session::list(conn, &narrowed, order, &start, size, liveness);
    let screen = db.read(list).await?;
    let pager = address.pager(&visit.state.keys, &screen, |listed| listed.key(order))?;
    let rows: Vec<SessionRow> = screen.rows.iter().map(|listed| sight.row(listed)).collect();
    let mut list = around(visit, &address, whose.as_deref(), rows.is_empty(), pager);
    if !rows.is_empty() {
        count(visit, &mut list, filter, liveness).await;
    }
    Ok(Page::new(visit.lang, page(visit, &address, list, rows)).into_response())
}

/// The orders that an index gives for a state, the usual one first.
fn orders(address: &Address) -> &'static [(&'static str, Order)] {
    const SEEN: (&str, Order) = ("-seen", Order::SeenDown);
    const CREATED: (&str, Order) = ("-created", Order::CreatedDown);
    const EXPIRES: (&str, Order) = ("expires", Order::ExpiresUp);
    const ENDED: (&str, Order) = ("-ended", Order::EndedDown);

    match address.get("state") {
        Some("all") => &[CREATED],
        Some("revoked") => &[ENDED, CREATED],
        _ => &[SEEN, CREATED, EXPIRES],
    }
}

/// The order asked for, if there is an index for it.
fn order(address: &Address) -> Result<Order, Refused> {
    let all = orders(address);
    let wanted = address.get("sort");
    let found = all.iter().find(|(name, _)| wanted.is_none_or(|wanted| wanted == *name));
    found.map(|(_, order)| *order).ok_or_else(|| Refusal::Parameter("sort".to_owned()).into())
}

fn filter(address: &Address) -> Filter {
    let text = |name: &str| address.get(name).map(str::to_owned);
    let state = match address.get("state") {
        Some("all") => StateFilter::All,
        Some("revoked") => StateFilter::Ended,
        Some("expired") => StateFilter::Expired,
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
        ..Filter::of(state)
    }
}

async fn count(visit: &Visit, list: &mut List, filter: Filter, liveness: Liveness) {
    match visit.state.db.read(move |conn| Session::count(conn, &filter, liveness)).await {
        Ok(found) => list.count = Some(Count::from(found).say(visit.words().lists)),
        Err(why) => {
            log::warn!(error:% = why; "sessions were not counted");
            list.slow = true;
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
    let labels = [
        ("user", names.user),
        ("app", names.app),
        ("client", names.client),
        ("ver", names.version),
        ("seen", names.seen),
        ("created", names.created),
        ("expires", names.expires),
        ("by", names.by),
        ("reason", names.reason),
    ];
    let value = |name, value: &str| match name {
        "user" => format!("{} …{}", whose.unwrap_or_default(), mask::short(value)),
        "app" => Sight::of(visit).app(value),
        "reason" => words.terms.reason(value).to_owned(),
        _ => value.to_owned(),
    };
    let active = Tag::of(address, &labels, value);
    let is_all = active.is_empty() && matches!(now, "all" | "live");
    let empty = is_empty.then(|| {
        if is_all {
            Empty::new(names.none_title, names.none_text)
        } else {
            Empty::new(names.no_match_title, names.no_match_hint)
        }
    });
    let is_later = address.get("after").or(address.get("before")).is_some();
    let tabs = tabs.into_iter().map(tab).collect();
    List { tabs, tags: active, clear: PATH.to_owned(), pager, empty, is_later, ..List::default() }
}

fn page(visit: &Visit, address: &Address, list: List, rows: Vec<SessionRow>) -> SessionsPage {
    let words = visit.words();
    let names = words.sessions;
    let kept = ["state", "user", "seen", "expires", "ver", "client", "by", "n"];
    let kept = kept.into_iter().filter_map(|name| Some((name, address.get(name)?.to_owned()))).collect();
    let is_revoked = address.get("state") == Some("revoked");
    let any = std::iter::once(("", words.lists.any));
    let reasons: Vec<(&str, &str)> =
        any.chain(REASONS.iter().map(|code| (*code, words.terms.reason(code)))).collect();
    let sorts: Vec<(&str, &str)> =
        orders(address).iter().map(|(name, order)| (*name, label(*order, names))).collect();
    let sort = address.get("sort").or(sorts.first().map(|(name, _)| *name));
    let has_live = rows.iter().any(|row| row.live);
    SessionsPage {
        frame: visit.frame(Section::Sessions),
        list,
        kept,
        app: Select::apps(&visit.state.config, address.get("app"), words.lists),
        reason: is_revoked.then(|| Select::of("reason", &reasons, address.get("reason"))),
        created: Days::of("created", address.get("created")),
        sort: Select::of("sort", &sorts, sort),
        columns: Columns { tick: has_live && visit.may(Permission::Revoke), user: true, brief: false },
        rows,
    }
}

fn label(order: Order, names: &super::locale::Sessions) -> &'static str {
    match order {
        Order::SeenDown => names.sort_seen,
        Order::CreatedDown => names.sort_created,
        Order::ExpiresUp => names.sort_expires,
        Order::EndedDown => names.sort_ended,
    }
}
