//! Which texts the addresses of a network have, as ranges of the index of addresses: texts are sorted byte by byte on
//! both engines, and addresses stand as `Ipv4Addr` and `Ipv6Addr` print themselves (RFC 5952).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::Network;

/// Texts from … until before ….
type Range = (String, String);

/// Ranges that hold every address of a network, and may hold some of its neighbours.
pub(super) fn of(network: &Network) -> Vec<Range> {
    match network.address() {
        IpAddr::V4(address) => v4(address, network.bits()),
        IpAddr::V6(address) => v6(address, network.bits()),
    }
}

/// All that begin so, up to a separator.
fn beginning(head: &str) -> Range {
    let until = match (head.strip_suffix('.'), head.strip_suffix(':')) {
        (Some(before), _) => format!("{before}/"),
        (_, Some(before)) => format!("{before};"),
        _ => "~".to_owned(),
    };
    (head.to_owned(), until)
}

/// This one alone: `!` sorts before whatever an address can go on with.
fn exactly(text: String) -> Range {
    let until = format!("{text}!");
    (text, until)
}

fn v4(address: Ipv4Addr, bits: u8) -> Vec<Range> {
    let whole = usize::from(bits / 8);
    let octets = address.octets().into_iter().take(whole);
    let head = octets.fold(String::new(), |head, octet| format!("{head}{octet}."));
    let Some(next) = address.octets().get(whole).copied() else { return vec![exactly(address.to_string())] };
    if bits.is_multiple_of(8) {
        return vec![beginning(&head)];
    }
    let free = u8::MAX.checked_shr((bits % 8).into()).unwrap_or(0);
    let range = |octet: u8| {
        if whole == 3 { exactly(format!("{head}{octet}")) } else { beginning(&format!("{head}{octet}.")) }
    };
    (next & !free..=next | free).map(range).collect()
}

fn v6(address: Ipv6Addr, bits: u8) -> Vec<Range> {
    let groups = address.segments();
    let whole = usize::from(bits / 16);
    let Some(next) = groups.get(whole).copied() else { return vec![exactly(address.to_string())] };
    let free = u16::MAX.checked_shr((bits % 16).into()).unwrap_or(0);
    let (first, last) = (next & !free, next | free);
    let fixed: Vec<u16> = groups.into_iter().take(whole).collect();
    // numbers of as many digits are sorted as texts are; a block that begins with 0 has some of fewer
    let rest = |head: String| {
        if first == 0 { beginning(&head) } else { (format!("{head}{first:x}"), format!("{head}{last:x};")) }
    };
    let mut ranges = vec![rest(joined(&fixed, ""))];
    for (start, end) in zeros(&fixed) {
        let head = format!("{}::", joined(fixed.get(..start).unwrap_or_default(), "").trim_end_matches(':'));
        if end < whole && end - start > 1 {
            ranges.push(rest(joined(fixed.get(end..).unwrap_or_default(), &head)));
        } else if end == whole && first == 0 {
            // the run of zeros may go on in what is free
            ranges.push(beginning(&head));
        } else if end == whole && end - start > 1 {
            ranges.push(rest(head));
        }
    }
    ranges
}

/// Each group and its colon, after `head`.
fn joined(groups: &[u16], head: &str) -> String {
    groups.iter().fold(head.to_owned(), |text, group| format!("{text}{group:x}:"))
}

/// The runs of zeros, each from … until before …: one of them may be written as `::`.
fn zeros(groups: &[u16]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, _) in groups.iter().enumerate().filter(|(_, group)| **group == 0) {
        match runs.last_mut() {
            Some((_, end)) if *end == place => *end += 1,
            _ => runs.push((place, place + 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that look random (`SplitMix64`).
    fn next(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Groups of which many are zero or short.
    fn v6_address(seed: &mut u64) -> Ipv6Addr {
        let mut groups = [0_u16; 8];
        for group in &mut groups {
            let random = next(seed);
            *group = match random % 4 {
                0 | 1 => 0,
                2 => u16::try_from((random >> 8) & 0xff).unwrap(),
                _ => u16::try_from((random >> 8) & 0xffff).unwrap(),
            };
        }
        Ipv6Addr::from(groups)
    }

    fn is_held(network: &str, address: IpAddr) -> bool {
        let text = address.to_string();
        let network = Network::parse(network).unwrap();
        of(&network).iter().any(|(from, until)| from.as_str() <= text.as_str() && text < *until)
    }

    #[test]
    fn every_address_of_a_network_stands_in_its_ranges() {
        let mut seed = 1;
        for _ in 0..40_000 {
            let bits = u32::try_from(next(&mut seed) % 129).unwrap();
            let (net, other) = (v6_address(&mut seed), v6_address(&mut seed));
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            let address = Ipv6Addr::from_bits(net.to_bits() & mask | other.to_bits() & !mask);
            if address.to_ipv4_mapped().is_none() {
                assert!(is_held(&format!("{net}/{bits}"), address.into()), "{net}/{bits} {address}");
            }
            let bits = bits % 33;
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            let random = |seed: &mut u64| u32::try_from(next(seed) >> 32).unwrap();
            let (net, other) = (random(&mut seed), random(&mut seed));
            let address = Ipv4Addr::from_bits(net & mask | other & !mask);
            let net = Ipv4Addr::from_bits(net);
            assert!(is_held(&format!("{net}/{bits}"), address.into()), "{net}/{bits} {address}");
        }
    }

    #[test]
    fn the_ranges_are_narrow() {
        for (network, outside) in [
            ("203.0.113.0/24", "203.0.114.1"),
            ("203.0.113.0/24", "203.0.1.13"),
            ("203.0.113.7", "203.0.113.70"),
            ("203.0.113.0/25", "203.0.113.128"),
            ("203.0.96.0/20", "203.0.112.1"),
            ("2001:db8::/32", "2001:db9::1"),
            ("2408:8000::/20", "2408:9000::1"),
            ("2001:db8:1::/48", "2001:db8:2::1"),
        ] {
            assert!(!is_held(network, outside.parse().unwrap()), "{network} {outside}");
        }
    }
}
