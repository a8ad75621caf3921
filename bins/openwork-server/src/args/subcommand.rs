//! The commands beside serving, as clap sees them.

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use openwork_terminal::{ApprovalsCommand, OutputForm, RememberSpan};

/// A command, and which server it is for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// What is asked for.
    pub(crate) command: openwork_terminal::TerminalCommand,
    /// The server's URL.
    pub(crate) url: Option<String>,
    /// The host's token.
    pub(crate) host_token: Option<String>,
    /// The form of the output.
    pub(crate) form: OutputForm,
}

/// All of them.
pub(super) fn all() -> [Command; 3] {
    [
        Command::new("approvals")
            .about("Answer the requests of clients")
            .subcommand_required(true)
            .disable_help_subcommand(true)
            .subcommands(approvals()),
        client("console", "Print the link to the approvals page")
            .arg(switch("open", "Open it in the browser")),
        client("pair", "Print what another device needs to connect")
            .arg(switch("qr", "Draw it as a QR code, too")),
    ]
}

fn approvals() -> [Command; 7] {
    [
        client("list", "List the requests that wait"),
        client("show", "Show a request with its diff")
            .arg(id())
            .arg(switch("reveal", "Show masked values"))
            .arg(switch("full", "Show every file to its end")),
        client(
            "watch",
            "Follow the requests; on a terminal, be asked about each",
        ),
        client("allow", "Allow requests")
            .arg(ids())
            .arg(span())
            .arg(switch(
                "high",
                "Mean it, also for those that are rated high",
            ))
            .arg(switch(
                "all-seen",
                "Mean it, also for those that only `show --full` shows to their end",
            )),
        client("deny", "Deny requests").arg(ids()).arg(message()),
        client("history", "List the requests that have ended").arg(limit()),
        client("rules", "List what is allowed for a time")
            .args_conflicts_with_subcommands(true)
            .disable_help_subcommand(true)
            .subcommand(client("revoke", "End such an allowance").arg(id())),
    ]
}

/// A command that speaks to a server.
fn client(name: &'static str, about: &'static str) -> Command {
    Command::new(name)
        .about(about)
        .max_term_width(100)
        .arg(text("url", "URL").help(
            "The server's URL [default: the server that runs on this machine] [env: OPENWORK_URL]",
        ))
        .arg(text("host-token", "TOKEN").help(
            "The host's token [default: that of the server on this machine] \
             [env: OPENWORK_HOST_TOKEN]",
        ))
        .arg(switch("json", "Write JSON, errors too"))
}

fn text(flag: &'static str, value_name: &'static str) -> Arg {
    Arg::new(flag).long(flag).value_name(value_name)
}

fn switch(flag: &'static str, help: &'static str) -> Arg {
    Arg::new(flag)
        .long(flag)
        .action(ArgAction::SetTrue)
        .help(help)
}

fn id() -> Arg {
    Arg::new("id").value_name("ID").required(true).help(ID_HELP)
}

fn ids() -> Arg {
    id().num_args(1..)
}

const ID_HELP: &str = "Its id; 4 characters or more suffice while they fit no other";

fn span() -> Arg {
    text("for", "TIME")
        .value_parser(|text: &str| text.parse::<RememberSpan>())
        .help("Allow requests like these without asking for 5m, 10m or 60m")
}

fn message() -> Arg {
    text("message", "TEXT")
        .short('m')
        .help("What the client is told")
}

fn limit() -> Arg {
    text("limit", "N")
        .value_parser(value_parser!(u16).range(1..=200))
        .default_value("50")
        .help("How many at most, 1 to 200")
}

/// The command that was given, if there was one.
pub(super) fn read(matches: &mut ArgMatches) -> Option<CommandLine> {
    let (name, mut given) = matches.remove_subcommand()?;
    match name.as_str() {
        "approvals" => {
            let (name, given) = given.remove_subcommand()?;
            read_approvals(&name, given)
        }
        "console" => {
            let open = given.get_flag("open");
            Some(line(
                openwork_terminal::TerminalCommand::Console { open },
                given,
            ))
        }
        _ => {
            let qr = given.get_flag("qr");
            Some(line(openwork_terminal::TerminalCommand::Pair { qr }, given))
        }
    }
}

