//! The port to the engines that work on the workspaces.

use std::pin::Pin;

use openwork_model::workspace::Workspace;

/// What an engine is asked to do, under way.
pub type EngineCall<'c> = Pin<Box<dyn Future<Output = Result<(), EngineError>> + Send + 'c>>;

/// An engine being asked for its version; `None` if it does not say.
pub type VersionCall<'c> = Pin<Box<dyn Future<Output = Option<String>> + Send + 'c>>;

/// How engines are reached.
pub trait Engine: Send + Sync {
    /// Has the engine of a workspace read its files again. Whatever it is
    /// doing there is interrupted.
    fn reload<'c>(&'c self, workspace: &'c Workspace) -> EngineCall<'c>;

    /// Asks the engine of a workspace for its version. By default it is not known.
    ///
    /// Answers of changes wait for this, so it had better not take long.
    fn version<'c>(&'c self, _: &'c Workspace) -> VersionCall<'c> {
        Box::pin(std::future::ready(None))
    }
}

/// Why an engine did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    /// Its URL is none that can be called.
    #[error("the engine's URL cannot be called: {reason}")]
    Url {
        /// Why.
        reason: &'static str,
    },
    /// Nobody answers there.
    #[error("the engine cannot be reached: {reason}")]
    Unreachable {
        /// Why.
        reason: String,
    },
    /// It did not answer in time.
    #[error("the engine did not answer in time")]
    TimedOut,
    /// It answered that it will not.
    #[error("the engine answered with status {status}")]
    Refused {
        /// Its answer.
        status: u16,
    },
}
