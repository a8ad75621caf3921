//! What the agents of the workspaces wait for, in the engines' words.
//!
//! Engines are asked when somebody looks, listened to while somebody watches, and
//! left alone at any other time. What they say is bounded, and vouched for by
//! nobody.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use hyper::Method;
use openwork_api::approval::{AgentInbox, AgentRequest};
use openwork_host::{Host, Readable};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::engine::HttpEngine;
use crate::proxy::{own_call, read_json};

mod feed;
mod follow;
mod news;
mod read;

pub use feed::{AgentFeed, WaitingAgent};

/// How long an engine may take for what its agents wait for.
const DEADLINE: Duration = Duration::from_secs(2);
/// The most bytes of one answer of an engine.
const ANSWER: usize = 4 << 20;
/// The most requests that are told of one workspace.
const MOST: usize = 32;

/// The engines, as far as their agents wait for somebody.
pub(crate) struct AgentInboxes {
    host: Arc<Host>,
    engine: HttpEngine,
    current: watch::Sender<Arc<AgentInbox<'static>>>,
    is_following: AtomicBool,
    stopping: CancellationToken,
}

/// Why it is not known what an engine's agents wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine does not say what its agents ask")]
pub(crate) struct Untold;

/// What the agents of one workspace wait for, if its engine says it.
type ToldRequests = Result<Vec<AgentRequest<'static>>, Untold>;

impl AgentInboxes {
    pub(crate) fn new(host: Arc<Host>, engine: HttpEngine, stopping: CancellationToken) -> Self {
        Self {
            host,
            engine,
            current: watch::Sender::default(),
            is_following: AtomicBool::new(false),
            stopping,
        }
    }

    /// What all agents wait for now.
    pub(crate) async fn now(self: &Arc<Self>) -> AgentInbox<'static> {
        inbox(self.ask_all().await)
    }

    /// Asks all engines at once.
    async fn ask_all(self: &Arc<Self>) -> Vec<(Readable, ToldRequests)> {
        let mut asked = JoinSet::new();
        for (place, at) in self.with_engine().into_iter().enumerate() {
            let inboxes = Arc::clone(self);
            asked.spawn(async move {
                let told = inboxes.of(&at).await;
                (place, at, told)
            });
        }
        let mut answers = asked.join_all().await;
        // In the order of the workspaces, however long each has taken.
        answers.sort_by_key(|(place, ..)| *place);
        answers
            .into_iter()
            .map(|(_, at, told)| (at, told))
            .collect()
    }

    /// The workspaces whose engine is known, in their order.
    fn with_engine(&self) -> Vec<Readable> {
        let mut served = self.host.workspaces();
        served.retain(|at| at.workspace().base_url.is_some());
        served
    }

    /// What the agents of one workspace wait for.
    ///
    /// # Errors
    ///
    /// [`Untold`] if its engine does not say it in time.
    pub(crate) async fn of(&self, at: &Readable) -> Result<Vec<AgentRequest<'static>>, Untold> {
        let both =
            async { tokio::try_join!(self.list(at, "/permission"), self.list(at, "/question")) };
        let (permissions, questions) = timeout(DEADLINE, both).await.map_err(|_| Untold)??;
        Ok(read::requests(at.workspace(), &permissions, &questions))
    }

    async fn list(&self, at: &Readable, path: &str) -> Result<Value, Untold> {
        let target = self.engine.target(at.workspace()).map_err(|_| Untold)?;
        let request = own_call(&target, Method::GET, path).map_err(|_| Untold)?;
        let answer = self.engine.client().send(request).await;
        let answer = answer.map_err(|_| Untold)?;
        if !answer.status().is_success() {
            return Err(Untold);
        }
        read_json(answer.into_body(), ANSWER)
            .await
            .map_err(|_| Untold)
    }
}

/// What engines have told, bounded, as one.
fn inbox(told: impl IntoIterator<Item = (Readable, ToldRequests)>) -> AgentInbox<'static> {
    let mut inbox = AgentInbox::default();
    for (at, told) in told {
        match told {
            Ok(mut items) => {
                inbox.more_items += items.len().saturating_sub(MOST) as u64;
                items.truncate(MOST);
                inbox.items.append(&mut items);
            }
            Err(Untold) => inbox.unreachable.push(at.workspace().id.to_string().into()),
        }
    }
    inbox
}
