//! Who can reach the server, against what he may do there.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, ExposureFacts};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "exposure",
    title: "who can reach the server fits what is asked of him",
    is_quick: true,
    run,
};

/// Fewer characters than these can be guessed by whoever may try for long.
const LEAST_TOKEN: usize = 16;

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let exposed = facts.settings.exposure.as_ref();
    let Some(exposed) = exposed.filter(|exposed| !exposed.is_loopback) else {
        return Vec::new();
    };
    let found = [
        unasked(exposed),
        readable(exposed),
        console(exposed),
        token(exposed),
    ];
    found
        .into_iter()
        .flatten()
        .map(|finding| finding.named(format!("address {}", exposed.host)))
        .collect()
}

fn unasked(exposed: &ExposureFacts) -> Option<DoctorFinding> {
    let is_open = exposed.allows_all && !exposed.is_read_only;
    let finding = || {
        DoctorFinding::error(
            "exposure.unasked",
            "every write is allowed unasked, and the network reaches the server",
        )
        .why("whoever has the clients' token runs code on this machine through a plugin or an MCP server")
        .fix("use `--approval manual`, or `--host 127.0.0.1`")
    };
    is_open.then(finding)
}

fn readable(exposed: &ExposureFacts) -> Option<DoctorFinding> {
    let finding = || {
        DoctorFinding::warning(
            "exposure.plain_http",
            "the network reaches the server over plain HTTP",
        )
        .why("whoever is on that network can read tokens and files, and use them")
        .fix("use `--host 127.0.0.1` behind a tunnel or a proxy with TLS, or `--tls-cert` and `--tls-key`")
    };
    (!exposed.has_tls).then(finding)
}

fn console(exposed: &ExposureFacts) -> Option<DoctorFinding> {
    let finding = || {
        DoctorFinding::warning(
            "exposure.console",
            "the approvals page is open to the network over plain HTTP",
        )
        .why("whoever answers there sends the host's token so that others can read it")
        .fix("use `--console local`, or speak HTTPS")
    };
    (exposed.console_on_network && !exposed.has_tls).then(finding)
}

fn token(exposed: &ExposureFacts) -> Option<DoctorFinding> {
    let length = exposed
        .token_length
        .filter(|length| *length < LEAST_TOKEN)?;
    let finding = DoctorFinding::warning(
        "exposure.token",
        format!("the clients' token is short ({length} of {LEAST_TOKEN} characters), and the network can try it"),
    )
    .why("a short token can be guessed")
    .fix("leave `--token` out and the server makes one, or give a longer one");
    Some(finding)
}
