//! Time as an argument: [`Instant`] is the one kind of time in menwei, [`Clock`] the one place that asks for `now`.
//!
//! Microseconds, because Postgres keeps no finer: a time that was stored and read again equals itself.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Datelike as _, FixedOffset, Timelike as _, Utc};

/// A point in time: UTC, whole microseconds.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    diesel::expression::AsExpression,
    diesel::deserialize::FromSqlRow,
)]
#[diesel(sql_type = crate::db::types::Moment)]
pub struct Instant(i64);

impl Instant {
    /// The beginning of 1970: earlier than anything menwei has seen.
    pub const EPOCH: Self = Self(0);

    /// The point `micros` microseconds after the beginning of 1970 UTC.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The point `seconds` seconds after the beginning of 1970 UTC.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1_000_000))
    }

    /// Microseconds since the beginning of 1970 UTC.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the beginning of 1970 UTC; 0 for earlier times.
    #[must_use]
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// Whole seconds since the beginning of 1970 UTC.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// The time from `earlier` to this one; zero when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The day of this time in UTC, counted from 1970: equal for two times of one day.
    #[must_use]
    pub const fn day(self) -> i64 {
        self.0.div_euclid(86_400_000_000)
    }

    /// The same time as chrono has it; the end of chrono's range where it is outside.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The time on a clock `offset` east of UTC, for people.
    #[must_use]
    pub fn at(self, offset: FixedOffset) -> DateTime<FixedOffset> {
        self.utc().with_timezone(&offset)
    }

    /// RFC 3339 in UTC with milliseconds: `2026-11-22T03:04:05.678Z`. Years have four digits.
    #[must_use]
    pub fn rfc3339(self) -> String {
        let mut text = String::with_capacity(24);
        self.write_civil(&mut text, 'T', 3);
        text.push('Z');
        text
    }

    /// The same with microseconds, which is all there is: `2026-11-22T03:04:05.678901Z`.
    #[must_use]
    pub fn rfc3339_whole(self) -> String {
        let mut text = String::with_capacity(27);
        self.write_civil(&mut text, 'T', 6);
        text.push('Z');
        text
    }

    /// Writes `2026-11-22 03:04:05.678901` in UTC: with that character after the date, and so many digits of the second's
    /// fraction. By hand, for each login writes ten of them and chrono reads its format each time.
    pub(crate) fn write_civil(self, text: &mut String, separator: char, fraction: u32) {
        let utc = self.utc();
        let micros = utc.timestamp_subsec_micros();
        let parts = [
            (utc.year().unsigned_abs(), 4, '-'),
            (utc.month(), 2, '-'),
            (utc.day(), 2, separator),
            (utc.hour(), 2, ':'),
            (utc.minute(), 2, ':'),
            (utc.second(), 2, '.'),
        ];
        for (number, width, end) in parts {
            write_digits(text, number, width);
            text.push(end);
        }
        write_digits(text, micros / 10_u32.pow(6 - fraction), fraction);
    }
}

/// The last `width` digits of a number.
fn write_digits(text: &mut String, number: u32, width: u32) {
    for place in (0..width).rev() {
        text.push(char::from_digit(number / 10_u32.pow(place) % 10, 10).unwrap_or('0'));
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_micros())
    }
}

impl std::ops::Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl std::ops::Sub<Duration> for Instant {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(span.as_micros()).unwrap_or(i64::MAX)))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.rfc3339())
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.serialize_str(&self.rfc3339())
    }
}

/// Where `now` comes from. Clones tell the same time.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands until a test moves it: microseconds since 1970.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start`.
    #[must_use]
    pub fn fixed(start: Instant) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(start.micros())))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
            Self::System => Instant::from(Utc::now()),
            Self::Fixed(micros) => Instant::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a standing clock on by `span`; the machine's clock stays what it is.
    pub fn advance(&self, span: Duration) {
        if let Self::Fixed(micros) = self {
            micros.store((self.now() + span).micros(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standing_clock_moves_only_when_told() {
        let clock = Clock::fixed(Instant::from_seconds(100));
        let twin = clock.clone();
        clock.advance(Duration::from_secs(5));
        assert_eq!(twin.now(), Instant::from_seconds(105));
    }

    #[test]
    fn times_print_as_rfc_3339_in_utc() {
        assert_eq!(Instant::from_micros(1_763_780_645_678_901).rfc3339(), "2025-11-22T03:04:05.678Z");
    }

    #[test]
    fn sums_stay_in_range() {
        let end = Instant::from_micros(i64::MAX);
        assert_eq!(end + Duration::MAX, end);
        assert_eq!(Instant::EPOCH.since(end), Duration::ZERO);
    }
}
