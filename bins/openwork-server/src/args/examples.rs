//! What the help of each command ends with: an example and the exit codes.

use clap::Command;

/// The end of a command's help.
struct HelpEnding {
    /// The words of the command.
    command: &'static str,
    /// What may be written, without the program's name.
    examples: &'static [&'static str],
    /// What else there is to know; may be empty.
    note: &'static str,
    codes: &'static str,
}

/// Of a command that looks at the settings.
const TAKES_FLAGS: &str = "It takes all flags of the server; \
     `openwork-server --help-all` lists them.\n\n";

/// Of a command that speaks to a server.
const SERVED: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server answers, \
     4 token refused, 5 no such thing";
/// Of a command that speaks to none.
const LOCAL: &str = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration";

const ENDINGS: &[HelpEnding] = &[
    served("approvals", &["approvals list", "approvals allow 7d30"]),
    served("approvals list", &["approvals list --json"]),
    served("approvals show", &["approvals show 7d30 --full"]),
    served("approvals watch", &["approvals watch"]),
    served("approvals allow", &["approvals allow 7d30 --for 10m"]),
    served("approvals deny", &["approvals deny 7d30 -m \"not today\""]),
    served("approvals answer", &["approvals answer per_1 once"]),
    served("approvals history", &["approvals history --limit 20"]),
    served("approvals rules", &["approvals rules --json"]),
    served("approvals rules revoke", &["approvals rules revoke c0ff"]),
    served("workspaces", &["workspaces list", "workspaces add ."]),
    served("workspaces list", &["workspaces list --json"]),
    served("workspaces add", &["workspaces add ~/notes --name Notes"]),
    served("workspaces remove", &["workspaces remove ws_7d30"]),
    served(
        "workspaces activate",
        &["workspaces activate ws_7d30 --persist"],
    ),
    served("tokens", &["tokens list", "tokens create viewer"]),
    served("tokens list", &["tokens list --json"]),
    served(
        "tokens create",
        &["tokens create collaborator --label phone --for 90d"],
    ),
    served("tokens revoke", &["tokens revoke 7d30"]),
    served("console", &["console --open"]),
    served("pair", &["pair", "pair --scope approver --qr"]),
    served("devices", &["devices list", "devices revoke 7d30"]),
    served("devices list", &["devices list --json"]),
    served("devices rename", &["devices rename 7d30 pocket"]),
    served("devices revoke", &["devices revoke 7d30"]),
    served("audit", &["audit list", "audit undo --last"]),
    served("audit list", &["audit list --limit 20"]),
    served("audit show", &["audit show 7d30"]),
    served("audit undo", &["audit undo 7d30 --yes"]),
    local("config", &["config print", "config check --json"]),
    settings("config check", &["config check --config server.json"]),
    settings("config path", &["config path --config server.json"]),
    settings(
        "config print",
        &["config print --workspace . --approval auto --json"],
    ),
    HelpEnding {
        command: "doctor",
        examples: &["doctor --workspace .", "doctor --strict --json"],
        note: TAKES_FLAGS,
        codes: "Exit codes: 0 nothing is wrong, 1 errors were found, 2 wrong usage",
    },
    local(
        "service",
        &["service install --workspace ~/notes", "service status"],
    ),
    settings(
        "service install",
        &["service install --workspace ~/notes --dry-run"],
    ),
    local("service uninstall", &["service uninstall"]),
    HelpEnding {
        command: "service status",
        examples: &["service status --json"],
        note: "",
        codes: "Exit codes: 0 it runs, 1 it does not, 2 wrong usage",
    },
    local("completions", &["completions bash"]),
    local("man", &["man", "man approvals allow"]),
    local("openapi", &["openapi"]),
    local("version", &["version --json"]),
];

const fn served(command: &'static str, examples: &'static [&'static str]) -> HelpEnding {
    HelpEnding {
        command,
        examples,
        note: "",
        codes: SERVED,
    }
}

const fn local(command: &'static str, examples: &'static [&'static str]) -> HelpEnding {
    HelpEnding {
        command,
        examples,
        note: "",
        codes: LOCAL,
    }
}

const fn settings(command: &'static str, examples: &'static [&'static str]) -> HelpEnding {
    HelpEnding {
        note: TAKES_FLAGS,
        ..local(command, examples)
    }
}

/// The command line with all of them.
pub(super) fn added_to(command: Command) -> Command {
    ENDINGS.iter().fold(command, |command, ending| {
        let words: Vec<&str> = ending.command.split(' ').collect();
        ended(command, &words, &ending.text())
    })
}

fn ended(command: Command, words: &[&str], text: &str) -> Command {
    match words.split_first() {
        Some((first, rest)) => command.mut_subcommand(first, |below| ended(below, rest, text)),
        None => command.after_help(text.to_owned()),
    }
}

impl HelpEnding {
    fn text(&self) -> String {
        let many = if self.examples.len() > 1 { "s" } else { "" };
        let lines: Vec<String> = self
            .examples
            .iter()
            .map(|example| format!("  openwork-server {example}\n"))
            .collect();
        format!(
            "Example{many}:\n{}\n{}{}",
            lines.concat(),
            self.note,
            self.codes
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{Invocation, command, parse};
    use super::*;

    fn paths(command: &Command, before: &str, all: &mut BTreeSet<String>) {
        for below in command.get_subcommands() {
            let path = format!("{before}{}", below.get_name());
            paths(below, &format!("{path} "), all);
            all.insert(path);
        }
    }

    #[test]
    fn every_command_has_an_example_that_is_one() {
        let mut all = BTreeSet::new();
        paths(&command(), "", &mut all);
        let told = ENDINGS.iter().map(|ending| ending.command.to_owned());
        assert_eq!(told.collect::<BTreeSet<_>>(), all);
        for ending in ENDINGS {
            for example in ending.examples {
                assert!(example.starts_with(ending.command), "{example}");
                // A text in quotes is one argument to a shell.
                let words = example.replace("\"not today\"", "no");
                let words = words.split(' ').map(Into::into);
                let read = parse(std::iter::once("openwork-server".into()).chain(words));
                assert!(
                    matches!(read, Ok(Invocation::Command(_) | Invocation::Local(_))),
                    "{example}: {read:?}"
                );
            }
        }
    }
}
