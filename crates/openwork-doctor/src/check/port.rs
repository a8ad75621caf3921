//! Whether the server could listen.

use super::DoctorCheck;
use crate::facts::{DoctorFacts, PortState};
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "port",
    title: "the port is free, or our own server listens on it",
    is_quick: true,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let Some(port) = &facts.port else {
        return Vec::new();
    };
    match &port.state {
        PortState::Free | PortState::Served => Vec::new(),
        PortState::Closed { message, help } => {
            let finding = DoctorFinding::error("port.closed", message)
                .named(&port.address)
                .why("the server does not start")
                .fix(help);
            vec![finding]
        }
    }
}
