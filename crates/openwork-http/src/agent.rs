//! What the agents of the workspaces wait for, in the engines' words.
//!
//! Engines are asked while somebody looks, and at no other time. What they say
//! is bounded, and vouched for by nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

mod read;

/// How long an engine may take for what its agents wait for.
const DEADLINE: Duration = Duration::from_secs(2);
/// How often engines are asked while somebody watches.
const ROUND: Duration = Duration::from_secs(1);
/// The most bytes of one answer of an engine.
const ANSWER: usize = 4 << 20;
/// The most requests that are told of one workspace.
const MOST: usize = 32;

/// The engines, as far as their agents wait for somebody.
pub(crate) struct AgentInboxes {
    host: Arc<Host>,
    engine: HttpEngine,
    current: watch::Sender<Arc<AgentInbox<'static>>>,
    is_asking: AtomicBool,
    stopping: CancellationToken,
}

/// Why it is not known what an engine's agents wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the engine does not say what its agents ask")]
pub(crate) struct Untold;

impl AgentInboxes {
    pub(crate) fn new(host: Arc<Host>, engine: HttpEngine, stopping: CancellationToken) -> Self {
        Self {
            host,
            engine,
            current: watch::Sender::default(),
            is_asking: AtomicBool::new(false),
            stopping,
        }
    }

    /// What all agents wait for now.
    pub(crate) async fn now(self: &Arc<Self>) -> AgentInbox<'static> {
        let mut asked = JoinSet::new();
        let with_engine = |at: &Readable| at.workspace().base_url.is_some();
        let served = self.host.workspaces().into_iter().filter(with_engine);
        for (place, at) in served.enumerate() {
            let inboxes = Arc::clone(self);
            asked.spawn(async move {
                let told = inboxes.of(&at).await;
                (place, at, told)
            });
        }
        let mut answers = asked.join_all().await;
        // In the order of the workspaces, however long each has taken.
        answers.sort_by_key(|(place, ..)| *place);
        let mut inbox = AgentInbox::default();
        for (_, at, told) in answers {
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

    /// Follows what agents wait for; engines are asked for as long as somebody
    /// does.
    pub(crate) fn follow(self: &Arc<Self>) -> watch::Receiver<Arc<AgentInbox<'static>>> {
        let mut following = self.current.subscribe();
        if self.is_asking.swap(true, Ordering::AcqRel) {
            // Others have it told already.
            following.mark_changed();
            return following;
        }
        let inboxes = Arc::clone(self);
        tokio::spawn(async move {
            let stopping = inboxes.stopping.clone();
            stopping.run_until_cancelled(inboxes.ask_on()).await;
        });
        following
    }

    async fn ask_on(self: Arc<Self>) {
        let mut is_first = true;
        loop {
            let inbox = self.now().await;
            self.current.send_if_modified(|known| {
                let is_new = is_first || **known != inbox;
                if is_new {
                    *known = Arc::new(inbox);
                }
                is_new
            });
            is_first = false;
            tokio::time::sleep(ROUND).await;
            if self.current.receiver_count() > 0 {
                continue;
            }
            self.is_asking.store(false, Ordering::Release);
            // Somebody may have come just before that was said.
            if self.current.receiver_count() == 0 || self.is_asking.swap(true, Ordering::AcqRel) {
                return;
            }
        }
    }
}
