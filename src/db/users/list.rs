//! Lists of users, and the search by a part of the nickname.

mod edge;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable};

use super::User;
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::nickname_grams as grams;
use crate::db::page::counted::{Counted, Values};
use crate::db::page::{BoundedCount, Condition, Screen, Start, bound, condition, keyset, rows_for};
use crate::db::schema::{identities, nickname_grams, sessions, users};
use crate::db::sessions::since::Since;
use crate::db::sessions::{Liveness, live_rows};
use crate::error::Result;

/// Which users by their status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// May come in.
    Active,
    /// Kept out now.
    Frozen,
}

/// What a list is narrowed to; `None` narrows nothing. Erased users are never listed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// By status.
    pub status: Option<StatusFilter>,
    /// Known to one mini-program.
    pub appid: Option<String>,
    /// First logged in from … until before ….
    pub created: (Option<Instant>, Option<Instant>),
    /// Last logged in from … until before ….
    pub seen: (Option<Instant>, Option<Instant>),
    /// Only users with a phone number.
    pub has_phone: bool,
    /// Only users with a live session.
    pub has_session: bool,
}

/// How many users there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// All of them.
    pub all: BoundedCount,
    /// About how many, when they are more than were counted; as [`User::estimate`] says.
    pub about: Option<i64>,
    /// Those who are new.
    pub new: BoundedCount,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Newest first.
    CreatedDown,
    /// Last logged in first.
    SeenDown,
}

/// Where a screen ends: the ordered time and the user's key.
pub type Key = (Instant, i64);

/// How well a name fits a needle; better is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is the needle.
    Exact,
    /// It begins with the needle.
    Beginning,
    /// It holds the needle further on.
    Inside,
}

/// Where a screen of a search ends: better fits first, newer users first among them.
pub type SearchKey = (Rank, i64);

/// A function that gives the filter as conditions on one source of rows, which has `users` in it and is read in `order`, or by
/// something else than a time. Only users above an id are asked for; that is said of other tables, too: Postgres may join from
/// there, and would begin with the oldest of all.
macro_rules! conditions {
    ($name:ident, $source:ty) => {
        fn $name(
            filter: &Filter,
            above: i64,
            order: Option<Order>,
            liveness: Liveness,
        ) -> Vec<Condition<$source>> {
            let by = |own| order == Some(own);
            let barred = || {
                let lasting =
                    users::frozen_until.is_null().or(users::frozen_until.assume_not_null().gt(liveness.now));
                // the word itself, not a parameter: Postgres' plans for any parameter know no index on a part of the rows
                diesel::dsl::sql::<Bool>("users.status = 'frozen'").and(lasting)
            };
            let mut all: Vec<Condition<$source>> = Vec::new();
            let mut add = |one: Option<Condition<_>>| all.extend(one);
            // who is erased is neither active nor frozen and has no number: no need to read the rows for it
            let is_there = filter.status.is_some() || filter.has_phone;
            add((!is_there).then(|| condition(users::erased_at.is_null())));
            add(filter.status.map(|status| match status {
                StatusFilter::Frozen => condition(barred()),
                StatusFilter::Active => {
                    condition(users::status.ne("deleted").and(diesel::dsl::not(barred())))
                }
            }));
            let (created, seen) = (by(Order::CreatedDown), by(Order::SeenDown));
            add(filter.created.0.map(|at| bound(users::created_at.ge(at), created)));
            add(filter.created.1.map(|at| bound(users::created_at.lt(at), created)));
            add(filter.seen.0.map(|at| bound(users::last_login_at.ge(at), seen)));
            add(filter.seen.1.map(|at| bound(users::last_login_at.lt(at), seen)));
            add(filter.has_phone.then(|| condition(users::phone_index.is_not_null())));
            add(filter.appid.clone().map(|appid| {
                let there = identities::table
                    .select(identities::user_id)
                    .filter(identities::appid.eq(appid))
                    .filter(identities::user_id.gt(above))
                    .filter(identities::user_id.eq(users::id));
                condition(diesel::dsl::exists(there))
            }));
            add(filter.has_session.then(|| {
                // a frozen user has none that is open: the rows alone tell; and one column, for SQLite reads a row for `*`
                let open = sessions::table
                    .select(sessions::user_id)
                    .filter(sessions::user_id.gt(above))
                    .filter(sessions::user_id.eq(users::id))
                    // what an epoch of all made dead is told by the index
                    .filter(sessions::last_seen_at.gt(Since::of(liveness.idle_since, None)))
                    .filter(live_rows(liveness.now, liveness.idle_since));
                condition(diesel::dsl::exists(open))
            }));
            all
        }
    };
}
/// Above this is every user.
const EVERYBODY: i64 = 0;
/// How many users a count to the end looks at between two looks at the time: no more than [`BoundedCount::BOUND`].
const STRETCH: i64 = 10_000;

