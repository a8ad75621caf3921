//! The commands about other devices, as clap sees them.

use clap::{Args, Subcommand};
use openwork_terminal::{
    DeviceScope, DevicesCommand, PairCommand, PairTerms, PublicUrl, TerminalCommand,
};

use super::subcommand::{CommandLine, ServerArgs};

#[derive(Debug, Args)]
pub(super) struct PairArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Make a code for a device: collaborator, viewer or approver
    #[arg(long, value_name = "SCOPE", value_parser = scope)]
    scope: Option<DeviceScope>,
    /// What the device is to be called
    #[arg(long, value_name = "NAME", requires = "scope")]
    label: Option<String>,
    /// Where the device reaches the server, if a proxy is in front of it [default: `publicUrl`]
    #[arg(long, value_name = "URL", requires = "scope")]
    at: Option<PublicUrl>,
    /// Draw the link to the page, with the code, for a camera
    #[arg(long, requires = "scope")]
    qr: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum DevicesArgs {
    /// List the devices that have a token of their own
    List {
        #[command(flatten)]
        server: ServerArgs,
    },
    /// Call a device something else
    Rename {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        device: OneDevice,
        /// What it is called from now on
        name: String,
    },
    /// End the token of a device, and what it has open
    Revoke {
        #[command(flatten)]
        server: ServerArgs,
        #[command(flatten)]
        device: OneDevice,
    },
}

#[derive(Debug, Args)]
pub(super) struct OneDevice {
    /// Its id; 4 characters or more suffice while they fit no other
    #[arg(value_name = "DEVICE")]
    id: String,
}

/// A device is to get a scope that none has.
#[derive(Debug, thiserror::Error)]
#[error("a device is a collaborator, a viewer or an approver")]
struct NoDeviceScope;

fn scope(text: &str) -> Result<DeviceScope, NoDeviceScope> {
    DeviceScope::from_word(text).ok_or(NoDeviceScope)
}

pub(super) fn pair(given: PairArgs) -> CommandLine {
    let PairArgs {
        server,
        scope,
        label,
        at,
        qr,
    } = given;
    let command = match scope {
        None => PairCommand::ClientToken,
        Some(scope) => PairCommand::Code(PairTerms {
            scope,
            label,
            at,
            qr,
        }),
    };
    server.with(TerminalCommand::Pair(command))
}

pub(super) fn devices(given: DevicesArgs) -> CommandLine {
    let (server, command) = match given {
        DevicesArgs::List { server } => (server, DevicesCommand::List),
        DevicesArgs::Rename {
            server,
            device: OneDevice { id },
            name,
        } => (server, DevicesCommand::Rename { id, name }),
        DevicesArgs::Revoke {
            server,
            device: OneDevice { id },
        } => (server, DevicesCommand::Revoke { id }),
    };
    server.with(TerminalCommand::Devices(command))
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::super::Invocation;
    use super::super::typed::{asked, parsed};
    use super::*;

    #[test]
    fn a_device_is_paired_by_the_token_or_by_a_code() {
        let code = |label: Option<&str>, at: Option<&str>, qr| {
            TerminalCommand::Pair(PairCommand::Code(PairTerms {
                scope: DeviceScope::Approver,
                label: label.map(str::to_owned),
                at: at.map(|at| at.parse().unwrap()),
                qr,
            }))
        };
        for (args, expected) in [
            ("", TerminalCommand::Pair(PairCommand::ClientToken)),
            ("--scope approver", code(None, None, false)),
            ("--qr --scope=approver", code(None, None, true)),
            (
                "--scope approver --label phone --at https://box.ts.net --qr",
                code(Some("phone"), Some("https://box.ts.net"), true),
            ),
        ] {
            assert_eq!(asked(&format!("pair {args}")), expected, "{args}");
        }
    }

    #[test]
    fn devices_are_listed_renamed_and_revoked() {
        for (args, expected) in [
            ("list", DevicesCommand::List),
            (
                "rename 7d30 phone",
                DevicesCommand::Rename {
                    id: "7d30".into(),
                    name: "phone".into(),
                },
            ),
            ("revoke 7d30", DevicesCommand::Revoke { id: "7d30".into() }),
        ] {
            let expected = TerminalCommand::Devices(expected);
            assert_eq!(asked(&format!("devices {args}")), expected, "{args}");
        }
    }

    #[test]
    fn what_is_not_understood_is_told() {
        let mut told = String::new();
        for args in [
            "pair --qr",
            "pair --label phone",
            "pair --scope owner",
            "pair --scope",
            "pair --scope viewer --at http://127.0.0.1:8787",
            "pair --scope viewer --at box",
            "devices",
            "devices revoke",
            "devices rename 7d30",
        ] {
            let refusal = parsed(args).unwrap_err();
            writeln!(told, "$ openwork-server {args}\n{refusal}\n").unwrap();
        }
        insta::assert_snapshot!(told, @r"
        $ openwork-server pair --qr
        error: `--scope SCOPE` is missing
          help: say what the device may do: `--scope collaborator`, `viewer` or `approver`

        $ openwork-server pair --label phone
        error: `--scope SCOPE` is missing
          help: say what the device may do: `--scope collaborator`, `viewer` or `approver`

        $ openwork-server pair --scope owner
        error: `owner` is no value for `--scope`
          help: a device is a collaborator, a viewer or an approver

        $ openwork-server pair --scope
        error: flag `--scope` needs a value
          help: write `--scope SCOPE`

        $ openwork-server pair --scope viewer --at http://127.0.0.1:8787
        error: `http://127.0.0.1:8787` is no value for `--at`
          help: on another device that address is the device itself

        $ openwork-server pair --scope viewer --at box
        error: `box` is no value for `--at`
          help: write it as the device does, such as https://NAME or http://ADDRESS:PORT

        $ openwork-server devices
        error: `openwork-server devices` needs a command
          help: one of: list, rename, revoke

        $ openwork-server devices revoke
        error: `DEVICE` is missing
          help: `openwork-server devices list` shows the ids

        $ openwork-server devices rename 7d30
        error: `NAME` is missing
          help: say what it is called from now on, after its id
        ");
    }

    #[test]
    fn pair_has_help() {
        let Ok(Invocation::Print(help)) = parsed("pair --help") else {
            panic!("no help")
        };
        insta::assert_snapshot!(help, @r"
        Print what another device needs to connect

        Usage: openwork-server pair [OPTIONS]

        Options:
              --url <URL>           The server's URL [default: the server that runs on this machine] [env:
                                    OPENWORK_URL]
              --host-token <TOKEN>  The host's token [default: that of the server on this machine] [env:
                                    OPENWORK_HOST_TOKEN]
              --json                Write JSON, errors too
              --scope <SCOPE>       Make a code for a device: collaborator, viewer or approver
              --label <NAME>        What the device is to be called
              --at <URL>            Where the device reaches the server, if a proxy is in front of it
                                    [default: `publicUrl`]
              --qr                  Draw the link to the page, with the code, for a camera
          -h, --help                Print help

        Examples:
          openwork-server pair
          openwork-server pair --scope approver --qr

        Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server answers, 4 token refused, 5 no such thing
        ");
    }
}
