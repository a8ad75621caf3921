//! What is read of the commands.

use std::fmt::Write;

use openwork_terminal::{HistoryFilter, TerminalCommand as Asked};

use super::super::Invocation;
use super::super::typed::{asked, parsed};
use super::*;

#[test]
fn answers_to_agents_are_read() {
    for (args, expected) in [
        (
            "answer per_1 always",
            ApprovalsCommand::Answer {
                id: "per_1".into(),
                reply: AgentReply::Always,
            },
        ),
        (
            "answer per_1 reject -m no",
            ApprovalsCommand::Answer {
                id: "per_1".into(),
                reply: AgentReply::Reject {
                    message: Some("no".into()),
                },
            },
        ),
        (
            "answer que_1 --choose A --choose B",
            ApprovalsCommand::Answer {
                id: "que_1".into(),
                reply: AgentReply::Choose {
                    labels: vec!["A".into(), "B".into()],
                },
            },
        ),
    ] {
        let args = format!("approvals {args}");
        assert_eq!(asked(&args), Asked::Approvals(expected), "{args}");
    }
    for wrong in [
        "answer per_1",
        "answer per_1 maybe",
        "answer q once --choose A",
    ] {
        assert!(parsed(&format!("approvals {wrong}")).is_err(), "{wrong}");
    }
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|&id| id.to_owned()).collect()
}

#[test]
fn what_shows_and_allows_is_read() {
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
                without: ids(&[]),
            },
        ),
        (
            "allow 7d30 8e41 --for 10m",
            ApprovalsCommand::Allow {
                ids: ids(&["7d30", "8e41"]),
                span: ten,
                high: false,
                all_seen: false,
                without: ids(&[]),
            },
        ),
        (
            "allow --for=10m 7d30",
            ApprovalsCommand::Allow {
                ids: ids(&["7d30"]),
                span: ten,
                high: false,
                all_seen: false,
                without: ids(&[]),
            },
        ),
        (
            "allow 7d30 --without mcp/notion --without skills/a",
            ApprovalsCommand::Allow {
                ids: ids(&["7d30"]),
                span: None,
                high: false,
                all_seen: false,
                without: ids(&["mcp/notion", "skills/a"]),
            },
        ),
        (
            "allow 7d30 --high --all-seen",
            ApprovalsCommand::Allow {
                ids: ids(&["7d30"]),
                span: None,
                high: true,
                all_seen: true,
                without: ids(&[]),
            },
        ),
    ] {
        assert_eq!(
            asked(&format!("approvals {args}")),
            Asked::Approvals(expected),
            "{args}"
        );
    }
}

#[test]
fn the_other_commands_are_read() {
    for (args, expected) in [
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
        (
            "history",
            ApprovalsCommand::History {
                limit: 50,
                filter: HistoryFilter::default(),
            },
        ),
        (
            "history --limit 200",
            ApprovalsCommand::History {
                limit: 200,
                filter: HistoryFilter::default(),
            },
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
}

#[test]
fn the_link_to_the_page_is_read() {
    assert_eq!(asked("console"), Asked::Console { open: false });
    assert_eq!(asked("console --open"), Asked::Console { open: true });
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
        "devices list",
        "devices rename 7d30 phone",
        "devices revoke 7d30",
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
        "audit undo",
        "audit undo 7d30 --last",
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
      help: leave it out: without a command the server serves

    $ openwork-server approvals
    error: `openwork-server approvals` needs a command
      help: one of: list, show, watch, allow, deny, answer, history, rules

    $ openwork-server approvals lst
    error: unexpected argument `lst`
      help: did you mean `list`?

    $ openwork-server approvals allow
    error: `ID...` is missing
      help: the `list` beside it shows the ids

    $ openwork-server approvals allow 7d30 --for 15m
    error: `15m` is no value for `--for`
      help: an allowance lasts 5m, 10m or 60m

    $ openwork-server approvals allow 7d30 --for
    error: flag `--for` needs a value
      help: write `--for TIME`

    $ openwork-server approvals show 7d30 8e41
    error: unexpected argument `8e41`
      help: `openwork-server --help-all` lists all flags and commands

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
      help: `openwork-server --help-all` lists all flags and commands

    $ openwork-server --port 1 approvals list
    error: `--port` has no place before `approvals`
      help: write the flags of a command after it

    $ openwork-server console --qr
    error: unknown flag `--qr`
      help: `openwork-server --help-all` lists all flags and commands

    $ openwork-server audit undo
    error: `ID` is missing
      help: `audit list` shows the ids; `--last` undoes the last change

    $ openwork-server audit undo 7d30 --last
    error: `ID` and `--last` exclude each other
      help: give one of them
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
          --without <PART>      Leave a part of an import out, as a path or a name such as mcp/notion;
                                repeatable
      -h, --help                Print help

    Example:
      openwork-server approvals allow 7d30 --for 10m

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server answers, 4 token refused, 5 no such thing
    ");
}
