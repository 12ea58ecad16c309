//! Counting a slice of time from its rows: each statement reads one range of one index.

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::{BUCKETS, Counts, Kind};
use crate::clock::Instant;
use crate::db::conn::Conn;
use crate::db::schema::{logins, sessions, users};
use crate::error::Result;

/// The upper end of the bucket that a latency falls into.
#[must_use]
pub fn bucket(latency_ms: i64) -> i64 {
    BUCKETS.into_iter().find(|end| latency_ms <= *end).unwrap_or(i64::MAX)
}

/// Whether an attempt tells how fast WeChat is: it answered, or ran out of time. An attempt that never reached it does not.
#[must_use]
pub fn has_latency(result: &str, errcode: Option<i64>) -> bool {
    result == "ok" || result == "user_frozen" || result == "wechat_timeout" || errcode.is_some()
}

/// Adds what happened from `from` until before `until`.
pub fn count(conn: &mut Conn, from: Instant, until: Instant, counts: &mut Counts) -> Result<()> {
    logins_of(conn, from, until, counts)?;
    // as the list has them: without those who were erased
    let users: i64 = users::table
        .filter(users::erased_at.is_null())
        .filter(users::created_at.ge(from))
        .filter(users::created_at.lt(until))
        .select(count_star())
        .get_result(conn)?;
    add(counts, Kind::User, String::new(), String::new(), users);
    let ended: Vec<(Option<String>, String, i64)> = sessions::table
        .filter(sessions::ended_at.is_not_null())
        .filter(sessions::ended_at.assume_not_null().ge(from))
        .filter(sessions::ended_at.assume_not_null().lt(until))
        .group_by((sessions::ended_reason, sessions::appid))
        .select((sessions::ended_reason, sessions::appid, count_star()))
        .load(conn)?;
    for (reason, appid, amount) in ended {
        add(counts, Kind::Ended, reason.unwrap_or_default(), appid, amount);
    }
    Ok(())
}

fn logins_of(conn: &mut Conn, from: Instant, until: Instant, counts: &mut Counts) -> Result<()> {
    let rows: Vec<(String, String, Option<i64>, i64, i64)> = logins::table
        .filter(logins::at.ge(from))
        .filter(logins::at.lt(until))
        .group_by((logins::appid, logins::result, logins::errcode, logins::latency_ms))
        .select((logins::appid, logins::result, logins::errcode, logins::latency_ms, count_star()))
        .load(conn)?;
    for (appid, result, errcode, latency, amount) in rows {
        if has_latency(&result, errcode) {
            add(counts, Kind::Latency, bucket(latency).to_string(), appid.clone(), amount);
        }
        if let Some(errcode) = errcode {
            add(counts, Kind::Errcode, errcode.to_string(), appid.clone(), amount);
        }
        add(counts, Kind::Login, result, appid, amount);
    }
    Ok(())
}

fn add(counts: &mut Counts, kind: Kind, name: String, appid: String, amount: i64) {
    if amount > 0 {
        *counts.entry((kind, name, appid)).or_default() += amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latency_falls_into_the_first_bucket_that_holds_it() {
        assert_eq!([0, 25, 26, 5000, 5001].map(bucket), [25, 25, 50, 5000, i64::MAX]);
    }
}
