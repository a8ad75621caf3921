//! Whose the other end of a connection on this machine is.

use std::net::SocketAddr;

/// Whether the system tells.
pub(super) fn can_be_known() -> bool {
    !tables().is_empty()
}

/// Whether the other end of a connection belongs to the user of this process.
pub(super) fn is_same_user(peer: SocketAddr, own: SocketAddr) -> bool {
    let users = tables();
    let mut users = users.iter().filter_map(|table| user(table, peer, own));
    users.next().is_some_and(is_ours)
}

#[cfg(target_os = "linux")]
fn is_ours(user: u32) -> bool {
    user == rustix::process::geteuid().as_raw()
}

#[cfg(not(target_os = "linux"))]
fn is_ours(_user: u32) -> bool {
    false
}

/// The kernel's tables of TCP sockets (proc(5), `/proc/net/tcp`).
#[cfg(target_os = "linux")]
fn tables() -> Vec<String> {
    use std::fs::File;
    use std::io::Read;

    let read = |path| {
        let mut table = String::new();
        File::open(path).ok()?.read_to_string(&mut table).ok()?;
        Some(table)
    };
    // A kernel without one version of IP has only one of them.
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    tables.into_iter().filter_map(read).collect()
}

#[cfg(not(target_os = "linux"))]
fn tables() -> Vec<String> {
    Vec::new()
}

/// The user of the socket at `local` that is connected with `remote`. Only the
/// entry of a connection that stands names its user: those that are left of a
/// closed one say 0.
fn user(table: &str, local: SocketAddr, remote: SocketAddr) -> Option<u32> {
    const ESTABLISHED: &str = "01";

    let mut entries = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        match fields.as_slice() {
            [_, from, to, ESTABLISHED, _, _, _, user, ..] => {
                Some((address(from)?, address(to)?, user.parse().ok()?))
            }
            _ => None,
        }
    });
    let is_meant = |(from, to, _): &(SocketAddr, SocketAddr, u32)| {
        // A socket for both versions of IP writes an IPv4 address as one of IPv6.
        let canonical = |address: &SocketAddr| (address.ip().to_canonical(), address.port());
        canonical(from) == canonical(&local) && canonical(to) == canonical(&remote)
    };
    entries.find(is_meant).map(|(_, _, user)| user)
}

/// An address as the tables write it: words of 32 bits in the machine's order,
/// and the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (words, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = Vec::new();
    for at in (0..words.len()).step_by(8) {
        let word = u32::from_str_radix(words.get(at..at + 8)?, 16).ok()?;
        bytes.extend(word.to_ne_bytes());
    }
    let ip = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(v4) => v4.into(),
        Err(_) => <[u8; 16]>::try_from(bytes).ok()?.into(),
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    const HEADING: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when \
                           retrnsmt   uid  timeout inode\n";

    fn entry(local: &str, remote: &str, state: &str, user: u32) -> String {
        format!(
            "   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000  {user}  0 9 1\n"
        )
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn only_a_standing_connection_names_its_user() {
        let (local, remote): (SocketAddr, SocketAddr) = (
            "127.0.0.1:43690".parse().unwrap(),
            "127.0.0.1:8080".parse().unwrap(),
        );
        let ends = ("0100007F:AAAA", "0100007F:1F90");
        let found =
            |entries: &[String]| user(&(HEADING.to_owned() + &entries.concat()), local, remote);
        assert_eq!(found(&[entry(ends.0, ends.1, "01", 1000)]), Some(1000));
        // Waiting, closing, and what is left of a closed connection.
        for state in ["02", "04", "05", "06", "08", "0A"] {
            assert_eq!(found(&[entry(ends.0, ends.1, state, 0)]), None, "{state}");
        }
        // Our own end, and other connections.
        assert_eq!(found(&[entry(ends.1, ends.0, "01", 0)]), None);
        assert_eq!(found(&[entry("0200007F:AAAA", ends.1, "01", 0)]), None);
        assert_eq!(found(&[entry(ends.0, "0100007F:1F91", "01", 0)]), None);
        // A socket for both versions of the protocol.
        let mapped = "0000000000000000FFFF00000100007F";
        let both = entry(
            &format!("{mapped}:AAAA"),
            &format!("{mapped}:1F90"),
            "01",
            7,
        );
        assert_eq!(found(&[entry("00", "", "01", 0), both]), Some(7));
    }

    #[test]
    fn our_own_connections_are_ours() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap();
        let client = TcpStream::connect(own).unwrap();
        let peer = client.local_addr().unwrap();
        assert!(is_same_user(peer, own));
        assert!(!is_same_user(own, own));
    }
}
