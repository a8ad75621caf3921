//! The addresses by which other devices reach this machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};

use openwork_api::client::BaseUrl;

/// The URLs by which other devices reach a server that listens here. None if
/// only this machine's own programs do, or if there is no network.
///
/// ```
/// let local = "127.0.0.1:8787".parse()?;
/// assert_eq!(openwork_terminal::address::reachable(local), []);
///
/// let one = "192.0.2.7:8787".parse()?;
/// let urls = openwork_terminal::address::reachable(one);
/// assert_eq!(urls[0].to_string(), "http://192.0.2.7:8787");
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
pub fn reachable(listener: SocketAddr) -> Vec<BaseUrl> {
    let addresses = match listener.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => own_v4().into_iter().collect(),
        IpAddr::V6(ip) if ip.is_unspecified() => own_v4().into_iter().chain(own_v6()).collect(),
        ip if ip.is_loopback() => Vec::new(),
        ip => vec![ip],
    };
    addresses
        .into_iter()
        .map(|ip| SocketAddr::new(ip, listener.port()).into())
        .collect()
}

/// The address that the system would speak from to the rest of the network.
/// Connecting a datagram socket sends nothing; the targets are addresses that
/// belong to nobody (RFC 5737, RFC 3849).
fn own_v4() -> Option<IpAddr> {
    own(
        (Ipv4Addr::UNSPECIFIED, 0).into(),
        ([192, 0, 2, 1], 9).into(),
    )
}

fn own_v6() -> Option<IpAddr> {
    let target = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
    own((Ipv6Addr::UNSPECIFIED, 0).into(), (target, 9).into())
}

fn own(from: SocketAddr, to: SocketAddr) -> Option<IpAddr> {
    let socket = UdpSocket::bind(from).ok()?;
    socket.connect(to).ok()?;
    let address = socket.local_addr().ok()?.ip();
    // Without a network the system may answer with one of these.
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_leads_to_addresses_of_this_machine() {
        for url in reachable((Ipv6Addr::UNSPECIFIED, 8787).into()) {
            assert!(!url.is_local(), "{url}");
            assert_eq!(url.port(), 8787);
            assert!(UdpSocket::bind((url.host(), 0)).is_ok(), "{url}");
        }
    }
}
