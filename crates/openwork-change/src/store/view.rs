//! A view, and which answer it is.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::query::View;

/// Which answer a view is. Two views with the same version are the same
/// answer; no other view of this process has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ViewVersion(u64);

/// A view together with its version.
///
/// A store that keeps answers gives the same version for as long as an answer
/// is the same, so a caller can keep what it made of a view, such as its bytes,
/// under the version.
#[derive(Debug)]
pub struct VersionedView {
    /// The answer.
    pub view: View,
    version: ViewVersion,
}

impl VersionedView {
    /// A view that nobody has seen before.
    pub fn new(view: View) -> Self {
        // A number and not a digest of the view: counting costs nothing, and a
        // digest of an export would have to read all of it.
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self {
            view,
            version: ViewVersion(NEXT.fetch_add(1, Ordering::Relaxed)),
        }
    }

    /// Which answer this is.
    pub fn version(&self) -> ViewVersion {
        self.version
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_view_has_a_version_of_its_own() {
        let view = || VersionedView::new(View::Mcp(Vec::new()));
        assert_ne!(view().version(), view().version());
    }
}
