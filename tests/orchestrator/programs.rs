//! Where the programs are.

use std::path::{Path, PathBuf};

use openwork_testkit::engine::Engine;

/// The programs of a run.
pub(crate) struct Programs {
    /// `openwork` of `openwork-orchestrator`.
    pub(crate) orchestrator: PathBuf,
    /// The version of the engine that it pins.
    pub(crate) engine: PathBuf,
}

impl Programs {
    /// Both, if npm has put them below `tests/`, and there is a shell to start the engine by.
    pub(crate) fn find() -> Option<Self> {
        if !cfg!(unix) {
            return None;
        }
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
        let system = match std::env::consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let processor = match std::env::consts::ARCH {
            "x86_64" => "x64",
            "aarch64" => "arm64",
            other => other,
        };
        let package = format!("node_modules/openwork-orchestrator-{system}-{processor}");
        let orchestrator = tests.join(package).join("bin/openwork");
        Some(Self {
            orchestrator: Some(orchestrator).filter(|program| program.is_file())?,
            engine: Engine::earlier_installed_below(&tests)?,
        })
    }
}
