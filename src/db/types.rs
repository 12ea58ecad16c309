//! How a time stands in the two databases.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql};
use diesel::pg::data_types::PgTimestamp;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{HasSqlType, SqlType, Timestamptz};
use diesel::sqlite::Sqlite;

use super::conn::MultiBackend;
use crate::clock::Instant;

/// The SQL type of a time: `TIMESTAMPTZ` on Postgres, sortable UTC text on SQLite
/// (`2026-11-22 03:04:05.000000+00:00`). Not named `Timestamp`: diesel gives that name arithmetic.
#[derive(Clone, Copy, Debug, Default, SqlType, diesel::query_builder::QueryId)]
#[diesel(postgres_type(name = "timestamptz"))]
#[diesel(sqlite_type(name = "Text"))]
pub struct Moment;

impl HasSqlType<Moment> for MultiBackend {
    fn metadata(lookup: &mut Self::MetadataLookup) -> Self::TypeMetadata {
        Self::lookup_sql_type::<Moment>(lookup)
    }
}

impl FromSql<Moment, MultiBackend> for Instant {
    fn from_sql(value: <MultiBackend as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        value.from_sql::<Self, Moment>()
    }
}

impl ToSql<Moment, MultiBackend> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Moment, self));
        Ok(IsNull::No)
    }
}

/// Postgres counts microseconds from the beginning of 2000.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

impl FromSql<Moment, Pg> for Instant {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        let PgTimestamp(micros) = FromSql::<Timestamptz, Pg>::from_sql(value)?;
        Ok(Self::from_micros(micros.saturating_add(POSTGRES_EPOCH)))
    }
}

impl ToSql<Moment, Pg> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let micros = PgTimestamp(self.micros().saturating_sub(POSTGRES_EPOCH));
        ToSql::<Timestamptz, Pg>::to_sql(&micros, &mut out.reborrow())
    }
}

impl FromSql<Moment, Sqlite> for Instant {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        let text = value.read_text();
        parse(text).ok_or_else(|| format!("{text:?} is no time of menwei's").into())
    }
}

impl ToSql<Moment, Sqlite> for Instant {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        let mut text = String::with_capacity(32);
        self.write_civil(&mut text, ' ', 6);
        text.push_str("+00:00");
        out.set_value(text);
        Ok(IsNull::No)
    }
}

/// The time that a text of ours names. By hand, for it is read twice in every request that carries a session.
fn parse(text: &str) -> Option<Instant> {
    // digits only: u32 would read a sign, and two texts that name one time would hide a change of the row
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    let number = |from: usize, to: usize| text.get(from..to).filter(digits)?.parse::<u32>().ok();
    let separators = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':'), (19, b'.')];
    let is_framed = text.len() == 32 && text.ends_with("+00:00");
    if !is_framed || separators.iter().any(|(place, byte)| text.as_bytes().get(*place) != Some(byte)) {
        return None;
    }
    let date =
        chrono::NaiveDate::from_ymd_opt(number(0, 4)?.try_into().ok()?, number(5, 7)?, number(8, 10)?)?;
    let time = date.and_hms_micro_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 26)?)?;
    Some(Instant::from(time.and_utc()))
}
