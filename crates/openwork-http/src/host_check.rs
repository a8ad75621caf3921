//! The names that the server answers to.
//!
//! A page of the web can point a name of its own at this machine (DNS
//! rebinding); the browser then takes the server for a part of that page. So
//! the server answers only to names that nobody on the web can own.

use std::collections::HashSet;
use std::net::{Ipv4Addr, Ipv6Addr};

use hyper::header::HOST;
use hyper::http::request::Parts;

use crate::error::Failure;

/// What is wrong with the name that a request was sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BadHost {
    /// There is no `Host`, more than one, or one that cannot be read.
    Malformed,
    /// Another server is meant.
    Foreign,
}

/// The names that the server answers to.
pub(crate) struct AllowedHosts {
    any: bool,
    names: HashSet<String>,
}

impl AllowedHosts {
    pub(crate) fn new(allowed: &[String]) -> Self {
        let normal = |name: &String| name.trim_end_matches('.').to_ascii_lowercase();
        Self {
            any: allowed.iter().any(|name| name == "*"),
            names: allowed.iter().map(normal).collect(),
        }
    }

    /// Judges a request by its `Host` (RFC 9110, 7.2) and, if its target is a
    /// whole address, by that as well.
    pub(crate) fn check(&self, request: &Parts) -> Result<(), Failure> {
        // Exactly one: with two, a proxy in front may have gone by the other.
        let mut given = request.headers.get_all(HOST).iter();
        let (Some(host), None) = (given.next(), given.next()) else {
            return Err(Failure::Host(BadHost::Malformed));
        };
        let host = host
            .to_str()
            .map_err(|_| Failure::Host(BadHost::Malformed))?;
        self.judge(host).map_err(Failure::Host)?;
        // A target in absolute form counts before the header (RFC 9112, 3.2.2),
        // so neither may be foreign.
        let target = request.uri.authority();
        target.map_or(Ok(()), |target| {
            self.judge(target.as_str()).map_err(Failure::Host)
        })
    }

    fn judge(&self, authority: &str) -> Result<(), BadHost> {
        match HostName::parse(authority).ok_or(BadHost::Malformed)? {
            // A page cannot come from an address unless this server sent it.
            HostName::Address => Ok(()),
            HostName::Dns(name) if self.any || is_private(&name) || self.names.contains(&name) => {
                Ok(())
            }
            HostName::Dns(_) => Err(BadHost::Foreign),
        }
    }
}

/// Names of this machine, of the local network (RFC 6761, RFC 6762) and of
/// networks of Tailscale: under `ts.net` nobody but Tailscale says which
/// address a name has, so no page can point one at this machine.
fn is_private(name: &str) -> bool {
    match name.rsplit_once('.') {
        Some((_, "localhost" | "local")) => true,
        Some(_) => name.ends_with(".ts.net"),
        None => name == "localhost",
    }
}

#[derive(Debug, PartialEq)]
enum HostName {
    Address,
    Dns(String),
}

impl HostName {
    fn parse(authority: &str) -> Option<Self> {
        if let Some(rest) = authority.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            address.parse::<Ipv6Addr>().ok()?;
            return is_port(port).then_some(Self::Address);
        }
        let end = authority.find(':').unwrap_or(authority.len());
        let (name, port) = authority.split_at(end);
        if !is_port(port) {
            return None;
        }
        if name.parse::<Ipv4Addr>().is_ok() {
            return Some(Self::Address);
        }
        // The dot of the root changes nothing about which host is meant.
        let name = name.strip_suffix('.').unwrap_or(name);
        (name.len() <= 253 && name.split('.').all(is_label))
            .then(|| Self::Dns(name.to_ascii_lowercase()))
    }
}

fn is_port(text: &str) -> bool {
    let digits = |port: &str| port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit());
    text.is_empty() || text.strip_prefix(':').is_some_and(digits)
}

fn is_label(label: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=63).contains(&label.len()) && label.bytes().all(known)
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn check(uri: &str, hosts: &[&str]) -> Result<(), Failure> {
        let mut request = Request::builder().uri(uri);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        AllowedHosts::new(&["Office.Example.".to_owned()]).check(&parts)
    }

    #[test]
    fn names_that_nobody_on_the_web_can_own_pass() {
        for host in [
            "localhost",
            "LOCALHOST:8787",
            "localhost.",
            "a.localhost",
            "127.0.0.1",
            "127.0.0.1:80",
            "192.168.1.4:8787",
            "[::1]",
            "[::1]:8787",
            "[fe80::1]:",
            "annas-mac.local",
            "office.example",
            "OFFICE.example.:1",
            "nas.tail1234.ts.net",
            "NAS.tail1234.ts.net.:8787",
        ] {
            assert!(check("/health", &[host]).is_ok(), "{host}");
        }
    }

    #[test]
    fn other_names_are_foreign() {
        for host in [
            "evil.test",
            "localhost.evil.test",
            "local",
            "xlocalhost",
            "127.0.0.1.evil.test",
            "2130706433",
            "example",
            "ts.net",
            "evilts.net",
            "a.ts.net.evil.test",
        ] {
            assert!(
                matches!(check("/", &[host]), Err(Failure::Host(BadHost::Foreign))),
                "{host}"
            );
        }
        assert!(matches!(
            check("http://evil.test/", &["localhost"]),
            Err(Failure::Host(BadHost::Foreign))
        ));
    }

    #[test]
    fn hosts_that_cannot_be_read_are_malformed() {
        for host in [
            "",
            ":80",
            "a b",
            "a/b",
            "user@localhost",
            "localhost:x",
            "localhost:1:2",
            "[::1",
            "[::g]",
            "::1",
            "a..b",
            "ä",
            "localhost:123456",
        ] {
            assert!(
                matches!(check("/", &[host]), Err(Failure::Host(BadHost::Malformed))),
                "{host}"
            );
        }
        for hosts in [&[][..], &["localhost", "localhost"]] {
            assert!(matches!(
                check("/", hosts),
                Err(Failure::Host(BadHost::Malformed))
            ));
        }
    }
}
