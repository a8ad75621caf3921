//! Following the engines while somebody watches.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use openwork_api::approval::AgentInbox;
use openwork_host::Readable;
use openwork_model::workspace::{Workspace, WorkspaceId};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, interval, sleep, timeout};
use tokio_util::task::AbortOnDropHandle;

use super::feed::AgentFeed;
use super::news::EngineNews;
use super::{AgentInboxes, DEADLINE, ToldRequests, inbox};

/// How often it is looked which workspaces are served, and where their engines
/// are. No engine is asked for that.
const SERVED: Duration = Duration::from_secs(1);
/// How long an engine is left alone that has no stream of events: at first,
/// doubled with each time that it has none, and at the most.
const PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);

/// What an engine says by now.
type EngineTold = (WorkspaceId, ToldRequests);

/// The engines that are followed. Dropping it ends that.
#[derive(Default)]
struct EngineFollowers(HashMap<WorkspaceId, EngineFollower>);

struct EngineFollower {
    /// As it was when this began: its engine may move to another port.
    workspace: Workspace,
    task: AbortOnDropHandle<()>,
}

impl AgentInboxes {
    /// Follows what agents wait for; engines are listened to for as long as
    /// somebody does.
    pub(crate) fn follow(self: &Arc<Self>) -> watch::Receiver<Arc<AgentInbox<'static>>> {
        let mut following = self.current.subscribe();
        if self.is_following.swap(true, Ordering::AcqRel) {
            // Others have it told already.
            following.mark_changed();
            return following;
        }
        let inboxes = Arc::clone(self);
        tokio::spawn(async move {
            let stopping = inboxes.stopping.clone();
            stopping.run_until_cancelled(inboxes.follow_on()).await;
        });
        following
    }

    /// The same, for the program that embeds the server.
    pub(crate) fn feed(self: &Arc<Self>) -> AgentFeed {
        AgentFeed::new(self.follow())
    }

    async fn follow_on(self: Arc<Self>) {
        loop {
            self.follow_engines().await;
            self.is_following.store(false, Ordering::Release);
            // Somebody may have come just before that was said.
            if self.current.receiver_count() == 0 || self.is_following.swap(true, Ordering::AcqRel)
            {
                return;
            }
        }
    }

    /// Follows all engines until nobody watches.
    async fn follow_engines(self: &Arc<Self>) {
        let told = self.ask_all().await;
        let told = told.into_iter().map(|(at, told)| (id(&at), told));
        let mut known: HashMap<WorkspaceId, ToldRequests> = told.collect();
        // The first is news whatever it says: it tells that there is nothing, too.
        self.current.send_replace(Arc::new(self.inbox_of(&known)));
        let (tell, mut told) = mpsc::channel(16);
        let mut followers = EngineFollowers::default();
        let mut served = interval(SERVED);
        loop {
            tokio::select! {
                () = self.current.closed() => return,
                _ = served.tick() => {
                    followers.keep_to(&self.with_engine(), |at| {
                        follow_engine(Arc::clone(self), at, tell.clone())
                    });
                    known.retain(|id, _| followers.0.contains_key(id));
                }
                // Never none, as one sender is held here.
                Some((id, told)) = told.recv() => { known.insert(id, told); }
            }
            let inbox = self.inbox_of(&known);
            self.current.send_if_modified(|last| {
                let is_new = **last != inbox;
                if is_new {
                    *last = Arc::new(inbox);
                }
                is_new
            });
        }
    }

    /// What is known, in the order of the workspaces.
    fn inbox_of(&self, known: &HashMap<WorkspaceId, ToldRequests>) -> AgentInbox<'static> {
        let told = self.with_engine().into_iter().filter_map(|at| {
            let told = known.get(&at.workspace().id)?.clone();
            Some((at, told))
        });
        inbox(told)
    }
}

impl EngineFollowers {
    /// Follows the engines of these workspaces and no others.
    fn keep_to<F>(&mut self, served: &[Readable], follow: impl Fn(Readable) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.0.retain(|_, follower| {
            let is_same = |at: &Readable| *at.workspace() == follower.workspace;
            !follower.task.is_finished() && served.iter().any(is_same)
        });
        for at in served {
            self.0.entry(id(at)).or_insert_with(|| EngineFollower {
                workspace: at.workspace().clone(),
                task: AbortOnDropHandle::new(tokio::spawn(follow(at.clone()))),
            });
        }
    }
}

/// Tells what the agents of one workspace wait for, whenever that may have
/// changed.
async fn follow_engine(inboxes: Arc<AgentInboxes>, at: Readable, tell: mpsc::Sender<EngineTold>) {
    let mut pause = PAUSE;
    loop {
        let began = Instant::now();
        let mut news = EngineNews::listen(&inboxes.engine, at.workspace())
            .await
            .ok();
        if let Some(news) = &mut news {
            // Until its first event the engine may not have us among those it tells.
            let _it_is_slow = timeout(DEADLINE, news.next()).await;
        }
        loop {
            let told = inboxes.of(&at).await;
            if tell.send((id(&at), told)).await.is_err() {
                return;
            }
            let Some(news) = &mut news else { break };
            if !news.next().await {
                break;
            }
        }
        if began.elapsed() > LONGEST_PAUSE {
            pause = PAUSE;
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

fn id(at: &Readable) -> WorkspaceId {
    at.workspace().id.clone()
}