fn read_approvals(name: &str, mut given: ArgMatches) -> Option<CommandLine> {
    let approvals = match name {
        "show" => ApprovalsCommand::Show {
            id: one(&mut given)?,
            reveal: given.get_flag("reveal"),
            full: given.get_flag("full"),
        },
        "watch" => ApprovalsCommand::Watch,
        "allow" => ApprovalsCommand::Allow {
            ids: several(&mut given),
            span: given.remove_one("for"),
            high: given.get_flag("high"),
            all_seen: given.get_flag("all-seen"),
        },
        "deny" => ApprovalsCommand::Deny {
            ids: several(&mut given),
            message: given.remove_one("message"),
        },
        "history" => ApprovalsCommand::History {
            limit: given.remove_one("limit")?,
        },
        "rules" => match given.remove_subcommand() {
            None => ApprovalsCommand::Rules,
            Some((_, revoke)) => {
                given = revoke;
                ApprovalsCommand::Revoke {
                    id: one(&mut given)?,
                }
            }
        },
        _ => ApprovalsCommand::List,
    };
    Some(line(
        openwork_terminal::TerminalCommand::Approvals(approvals),
        given,
    ))
}

fn one(given: &mut ArgMatches) -> Option<String> {
    given.remove_one("id")
}

fn several(given: &mut ArgMatches) -> Vec<String> {
    given.remove_many("id").into_iter().flatten().collect()
}

