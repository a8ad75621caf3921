//! Where a request comes from: what counts as one address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What limits count as one: this machine, an IPv4 address, or a network of IPv6
/// addresses, of which everybody has as many as they like (RFC 4291, 2.5.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum PeerOrigin {
    /// A program on this machine.
    Loopback,
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// The first 64 bits of an IPv6 address.
    V6(u64),
}

impl PeerOrigin {
    /// Whether the peer is on another machine.
    pub(crate) fn is_remote(self) -> bool {
        self != Self::Loopback
    }
}

impl From<IpAddr> for PeerOrigin {
    fn from(address: IpAddr) -> Self {
        // A socket for both versions gives IPv4 addresses in the form of the sixth.
        match address.to_canonical() {
            address if address.is_loopback() => Self::Loopback,
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6(network(address)),
        }
    }
}

fn network(address: Ipv6Addr) -> u64 {
    // Cannot fail: 64 bits are left after the shift.
    u64::try_from(u128::from(address) >> 64).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(address: &str) -> PeerOrigin {
        PeerOrigin::from(address.parse::<IpAddr>().unwrap())
    }

    #[test]
    fn all_names_of_this_machine_are_one_origin() {
        for address in ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"] {
            assert_eq!(origin(address), PeerOrigin::Loopback, "{address}");
        }
    }

    #[test]
    fn an_ipv4_address_in_the_form_of_the_sixth_version_is_the_same() {
        assert_eq!(origin("::ffff:192.0.2.1"), origin("192.0.2.1"));
        assert_ne!(origin("192.0.2.1"), origin("192.0.2.2"));
    }

    #[test]
    fn a_network_of_ipv6_addresses_is_one_origin() {
        assert_eq!(origin("2001:db8::1"), origin("2001:db8::ffff:1"));
        assert_ne!(origin("2001:db8::1"), origin("2001:db8:0:1::1"));
    }
}
