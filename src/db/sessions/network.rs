//! Sessions that were opened from a network, found by the index of their addresses.

mod texts;

use diesel::prelude::*;

use super::Session;
use super::list::Listed;
use crate::config::Network;
use crate::db::conn::Conn;
use crate::db::page::BoundedCount;
use crate::db::schema::sessions;
use crate::error::Result;

/// The sessions of a network.
#[derive(Clone, Debug, Default)]
pub struct OfNetwork {
    /// One screen of them, newest first.
    pub rows: Vec<Listed>,
    /// How many there are in all, on this screen, before and after it.
    pub found: usize,
    /// Whether there are more after this screen.
    pub has_after: bool,
    /// Whether so many sessions are near that not all were looked at; what was not is not among `found`.
    pub is_part: bool,
}

impl Session {
    /// The sessions of a network that were opened before the one called `before`, or from the newest on: `size` at most.
    ///
    /// Of a network that is no whole number of octets (IPv4) or groups (IPv6) its neighbours are looked at, too. Of those
    /// and its own [`BoundedCount::BOUND`] are looked at, in the index alone.
    pub fn of_network(
        conn: &mut Conn,
        network: &Network,
        before: Option<&str>,
        size: usize,
    ) -> Result<OfNetwork> {
        let mut left = BoundedCount::LIMIT;
        let mut sids = Vec::new();
        for (from, until) in texts::of(network) {
            let near: Vec<(String, String)> = sessions::table
                .filter(sessions::ip.ge(from))
                .filter(sessions::ip.lt(until))
                .order((sessions::ip, sessions::sid))
                .select((sessions::ip, sessions::sid))
                .limit(left)
                .load(conn)?;
            left = left.saturating_sub(i64::try_from(near.len()).unwrap_or(i64::MAX));
            let is_in = |ip: &str| ip.parse().is_ok_and(|ip| network.contains(ip));
            sids.extend(near.into_iter().filter(|(ip, _)| is_in(ip)).map(|(_, sid)| sid));
            if left <= 0 {
                break;
            }
        }
        sids.sort_unstable_by(|one, other| other.cmp(one));
        sids.dedup();
        let found = sids.len();
        let mut later = sids.into_iter().filter(|sid| before.is_none_or(|before| sid.as_str() < before));
        let wanted: Vec<String> = later.by_ref().take(size).collect();
        let has_after = later.next().is_some();
        let mut rows = Self::find_listed(conn, &wanted)?;
        rows.sort_unstable_by(|one, other| other.session.sid.cmp(&one.session.sid));
        Ok(OfNetwork { rows, found, has_after, is_part: left <= 0 })
    }
}
