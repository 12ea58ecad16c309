//! Lists of sessions: filtered, by keyset, each order backed by an index.

use diesel::prelude::*;

use super::{Liveness, Session, live};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::page::{BoundedCount, Condition, Screen, Start, condition, keyset};
use crate::db::schema::{sessions, users};
use crate::db::users::Status;
use crate::error::Result;

/// Which sessions a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StateFilter {
    /// A request with their token would be accepted.
    Live,
    /// They were ended.
    Ended,
    /// They reached their idle or absolute end.
    Expired,
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
    /// Last ended first; lists only sessions that were ended.
    EndedDown,
}

/// What a list is narrowed to; `None` narrows nothing.
#[derive(Clone, Debug)]
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
    pub created: (Option<Instant>, Option<Instant>),
    /// Last used from … until before ….
    pub seen: (Option<Instant>, Option<Instant>),
    /// Expiring from … until before ….
    pub expires: (Option<Instant>, Option<Instant>),
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
        }
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
            Order::ExpiresUp => self.session.expires_at,
            Order::EndedDown => self.session.ended_at.unwrap_or(Instant::EPOCH),
        };
        (time, self.session.sid.clone())
    }
}

type Source = diesel::dsl::InnerJoinQuerySource<sessions::table, users::table>;

/// The filter as conditions that all must hold.
fn conditions(filter: &Filter, liveness: Liveness) -> Vec<Condition<Source>> {
    let mut all: Vec<Condition<Source>> = match filter.state {
        StateFilter::Live => vec![Box::new(live(liveness.now, liveness.idle_since))],
        StateFilter::Ended => vec![Box::new(sessions::ended_at.is_not_null())],
        StateFilter::Expired => vec![
            Box::new(sessions::ended_at.is_null()),
            Box::new(
                sessions::expires_at.le(liveness.now).or(sessions::last_seen_at.le(liveness.idle_since)),
            ),
        ],
        StateFilter::All => vec![],
    };
    let mut add = |one: Option<Condition<Source>>| all.extend(one);
    add(filter.user_id.map(|user| condition(sessions::user_id.eq(user))));
    add(filter.appid.clone().map(|appid| condition(sessions::appid.eq(appid))));
    add(filter.client.clone().map(|client| condition(sessions::client.eq(client))));
    add(filter.app_version.clone().map(|version| condition(sessions::app_version.eq(version))));
    add(filter.ip.clone().map(|ip| condition(sessions::ip.eq(ip))));
    add(filter.ended_by.clone().map(|by| condition(sessions::ended_by.assume_not_null().eq(by))));
    add(filter.ended_reason.clone().map(|why| condition(sessions::ended_reason.assume_not_null().eq(why))));
    add(filter.created.0.map(|from| condition(sessions::created_at.ge(from))));
    add(filter.created.1.map(|until| condition(sessions::created_at.lt(until))));
    add(filter.seen.0.map(|from| condition(sessions::last_seen_at.ge(from))));
    add(filter.seen.1.map(|until| condition(sessions::last_seen_at.lt(until))));
    add(filter.expires.0.map(|from| condition(sessions::expires_at.ge(from))));
    add(filter.expires.1.map(|until| condition(sessions::expires_at.lt(until))));
    all
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
        let mut query = sessions::table.inner_join(users::table).select(Listed::as_select()).into_boxed();
        for one in conditions(filter, liveness) {
            query = query.filter(one);
        }
        let query = match order {
            Order::SeenDown => keyset!(down query, start, sessions::last_seen_at, sessions::sid),
            Order::CreatedDown => keyset!(down query, start, sessions::sid),
            Order::ExpiresUp => keyset!(up query, start, sessions::expires_at, sessions::sid),
            Order::EndedDown => {
                let ended = sessions::ended_at.assume_not_null();
                keyset!(down query.filter(sessions::ended_at.is_not_null()), start, ended, sessions::sid)
            }
        };
        let limit = i64::try_from(size + 1).unwrap_or(i64::MAX);
        Ok(Screen::new(query.limit(limit).load(conn)?, size, start))
    }

    /// The sessions of these public ids with their users, in no order; ids that name none are left out.
    pub fn find_listed(conn: &mut Conn, sids: &[String]) -> Result<Vec<Listed>> {
        Ok(sessions::table
            .inner_join(users::table)
            .filter(sessions::sid.eq_any(sids))
            .select(Listed::as_select())
            .load(conn)?)
    }

    /// How many sessions a filter lets through, counted up to a bound.
    pub fn count(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<BoundedCount> {
        let mut query = sessions::table.inner_join(users::table).select(sessions::sid).into_boxed();
        for one in conditions(filter, liveness) {
            query = query.filter(one);
        }
        let found: Vec<String> = query.limit(BoundedCount::LIMIT).load(conn)?;
        Ok(BoundedCount::new(found.len()))
    }
}
