//! Every attempt to log in.

pub mod list;

use diesel::prelude::*;

use super::conn::{Conn, both};
use super::schema::logins;
use crate::clock::Instant;
use crate::error::Result;

/// An attempt that is about to be stored. Holds no code and no openid.
#[derive(Clone, Debug, Insertable)]
#[diesel(table_name = logins, treat_none_as_default_value = false)]
pub struct NewLogin {
    /// When.
    pub at: Instant,
    /// To which mini-program.
    pub appid: String,
    /// Who, when that is known: also of those who were kept out.
    pub user_id: Option<i64>,
    /// The session that was opened.
    pub sid: Option<String>,
    /// `ok`, or the error's code.
    pub result: String,
    /// WeChat's `errcode`.
    pub errcode: Option<i64>,
    /// WeChat's id of the request, for its support.
    pub rid: Option<String>,
    /// How long WeChat took, in milliseconds.
    pub latency_ms: i64,
    /// The client's address.
    pub ip: String,
    /// Our id of the request.
    pub request_id: String,
}

/// An attempt, as it is shown.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = logins)]
pub struct Login {
    /// Internal key; ascends with time.
    pub id: i64,
    /// When.
    pub at: Instant,
    /// To which mini-program.
    pub appid: String,
    /// The session that was opened.
    pub sid: Option<String>,
    /// `ok`, or the error's code.
    pub result: String,
    /// WeChat's `errcode`.
    pub errcode: Option<i64>,
    /// WeChat's id of the request.
    pub rid: Option<String>,
    /// How long WeChat took, in milliseconds.
    pub latency_ms: i64,
    /// The client's address.
    pub ip: String,
}

impl Login {
    /// Stores an attempt.
    pub fn record(conn: &mut Conn, new: &NewLogin) -> Result<()> {
        both!(conn => diesel::insert_into(logins::table).values(new).execute(conn))?;
        Ok(())
    }

    /// The login that opened a session of this user.
    pub fn of_session(conn: &mut Conn, user_id: i64, sid: &str) -> Result<Option<Self>> {
        // by the user: their logins are few, and the session's id has no index there
        Ok(logins::table
            .filter(logins::user_id.eq(user_id))
            .filter(logins::sid.assume_not_null().eq(sid))
            .order(logins::id.desc())
            .limit(1)
            .select(Self::as_select())
            .get_result(conn)
            .optional()?)
    }

    /// The last `size` attempts of a user, newest first.
    pub fn of_user(conn: &mut Conn, user_id: i64, size: i64) -> Result<Vec<Self>> {
        Ok(logins::table
            .filter(logins::user_id.eq(user_id))
            .order(logins::id.desc())
            .limit(size)
            .select(Self::as_select())
            .load(conn)?)
    }
}
