//! What happened hour by hour: charts over a day, each with the same as a table.

use super::chart::Chart;
use super::numbers::{Hour, Numbers};
use super::{Counted, NumberLink};
use crate::admin::locale::zone::Zone;
use crate::admin::locale::{Words, grouped};
use crate::admin::parts::list::Count;
use crate::clock::Instant;

/// A chart of one number over a day.
#[derive(Clone, Debug)]
pub struct ByHour {
    /// The chart.
    pub chart: Chart,
    /// The most, or the least and the most.
    pub range: String,
    /// The same as a table, the newest first: when, and how many.
    pub rows: Vec<(String, NumberLink)>,
}

/// One hour of logins in the table.
#[derive(Clone, Debug)]
pub struct HourRow {
    /// `08-01 10:00`
    pub hour: String,
    /// Logins.
    pub ok: NumberLink,
    /// Failed ones.
    pub failed: NumberLink,
}

/// Logins by the hour; none without any.
#[must_use]
pub fn logins(words: &Words, zone: Zone, numbers: &Numbers) -> Option<Chart> {
    let names = words.overview;
    let (ok, failed) = numbers.logins();
    let values: Vec<(u64, u64)> = numbers.hours.iter().map(|(_, hour)| (hour.ok, hour.failed)).collect();
    let desc = (names.logins_desc)(ok, failed);
    let ticks = ticks(zone, numbers.hours.iter().map(|(at, _)| *at));
    (ok + failed > 0).then(|| Chart::of("by-hour", names.by_hour, desc, &values, ticks))
}

/// An hour of logins, each number with its list.
#[must_use]
pub fn row(words: &Words, zone: Zone, at: Instant, hour: Hour) -> HourRow {
    let names = words.overview;
    let (name, shown) = (zone.hour(at), day_and_time(zone, at));
    let link = |label: String, result: &str, number: u64| NumberLink {
        label,
        number: grouped(number),
        href: format!("/admin/logins?result={result}&hours={name}..{name}"),
    };
    HourRow {
        ok: link((names.hour_ok)(&shown), "ok", hour.ok),
        failed: link((names.hour_failed)(&shown), "failed", hour.failed),
        hour: shown,
    }
}

/// Sessions that were live at each full hour, and what is live now; none where there never was any.
#[must_use]
pub fn live(words: &Words, zone: Zone, counted: &Counted, numbers: &Numbers) -> Option<ByHour> {
    let names = words.overview;
    let known = || numbers.live.iter().filter_map(|(_, live)| *live);
    let (least, most) = (known().min()?, known().max().filter(|most| *most > 0)?);
    let values: Vec<(u64, u64)> = numbers.live.iter().map(|(_, live)| (live.unwrap_or(0), 0)).collect();
    let desc = (names.live_desc)(least, most);
    let ticks = ticks(zone, numbers.live.iter().map(|(at, _)| *at));
    let label = (names.now)(&zone.clock(counted.now));
    let now = NumberLink {
        label: label.clone(),
        number: counted.live.map_or_else(|| words.times.unknown.to_owned(), |live| Count::from(live).short()),
        href: "/admin/sessions".to_owned(),
    };
    let then = |(at, live): &(Instant, Option<u64>)| {
        let number = live.map_or_else(|| words.times.unknown.to_owned(), grouped);
        // what was live then is no list: rows tell what is live now
        (day_and_time(zone, *at), NumberLink { label: String::new(), number, href: String::new() })
    };
    Some(ByHour {
        chart: Chart::of("live-by-hour", names.live_by_hour, desc, &values, ticks),
        range: (names.live_range)(least, most),
        rows: std::iter::once((label, now)).chain(numbers.live.iter().rev().map(then)).collect(),
    })
}

/// New users by the hour; none without any.
#[must_use]
pub fn users(words: &Words, zone: Zone, numbers: &Numbers) -> Option<ByHour> {
    let names = words.overview;
    let each = || numbers.hours.iter().map(|(_, hour)| hour.users);
    let most = each().max().filter(|most| *most > 0)?;
    let values: Vec<(u64, u64)> = each().map(|users| (users, 0)).collect();
    let ticks = ticks(zone, numbers.hours.iter().map(|(at, _)| *at));
    let row = |(at, hour): &(Instant, Hour)| {
        let (name, shown) = (zone.hour(*at), day_and_time(zone, *at));
        let link = NumberLink {
            label: (names.hour_users)(&shown),
            number: grouped(hour.users),
            href: format!("/admin/users?hours={name}..{name}"),
        };
        (shown, link)
    };
    let desc = (names.users_desc)(each().sum());
    Some(ByHour {
        chart: Chart::of("users-by-hour", names.users_by_hour, desc, &values, ticks),
        range: (names.users_peak)(most),
        rows: numbers.hours.iter().rev().map(row).collect(),
    })
}

/// Every sixth hour, and the last one: `10:00`.
fn ticks(zone: Zone, hours: impl ExactSizeIterator<Item = Instant>) -> Vec<String> {
    let last = hours.len().saturating_sub(1);
    let shown = hours.enumerate().filter(|(place, _)| place.is_multiple_of(6) || *place == last);
    shown.map(|(_, at)| zone.at(at).format("%H:%M").to_string()).collect()
}

/// `08-01 10:00`
fn day_and_time(zone: Zone, at: Instant) -> String {
    zone.at(at).format("%m-%d %H:%M").to_string()
}
