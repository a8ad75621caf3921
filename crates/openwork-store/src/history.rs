//! What files were before each change and after it, so that it can be undone.
//!
//! Contents lie beside the audit log, each once, under their digests; the intent
//! of a change names them. They are durable before the change is made. Nothing
//! else is there, and nothing of it is listed, served or exported.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`note`] | which contents a change had |
//! | [`keep`] | writing contents |
//! | [`trim`] | letting go of the oldest ones |
//! | [`find`] | a change that was made, with its contents |

use std::time::Duration;

pub(crate) mod find;
pub(crate) mod keep;
pub(crate) mod note;
pub(crate) mod trim;

/// The largest contents that are kept, in bytes: larger ones would displace all others.
pub(crate) const LARGEST: u64 = 32 << 20;

/// How much of what files were is kept, and for how long. Where either is zero,
/// nothing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryBounds {
    /// The most bytes on the disk. The contents that were used longest ago go first.
    pub max_bytes: u64,
    /// For how long after the last change that had them.
    pub max_age: Duration,
}

impl HistoryBounds {
    /// Nothing is kept, and no change can be undone.
    pub const NOTHING: Self = Self {
        max_bytes: 0,
        max_age: Duration::ZERO,
    };

    /// Whether anything is kept.
    pub fn keeps_any(self) -> bool {
        self.max_bytes > 0 && !self.max_age.is_zero()
    }
}

/// 64 MiB for 90 days.
impl Default for HistoryBounds {
    fn default() -> Self {
        Self {
            max_bytes: 64 << 20,
            max_age: Duration::from_secs(90 * 24 * 60 * 60),
        }
    }
}
