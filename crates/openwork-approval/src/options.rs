//! How a gate behaves.

use std::time::Duration;

/// Whether people are asked at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// A person is asked.
    #[default]
    Manual,
    /// Everything is allowed at once and nothing is listed.
    Auto,
}

/// How a gate behaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateOptions {
    /// Whether people are asked at all.
    pub mode: Mode,
    /// How long a request waits for an answer.
    pub timeout: Duration,
    /// How many requests may wait.
    pub max_pending: usize,
    /// How many requests of one asker may wait.
    pub max_pending_per_asker: usize,
}

impl Default for GateOptions {
    fn default() -> Self {
        Self {
            mode: Mode::Manual,
            timeout: Duration::from_secs(30),
            max_pending: 64,
            max_pending_per_asker: 16,
        }
    }
}
