//! What staff noted about a user, for each other: added to, never changed; it goes with the account.

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::user_notes;
use crate::clock::Instant;
use crate::error::Result;

/// A note.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = user_notes)]
pub struct UserNote {
    /// Who wrote it: a member of staff's name.
    pub author: String,
    /// Their role at the time.
    pub role: String,
    /// What, one line of at most 500 characters.
    pub text: String,
    /// When.
    pub created_at: Instant,
}

/// A note that is about to be stored.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = user_notes)]
pub struct NewNote {
    /// About whom.
    pub user_id: i64,
    /// Who writes it.
    pub author: String,
    /// Their role.
    pub role: String,
    /// What.
    pub text: String,
    /// When.
    pub created_at: Instant,
}

impl UserNote {
    /// Adds a note.
    pub fn append(conn: &mut Conn, note: &NewNote) -> Result<()> {
        both!(conn => diesel::insert_into(user_notes::table).values(note).execute(conn))?;
        Ok(())
    }

    /// The newest notes about a user, at most `most`.
    pub fn of_user(conn: &mut Conn, user_id: i64, most: usize) -> Result<Vec<Self>> {
        Ok(user_notes::table
            .filter(user_notes::user_id.eq(user_id))
            .order(user_notes::id.desc())
            .limit(i64::try_from(most).unwrap_or(i64::MAX))
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Erases the notes about a user whose account goes; how many there were.
    pub fn erase(conn: &mut Conn, user_id: i64) -> Result<usize> {
        Ok(diesel::delete(user_notes::table.filter(user_notes::user_id.eq(user_id))).execute(conn)?)
    }
}
