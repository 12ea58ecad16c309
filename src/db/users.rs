//! Users: one person behind one or more identities.

pub mod deletion;
pub mod erasure;
pub mod freeze;
pub mod list;
pub mod phone;
pub mod profile;
pub mod sign_in;
pub mod whole;
pub mod withdraw;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::{identities, users};
use crate::clock::Instant;
use crate::error::{Error, Result};

/// A user's row.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    /// Internal key; ascends with time.
    pub id: i64,
    /// Public id: UUID version 7.
    pub uid: String,
    /// What the user calls themself; empty until they say.
    pub nickname: String,
    /// Where their avatar is: an https URL, or `avatar:<name>` of an uploaded one; empty until they share one.
    pub avatar_url: String,
    /// WeChat's number: 0 unknown, 1 male, 2 female.
    pub gender: i64,
    /// As the client sent it.
    pub country: String,
    /// As the client sent it.
    pub province: String,
    /// As the client sent it.
    pub city: String,
    /// As the client sent it, such as `zh_CN`.
    pub language: String,
    /// Active, frozen (until when) or deleted.
    #[diesel(select_expression = (users::status, users::frozen_until))]
    pub status: Status,
    /// Why staff froze them.
    pub frozen_reason: Option<String>,
    /// When they first logged in.
    pub created_at: Instant,
    /// When they last logged in, to within a day.
    pub last_login_at: Instant,
    /// When they were deleted.
    pub deleted_at: Option<Instant>,
    /// When what is known of them will be erased; none when they are not deleted, or erased already.
    pub erase_at: Option<Instant>,
    /// When it was erased.
    pub erased_at: Option<Instant>,
    /// What a deleted user was before: `active` or `frozen`.
    pub status_before: Option<String>,
    /// When the freeze ends, or the one that a deleted user had.
    pub frozen_until: Option<Instant>,
}

/// That staff keep a user out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// When it ends by itself; none: when staff undo it.
    pub until: Option<Instant>,
    /// Why: a reason code.
    pub reason: Option<String>,
}

impl Freeze {
    /// Whether it still holds at that moment.
    #[must_use]
    pub fn is_lasting(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// Whether a user may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Yes.
    Active,
    /// Not until that time; not at all when there is none.
    Frozen {
        /// When the freeze ends by itself.
        until: Option<Instant>,
    },
    /// The account is gone.
    Deleted,
}

impl Status {
    fn of((status, until): (String, Option<Instant>)) -> Option<Self> {
        match status.as_str() {
            "active" => Some(Self::Active),
            "frozen" => Some(Self::Frozen { until }),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }

    /// Whether the user is kept out at that moment. Twin of `sessions::live`.
    #[must_use]
    pub fn is_barred(self, now: Instant) -> bool {
        match self {
            Self::Active => false,
            Self::Frozen { until } => until.is_none_or(|until| until > now),
            Self::Deleted => true,
        }
    }
}

/// How a status stands in the table.
type StatusColumns = (diesel::sql_types::Text, diesel::sql_types::Nullable<super::types::Moment>);

impl<DB> diesel::Queryable<StatusColumns, DB> for Status
where
    DB: diesel::backend::Backend,
    (String, Option<Instant>): diesel::deserialize::FromStaticSqlRow<StatusColumns, DB>,
{
    type Row = (String, Option<Instant>);

    fn build(row: Self::Row) -> diesel::deserialize::Result<Self> {
        Self::of(row).ok_or_else(|| "unknown status of a user".into())
    }
}

impl User {
    /// The user of that public id.
    pub fn find(conn: &mut Conn, uid: &str) -> Result<Option<Self>> {
        Ok(users::table.filter(users::uid.eq(uid)).select(Self::as_select()).get_result(conn).optional()?)
    }

    /// The user of that key.
    pub fn get(conn: &mut Conn, id: i64) -> Result<Self> {
        Ok(users::table.find(id).select(Self::as_select()).get_result(conn)?)
    }

    /// The users that this openid or unionid means, over all mini-programs: at most 50.
    pub fn find_by_wechat_id(conn: &mut Conn, id: &str) -> Result<Vec<Self>> {
        let ids: Vec<i64> = identities::table
            .filter(identities::openid.eq(id).or(identities::unionid.assume_not_null().eq(id)))
            .select(identities::user_id)
            .limit(50)
            .load(conn)?;
        Ok(users::table
            .filter(users::id.eq_any(ids))
            .order(users::id.desc())
            .select(Self::as_select())
            .load(conn)?)
    }

    /// Takes the user's row until the transaction ends, so that logins and a freeze of one user come one after the
    /// other; their status now. SQLite has one writer and needs no lock.
    pub fn hold(conn: &mut Conn, id: i64) -> Result<Status> {
        let query = users::table.find(id).select((users::status, users::frozen_until));
        let row: (String, Option<Instant>) = match conn {
            Conn::Postgres(conn) => query.for_update().get_result(conn)?,
            Conn::Sqlite(conn) => query.get_result(conn)?,
        };
        Status::of(row).ok_or(Error::Internal("status of a user"))
    }

    /// The freeze that holds at that moment, deleted or not. Of an erased user `Tombstone::of` tells.
    #[must_use]
    pub fn freeze_at(&self, now: Instant) -> Option<Freeze> {
        let is_frozen = match self.status {
            Status::Active => false,
            Status::Frozen { .. } => true,
            Status::Deleted => self.status_before.as_deref() == Some("frozen"),
        };
        let freeze = Freeze { until: self.frozen_until, reason: self.frozen_reason.clone() };
        Some(freeze).filter(|freeze| is_frozen && freeze.is_lasting(now))
    }

    /// About how many users there are: the highest key, which leaves out how many were erased and how many keys were skipped.
    pub fn estimate(conn: &mut Conn) -> Result<i64> {
        let highest: Option<i64> =
            both!(conn => users::table.select(diesel::dsl::max(users::id)).get_result(conn))?;
        Ok(highest.unwrap_or(0))
    }
}
