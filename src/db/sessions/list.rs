//! Lists of sessions: filtered, by keyset, each order backed by an index.

use diesel::expression::BoxableExpression;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::{Deserialize, Serialize};

use super::{Liveness, Session, live, live_rows};
use crate::clock::Instant;
use crate::db::conn::{Conn, MultiBackend};
use crate::db::epochs::recalled;
use crate::db::page::{Condition, Screen, Start, condition, keyset, rows_for};
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

pub(super) type Source = diesel::dsl::InnerJoinQuerySource<sessions::table, users::table>;

/// A function that gives the filter as conditions on one source of rows, all of which must hold.
macro_rules! conditions {
    ($name:ident, $source:ty, $live:expr) => {
        pub(super) fn $name(filter: &Filter, liveness: Liveness) -> Vec<Condition<$source>> {
            let open = || sessions::ended_at.is_null();
            let mut all: Vec<Condition<$source>> = match filter.state {
                StateFilter::Live => vec![condition($live(liveness.now, liveness.idle_since))],
                StateFilter::Ended => vec![condition(sessions::ended_at.is_not_null())],
                StateFilter::Expired => {
                    vec![condition(open()), condition(sessions::expires_at.le(liveness.now)), not_recalled()]
                }
                StateFilter::Idle => {
                    let idle = sessions::last_seen_at.le(liveness.idle_since);
                    vec![condition(open()), condition(idle), not_recalled()]
                }
                StateFilter::Recalled => vec![condition(open()), condition(recalled())],
                StateFilter::All => vec![],
            };
            let mut add = |one: Option<Condition<_>>| all.extend(one);
            add(filter.user_id.map(|user| condition(sessions::user_id.eq(user))));
            add(filter.appid.clone().map(|appid| condition(sessions::appid.eq(appid))));
            add(filter.client.clone().map(|client| condition(sessions::client.eq(client))));
            add(filter.app_version.clone().map(|version| condition(sessions::app_version.eq(version))));
            add(filter.ip.clone().map(|ip| condition(sessions::ip.eq(ip))));
            add(filter.ended_by.clone().map(|by| condition(sessions::ended_by.assume_not_null().eq(by))));
            let reason = filter.ended_reason.clone();
            add(reason.map(|why| condition(sessions::ended_reason.assume_not_null().eq(why))));
            add(filter.created.0.map(|from| condition(sessions::created_at.ge(from))));
            add(filter.created.1.map(|until| condition(sessions::created_at.lt(until))));
            add(filter.seen.0.map(|from| condition(sessions::last_seen_at.ge(from))));
            add(filter.seen.1.map(|until| condition(sessions::last_seen_at.lt(until))));
            add(filter.expires.0.map(|from| condition(sessions::expires_at.ge(from))));
            add(filter.expires.1.map(|until| condition(sessions::expires_at.lt(until))));
            add(filter.ended.0.map(|from| condition(sessions::ended_at.assume_not_null().ge(from))));
            add(filter.ended.1.map(|until| condition(sessions::ended_at.assume_not_null().lt(until))));
            all
        }
    };
}
conditions!(of_listed, Source, live);
conditions!(of_rows, sessions::table, live_rows);

fn not_recalled<S: 'static>() -> Condition<S>
where
    diesel::dsl::not<recalled>: BoxableExpression<S, MultiBackend, SqlType = Bool>,
{
    condition(diesel::dsl::not(recalled()))
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
        if filter.state == StateFilter::Live && matches!(order, Order::ExpiresUp | Order::ExpiresDown) {
            return Self::list_by_end(conn, filter, order, start, size, liveness);
        }
        let mut query = sessions::table.inner_join(users::table).select(Listed::as_select()).into_boxed();
        for one in of_listed(filter, liveness) {
            query = query.filter(one);
        }
        let query = match order {
            Order::SeenDown => keyset!(down query, start, sessions::last_seen_at, sessions::sid),
            Order::CreatedDown => keyset!(down query, start, sessions::sid),
            Order::ExpiresUp => keyset!(up query, start, sessions::expires_at, sessions::sid),
            Order::ExpiresDown => keyset!(down query, start, sessions::expires_at, sessions::sid),
            Order::EndedDown => {
                let ended = sessions::ended_at.assume_not_null();
                keyset!(down query.filter(sessions::ended_at.is_not_null()), start, ended, sessions::sid)
            }
        };
        Ok(Screen::new(query.limit(rows_for(size)).load(conn)?, size, start))
    }

    /// Live sessions in the order of their ends. Those that will end soon are mostly idle by now: they are passed over in the
    /// index, which holds all that tells them apart, and only the rows that are shown are read.
    fn list_by_end(
        conn: &mut Conn,
        filter: &Filter,
        order: Order,
        start: &Start<Key>,
        size: usize,
        liveness: Liveness,
    ) -> Result<Screen<Listed>> {
        let mut query = sessions::table.select(sessions::sid).into_boxed();
        for one in of_rows(filter, liveness) {
            query = query.filter(one);
        }
        let query = if order == Order::ExpiresUp {
            keyset!(up query, start, sessions::expires_at, sessions::sid)
        } else {
            keyset!(down query, start, sessions::expires_at, sessions::sid)
        };
        let sids: Vec<String> = query.limit(rows_for(size)).load(conn)?;
        let mut rows = Self::find_listed(conn, &sids)?;
        rows.sort_by_key(|row| sids.iter().position(|sid| *sid == row.session.sid));
        Ok(Screen::new(rows, size, start))
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
