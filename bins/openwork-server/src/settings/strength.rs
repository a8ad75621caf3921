//! How long the host's token has to be: whoever guesses it is the host.

use std::net::IpAddr;

use super::Settings;
use super::secret::TokenOrigin;
use crate::problem::{StartProblem, quote};

/// The least characters of a host token, by who can try to guess it: programs
/// on this machine, or everybody who reaches the address.
const LEAST: (usize, usize) = (8, 16);

/// Says what is wrong with a host token that is too short.
pub(super) fn problem(settings: &Settings) -> Option<StartProblem> {
    let token = &settings.host_token;
    if token.origin == TokenOrigin::Generated {
        return None;
    }
    // Length is all that can be judged; what looks random may be a word of a list.
    let length = token.value.expose().chars().count();
    let (here, elsewhere) = LEAST;
    let (least, why) = if length < here {
        (here, "it could be guessed".to_owned())
    } else if length < elsewhere && !is_loopback(&settings.host) {
        let why = format!("others can reach {} and guess it", quote(&settings.host));
        (elsewhere, why)
    } else {
        return None;
    };
    let message =
        format!("the host token is too short: {why}; it has {length} characters and needs {least}");
    let problem = StartProblem::new(message).help(
        "give a longer one, such as `openssl rand -hex 16` makes, or none: the server makes its own",
    );
    Some(problem.at_known(settings.place_of("hostToken")))
}

/// Whether only this machine reaches an address. Of a name other than
/// `localhost` that is not known.
pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    // `::ffff:127.0.0.1` is loopback as well.
    let is_address = |address: IpAddr| address.to_canonical().is_loopback();
    host.parse().is_ok_and(is_address) || host.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_reaches_loopback() {
        for host in [
            "127.0.0.1",
            "127.9.9.9",
            "::1",
            "[::1]",
            "localhost",
            "LOCALHOST",
        ] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "0.0.0.0",
            "::",
            "192.168.1.2",
            "anna.local",
            "localhost.example",
            "",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
