//! From rows of hours to what the overview shows.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::admin::locale::zone::Zone;
use crate::clock::Instant;
use crate::db::hourly::{BUCKETS, HOUR, Kind, Number, hour_of};

/// Hours that the charts show, this one included.
const HOURS: u32 = 24;
/// Days that reasons are counted over, today included.
const DAYS: u32 = 7;
const DAY: Duration = Duration::from_hours(24);

/// The times that the numbers are about; lists take them as filters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first of the hours.
    pub first_hour: Instant,
    /// The hours, as the list of logins has them: `2026-07-31T11..2026-08-01T10`.
    pub hours: String,
    /// The beginning of the first day.
    pub first_day: Instant,
    /// The days, as lists have them: `2026-07-26..2026-08-01`.
    pub days: String,
    /// The beginning of today.
    pub today_begins: Instant,
    /// From today on, as lists have it: `2026-08-01..`.
    pub today: String,
}

impl Span {
    /// The times until now.
    #[must_use]
    pub fn until(now: Instant, zone: Zone) -> Self {
        let first_hour = hour_of(now) - HOUR * (HOURS - 1);
        let today_begins = zone.midnight(zone.at(now).date_naive()).unwrap_or(now);
        // every day has 24 hours: no zone has summer time
        let first_day = today_begins - DAY * (DAYS - 1);
        Self {
            first_hour,
            hours: format!("{}..{}", zone.hour(first_hour), zone.hour(now)),
            first_day,
            days: format!("{}..{}", zone.day(first_day), zone.day(now)),
            today_begins,
            today: format!("{}..", zone.day(now)),
        }
    }
}

/// What happened in one hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Logins.
    pub ok: u64,
    /// Failed ones.
    pub failed: u64,
    /// New users.
    pub users: u64,
}

/// The numbers, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Hour by hour, the oldest first, none left out.
    pub hours: Vec<(Instant, Hour)>,
    /// What was live at each full hour of the last day, the oldest first; none where it was not counted.
    pub live: Vec<(Instant, Option<u64>)>,
    /// How often each `errcode` came, the most frequent first.
    pub errcodes: Vec<(i64, u64)>,
    /// How many sessions ended for each reason, the most frequent first.
    pub ended: Vec<(String, u64)>,
    /// How many logins fell into each bucket, the shortest first, none left out.
    pub latency: Vec<(i64, u64)>,
}

impl Numbers {
    /// Adds rows up.
    #[must_use]
    pub fn of(rows: &[Number], span: &Span) -> Self {
        let mut hours: BTreeMap<Instant, Hour> =
            (0..HOURS).map(|place| (span.first_hour + HOUR * place, Hour::default())).collect();
        let mut live: BTreeMap<Instant, Option<u64>> = hours.keys().map(|hour| (*hour, None)).collect();
        let (mut errcodes, mut ended) = (BTreeMap::new(), BTreeMap::new());
        let mut latency: BTreeMap<i64, u64> = BUCKETS.into_iter().map(|bucket| (bucket, 0)).collect();
        for row in rows {
            let amount = u64::try_from(row.amount).unwrap_or(0);
            let hour = hours.get_mut(&row.hour);
            match (row.kind, hour) {
                (Kind::Ended, _) if row.hour >= span.first_day => {
                    *ended.entry(row.name.clone()).or_default() += amount;
                }
                (Kind::Login, Some(hour)) if row.name == "ok" => hour.ok += amount,
                (Kind::Login, Some(hour)) => hour.failed += amount,
                // the end of that hour is the beginning of the next
                (Kind::Live, _) => {
                    live.entry(row.hour + HOUR).and_modify(|live| *live = Some(amount));
                }
                (Kind::User, Some(hour)) => hour.users += amount,
                (Kind::Errcode, Some(_)) => {
                    *errcodes.entry(row.name.parse().unwrap_or(0)).or_default() += amount;
                }
                (Kind::Latency, Some(_)) => {
                    *latency.entry(row.name.parse().unwrap_or(i64::MAX)).or_default() += amount;
                }
                _ => {}
            }
        }
        Self {
            hours: hours.into_iter().collect(),
            live: live.into_iter().collect(),
            errcodes: most_first(errcodes),
            ended: most_first(ended),
            latency: latency.into_iter().collect(),
        }
    }

