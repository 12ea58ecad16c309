//! How many sessions a filter lets through. No page counts to the end: of what is counted for one, either there is an index
//! that holds everything that is asked, or only the newest rows are looked at.

pub mod far;
pub mod past;

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use super::list::{Filter, StateFilter, of_rows};
use super::{Liveness, Session};
use crate::clock::Instant;
use crate::db::conn::{Conn, unhurried};
use crate::db::page::{BoundedCount, Condition, condition};
use crate::db::schema::sessions;
use crate::error::Result;

impl Filter {
    /// Whether some condition has no index of its own: what fits may then be rare among what is looked at.
    const fn is_scan(&self) -> bool {
        self.user_id.is_none()
            && self.ip.is_none()
            && (self.appid.is_some() || self.client.is_some() || self.app_version.is_some())
    }
}

impl Session {
    /// How many sessions a list has, for the line above it: to a bound, and among the newest only where a condition has no
    /// index.
    pub fn count(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<BoundedCount> {
        let edge = if filter.is_scan() { Edge::find(conn, filter.state, liveness)? } else { None };
        let counted = counted(conn, filter, edge.as_ref(), liveness)?;
        Ok(if edge.is_some() { counted.among_newest() } else { counted })
    }

    /// How many sessions the list of a filter has, to the last one: for a job, never for a page.
    pub fn count_all(conn: &mut Conn, filter: &Filter, liveness: Liveness) -> Result<i64> {
        let mut query = sessions::table.into_boxed();
        for one in of_rows(filter, liveness) {
            query = query.filter(one);
        }
        unhurried(conn, |conn| Ok(query.select(diesel::dsl::count_star()).get_result(conn)?))
    }
}

/// Users are not asked: whoever is kept out has no session that is open.
fn counted(
    conn: &mut Conn,
    filter: &Filter,
    edge: Option<&Edge>,
    liveness: Liveness,
) -> Result<BoundedCount> {
    let mut query = sessions::table.select(diesel::dsl::sql::<BigInt>("CAST(1 AS BIGINT)")).into_boxed();
    // one lower bound only: of two SQLite seeks with either
    let (liveness, edge) = match (edge, filter.state) {
        (Some(Edge::Seen(at)), StateFilter::Live) => (Liveness { idle_since: *at, ..liveness }, None),
        _ => (liveness, edge),
    };
    for one in of_rows(filter, liveness) {
        query = query.filter(one);
    }
    if let Some(edge) = edge {
        query = query.filter(edge.within());
    }
    // an order that says which index holds everything that is asked
    query = match filter.state {
        _ if filter.user_id.is_some() || filter.ip.is_some() => query,
        StateFilter::Live | StateFilter::Idle => query.order(sessions::last_seen_at.desc()),
        StateFilter::Expired => query.order(sessions::expires_at.desc()),
        StateFilter::Ended | StateFilter::Recalled | StateFilter::All => query,
    };
    BoundedCount::of(conn, query.limit(BoundedCount::LIMIT))
}

/// The newest row that is not looked at any more, by the index that the state is found with.
enum Edge {
    Seen(Instant),
    Expires(Instant),
    Ended(Instant),
    Sid(String),
}

impl Edge {
    /// None when there are no more rows than that.
    fn find(conn: &mut Conn, state: StateFilter, liveness: Liveness) -> Result<Option<Self>> {
        let rows = || sessions::table.offset(BoundedCount::BOUND).limit(1);
        let open = || rows().filter(sessions::ended_at.is_null());
        let seen = || open().order(sessions::last_seen_at.desc()).select(sessions::last_seen_at);
        Ok(match state {
            StateFilter::Live => {
                let used = sessions::last_seen_at.gt(liveness.idle_since);
                seen().filter(used).get_result(conn).optional()?.map(Self::Seen)
            }
            StateFilter::Idle => {
                let unused = sessions::last_seen_at.le(liveness.idle_since);
                seen().filter(unused).get_result(conn).optional()?.map(Self::Seen)
            }
            StateFilter::Expired => open()
                .filter(sessions::expires_at.le(liveness.now))
                .order(sessions::expires_at.desc())
                .select(sessions::expires_at)
                .get_result(conn)
                .optional()?
                .map(Self::Expires),
            StateFilter::Ended => rows()
                .filter(sessions::ended_at.is_not_null())
                .order(sessions::ended_at.desc())
                .select(sessions::ended_at.assume_not_null())
                .get_result(conn)
                .optional()?
                .map(Self::Ended),
            StateFilter::Recalled | StateFilter::All => rows()
                .order(sessions::sid.desc())
                .select(sessions::sid)
                .get_result(conn)
                .optional()?
                .map(Self::Sid),
        })
    }

    fn within(&self) -> Condition<sessions::table> {
        match self {
            Self::Seen(at) => condition(sessions::last_seen_at.gt(*at)),
            Self::Expires(at) => condition(sessions::expires_at.gt(*at)),
            Self::Ended(at) => condition(sessions::ended_at.assume_not_null().gt(*at)),
            Self::Sid(sid) => condition(sessions::sid.gt(sid.clone())),
        }
    }
}
