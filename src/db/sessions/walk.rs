//! Walking over all sessions that a filter lets through, a batch at a time, in the order of their ids.

use diesel::prelude::*;

use super::list::{Filter, Order};
use super::narrow::of_rows;
use super::{Liveness, Session};
use crate::db::conn::Conn;
use crate::db::schema::sessions;
use crate::error::Result;
use crate::secret::TokenDigest;

/// How many sessions a batch has at most: a transaction of some ten milliseconds.
const BATCH: i64 = 500;
/// How many rows one statement looks at: a filter that lets little through must not hold a statement up for seconds.
const WINDOW: i64 = 10_000;
/// How many such statements a batch may take.
const WINDOWS: usize = 10;

/// Some sessions of a walk.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Their keys; may be none before the end, too.
    pub digests: Vec<TokenDigest>,
    /// The public id up to which everything was looked at: the next batch goes on after it.
    pub place: String,
    /// Whether nothing is left.
    pub is_last: bool,
}

impl Session {
    /// The next sessions after `place` (empty: from the oldest on) that the list of this filter would show now.
    pub fn walk(conn: &mut Conn, filter: &Filter, place: &str, liveness: Liveness) -> Result<Batch> {
        let mut batch = Batch { digests: Vec::new(), place: place.to_owned(), is_last: false };
        for _ in 0..WINDOWS {
            let end = window(conn, &batch.place)?;
            let found = between(conn, filter, &batch.place, end.as_deref(), liveness)?;
            let is_full = i64::try_from(found.len()).unwrap_or(BATCH) >= BATCH;
            let last = found.last().map(|(_, sid)| sid.clone());
            batch.is_last = !is_full && end.is_none();
            batch.place = if is_full { last } else { end.or(last) }.unwrap_or(batch.place);
            batch.digests = found.into_iter().map(|(digest, _)| TokenDigest::from_bytes(digest)).collect();
            if batch.is_last || !batch.digests.is_empty() {
                break;
            }
        }
        Ok(batch)
    }
}

/// Where the window after `place` ends; none: with the last session.
fn window(conn: &mut Conn, place: &str) -> Result<Option<String>> {
    Ok(sessions::table
        .filter(sessions::sid.gt(place))
        .order(sessions::sid)
        .select(sessions::sid)
        .offset(WINDOW - 1)
        .limit(1)
        .get_result(conn)
        .optional()?)
}

fn between(
    conn: &mut Conn,
    filter: &Filter,
    place: &str,
    end: Option<&str>,
    liveness: Liveness,
) -> Result<Vec<(Vec<u8>, String)>> {
    let mut query = sessions::table
        .filter(sessions::sid.gt(place.to_owned()))
        .select((sessions::digest, sessions::sid))
        .into_boxed();
    if let Some(end) = end {
        query = query.filter(sessions::sid.le(end.to_owned()));
    }
    for one in of_rows(filter, Order::CreatedDown, liveness) {
        query = query.filter(one);
    }
    Ok(query.order(sessions::sid).limit(BATCH).load(conn)?)
}
