//! The TCP listener, and why there may be none.

use std::io;
use std::net::TcpListener;

use crate::problem::{StartProblem, quote};

/// Listens on a host name or address; port 0 takes a free one. `holder` knows
/// which process of ours may listen on a port already.
pub(crate) fn bind(
    host: &str,
    port: u16,
    holder: impl Fn(u16) -> Option<u32>,
) -> Result<TcpListener, StartProblem> {
    TcpListener::bind((without_brackets(host), port))
        .map_err(|cause| problem(host, port, &cause, holder))
}

/// An IPv6 address may be written as in a URL.
fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host)
}

fn problem(
    host: &str,
    port: u16,
    cause: &io::Error,
    holder: impl Fn(u16) -> Option<u32>,
) -> StartProblem {
    let shown = quote(host);
    // Quoted for its control characters; in this sentence the marks would disturb.
    let shown = shown.trim_matches('`');
    match cause.kind() {
        io::ErrorKind::AddrInUse => {
            // The commonest cause is a server that still runs, often one's own.
            let who = match holder(port) {
                Some(pid) => format!("another openwork-server (pid {pid})"),
                None => "another program".to_owned(),
            };
            StartProblem::new(format!("port {port} is already in use on {shown}")).help(format!(
                "{who} is listening; use `--port 0` to pick a free port"
            ))
        }
        io::ErrorKind::PermissionDenied => {
            StartProblem::new(format!("port {port} on {shown} may not be used: {cause}"))
                .help("ports below 1024 belong to the system; use another `--port`")
        }
        io::ErrorKind::AddrNotAvailable => {
            StartProblem::new(format!("address {shown} is none of this machine's"))
                .help("use `--host 127.0.0.1`, or `--host 0.0.0.0` for all addresses")
        }
        _ => StartProblem::new(format!("cannot listen on {shown}, port {port}: {cause}"))
            .help("`--host` takes an address or a name of this machine"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_named() {
        let taken = bind("127.0.0.1", 0, |_| None).unwrap();
        let port = taken.local_addr().unwrap().port();
        let told = |holder: Option<u32>| {
            let problem = bind("127.0.0.1", port, |_| holder).unwrap_err();
            problem.to_string().replace(&port.to_string(), "PORT")
        };
        insta::assert_snapshot!(told(None), @r"
        error: port PORT is already in use on 127.0.0.1
          help: another program is listening; use `--port 0` to pick a free port
        ");
        insta::assert_snapshot!(told(Some(4)), @r"
        error: port PORT is already in use on 127.0.0.1
          help: another openwork-server (pid 4) is listening; use `--port 0` to pick a free port
        ");
    }

    #[test]
    fn other_causes_are_told_apart() {
        let told =
            |kind: io::ErrorKind| problem("192.0.2.1", 80, &kind.into(), |_| None).to_string();
        insta::assert_snapshot!(told(io::ErrorKind::PermissionDenied), @r"
        error: port 80 on 192.0.2.1 may not be used: permission denied
          help: ports below 1024 belong to the system; use another `--port`
        ");
        insta::assert_snapshot!(told(io::ErrorKind::AddrNotAvailable), @r"
        error: address 192.0.2.1 is none of this machine's
          help: use `--host 127.0.0.1`, or `--host 0.0.0.0` for all addresses
        ");
        insta::assert_snapshot!(told(io::ErrorKind::TimedOut), @r"
        error: cannot listen on 192.0.2.1, port 80: timed out
          help: `--host` takes an address or a name of this machine
        ");
    }

    #[test]
    fn ipv6_addresses_may_have_brackets() {
        assert_eq!(without_brackets("[::1]"), "::1");
        assert_eq!(without_brackets("::1"), "::1");
        assert_eq!(without_brackets("127.0.0.1"), "127.0.0.1");
    }
}
