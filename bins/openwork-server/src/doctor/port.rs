//! Whether the port can be had.

use openwork_doctor::{PortFacts, PortState};

use crate::environment::Environment;
use crate::listen;
use crate::run_file;
use crate::settings::Settings;

/// Tries to listen, and lets go at once.
pub(super) fn facts(settings: &Settings, environment: &Environment) -> PortFacts {
    let (host, port) = (&settings.host, settings.port);
    let holder = |port| run_file::holder(port, environment);
    let state = match listen::bind(host, port, holder) {
        Ok(_) => PortState::Free,
        // A doctor is asked most while a server runs.
        Err(_) if holder(port).is_some() => PortState::Served,
        Err(problem) => PortState::Closed {
            message: problem.message,
            help: problem.help.unwrap_or_default(),
        },
    };
    let address = format!("{host}, port {port}");
    PortFacts { address, state }
}
