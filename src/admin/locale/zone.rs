//! By whose clock times are shown: an offset from UTC that a member of staff chose, China's without a choice.
//!
//! Whole hours, because numbers are added up by the hour; offsets without summer time, because a filter must mean the same
//! days all year.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::clock::Instant;

/// An offset from UTC, in hours east of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone(i8);

impl Default for Zone {
    fn default() -> Self {
        Self::SHANGHAI
    }
}

impl Zone {
    /// China's time, all year: UTC+08:00.
    pub const SHANGHAI: Self = Self(8);

    /// What there is to choose from, from west to east.
    pub const ALL: [Self; 14] = [
        Self(-8),
        Self(-7),
        Self(-5),
        Self(-3),
        Self(0),
        Self(1),
        Self(2),
        Self(3),
        Self(4),
        Self(7),
        Self::SHANGHAI,
        Self(9),
        Self(10),
        Self(12),
    ];

    /// The one of [`Zone::ALL`] that is so many hours east of UTC.
    #[must_use]
    pub fn east(hours: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.hours() == hours)
    }

    /// How many hours east of UTC.
    #[must_use]
    pub fn hours(self) -> i64 {
        self.0.into()
    }

    /// `Asia/Shanghai (UTC+08:00)`, and of others only the offset.
    #[must_use]
    pub fn name(self) -> String {
        let offset = format!("UTC{}", self.offset());
        if self == Self::SHANGHAI { format!("Asia/Shanghai ({offset})") } else { offset }
    }

    /// The same with the offset first, for a list to choose from.
    #[must_use]
    pub fn choice(self) -> String {
        let city = if self == Self::SHANGHAI { " Asia/Shanghai" } else { "" };
        format!("UTC{}{city}", self.offset())
    }

    /// The same as chrono has it.
    #[must_use]
    pub fn offset(self) -> FixedOffset {
        // all of them are in range; UTC would be the fallback of a clock that cannot exist
        FixedOffset::east_opt(i32::from(self.0) * 3600).unwrap_or_else(|| chrono::Offset::fix(&chrono::Utc))
    }

    /// What a clock there shows.
    #[must_use]
    pub fn at(self, at: Instant) -> DateTime<FixedOffset> {
        at.at(self.offset())
    }

    /// `2026-08-01 10:03:04`.
    #[must_use]
    pub fn absolute(self, at: Instant) -> String {
        self.at(at).format("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// The beginning of a day.
    #[must_use]
    pub fn midnight(self, day: NaiveDate) -> Option<Instant> {
        self.local(day.and_hms_opt(0, 0, 0)?)
    }

    /// When a clock there showed that.
    #[must_use]
    pub fn local(self, shown: NaiveDateTime) -> Option<Instant> {
        Some(Instant::from(shown.and_local_timezone(self.offset()).single()?.to_utc()))
    }

    /// The time of day: `10:03:04`.
    #[must_use]
    pub fn clock(self, at: Instant) -> String {
        self.at(at).format("%H:%M:%S").to_string()
    }

    /// The hour of a time, as filters have it: `2026-08-01T10`.
    #[must_use]
    pub fn hour(self, at: Instant) -> String {
        self.at(at).format("%Y-%m-%dT%H").to_string()
    }

    /// The day of a time: `2026-08-01`.
    #[must_use]
    pub fn day(self, at: Instant) -> String {
        self.at(at).format("%Y-%m-%d").to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_those_of_the_zone_with_seconds() {
        let at = Instant::from_seconds(1_785_549_784);
        assert_eq!(Zone::default().absolute(at), "2026-08-01 10:03:04");
        assert_eq!(Zone::east(-8).unwrap().absolute(at), "2026-07-31 18:03:04");
        assert_eq!(Zone::east(6), None);
    }

    #[test]
    fn a_day_begins_at_midnight_there() {
        let day = NaiveDate::from_ymd_opt(2026, 8, 1).unwrap();
        for (hours, begins) in [
            (8, "2026-07-31T16:00:00.000Z"),
            (0, "2026-08-01T00:00:00.000Z"),
            (-5, "2026-08-01T05:00:00.000Z"),
        ] {
            let zone = Zone::east(hours).unwrap();
            let midnight = zone.midnight(day).unwrap();
            assert_eq!(midnight.rfc3339(), begins);
            assert_eq!(zone.day(midnight), "2026-08-01");
            assert_eq!(
                (zone.hour(midnight).as_str(), zone.clock(midnight).as_str()),
                ("2026-08-01T00", "00:00:00")
            );
            assert_eq!(zone.day(midnight - Duration::from_secs(1)), "2026-07-31");
        }
    }

    #[test]
    fn a_zone_is_named_by_its_offset() {
        let names = [-8, 0, 8].map(|hours| Zone::east(hours).unwrap().name());
        assert_eq!(names, ["UTC-08:00", "UTC+00:00", "Asia/Shanghai (UTC+08:00)"]);
    }
}
