//! Whether the service is installed, and runs.

use serde::Serialize;

use super::ServicePlan;

/// What is known of the service.
#[derive(Debug, Serialize)]
pub(crate) struct ServiceStatus {
    /// Where its file is, or would be.
    path: String,
    /// Whether the file is there.
    installed: bool,
    /// Whether the system says that it runs.
    pub(crate) running: bool,
}

impl ServiceStatus {
    /// Looks, and asks the system.
    pub(crate) fn of(plan: &ServicePlan) -> Self {
        let installed = plan.file.path.exists();
        Self {
            path: plan.file.path.display().to_string(),
            installed,
            // Each of the systems fails the question about what it does not run.
            running: installed && plan.ask.run().is_ok(),
        }
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let state = match (self.installed, self.running) {
            (false, _) => "not installed",
            (true, false) => "installed, does not run",
            (true, true) => "installed, runs",
        };
        format!("{state}\n  {}\n", self.path)
    }
}