conditions!(of_users, users::table);
conditions!(of_named, diesel::dsl::InnerJoinQuerySource<nickname_grams::table, users::table>);

impl User {
    /// Where this user stands in a list of that order.
    #[must_use]
    pub fn key(&self, order: Order) -> Key {
        match order {
            Order::CreatedDown => (self.created_at, self.id),
            Order::SeenDown => (self.last_login_at, self.id),
        }
    }

    /// Where this user stands in the search for a folded needle.
    #[must_use]
    pub fn search_key(&self, needle: &str) -> SearchKey {
        let name = crate::text::fold(&self.nickname);
        let rank = if name == needle {
            Rank::Exact
        } else if name.starts_with(needle) {
            Rank::Beginning
        } else {
            Rank::Inside
        };
        (rank, self.id)
    }

    /// One screen of users, `size` at most.
    pub fn list(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        start: &Start<Key>,
        size: usize,
        liveness: Liveness,
    ) -> Result<Screen<Self>> {
        let edge = Self::edge_of_list(conn, filter, order, start)?;
        let filter = &filter.between(order, start, edge.as_ref());
        let mut query = users::table.select(Self::as_select()).into_boxed();
        for one in of_users(filter, EVERYBODY, Some(order), liveness) {
            query = query.filter(one);
        }
        if let Some((at, id)) = edge.as_ref().map(|edge| edge.key(order)) {
            let is_backward = start.is_backward();
            query = match order {
                Order::CreatedDown if is_backward => {
                    query.filter(users::created_at.lt(at).or(users::id.le(id)))
                }
                Order::CreatedDown => query.filter(users::created_at.gt(at).or(users::id.ge(id))),
                Order::SeenDown if is_backward => {
                    query.filter(users::last_login_at.lt(at).or(users::id.le(id)))
                }
                Order::SeenDown => query.filter(users::last_login_at.gt(at).or(users::id.ge(id))),
            };
        }
        let query = match order {
            Order::CreatedDown => keyset!(down query, start, users::created_at, users::id),
            Order::SeenDown => keyset!(down query, start, users::last_login_at, users::id),
        };
        let screen = Screen::new(query.limit(rows_for(size)).load(conn)?, size, start);
        let edge = edge.filter(|_| !screen.is_full());
        Ok(screen.up_to(edge))
    }

