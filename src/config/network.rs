//! Networks of IP addresses, as settings name them.

use std::net::IpAddr;

/// An IPv4 or IPv6 network in CIDR form; a bare address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// The network that `text` names: `10.0.0.0/8`, `::1`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
        (bits <= most).then_some(Self { address, bits })
    }

    /// The address that it is written with.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// How many bits of an address say that it lies in this network.
    #[must_use]
    pub const fn bits(&self) -> u8 {
        self.bits
    }

    /// Whether `address` lies in this network; an IPv4 address written as IPv6 counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(one)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                net.to_bits() & mask == one.to_bits() & mask
            }
            (IpAddr::V6(net), IpAddr::V6(one)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                net.to_bits() & mask == one.to_bits() & mask
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_hold_their_addresses() {
        let inside = |network: &str, ip: &str| Network::parse(network).unwrap().contains(ip.parse().unwrap());
        assert!(inside("10.0.0.0/8", "10.200.3.4") && inside("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(!inside("10.0.0.0/8", "11.0.0.1") && !inside("::1", "127.0.0.1"));
        assert!(
            inside("0.0.0.0/0", "1.2.3.4")
                && inside("fe80::/10", "fe80::1")
                && inside("192.0.2.7", "192.0.2.7")
        );
        assert!(
            ["10.0.0.0/33", "x", "10.0.0.0/", "::/129"].iter().all(|text| Network::parse(text).is_none())
        );
    }
}
