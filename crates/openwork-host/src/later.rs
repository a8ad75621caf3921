//! The port to what keeps requests whose clients come back for the answer.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use openwork_approval::{AnswerLater, RequestId};

use crate::error::SubmitError;

/// A request being kept.
pub type KeepCall<'c> = Pin<Box<dyn Future<Output = Result<(), SubmitError>> + Send + 'c>>;

/// Keeps one request until its client has come back for the answer.
pub trait LaterKeeper: Send + Sync {
    /// Keeps it, durably: right before a person is asked. What fails here is asked
    /// of nobody.
    fn keep(&self) -> KeepCall<'_>;

    /// A person is asked, so it will take a while.
    fn waits(&self);
}

/// That a client comes back for a person's answer.
#[derive(Clone)]
pub struct LaterAnswer {
    /// What the request is to be called while the person is asked. No request may
    /// have had the name before.
    pub id: RequestId,
    /// How long the person may take.
    pub patience: Duration,
    /// What keeps the request meanwhile.
    pub keeper: Arc<dyn LaterKeeper>,
}

impl LaterAnswer {
    pub(crate) fn ask(&self) -> AnswerLater {
        AnswerLater {
            id: self.id,
            patience: self.patience,
        }
    }
}

impl fmt::Debug for LaterAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LaterAnswer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl PartialEq for LaterAnswer {
    fn eq(&self, other: &Self) -> bool {
        // No other request has the name.
        self.id == other.id
    }
}

impl Eq for LaterAnswer {}
