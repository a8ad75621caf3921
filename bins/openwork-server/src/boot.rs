//! The lines that a start prints on standard output, as the seed has them:
//! the desktop app and scripts read them.

use std::fmt::Write;
use std::net::SocketAddr;

use openwork_terminal::{address, console_link, span};

use crate::run_file;
use crate::settings::{ApprovalModeSetting, Console, Settings};

/// The boot lines of a server that listens on `port`. Tokens that someone
/// gave are not in them.
pub(crate) fn lines(settings: &Settings, port: u16) -> String {
    let mut lines = format!("OpenWork server listening on {}\n", url(settings, port));
    for (name, token) in [("Client", &settings.token), ("Host", &settings.host_token)] {
        if let Some(text) = token.generated() {
            push_line(&mut lines, &format!("{name} token: {text}"));
        }
    }
    match settings.workspaces.len() {
        0 => push_line(&mut lines, NO_WORKSPACES),
        count => push_line(&mut lines, &format!("Workspaces: {count}")),
    }
    lines
}

/// What a person in front of a terminal wants to know besides: where the
/// approvals page is, by which addresses other devices reach a server that
/// listens on all of them, and how requests are approved.
pub(crate) fn terminal_lines(settings: &Settings, listen: SocketAddr) -> String {
    let mut lines = String::new();
    if settings.console != Console::Off {
        let link = console_link(
            &run_file::local_url(listen),
            settings.host_token.generated(),
        );
        push_line(&mut lines, &format!("  Console    {link}"));
    }
    let reachable = address::reachable(listen);
    for url in &reachable {
        let url = url.to_string().replacen("http", scheme(settings), 1);
        push_line(&mut lines, &format!("  Network    {url}"));
    }
    // Told where it can be changed, and only where somebody could listen.
    if !reachable.is_empty() && settings.tls.cert.is_none() {
        push_line(&mut lines, &read_along(listen.port()));
    }
    push_line(&mut lines, &format!("  Approvals  {}", approvals(settings)));
    lines
}

/// What is told in a log where no person reads the boot lines, if others can reach
/// the server and read along.
pub(crate) fn exposure(settings: &Settings, listen: SocketAddr) -> Option<String> {
    let reachable = address::reachable(listen);
    if reachable.is_empty() || settings.tls.cert.is_some() {
        return None;
    }
    let reachable: Vec<String> = reachable.iter().map(ToString::to_string).collect();
    Some(format!(
        "at {}: {}",
        reachable.join(", "),
        risk(listen.port())
    ))
}

fn read_along(port: u16) -> String {
    format!("  Exposure   {}", risk(port))
}

fn risk(port: u16) -> String {
    format!(
        "plain HTTP: whoever is on that network can read tokens and files; use --tls-cert and --tls-key, or --host 127.0.0.1 with `tailscale serve {port}`"
    )
}

fn approvals(settings: &Settings) -> String {
    let milliseconds = u64::try_from(settings.approval.timeout.as_millis()).unwrap_or(u64::MAX);
    match (settings.read_only, settings.approval.mode) {
        (true, _) => "read-only, every write is refused".to_owned(),
        (false, ApprovalModeSetting::Auto) => "auto, every write is applied at once".to_owned(),
        (false, ApprovalModeSetting::Manual) => format!("manual, {}", span::words(milliseconds)),
    }
}

const NO_WORKSPACES: &str =
    "No workspaces configured. Add one with --workspace PATH or in server.json.";

/// The server's URL with the host as configured, an IPv6 address in brackets
/// (RFC 3986, section 3.2.2).
fn url(settings: &Settings, port: u16) -> String {
    let (scheme, host) = (scheme(settings), &settings.host);
    if host.contains(':') && !host.starts_with('[') {
        format!("{scheme}://[{host}]:{port}")
    } else {
        format!("{scheme}://{host}:{port}")
    }
}

fn scheme(settings: &Settings) -> &'static str {
    match settings.tls.cert {
        Some(_) => "https",
        None => "http",
    }
}