    /// Logins, and failed ones.
    #[must_use]
    pub fn logins(&self) -> (u64, u64) {
        self.hours.iter().fold((0, 0), |(ok, failed), (_, hour)| (ok + hour.ok, failed + hour.failed))
    }

    /// The bucket that holds the login below which so many per cent of them are; none without any.
    #[must_use]
    pub fn percentile(&self, per_cent: u64) -> Option<i64> {
        let all: u64 = self.latency.iter().map(|(_, amount)| amount).sum();
        let mut left = (all * per_cent).div_ceil(100);
        self.latency.iter().find_map(|(bucket, amount)| {
            let is_here = *amount >= left && all > 0;
            left = left.saturating_sub(*amount);
            is_here.then_some(*bucket)
        })
    }
}

/// The most frequent first.
fn most_first<K>(counts: BTreeMap<K, u64>) -> Vec<(K, u64)> {
    let mut all: Vec<(K, u64)> = counts.into_iter().collect();
    all.sort_by_key(|(_, amount)| std::cmp::Reverse(*amount));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-08-01 10:03:04 in Shanghai.
    const NOW: Instant = Instant::from_seconds(1_785_549_784);

    fn number(hours_ago: u32, kind: Kind, name: &str, amount: i64) -> Number {
        let hour = hour_of(NOW) - HOUR * hours_ago;
        Number { hour, kind, name: name.to_owned(), appid: "wx1".to_owned(), amount }
    }

    #[test]
    fn the_span_is_a_day_of_hours_and_a_week_of_days() {
        let span = Span::until(NOW, Zone::SHANGHAI);
        assert_eq!(span.hours, "2026-07-31T11..2026-08-01T10");
        assert_eq!(span.days, "2026-07-26..2026-08-01");
        assert_eq!(span.today, "2026-08-01..");
        assert_eq!(span.first_day.rfc3339(), "2026-07-25T16:00:00.000Z");
    }

    #[test]
    fn rows_of_several_apps_are_added_up_and_empty_hours_stay() {
        let rows = [
            number(0, Kind::Login, "ok", 3),
            number(0, Kind::Login, "ok", 4),
            number(23, Kind::Login, "code_invalid", 2),
            number(24, Kind::Login, "ok", 100),
            number(1, Kind::Errcode, "40029", 2),
            number(1, Kind::Errcode, "-1", 5),
            number(100, Kind::Ended, "logout", 6),
            number(1, Kind::Live, "", 9),
            number(24, Kind::Live, "", 0),
            number(0, Kind::Live, "", 8),
        ];
        let numbers = Numbers::of(&rows, &Span::until(NOW, Zone::SHANGHAI));
        assert_eq!((numbers.hours.len(), numbers.logins()), (24, (7, 2)));
        assert_eq!(numbers.errcodes, [(-1, 5), (40029, 2)]);
        assert_eq!(numbers.ended, [("logout".to_owned(), 6)]);
        let live: Vec<Option<u64>> = numbers.live.iter().map(|(_, live)| *live).collect();
        assert_eq!((live.len(), live[0], live[1], live[23]), (24, Some(0), None, Some(9)));
        assert_eq!(numbers.live[23].0, hour_of(NOW));
    }

    #[test]
    fn a_percentile_is_the_end_of_its_bucket() {
        let rows = [number(0, Kind::Latency, "100", 95), number(0, Kind::Latency, "3000", 5)];
        let numbers = Numbers::of(&rows, &Span::until(NOW, Zone::SHANGHAI));
        assert_eq!(
            [50, 95, 96].map(|per_cent| numbers.percentile(per_cent)),
            [Some(100), Some(100), Some(3000)]
        );
        assert_eq!(Numbers::of(&[], &Span::until(NOW, Zone::SHANGHAI)).percentile(50), None);
    }
}
