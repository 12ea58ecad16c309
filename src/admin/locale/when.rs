//! Times for people: absolute first, in their zone, and how long ago.

use super::Times;
use super::zone::Zone;
use crate::clock::Instant;

/// A time as pages show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// RFC 3339 in UTC, for `datetime`.
    pub machine: String,
    /// `2026-08-01 10:03:04` in the reader's zone.
    pub absolute: String,
    /// `3 小时前`.
    pub relative: String,
}

impl When {
    /// How `at` reads at the time `now`.
    #[must_use]
    pub fn new(at: Instant, now: Instant, words: &Times, zone: Zone) -> Self {
        Self { machine: at.rfc3339(), absolute: zone.absolute(at), relative: relative(at, now, words) }
    }
}

/// `3 小时前`, `2 天后`: the largest unit that fits at least once (hours up to two days, days up to two months).
#[must_use]
pub fn relative(at: Instant, now: Instant, words: &Times) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;

    let (span, say) = if at > now { (at.since(now), words.ahead) } else { (now.since(at), words.ago) };
    match span.as_secs() {
        seconds if seconds < MINUTE => words.just_now.to_owned(),
        seconds if seconds < HOUR => say((words.minutes)(seconds / MINUTE)),
        seconds if seconds < 2 * DAY => say((words.hours)(seconds / HOUR)),
        seconds if seconds < 60 * DAY => say((words.days)(seconds / DAY)),
        seconds if seconds < 730 * DAY => say((words.months)(seconds / (30 * DAY))),
        seconds => say((words.years)(seconds / (365 * DAY))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::admin::locale::Lang;

    fn ago(seconds: u64, lang: Lang) -> String {
        let now = Instant::from_seconds(1_800_000_000);
        relative(now - Duration::from_secs(seconds), now, lang.words().times)
    }

    #[test]
    fn a_time_is_for_machines_in_utc_and_for_people_in_their_zone() {
        let when = When::new(Instant::EPOCH, Instant::EPOCH, Lang::Zh.words().times, Zone::SHANGHAI);
        assert_eq!(when.machine, "1970-01-01T00:00:00.000Z");
        assert_eq!(when.absolute, "1970-01-01 08:00:00");
    }

    #[test]
    fn spans_take_the_unit_that_fits() {
        let seen: Vec<String> = [0, 59, 60, 3599, 3600, 172_799, 172_800, 60 * 86_400, 730 * 86_400]
            .map(|s| ago(s, Lang::Zh))
            .into();
        assert_eq!(
            seen,
            [
                "刚刚",
                "刚刚",
                "1 分钟前",
                "59 分钟前",
                "1 小时前",
                "47 小时前",
                "2 天前",
                "2 个月前",
                "2 年前"
            ]
        );
        assert_eq!([60, 120].map(|s| ago(s, Lang::En)), ["1 minute ago", "2 minutes ago"]);
    }

    #[test]
    fn what_lies_ahead_says_so() {
        let now = Instant::from_seconds(1_800_000_000);
        let later = now + Duration::from_secs(3 * 86_400);
        assert_eq!(relative(later, now, Lang::Zh.words().times), "3 天后");
        assert_eq!(relative(later, now, Lang::En.words().times), "in 3 days");
    }
}