fn push_line(lines: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(lines, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Invocation, parse};
    use crate::environment::Environment;

    fn settings(args: &[&str]) -> Settings {
        let args = ["openwork-server"].iter().chain(args).map(Into::into);
        let Invocation::Serve(flags) = parse(args).unwrap() else {
            panic!("not served")
        };
        Settings::load(&flags, &Environment::default()).unwrap()
    }

    fn boot(args: &[&str]) -> String {
        lines(&settings(args), 4242)
    }

    fn told(args: &[&str], listen: &str) -> String {
        terminal_lines(&settings(args), listen.parse().unwrap())
    }

    #[test]
    fn a_person_is_told_of_the_console_and_the_approvals() {
        for (args, listen, expected) in [
            (
                &["--host-token", "host-token"][..],
                "127.0.0.1:4242",
                "  Console    http://127.0.0.1:4242/console\n  Approvals  manual, 30 s\n",
            ),
            (
                &["--host-token", "host-token", "--read-only"],
                "[::1]:4242",
                "  Console    http://[::1]:4242/console\n  Approvals  read-only, every write is refused\n",
            ),
            (
                &["--console", "off", "--approval", "auto"],
                "192.0.2.7:4242",
                "  Network    http://192.0.2.7:4242\n  Exposure   plain HTTP: whoever is on that network can read tokens and files; use --tls-cert and --tls-key, or --host 127.0.0.1 with `tailscale serve 4242`\n  Approvals  auto, every write is applied at once\n",
            ),
            (
                &["--console", "off", "--tls-cert", "/c", "--tls-key", "/k"],
                "192.0.2.7:4242",
                "  Network    https://192.0.2.7:4242\n  Approvals  manual, 30 s\n",
            ),
        ] {
            assert_eq!(told(args, listen), expected, "{args:?}");
        }
    }

    #[test]
    fn a_log_is_told_by_which_addresses_others_read_along() {
        let told = |args: &[&str], listen: &str| exposure(&settings(args), listen.parse().unwrap());
        assert_eq!(told(&[], "127.0.0.1:4242"), None);
        let tls = ["--tls-cert", "/c", "--tls-key", "/k"];
        assert_eq!(told(&tls, "192.0.2.7:4242"), None);
        let told = told(&[], "192.0.2.7:4242").unwrap();
        let expected = "at http://192.0.2.7:4242: plain HTTP: whoever is on that network can";
        assert!(told.starts_with(expected), "{told}");
    }

    #[test]
    fn only_a_generated_token_is_in_the_link() {
        let settings = settings(&[]);
        let lines = terminal_lines(&settings, "0.0.0.0:4242".parse().unwrap());
        let link = lines.lines().next().unwrap();
        let token = settings.host_token.generated().unwrap();
        assert_eq!(
            link,
            format!("  Console    http://127.0.0.1:4242/console#token={token}")
        );
        for line in lines.lines().filter(|line| line.contains("Network")) {
            assert!(line.starts_with("  Network    http://"), "{line}");
            assert!(line.ends_with(":4242"), "{line}");
        }
    }

    #[test]
    fn given_tokens_are_not_printed() {
        let lines = boot(&[
            "--token",
            "c",
            "--host-token",
            "host-token",
            "--workspace",
            "/a",
            "--host",
            "::1",
        ]);
        insta::assert_snapshot!(lines, @r"
        OpenWork server listening on http://[::1]:4242
        Workspaces: 1
        ");
    }

    #[test]
    fn generated_tokens_are_printed() {
        let lines = boot(&["--host-token", "host-token"]);
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(
            lines[0],
            "OpenWork server listening on http://127.0.0.1:4242"
        );
        assert_eq!(
            lines[1].strip_prefix("Client token: ").map(str::len),
            Some(36)
        );
        assert!(lines[2].starts_with("No workspaces configured. "));
        assert_eq!(lines.len(), 3);
        assert!(boot(&["--token", "c"]).contains("\nHost token: "));
    }
}
