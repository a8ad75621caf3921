//! Ports for programs that have to be told which one to take.

use std::io::{Error, ErrorKind, Result};
use std::net::{Ipv4Addr, TcpListener};
use std::process;
use std::sync::atomic::{AtomicU16, Ordering};

/// Ports that no system gives to sockets that leave the choice to it: Linux takes those from
/// 32768 on, Windows and macOS those from 49152 on.
const FIRST: u16 = 12_000;
const COUNT: u16 = 20_000;

static TAKEN: AtomicU16 = AtomicU16::new(0);

/// Returns a port of the loopback address that nobody listens on, and that neither the system nor
/// another call in this process gives to somebody else before it is used.
///
/// Asking the system for a free port instead is a race: between the answer and the start of the
/// program, any connection of another test may be given the same one.
///
/// # Errors
///
/// When each of 400 ports is in use.
pub fn free_port() -> Result<u16> {
    (0..400)
        .map(|_| next())
        .find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
        .ok_or_else(|| Error::new(ErrorKind::AddrInUse, "no free port was found"))
}

/// Each process begins elsewhere, so that test programs that run side by side seldom meet.
fn next() -> u16 {
    let begin = u16::try_from(process::id().wrapping_mul(97) % u32::from(COUNT)).unwrap_or(0);
    let taken = TAKEN.fetch_add(1, Ordering::Relaxed);
    FIRST + begin.wrapping_add(taken) % COUNT
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_port_is_given_twice() {
        let ports: HashSet<u16> = (0..50).map(|_| free_port().unwrap()).collect();
        assert_eq!(ports.len(), 50);
    }

    #[test]
    fn a_port_in_use_is_passed_over() {
        let port = free_port().unwrap();
        let _held = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap();
        assert!((0..50).all(|_| free_port().unwrap() != port));
    }
}
