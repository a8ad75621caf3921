//! A unit of systemd's user manager (systemd.unit(5), systemd.exec(5)).

use std::path::Path;

use super::ServicePlan;
use super::launch::ServiceLaunch;
use super::step::{FileEncoding, ServiceFile, SystemCommand};

const UNIT: &str = "openwork-server.service";

pub(super) fn plan(launch: &ServiceLaunch, config: &Path) -> ServicePlan {
    let systemctl = |words: &[&str]| {
        let words = ["systemctl", "--user"].iter().chain(words);
        SystemCommand(words.map(|word| (*word).to_owned()).collect())
    };
    ServicePlan {
        file: ServiceFile {
            path: config.join("systemd").join("user").join(UNIT),
            text: unit(launch),
            encoding: FileEncoding::Utf8,
        },
        start: vec![
            systemctl(&["daemon-reload"]),
            systemctl(&["enable", "--now", UNIT]),
        ],
        stop: vec![systemctl(&["disable", "--now", UNIT])],
        forget: vec![systemctl(&["daemon-reload"])],
        ask: systemctl(&["is-active", UNIT]),
    }
}

/// What is closed to the service is what a user's manager can close without
/// rights of its own: system calls and privileges. The view of the disk stays
/// the user's, as workspaces may be anywhere.
fn unit(launch: &ServiceLaunch) -> String {
    let program = launch.program.to_string_lossy();
    let words = std::iter::once(&*program).chain(launch.arguments.iter().map(String::as_str));
    let words: Vec<String> = words.map(quoted).collect();
    format!(
        "\
[Unit]
Description=OpenWork server: asks before anything changes what agents can do

[Service]
Type=notify
ExecStart={}
Restart=on-failure
RestartSec=2
UMask=0077
NoNewPrivileges=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=default.target
",
        words.join(" ")
    )
}

/// A word of a command line as systemd reads it (systemd.service(5)): `%` and
/// `$` stand for other things unless they are doubled.
fn quoted(word: &str) -> String {
    let mut quoted = String::from("\"");
    for character in word.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '%' | '$' => quoted.extend([character, character]),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}
