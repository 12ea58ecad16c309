//! Who is calling, behind any number of trusted proxies.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::{FromRequest, HttpRequest, web};

use crate::config::Network;

/// The networks whose `X-Forwarded-For` and `X-Request-Id` are believed. The app's data must hold it.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(pub Arc<[Network]>);

impl TrustedProxies {
    /// Whether `peer` is one of our proxies.
    #[must_use]
    pub fn contain(&self, peer: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(peer))
    }
}

/// The caller's address: the rightmost in `X-Forwarded-For` that is no trusted proxy. `Forwarded` is ignored.
///
/// An IPv4 address that came as IPv6 is IPv4 here, so that one client has one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// The caller of `request`; `0.0.0.0` when it came over no network (a test).
    #[must_use]
    pub fn of(request: &HttpRequest) -> Self {
        let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let trusted = request.app_data::<web::Data<TrustedProxies>>().map_or(&[][..], |proxies| &proxies.0);
        Self(walk(peer, request.headers(), trusted))
    }
}

/// What strangers are counted by: an IPv4 address, or the /64 of an IPv6 address, which is one household.
#[must_use]
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

impl FromRequest for ClientAddress {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(Ok(Self::of(request)))
    }
}

/// Goes from the peer leftwards as long as each hop is trusted to tell the one before it. An entry that is no address
/// ends the walk at the last hop that is known.
fn walk(peer: IpAddr, headers: &HeaderMap, trusted: &[Network]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let mut known = peer.to_canonical();
    let lines: Vec<_> = headers.get_all("x-forwarded-for").collect();
    let entries =
        lines.iter().rev().flat_map(|line| line.to_str().unwrap_or("malformed").rsplit(',').map(str::trim));
    for entry in entries {
        if !is_trusted(known) {
            break;
        }
        match address(entry) {
            Some(before) => known = before.to_canonical(),
            None => break,
        }
    }
    known
}

/// `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().or_else(|| entry.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn caller(peer: &str, lines: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line.as_bytes()).unwrap();
            headers.append(HeaderName::from_static("x-forwarded-for"), value);
        }
        let trusted: Vec<_> = trusted.iter().filter_map(|text| Network::parse(text)).collect();
        walk(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn strangers_are_counted_by_address_or_household() {
        let of = |address: &str| household(address.parse().unwrap()).to_string();
        assert_eq!([of("203.0.113.7"), of("::ffff:203.0.113.7")], ["203.0.113.7", "203.0.113.7"]);
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }

    #[test]
    fn a_peer_that_is_no_trusted_proxy_is_the_caller_whatever_it_says() {
        assert_eq!(caller("198.51.100.7", &["203.0.113.9"], &["10.0.0.0/8"]), "198.51.100.7");
        assert_eq!(caller("127.0.0.1", &["203.0.113.9"], &[]), "127.0.0.1");
    }

    #[test]
    fn the_rightmost_untrusted_address_is_the_caller() {
        let trusted = ["10.0.0.0/8", "2001:db8:1::/48"];
        assert_eq!(caller("10.0.0.1", &["203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(caller("10.0.0.1", &["1.1.1.1, 203.0.113.9, 10.2.3.4"], &trusted), "203.0.113.9");
        assert_eq!(caller("10.0.0.1", &["1.1.1.1", "203.0.113.9", "10.2.3.4"], &trusted), "203.0.113.9");
        assert_eq!(caller("10.0.0.1", &["203.0.113.9, 2001:db8:1::5"], &trusted), "203.0.113.9");
        assert_eq!(caller("10.0.0.1", &["10.0.0.3, 10.0.0.2"], &trusted), "10.0.0.3");
        assert_eq!(caller("10.0.0.1", &[], &trusted), "10.0.0.1");
    }

    #[test]
    fn what_is_no_address_ends_the_walk_at_the_last_known_hop() {
        let trusted = ["10.0.0.0/8"];
        for spoof in ["203.0.113.9, unknown", "203.0.113.9, ", "203.0.113.9,_hidden", "203.0.113.9,\u{e9}"] {
            assert_eq!(caller("10.0.0.1", &[spoof], &trusted), "10.0.0.1", "{spoof:?}");
        }
        assert_eq!(caller("10.0.0.1", &["203.0.113.9, x, 10.0.0.2"], &trusted), "10.0.0.2");
    }

    #[test]
    fn ports_brackets_and_mapped_addresses_are_understood() {
        let trusted = ["10.0.0.0/8"];
        assert_eq!(caller("::ffff:10.0.0.1", &["203.0.113.9:4711"], &trusted), "203.0.113.9");
        assert_eq!(caller("10.0.0.1", &["[2001:db8::9]:4711"], &trusted), "2001:db8::9");
        assert_eq!(caller("10.0.0.1", &["[2001:db8::9]"], &trusted), "2001:db8::9");
        assert_eq!(caller("10.0.0.1", &["::ffff:203.0.113.9"], &trusted), "203.0.113.9");
    }
}