fn line(command: openwork_terminal::TerminalCommand, mut given: ArgMatches) -> CommandLine {
    CommandLine {
        command,
        url: given.remove_one("url"),
        host_token: given.remove_one("host-token"),
        form: if given.get_flag("json") {
            OutputForm::Json
        } else {
            OutputForm::Text
        },
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fmt::Write;

    use openwork_terminal::TerminalCommand as Asked;

    use super::super::{Invocation, parse};
    use super::*;

    fn parsed(args: &str) -> Result<Invocation, String> {
        let args = ["openwork-server"]
            .into_iter()
            .chain(args.split_whitespace());
        parse(args.map(OsString::from)).map_err(|problem| problem.to_string())
    }

    fn asked(args: &str) -> Asked {
        match parsed(args) {
            Ok(Invocation::Command(line)) => line.command,
            other => panic!("{args}: {other:?}"),
        }
    }

    #[test]
    fn every_command_is_read() {
        let ids = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
        let ten = "10m".parse().ok();
        for (args, expected) in [
            ("list", ApprovalsCommand::List),
            (
                "show 7d30",
                ApprovalsCommand::Show {
                    id: "7d30".into(),
                    reveal: false,
                    full: false,
                },
            ),
            (
                "show --reveal 7d30",
                ApprovalsCommand::Show {
                    id: "7d30".into(),
                    reveal: true,
                    full: false,
                },
            ),
            (
                "show 7d30 --full",
                ApprovalsCommand::Show {
                    id: "7d30".into(),
                    reveal: false,
                    full: true,
                },
            ),
            ("watch", ApprovalsCommand::Watch),
            (
                "allow 7d30",
                ApprovalsCommand::Allow {
                    ids: ids(&["7d30"]),
                    span: None,
                    high: false,
                    all_seen: false,
                },
            ),
            (
                "allow 7d30 8e41 --for 10m",
                ApprovalsCommand::Allow {
                    ids: ids(&["7d30", "8e41"]),
                    span: ten,
                    high: false,
                    all_seen: false,
                },
            ),
            (
                "allow --for=10m 7d30",
                ApprovalsCommand::Allow {
                    ids: ids(&["7d30"]),
                    span: ten,
                    high: false,
                    all_seen: false,
                },
            ),
            (
                "allow 7d30 --high --all-seen",
                ApprovalsCommand::Allow {
                    ids: ids(&["7d30"]),
                    span: None,
                    high: true,
                    all_seen: true,
                },
            ),
            (
                "deny 7d30 -m no",
                ApprovalsCommand::Deny {
                    ids: ids(&["7d30"]),
                    message: Some("no".into()),
                },
            ),
            (
                "deny --message=-x 7d30",
                ApprovalsCommand::Deny {
                    ids: ids(&["7d30"]),
                    message: Some("-x".into()),
                },
            ),
            ("history", ApprovalsCommand::History { limit: 50 }),
            (
                "history --limit 200",
                ApprovalsCommand::History { limit: 200 },
            ),
            ("rules", ApprovalsCommand::Rules),
            (
                "rules revoke 7d30",
                ApprovalsCommand::Revoke { id: "7d30".into() },
            ),
        ] {
            assert_eq!(
                asked(&format!("approvals {args}")),
                Asked::Approvals(expected),
                "{args}"
            );
        }
        assert_eq!(asked("console"), Asked::Console { open: false });
        assert_eq!(asked("console --open"), Asked::Console { open: true });
        assert_eq!(asked("pair --qr"), Asked::Pair { qr: true });
    }

    #[test]
    fn every_command_takes_a_server_and_a_form() {
        for command in [
            "approvals list",
            "approvals show 7d30",
            "approvals watch",
            "approvals allow 7d30",
            "approvals deny 7d30",
            "approvals history",
            "approvals rules",
            "approvals rules revoke 7d30",
            "console",
            "pair",
        ] {
            let args = format!("{command} --url http://a:1 --host-token=t --json");
            let Ok(Invocation::Command(line)) = parsed(&args) else {
                panic!("{args}")
            };
            assert_eq!(line.url.as_deref(), Some("http://a:1"), "{command}");
            assert_eq!(line.host_token.as_deref(), Some("t"), "{command}");
            assert_eq!(line.form, OutputForm::Json, "{command}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let mut told = String::new();
        for args in [
            "approval list",
            "serve",
            "approvals",
            "approvals lst",
            "approvals allow",
            "approvals allow 7d30 --for 15m",
            "approvals allow 7d30 --for",
            "approvals show 7d30 8e41",
            "approvals history --limit 0",
            "approvals list --jsn",
            "approvals rules --json revoke 7d30",
            "approvals rules drop 7d30",
            "--port 1 approvals list",
            "console --qr",
        ] {
            let refusal = parsed(args).unwrap_err();
            writeln!(told, "$ openwork-server {args}\n{refusal}\n").unwrap();
        }
        insta::assert_snapshot!(told, @r"
        $ openwork-server approval list
        error: unexpected argument `approval`
          help: did you mean `approvals`?

        $ openwork-server serve
        error: unexpected argument `serve`
          help: `openwork-server --help` lists all flags and commands

        $ openwork-server approvals
        error: `openwork-server approvals` needs a command
          help: one of: list, show, watch, allow, deny, history, rules

        $ openwork-server approvals lst
        error: unexpected argument `lst`
          help: did you mean `list`?

        $ openwork-server approvals allow
        error: `ID...` is missing
          help: `openwork-server approvals list` shows the ids

        $ openwork-server approvals allow 7d30 --for 15m
        error: `15m` is no value for `--for`
          help: an allowance lasts 5m, 10m or 60m

        $ openwork-server approvals allow 7d30 --for
        error: flag `--for` needs a value
          help: write `--for TIME`

        $ openwork-server approvals show 7d30 8e41
        error: unexpected argument `8e41`
          help: `openwork-server --help` lists all flags and commands

        $ openwork-server approvals history --limit 0
        error: `0` is no value for `--limit`
          help: 0 is not in 1..=200

        $ openwork-server approvals list --jsn
        error: unknown flag `--jsn`
          help: did you mean `--json`?

        $ openwork-server approvals rules --json revoke 7d30
        error: `--json` has no place before `revoke`
          help: write the flags of a command after it

        $ openwork-server approvals rules drop 7d30
        error: unexpected argument `drop`
          help: `openwork-server --help` lists all flags and commands

        $ openwork-server --port 1 approvals list
        error: `--port` has no place before `approvals`
          help: write the flags of a command after it

        $ openwork-server console --qr
        error: unknown flag `--qr`
          help: `openwork-server --help` lists all flags and commands
        ");
    }

    #[test]
    fn each_has_help() {
        let Ok(Invocation::Print(help)) = parsed("approvals allow --help") else {
            panic!("no help")
        };
        insta::assert_snapshot!(help, @r"
        Allow requests

        Usage: openwork-server approvals allow [OPTIONS] <ID>...

        Arguments:
          <ID>...  Its id; 4 characters or more suffice while they fit no other

        Options:
              --url <URL>           The server's URL [default: the server that runs on this machine] [env:
                                    OPENWORK_URL]
              --host-token <TOKEN>  The host's token [default: that of the server on this machine] [env:
                                    OPENWORK_HOST_TOKEN]
              --json                Write JSON, errors too
              --for <TIME>          Allow requests like these without asking for 5m, 10m or 60m
              --high                Mean it, also for those that are rated high
              --all-seen            Mean it, also for those that only `show --full` shows to their end
          -h, --help                Print help
        ");
    }
}