    /// How many users a filter lets through, counted up to a bound, and among the newest only where each takes a look-up in
    /// another table. Counted in an order, so that Postgres reads the index of a time instead of looking through the table for
    /// the first ten thousand that fit.
    pub fn count(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<BoundedCount> {
        let order = if filter.seen == (None, None) { Order::CreatedDown } else { Order::SeenDown };
        let edge = if filter.is_scan(order) { Self::edge(conn)? } else { None };
        let order = Some(order).filter(|_| edge.is_none());
        let mut query = users::table.select(users::id).into_boxed();
        for one in of_users(filter, edge.unwrap_or(EVERYBODY), order, liveness) {
            query = query.filter(one);
        }
        if let Some(edge) = edge {
            query = query.filter(users::id.gt(edge));
        }
        query = match order {
            Some(Order::SeenDown) => query.order(users::last_login_at.desc()),
            Some(Order::CreatedDown) if filter.created != (None, None) => {
                query.order(users::created_at.desc())
            }
            _ => query,
        };
        let count = BoundedCount::of(conn, query.limit(BoundedCount::LIMIT))?;
        Ok(if edge.is_some() { count.among_newest() } else { count })
    }

    /// How many users a filter and a folded needle let through, counted to the end as long as `may_go_on`; an empty needle is
    /// in every name.
    pub fn count_all(
        conn: &mut Conn,
        needle: &str,
        filter: &Filter,
        liveness: Liveness,
        may_go_on: impl Fn() -> bool,
    ) -> Result<BoundedCount> {
        let newest = Self::estimate(conn)?;
        let mut count = BoundedCount { counted: 0, is_more: false, is_part: false };
        let mut above = EVERYBODY;
        while above < newest {
            if !may_go_on() {
                return Ok(BoundedCount { is_more: true, ..count });
            }
            let end = above.saturating_add(STRETCH);
            let mut query = users::table.select(users::id).filter(users::id.gt(above)).into_boxed();
            query = query.filter(users::id.le(end));
            for one in of_users(filter, above, None, liveness) {
                query = query.filter(one);
            }
            if !needle.is_empty() {
                let holds = format!("%{}%", escape(needle));
                query = query.filter(users::nickname_folded.like(holds).escape('\\'));
            }
            count.counted += BoundedCount::of(conn, query.limit(STRETCH))?.counted;
            above = end;
        }
        Ok(count)
    }

    /// How many users there are, and how many of them are new since then: counted by what counts their lists, at once.
    pub fn totals(conn: &mut Conn, since: Option<Instant>, liveness: Liveness) -> Result<Totals> {
        let rows = |created: Option<Instant>| {
            let filter = Filter { created: (created, None), ..Filter::default() };
            let mut query = users::table.select(users::id).into_boxed();
            for one in of_users(&filter, EVERYBODY, Some(Order::CreatedDown), liveness) {
                query = query.filter(one);
            }
            if created.is_some() {
                query = query.order(users::created_at.desc());
            }
            Counted::<_, BigInt>::new("COUNT(*)", query.limit(BoundedCount::LIMIT))
        };
        let highest = users::table.select(diesel::dsl::max(users::id));
        let (all, new, highest): (i64, i64, Option<i64>) =
            Values::<_, _, _, (BigInt, BigInt, Nullable<BigInt>)>::of(rows(None), rows(since), highest)
                .get_result(conn)?;
        let [all, new] = [all, new].map(|found| BoundedCount::to(BoundedCount::BOUND, found));
        Ok(Totals { all, about: highest.filter(|_| all.is_more), new })
    }

    /// The newest user who is not looked at by such a count; none when there are no more.
    fn edge(conn: &mut Conn) -> Result<Option<i64>> {
        let ids = users::table.select(users::id).order(users::id.desc());
        Ok(ids.offset(BoundedCount::BOUND).limit(1).get_result(conn).optional()?)
    }

    /// One screen of the users whose nickname holds a folded needle: the same, then those that begin with it, then
    /// the rest; newest first among each.
    pub fn search(
        conn: &mut Conn,
        needle: &str,
        filter: &Filter,
        start: &Start<SearchKey>,
        size: usize,
        liveness: Liveness,
    ) -> Result<Screen<Self>> {
        let ranks = [Rank::Exact, Rank::Beginning, Rank::Inside];
        let (ranks, first): (Vec<Rank>, Option<SearchKey>) = match *start {
            Start::First => (ranks.into(), None),
            Start::Last => (ranks.into_iter().rev().collect(), None),
            Start::After(key) => (ranks.into_iter().filter(|rank| *rank >= key.0).collect(), Some(key)),
            Start::Before(key) => {
                (ranks.into_iter().rev().filter(|rank| *rank <= key.0).collect(), Some(key))
            }
        };
        let mut rows = Vec::new();
        for rank in ranks {
            let wanted = size + 1 - rows.len();
            let bound = first.filter(|(at, _)| *at == rank).map(|(_, id)| id);
            rows.extend(matching(conn, needle, rank, filter, bound, start.is_backward(), wanted, liveness)?);
            if rows.len() > size {
                break;
            }
        }
        Ok(Screen::new(rows, size, start))
    }
}

mod alias {
    diesel::alias!(super::nickname_grams as further: Further);
}
use alias::further;

/// The users of one rank, at most `wanted`, beyond `bound`.
#[expect(clippy::too_many_arguments, reason = "a query has as many parts")]
fn matching(
    conn: &mut Conn,
    needle: &str,
    rank: Rank,
    filter: &Filter,
    bound: Option<i64>,
    backward: bool,
    wanted: usize,
    liveness: Liveness,
) -> Result<Vec<User>> {
    let start = match (bound, backward) {
        (None, false) => Start::First,
        (None, true) => Start::Last,
        (Some(id), false) => Start::After((Instant::EPOCH, id)),
        (Some(id), true) => Start::Before((Instant::EPOCH, id)),
    };
    let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
    if rank == Rank::Exact {
        let mut query = users::table.select(User::as_select()).into_boxed();
        for one in of_users(filter, EVERYBODY, None, liveness) {
            query = query.filter(one);
        }
        let query = keyset!(down query.filter(users::nickname_folded.eq(needle)), start, users::id);
        return Ok(query.limit(limit).load(conn)?);
    }
    let mut query = nickname_grams::table.inner_join(users::table).select(User::as_select()).into_boxed();
    for one in of_named(filter, EVERYBODY, None, liveness) {
        query = query.filter(one);
    }
    let part = escape(needle);
    let begins = users::nickname_folded.like(format!("{part}%")).escape('\\');
    let (keys, query) = if rank == Rank::Beginning {
        (grams::of_beginning(needle), query.filter(begins).filter(users::nickname_folded.ne(needle)))
    } else {
        let holds = users::nickname_folded.like(format!("%{part}%")).escape('\\');
        (grams::of_inside(needle), query.filter(holds).filter(diesel::dsl::not(begins)))
    };
    let mut keys = keys.into_iter();
    let mut query = query.filter(nickname_grams::gram.eq(keys.next().unwrap_or_default()));
    for key in keys {
        let there = further
            .filter(further.field(nickname_grams::gram).eq(key))
            .filter(further.field(nickname_grams::user_id).eq(nickname_grams::user_id));
        query = query.filter(diesel::dsl::exists(there));
    }
    let query = keyset!(down query, start, nickname_grams::user_id);
    Ok(query.limit(limit).load(conn)?)
}

/// A needle is a text: `%` and `_` in it stand for themselves.
fn escape(needle: &str) -> String {
    needle.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}
