//! What WeChat pushed: kept in the request that brought it, worked off after it, once.
//!
//! The work is claimed by the UPDATE that marks it done, in the transaction that does it: of two processes one does it,
//! and a process that dies in the middle has done nothing.

mod effect;
mod media_check;

use std::time::Duration;

use diesel::prelude::*;

use super::Database;
use super::conn::{Conn, both};
use super::schema::push_events;
use super::sessions::Liveness;
use crate::clock::Instant;
use crate::error::Result;

/// How long a push is remembered after it was worked off: far longer than its timestamp is believed.
pub const KEPT: Duration = Duration::from_hours(24);

/// A push that is about to be kept.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = push_events, treat_none_as_default_value = false)]
pub struct NewPushEvent {
    /// To which mini-program.
    pub appid: String,
    /// WeChat's name of the event; one of [`effect`]'s, or whatever: then nothing is done.
    pub event: String,
    /// Whom it is about; forgotten when it is worked off.
    pub openid: Option<String>,
    /// WeChat's number of what was revoked; may be empty.
    pub revoke_info: String,
    /// Our id of the request.
    pub request_id: String,
    /// When it came.
    pub received_at: Instant,
    /// Which check of a picture it is about.
    pub trace_id: Option<String>,
    /// `pass`, `review` or `risky`: the verdict; none when there is none.
    pub suggest: Option<String>,
    /// WeChat's number of what is wrong with the picture.
    pub label: Option<i64>,
    /// A keyed digest of what names the message.
    pub message_digest: Vec<u8>,
    /// A keyed digest of the signed part of its address.
    pub address_digest: Vec<u8>,
}

/// What was done with a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// It is kept and will be worked off.
    Kept,
    /// It was there already: WeChat sends up to three times.
    Duplicate,
    /// Its signature came before with another message: somebody else uses it.
    Stolen,
}

/// A push that waits.
#[derive(Queryable, Selectable)]
#[diesel(table_name = push_events)]
struct PushEvent {
    appid: String,
    event: String,
    openid: Option<String>,
    revoke_info: String,
    request_id: String,
    received_at: Instant,
    trace_id: Option<String>,
    suggest: Option<String>,
    label: Option<i64>,
}

impl NewPushEvent {
    /// Keeps the push, unless it came before.
    pub fn keep(&self, conn: &mut Conn) -> Result<Receipt> {
        let kept = both!(conn => diesel::insert_into(push_events::table)
            .values(self)
            .on_conflict_do_nothing()
            .execute(conn))?;
        if kept > 0 {
            return Ok(Receipt::Kept);
        }
        let known = push_events::table.filter(push_events::message_digest.eq(&self.message_digest));
        let known: i64 = known.count().get_result(conn)?;
        Ok(if known > 0 { Receipt::Duplicate } else { Receipt::Stolen })
    }
}

impl PushEvent {
    /// The next pushes that wait, oldest first.
    fn waiting(conn: &mut Conn) -> Result<Vec<i64>> {
        Ok(push_events::table
            .filter(push_events::done_at.is_null())
            .order(push_events::id)
            .select(push_events::id)
            .limit(200)
            .load(conn)?)
    }

    /// Does what a push asks for; whether it was still waiting.
    fn work_off(conn: &mut Conn, id: i64, liveness: Liveness) -> Result<bool> {
        let waiting = push_events::table.find(id).filter(push_events::done_at.is_null());
        let Some(push) = waiting.select(Self::as_select()).get_result(conn).optional()? else {
            return Ok(false);
        };
        if media_check::is_early(conn, &push, liveness.now)? {
            return Ok(false);
        }
        let claimed = diesel::update(push_events::table.find(id))
            .filter(push_events::done_at.is_null())
            .set((push_events::done_at.eq(liveness.now), push_events::openid.eq(None::<String>)))
            .execute(conn)?;
        if claimed == 0 {
            return Ok(false);
        }
        let outcome = match &push.trace_id {
            Some(trace_id) => media_check::complete(conn, &push, trace_id, liveness.now)?,
            None => effect::of(conn, &push, liveness)?,
        };
        diesel::update(push_events::table.find(id)).set(push_events::outcome.eq(outcome)).execute(conn)?;
        Ok(true)
    }
}

impl Database {
    /// Works off the pushes that wait; how many. One that fails is left waiting and keeps no other from its turn.
    ///
    /// # Errors
    /// When the database is out of reach; everything is then still waiting.
    pub async fn work_off_pushes(&self, liveness: Liveness) -> Result<usize> {
        let mut done = 0;
        for id in self.read(PushEvent::waiting).await? {
            match self.write(move |conn| PushEvent::work_off(conn, id, liveness)).await {
                Ok(was_waiting) => done += usize::from(was_waiting),
                Err(why) => log::warn!(push = id, error:% = why; "a push was not worked off"),
            }
        }
        Ok(done)
    }
}
