//! `/admin/users`: the list of users.

pub mod deletion;
pub mod freeze;
pub mod notes;
pub mod reveal;
pub mod search;
pub mod user;

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

use super::frame::errors::Refused;
use super::frame::page::Page;
use super::frame::{Choice, Frame, Link, Section};
use super::guard::allowed::{Allowed, Browse};
use super::guard::personal;
use super::guard::visit::{Answer, Visit};
use super::locale::Words;
use super::locale::when::When;
use super::parts::list::{Count, Days, Empty, List, Select, Tag};
use super::parts::paging::{Address, PER_PAGE};
use super::parts::session_row::{Badge, UserRef};
use super::parts::sight::Sight;
use super::query::{Kind, Known, hours_shown};
use super::role::Permission;
use super::term;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::identities::Identity;
use crate::db::page::{BoundedCount, Screen};
use crate::db::sessions::Liveness;
use crate::db::users::User;
use crate::db::users::list::{Filter, Order, StatusFilter};
use crate::db::users::phone::StoredPhone;
use crate::error::Result;
use crate::secret::KeyRing;
use crate::text::fold;

/// How long somebody who asks for an exact count waits for it.
const PATIENCE: Duration = Duration::from_secs(2);

/// From … until before ….
type Times = (Option<Instant>, Option<Instant>);

pub(super) const PATH: &str = "/admin/users";

pub(super) const KNOWN: &[Known] = &[
    Known { name: "q", default: None, kind: Kind::Text(64) },
    Known { name: "status", default: None, kind: Kind::OneOf(&["active", "frozen"]) },
    Known { name: "app", default: None, kind: Kind::Text(64) },
    Known { name: "created", default: None, kind: Kind::Days },
    Known { name: "hours", default: None, kind: Kind::Hours },
    Known { name: "seen", default: None, kind: Kind::Days },
    Known { name: "has", default: None, kind: Kind::OneOf(&["session", "phone"]) },
    Known { name: "sort", default: Some("-created"), kind: Kind::OneOf(&["-created", "-seen"]) },
    Known { name: "jump", default: None, kind: Kind::Day },
    Known { name: "count", default: None, kind: Kind::Aside(&["exact"]) },
    Known { name: "after", default: None, kind: Kind::Cursor },
    Known { name: "before", default: None, kind: Kind::Cursor },
    Known { name: "n", default: Some("50"), kind: Kind::OneOf(&PER_PAGE) },
];

/// The list of users.
#[derive(Debug, Template)]
#[template(path = "users/list.html")]
pub struct UsersPage {
    /// The frame.
    pub frame: Frame,
    /// Tabs, counts, paging.
    pub list: List,
    /// The nickname searched for.
    pub q: String,
    /// Filters that the form has no field for and must keep.
    pub kept: Vec<(&'static str, String)>,
    /// Filter: mini-program.
    pub app: Select,
    /// Filter: registered on these days.
    pub created: Days,
    /// Filter: last logged in on these days.
    pub seen: Days,
    /// The order; none in a search, which begins with what fits best.
    pub sort: Option<Select>,
    /// What was searched for looks like something else than a name: the way to look it up as that.
    pub other: Option<Choice>,
    /// One screen of users.
    pub rows: Vec<UserRow>,
}

/// One user in the list.
#[derive(Clone, Debug)]
pub struct UserRow {
    /// Who.
    pub user: UserRef,
    /// Their phone number, masked; empty when they shared none.
    pub phone: String,
    /// The mini-programs that know the user.
    pub app: String,
    /// How many live sessions.
    pub live: String,
    /// The latest login.
    pub seen: When,
    /// When the user first logged in.
    pub created: When,
    /// Active, frozen or deleted.
    pub status: Badge,
    /// When a deleted user will be erased.
    pub erasure: Option<When>,
}

/// One screen of users with what stands beside them.
pub(super) struct Found {
    screen: Screen<User>,
    apps: Vec<(Identity, StoredPhone, Option<i64>)>,
}

impl Found {
    pub(super) fn around(conn: &mut Conn, screen: Screen<User>, liveness: Liveness) -> Result<Self> {
        let ids: Vec<i64> = screen.rows.iter().map(|user| user.id).collect();
        let apps = Identity::with_users(conn, &ids, liveness)?;
        Ok(Self { screen, apps })
    }

    /// The users of the screen, in its order.
    pub(super) fn users(&self) -> &[User] {
        &self.screen.rows
    }

