//! What a member of staff ticked, and which forms they sent: kept on the server until it is confirmed, so that ids never stand
//! in a URL, and a second press of the button finds what the first one did.

use std::time::Duration;

use diesel::prelude::*;

use super::conn::Conn;
use super::schema::selections;
use crate::clock::Instant;
use crate::error::Result;
use crate::secret;

/// How long a selection waits to be confirmed.
const LIFETIME: Duration = Duration::from_hours(1);
/// How many rows can be ticked at once.
pub const MOST: usize = 200;

/// A selection of one member of staff.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Its id, for the URL of the confirming page.
    pub id: String,
    /// The public ids that were ticked.
    pub items: Vec<String>,
    /// What came of it, as JSON, once it was confirmed.
    pub outcome: Option<String>,
}

impl Selection {
    /// Keeps a selection; its id. Old ones of the same person go.
    pub fn keep(conn: &mut Conn, staff_id: i64, items: &[String], now: Instant) -> Result<String> {
        let old = selections::table
            .filter(selections::staff_id.eq(staff_id))
            .filter(selections::expires_at.le(now));
        diesel::delete(old).execute(conn)?;
        let id = secret::public_id(now)?;
        diesel::insert_into(selections::table)
            .values((
                selections::id.eq(&id),
                selections::staff_id.eq(staff_id),
                selections::items.eq(items.join(" ")),
                selections::created_at.eq(now),
                selections::expires_at.eq(now + LIFETIME),
            ))
            .execute(conn)?;
        Ok(id)
    }

    /// A selection of that person that has not expired.
    pub fn find(conn: &mut Conn, staff_id: i64, id: &str, now: Instant) -> Result<Option<Self>> {
        let found: Option<(String, Option<String>)> = selections::table
            .find(id)
            .filter(selections::staff_id.eq(staff_id))
            .filter(selections::expires_at.gt(now))
            .select((selections::items, selections::outcome))
            .get_result(conn)
            .optional()?;
        Ok(found.map(|(items, outcome)| Self {
            id: id.to_owned(),
            items: items.split_whitespace().map(str::to_owned).collect(),
            outcome,
        }))
    }

    /// What came of the form that this person sent under this key before; none when they did not.
    pub fn pressed(conn: &mut Conn, staff_id: i64, key: &str, now: Instant) -> Result<Option<String>> {
        Ok(Self::find(conn, staff_id, key, now)?.and_then(|pressed| pressed.outcome))
    }

    /// Writes down what comes of a form under the key that it carries, in the same transaction; without a key nothing
    /// is written, and the form does its work as often as it is sent.
    ///
    /// # Errors
    /// [`crate::error::Error::Conflict`] when it was sent before: then all of this is undone.
    pub fn press(
        conn: &mut Conn,
        staff_id: i64,
        key: Option<&str>,
        outcome: &str,
        now: Instant,
    ) -> Result<()> {
        let Some(key) = key else { return Ok(()) };
        diesel::insert_into(selections::table)
            .values((
                (selections::id.eq(key), selections::staff_id.eq(staff_id), selections::items.eq("")),
                (selections::outcome.eq(outcome), selections::created_at.eq(now)),
                selections::expires_at.eq(now + LIFETIME),
            ))
            .execute(conn)?;
        Ok(())
    }

    /// Writes down what came of a selection, in the same transaction; false when somebody was faster, and then
    /// nothing may be done.
    pub fn settle(conn: &mut Conn, id: &str, outcome: &str) -> Result<bool> {
        let settled = diesel::update(selections::table.find(id))
            .filter(selections::outcome.is_null())
            .set(selections::outcome.eq(outcome))
            .execute(conn)?;
        Ok(settled == 1)
    }
}
