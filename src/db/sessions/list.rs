//! Lists of sessions: filtered, by keyset, each order backed by an index.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};

use super::edge::{Edge, Rows, ordered, up_to};
use super::narrow::of_rows;
use super::{Liveness, Session};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::page::among::Among;
use crate::db::page::{Screen, Start, rows_for};
use crate::db::schema::{sessions, users};
use crate::db::users::Status;
use crate::error::Result;

/// Which sessions a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// A request with their token would be accepted.
    Live,
    /// They were ended.
    Ended,
    /// They reached their absolute end and nobody ended them before.
    Expired,
    /// They are older than an epoch and not ended yet: what is swept.
    Recalled,
    /// They were not used for too long; may have reached their absolute end since.
    Idle,
    /// All.
    All,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Last used first.
    SeenDown,
    /// Newest first.
    CreatedDown,
    /// Next to expire first.
    ExpiresUp,
    /// Last to expire first. Sessions last equally long, so the newest come first; where the setting was changed, those of
    /// before and after stand apart by the difference until the older ones are gone.
    ExpiresDown,
    /// Last ended first; lists only sessions that were ended.
    EndedDown,
}

/// What a list is narrowed to; `None` narrows nothing. Jobs keep it as JSON, with times in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// By state.
    pub state: StateFilter,
    /// One user's.
    pub user_id: Option<i64>,
    /// One mini-program's.
    pub appid: Option<String>,
    /// One kind of client.
    pub client: Option<String>,
    /// One version of the mini-program.
    pub app_version: Option<String>,
    /// One address.
    pub ip: Option<String>,
    /// Ended by this member of staff.
    pub ended_by: Option<String>,
    /// Ended for this reason.
    pub ended_reason: Option<String>,
    /// Opened from … until before ….
    #[serde(with = "times")]
    pub created: (Option<Instant>, Option<Instant>),
    /// Last used from … until before ….
    #[serde(with = "times")]
    pub seen: (Option<Instant>, Option<Instant>),
    /// Expiring from … until before ….
    #[serde(with = "times")]
    pub expires: (Option<Instant>, Option<Instant>),
    /// Ended from … until before ….
    #[serde(with = "times")]
    pub ended: (Option<Instant>, Option<Instant>),
}

impl Filter {
    /// All sessions of a state.
    #[must_use]
    pub fn of(state: StateFilter) -> Self {
        Self {
            state,
            user_id: None,
            appid: None,
            client: None,
            app_version: None,
            ip: None,
            ended_by: None,
            ended_reason: None,
            created: (None, None),
            seen: (None, None),
            expires: (None, None),
            ended: (None, None),
        }
    }
}

/// A filter's times, exactly.
mod times {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::clock::Instant;

    type Times = (Option<Instant>, Option<Instant>);

    pub(super) fn serialize<S: Serializer>(times: &Times, out: S) -> Result<S::Ok, S::Error> {
        (times.0.map(Instant::micros), times.1.map(Instant::micros)).serialize(out)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Times, D::Error> {
        let (start, end) = <(Option<i64>, Option<i64>)>::deserialize(from)?;
        Ok((start.map(Instant::from_micros), end.map(Instant::from_micros)))
    }
}

/// Where a screen ends: the ordered time (the epoch where the order is by id alone) and the public id.
pub type Key = (Instant, String);

/// A session with the name of its user.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Listed {
    /// The session.
    #[diesel(embed)]
    pub session: Session,
    /// Its user's public id.
    #[diesel(select_expression = users::uid)]
    pub uid: String,
    /// Its user's nickname.
    #[diesel(select_expression = users::nickname)]
    pub nickname: String,
    /// Its user's status.
    #[diesel(select_expression = (users::status, users::frozen_until))]
    pub status: Status,
}

impl Listed {
    /// Where this row stands in a list of that order.
    #[must_use]
    pub fn key(&self, order: Order) -> Key {
        let time = match order {
            Order::SeenDown => self.session.last_seen_at,
            Order::CreatedDown => Instant::EPOCH,
            Order::ExpiresUp | Order::ExpiresDown => self.session.expires_at,
            Order::EndedDown => self.session.ended_at.unwrap_or(Instant::EPOCH),
        };
        (time, self.session.sid.clone())
    }
}

impl Session {
    /// One screen of sessions, `size` at most.
    pub fn list(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        start: &Start<Key>,
        size: usize,
        liveness: Liveness,
    ) -> Result<Screen<Listed>> {
        let edge = Edge::find(conn, filter, order, start, liveness)?;
        Self::list_up_to(conn, filter, order, start, edge.as_ref(), size, liveness)
    }

    /// The same up to an edge. What does not fit is passed over in the order's index, which holds what most filters ask for,
    /// and only the rows that are shown are read.
    pub(super) fn list_up_to(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        start: &Start<Key>,
        edge: Option<&Edge>,
        size: usize,
        liveness: Liveness,
    ) -> Result<Screen<Listed>> {
        let shown = sids(filter, order, start, edge, size, liveness);
        let listed = sessions::table.inner_join(users::table).select(Listed::as_select()).into_boxed();
        let mut rows: Vec<Listed> = listed.filter(Among::of(sessions::sid, shown)).load(conn)?;
        rows.sort_by_cached_key(|row| row.key(order));
        if start.is_backward() == (order == Order::ExpiresUp) {
            rows.reverse();
        }
        let screen = Screen::new(rows, size, start);
        let Some(edge) = edge.filter(|_| !screen.is_full()) else { return Ok(screen) };
        let sid = std::slice::from_ref(&edge.sid);
        Ok(screen.up_to(Self::find_listed(conn, sid)?.pop()))
    }

    /// The sessions of these public ids with their users, in no order; ids that name none are left out.
    pub fn find_listed(conn: &mut Conn, sids: &[String]) -> Result<Vec<Listed>> {
        Ok(sessions::table
            .inner_join(users::table)
            .filter(sessions::sid.eq_any(sids))
            .select(Listed::as_select())
            .load(conn)?)
    }
}

/// The public ids of the rows of a screen, and one more, in the order in which they are read.
pub(super) fn sids<'a>(
    filter: &Filter,
    order: Order,
    start: &Start<Key>,
    edge: Option<&Edge>,
    size: usize,
    liveness: Liveness,
) -> Rows<'a, Text> {
    let query = sessions::table.select(sessions::sid).into_boxed();
    ordered(rows(query, filter, order, start, edge, liveness), order, start).limit(rows_for(size))
}

/// The rows that a filter lets through, between where a list begins and an edge, which is included.
pub(super) fn rows<'a, T>(
    mut query: Rows<'a, T>,
    filter: &Filter,
    order: Order,
    start: &Start<Key>,
    edge: Option<&Edge>,
    liveness: Liveness,
) -> Rows<'a, T> {
    for one in of_rows(&filter.between(order, start, edge), order, liveness) {
        query = query.filter(one);
    }
    if order == Order::CreatedDown && !filter.is_among_few() {
        let (from, until) = filter.sids();
        // one bound at each end only: of two SQLite seeks with either
        if let Some(from) = from.filter(|_| edge.is_none() || start.is_backward()) {
            query = query.filter(sessions::sid.ge(from));
        }
        if let Some(until) = until.filter(|_| *start == Start::First || start.is_backward()) {
            query = query.filter(sessions::sid.lt(until));
        }
    }
    match edge {
        Some(edge) => query.filter(up_to(edge, order, start.is_backward())),
        None => query,
    }
}
