//! What everybody sees of personal data: enough to recognise it on the phone, too little to use it.
//! Phone numbers have their mask in [`Phone::masked`](crate::phone::Phone::masked): users see the same one.

use std::net::IpAddr;

use crate::config::Network;

/// An openid or unionid: its first four characters, an ellipsis, its last four.
#[must_use]
pub fn openid(id: &str) -> String {
    let length = id.chars().count();
    if length < 12 {
        return "…".to_owned();
    }
    let first: String = id.chars().take(4).collect();
    format!("{first}…{}", tail(id, 4))
}

/// An IP address for people who may not see it whole: the last octet as `*`; of IPv6 only the first 48 bits.
#[must_use]
pub fn ip(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.*")
        }
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:*")
        }
        Err(_) => "*".to_owned(),
    }
}

/// Whether to look for sessions of this network tells more of an address than [`ip`] shows: parts of what is hidden.
/// A whole address is something that whoever looks for it knows already.
#[must_use]
pub fn reveals(network: &Network) -> bool {
    let (shown, whole) = if network.address().is_ipv4() { (24, 32) } else { (48, 128) };
    network.bits() > shown && network.bits() < whole
}

/// The end of a public id, for people: `…3f9a61c2`. The beginning is time and the same for neighbours.
#[must_use]
pub fn short(id: &str) -> String {
    tail(id, 8)
}

/// The last four characters of a public id, for the names of repeated links.
#[must_use]
pub fn last_four(id: &str) -> String {
    tail(id, 4)
}

fn tail(text: &str, length: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(length)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_both_ends_and_short_ones_nothing() {
        assert_eq!(openid("oABCD1234567890abcdefghijWXYZ"), "oABC…WXYZ");
        assert_eq!(openid("short"), "…");
        assert_eq!(short("0192f0c1-2222-7333-8444-5555666677778888"), "77778888");
        assert_eq!(last_four("ab"), "ab");
    }

    #[test]
    fn addresses_lose_their_last_part() {
        assert_eq!(ip("203.0.113.7"), "203.0.113.*");
        assert_eq!(ip("::ffff:203.0.113.7"), "203.0.113.*");
        assert_eq!(ip("2001:db8:1:2:3:4:5:6"), "2001:db8:1:*");
        assert_eq!(ip("nonsense"), "*");
    }

    #[test]
    fn networks_within_what_is_hidden_reveal_it() {
        let tells = |network: &str| reveals(&Network::parse(network).unwrap());
        assert!(
            ["203.0.113.0/25", "203.0.113.6/31", "2001:db8:1::/49", "2001:db8::/127"].into_iter().all(tells)
        );
        assert!(
            !["203.0.113.0/24", "203.0.113.7/32", "203.0.113.7", "2001:db8:1::/48", "::1"]
                .into_iter()
                .any(tells)
        );
    }
}
