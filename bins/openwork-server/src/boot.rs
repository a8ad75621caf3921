//! The lines that a start prints on standard output, as the seed has them:
//! the desktop app and scripts read them.

use std::fmt::Write;

use crate::settings::Settings;

/// The boot lines of a server that listens on `port`. Tokens that someone
/// gave are not in them.
pub(crate) fn lines(settings: &Settings, port: u16) -> String {
    let mut lines = format!(
        "OpenWork server listening on {}\n",
        url(&settings.host, port)
    );
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

const NO_WORKSPACES: &str =
    "No workspaces configured. Add one with --workspace PATH or in server.json.";

/// The server's URL with the host as configured, an IPv6 address in brackets
/// (RFC 3986, section 3.2.2).
fn url(host: &str, port: u16) -> String {
    if host.contains(':') && !host.starts_with('[') {
        format!("http://[{host}]:{port}")
    } else {
        format!("http://{host}:{port}")
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

    fn boot(args: &[&str]) -> String {
        let args = ["openwork-server"].iter().chain(args).map(Into::into);
        let Invocation::Serve(flags) = parse(args).unwrap() else {
            panic!("not served")
        };
        let settings = Settings::load(&flags, &Environment::default()).unwrap();
        lines(&settings, 4242)
    }

    #[test]
    fn given_tokens_are_not_printed() {
        let lines = boot(&[
            "--token",
            "c",
            "--host-token",
            "h",
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
        let lines = boot(&["--host-token", "h"]);
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
