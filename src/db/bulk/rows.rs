//! A session's whole row, and one statement for many rows.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::schema::sessions;
use crate::db::sessions::end::Ending;
use crate::db::sessions::open::NewSession;

/// Stores rows in one statement. A macro, for the statement's type is the table's and the engine's.
macro_rules! store {
    ($conn:expr, $table:expr, $rows:expr) => {{
        let rows = $rows;
        if !rows.is_empty() {
            let conn = $conn;
            both!(conn => diesel::insert_into($table).values(rows).execute(conn))?;
        }
    }};
}
pub(super) use store;

/// How a session ended, in all its columns.
#[derive(Default, Insertable)]
#[expect(clippy::struct_field_names, reason = "the columns are called so")]
#[diesel(table_name = sessions, treat_none_as_default_value = false)]
pub(super) struct EndingRow {
    ended_at: Option<Instant>,
    ended_by: Option<String>,
    ended_reason: Option<String>,
    ended_note: Option<String>,
}

/// A session with its end.
pub(super) type SessionRow = (NewSession, EndingRow);

impl EndingRow {
    /// The columns of an end, empty when there was none.
    pub(super) fn of(ending: Option<&Ending>) -> Self {
        ending.map_or_else(Self::default, |ending| Self {
            ended_at: Some(ending.ended_at),
            ended_by: Some(ending.ended_by.clone()),
            ended_reason: Some(ending.ended_reason.clone()),
            ended_note: Some(ending.ended_note.clone()),
        })
    }
}
