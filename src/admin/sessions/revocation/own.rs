//! How many of the sessions that match are rather the team's own, each count a link to the list of what it counts.

use crate::admin::frame::Link;
use crate::admin::locale::Words;
use crate::admin::parts::list::Count;
use crate::admin::parts::paging::Address;
use crate::db::sessions::count::own::{CountWithOwn, DEVTOOLS, UNRELEASED};

/// The counts that are more than nothing.
pub(super) fn links(found: &CountWithOwn, address: &Address, words: &Words) -> Vec<Link> {
    let all = [
        ("client", DEVTOOLS, found.devtools, words.jobs.own_devtools),
        ("ver", UNRELEASED, found.unreleased, words.jobs.own_trial),
    ];
    let link = |(name, value, count, say): (&str, &str, i64, fn(&str) -> String)| Link {
        href: address.narrowed(name, value, "/admin/sessions"),
        label: say(&Count::Exactly(count.unsigned_abs()).short()),
        current: false,
    };
    all.into_iter().filter(|(_, _, count, _)| *count > 0).map(link).collect()
}