    pub(super) fn row(&self, user: &User, sight: &Sight<'_>, keys: &KeyRing) -> UserRow {
        let own = || self.apps.iter().filter(|(identity, ..)| identity.user_id == user.id);
        // they are the user's, and stand beside each of their identities
        let phone = own().next().and_then(|(_, stored, _)| stored.open(keys));
        let live = own().next().and_then(|(.., live)| *live).unwrap_or(0);
        UserRow {
            user: sight.user(&user.uid, &user.nickname),
            phone: phone.map(|phone| phone.masked()).unwrap_or_default(),
            app: sight.apps(own().map(|(identity, ..)| identity)),
            live: live.to_string(),
            seen: sight.when(user.last_login_at),
            created: sight.when(user.created_at),
            status: sight.status(user),
            erasure: user.erase_at.map(|at| sight.when(at)),
        }
    }
}

/// Shows one screen of users.
pub async fn get(visit: Allowed<Browse>, request: HttpRequest) -> Answer {
    visit.answer(screen(&visit, &request).await)
}

async fn screen(visit: &Visit, request: &HttpRequest) -> Result<HttpResponse, Refused> {
    if let Some((kind, term)) = personal::asked(request.uri().query()) {
        return search::misplaced(visit, kind, term);
    }
    let address = Address::read(request, PATH, KNOWN)?;
    if address.get("q").and(address.get("sort")).is_some() {
        return Err(Refused::Moved(address.with("sort", None)));
    }
    let sight = Sight::of(visit);
    let needle = fold(address.get("q").unwrap_or_default());
    let filter = filter(&address);
    let is_seen = address.get("sort") == Some("-seen");
    let order = if is_seen { Order::SeenDown } else { Order::CreatedDown };
    let (size, liveness) = (address.size(), sight.liveness);
    let db = &visit.state.db;
    let keys = &visit.state.keys;
    let (found, pager) = if needle.is_empty() {
        let (start, filter) = (address.start(visit)?, filter.clone());
        let list = move |conn: &mut _| {
            let screen = User::list(conn, &filter, order, &start, size, liveness)?;
            Found::around(conn, screen, liveness)
        };
        let found = db.read(list).await?;
        let pager = address.pager(keys, &found.screen, |user| user.key(order))?;
        (found, pager)
    } else {
        let (start, filter, wanted) = (address.start(visit)?, filter.clone(), needle.clone());
        let search = move |conn: &mut _| {
            let screen = User::search(conn, &wanted, &filter, &start, size, liveness)?;
            Found::around(conn, screen, liveness)
        };
        let found = db.read(search).await?;
        let pager = address.pager(keys, &found.screen, |user| user.search_key(&needle))?;
        (found, pager)
    };
    let rows: Vec<UserRow> = found.screen.rows.iter().map(|user| found.row(user, &sight, keys)).collect();
    let mut list = around(visit, &address, &rows, pager);
    if !rows.is_empty() {
        let is_whole = !list.pager.is_needed();
        if address.get("count").is_some() {
            count_all(visit, &mut list, needle, filter, liveness).await;
        } else if needle.is_empty() {
            count(visit, &mut list, filter, liveness).await;
        } else if is_whole {
            list.count = Some(Count::from(BoundedCount::new(rows.len())).say(visit.words().lists));
        } else {
            list.count = Some(visit.words().lists.more_screens.to_owned());
        }
        list.exact = Some(address.with("count", Some("exact"))).filter(|_| !is_whole && !list.is_counted);
    }
    Ok(Page::new(visit.lang, page(visit, &address, list, rows)).into_response())
}

pub(super) fn filter(address: &Address) -> Filter {
    Filter {
        status: address.get("status").map(|status| match status {
            "frozen" => StatusFilter::Frozen,
            _ => StatusFilter::Active,
        }),
        appid: address.get("app").map(str::to_owned),
        created: within(address.times("created"), address.hours("hours")),
        seen: address.times("seen"),
        has_phone: address.get("has") == Some("phone"),
        has_session: address.get("has") == Some("session"),
    }
}

/// The times that are in both.
fn within(one: Times, other: Times) -> Times {
    // of the beginnings the later one: any is later than none
    let until = one.1.into_iter().chain(other.1).min();
    (one.0.max(other.0), until)
}

/// Counts what matches, up to a bound, and estimates the whole; a database that is too slow for it is no failure.
async fn count(visit: &Visit, list: &mut List, filter: Filter, liveness: Liveness) {
    let words = visit.words().lists;
    let count = move |conn: &mut _| {
        let found = User::count(conn, &filter, liveness)?;
        let all = if found.is_more { Some(User::estimate(conn)?) } else { None };
        Ok((found, all))
    };
    match visit.state.db.read(count).await {
        Ok((found, all)) => {
            list.count = Some(Count::from(found).say(words));
            list.is_counted = !found.is_more && !found.is_part;
            list.total = all.map(|all| (words.estimated)(u64::try_from(all).unwrap_or(0)));
        }
        Err(why) => {
            log::warn!(error:% = why; "users were not counted");
            list.slow = true;
        }
    }
}

/// Counts what matches to the end, unless that takes too long.
async fn count_all(visit: &Visit, list: &mut List, needle: String, filter: Filter, liveness: Liveness) {
    let words = visit.words().lists;
    let (clock, end) = (visit.state.clock.clone(), visit.now() + PATIENCE);
    let count = move |conn: &mut _| User::count_all(conn, &needle, &filter, liveness, || clock.now() < end);
    match visit.state.db.read(count).await {
        Ok(found) => {
            let counted = u64::try_from(found.counted).unwrap_or(0);
            let say = if found.is_more { words.counted_to } else { words.exactly };
            list.count = Some(say(counted));
            list.is_counted = true;
        }
        Err(why) => {
            log::warn!(error:% = why; "users were not counted");
            list.slow = true;
        }
    }
}

fn around(visit: &Visit, address: &Address, rows: &[UserRow], pager: super::parts::list::Pager) -> List {
    let words = visit.words();
    let today = format!("{}..", visit.zone().day(visit.now()));
    let tab = |pairs: &[(&str, &str)], label: &str| {
        let href = address.only(pairs);
        let of = |name| pairs.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
        let current =
            ["status", "has", "created", "hours"].into_iter().all(|name| address.get(name) == of(name));
        Link { href, label: label.to_owned(), current }
    };
    let names = words.users;
    let tabs = vec![
        tab(&[], names.tab_all),
        tab(&[("has", "session")], names.tab_sessions),
        tab(&[("has", "phone")], names.tab_phone),
        tab(&[("status", "frozen")], names.tab_frozen),
        tab(&[("created", &today)], names.tab_today),
    ];
    let active = tags(visit, address);
    let empty = rows.is_empty().then(|| match address.get("q") {
        Some(q) => Empty::new((words.lists.none_for)(q), names.no_match_hint),
        None if pager.is_cut => Empty::so_far(words.lists),
        None if active.is_empty() => Empty::new(names.none_title, names.none_text),
        None => Empty::new(names.no_match_title, names.no_match_filter),
    });
    let export = visit.may(Permission::ExportUsers).then(|| address.at("/admin/exports/users"));
    let is_later = address.get("after").or(address.get("before")).is_some();
    List { tabs, tags: active, clear: PATH.to_owned(), pager, empty, is_later, export, ..List::default() }
}

/// The filter in words.
pub(super) fn tags(visit: &Visit, address: &Address) -> Vec<Tag> {
    let words = visit.words();
    let names = words.users;
    let labels = [
        ("q", names.search),
        ("status", names.status),
        ("app", names.app),
        ("created", names.created),
        ("hours", names.created),
        ("seen", names.seen),
        ("has", if address.get("has") == Some("phone") { words.user.phone } else { names.live }),
    ];
    let value = |name, value: &str| match (name, value) {
        ("status", "frozen") => words.terms.frozen.to_owned(),
        ("status", _) => words.terms.active.to_owned(),
        ("has", "phone") => names.tab_phone.to_owned(),
        ("has", _) => names.tab_sessions.to_owned(),
        ("app", appid) => Sight::of(visit).app(appid),
        ("hours", hours) => hours_shown(hours),
        (_, value) => value.to_owned(),
    };
    Tag::of(address, &labels, visit.words().lists, value)
}

fn page(visit: &Visit, address: &Address, list: List, rows: Vec<UserRow>) -> UsersPage {
    let words = visit.words();
    let names = words.users;
    let kept = ["status", "has", "hours", "n"];
    let kept = kept.into_iter().filter_map(|name| Some((name, address.get(name)?.to_owned()))).collect();
    let sorts = [("-created", names.sort_created), ("-seen", names.sort_seen)];
    UsersPage {
        frame: visit.frame(Section::Users),
        list,
        q: address.get("q").unwrap_or_default().to_owned(),
        kept,
        app: Select::apps(&visit.state.config, address.get("app"), words.lists),
        created: Days::of("created", address.get("created")),
        seen: Days::of("seen", address.get("seen")),
        sort: address
            .get("q")
            .is_none()
            .then(|| Select::of("sort", &sorts, address.get("sort").or(Some("-created")))),
        other: address.get("q").filter(|_| rows.is_empty()).and_then(|q| other(q, words)),
        rows,
    }
}

/// The way to look a term up as what it looks like, when that is no name: an address must not hold it again.
fn other(q: &str, words: &'static Words) -> Option<Choice> {
    let kind = term::Kind::of(&term::plain(q));
    let is_name = matches!(kind, term::Kind::Nickname);
    (!is_name).then(|| Choice {
        value: kind.code().to_owned(),
        label: (words.lookup.retry)(kind.name(words.lookup)),
        chosen: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_narrow_each_other() {
        let at = |seconds| Some(Instant::from_seconds(seconds));
        assert_eq!(within((at(1), at(9)), (at(3), at(12))), (at(3), at(9)));
        assert_eq!(within((None, at(9)), (at(3), None)), (at(3), at(9)));
        assert_eq!(within((None, None), (None, None)), (None, None));
    }
}
