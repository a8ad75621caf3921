//! Stop, settle, wait.

use crate::host::Host;

impl Host {
    /// Refuses what waits for a person or an engine and waits for commits under way.
    ///
    /// Returns when the last one is on disk, so a caller puts its own deadline
    /// around it.
    pub async fn shut_down(&self) {
        self.stopping.cancel();
        self.gate.shut_down();
        self.commits.close();
        self.commits.wait().await;
        self.pool.threads().release();
    }
}
