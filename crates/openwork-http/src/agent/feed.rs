//! What agents wait for, told to the program that embeds the server.

use std::sync::Arc;

use openwork_api::approval::{AgentAsk, AgentInbox, AgentRequest};
use tokio::sync::watch;

/// Follows what agents wait for: engines are listened to for as long as it is there.
#[derive(Debug)]
pub struct AgentFeed(watch::Receiver<Arc<AgentInbox<'static>>>);

/// One thing that an agent waits for, in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WaitingAgent {
    /// The workspace that it works in.
    pub workspace_id: String,
    /// What that is called.
    pub workspace_name: String,
    /// The engine's id of what is asked.
    pub id: String,
    /// The SHA-256 of what is asked: under one id something else may be asked later.
    pub digest: String,
    /// What kind of thing is asked, in a few words. What exactly is left out: a
    /// command may hold anything, and this is for places that others look at.
    pub title: String,
}

impl AgentFeed {
    pub(super) fn new(told: watch::Receiver<Arc<AgentInbox<'static>>>) -> Self {
        Self(told)
    }

    /// All that agents wait for, each time that it changes; `None` once there is
    /// nobody left to tell it.
    pub async fn next(&mut self) -> Option<Vec<WaitingAgent>> {
        self.0.changed().await.ok()?;
        let inbox = Arc::clone(&self.0.borrow_and_update());
        Some(inbox.items.iter().map(WaitingAgent::from).collect())
    }
}

impl From<&AgentRequest<'_>> for WaitingAgent {
    fn from(request: &AgentRequest<'_>) -> Self {
        Self {
            workspace_id: request.workspace_id.to_string(),
            workspace_name: request.workspace_name.to_string(),
            id: request.id.to_string(),
            digest: request.digest.to_string(),
            title: match &request.ask {
                AgentAsk::Permission { permission, .. } => {
                    format!("An agent asks whether it may use the tool {permission}")
                }
                AgentAsk::Question { .. } => "An agent has a question".to_owned(),
            },
        }
    }
}
