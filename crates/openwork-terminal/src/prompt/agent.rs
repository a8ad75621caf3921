//! Asking about what agents wait for.

use std::collections::HashSet;

use openwork_api::approval::{AgentInbox, AgentRequest};

use super::asked_agent::{AgentStep, AskedAgent};
use super::typed_agent::TypedReply;
use super::{OnScreen, PromptDialog};
use crate::approvals::{self, AgentDecision};
use crate::error::Result;
use crate::escape;
use crate::exit::ExitStatus;

const UNFIT: &str = "That is no answer to it. Press ? for the keys.";

/// What agents wait for and a person is still to be asked about.
#[derive(Default)]
pub(super) struct AgentQueue {
    waiting: Vec<AgentRequest<'static>>,
    /// What was answered or skipped here. Servers list it a while longer.
    settled: HashSet<AgentKey>,
    /// What others are asked about first.
    postponed: HashSet<AgentKey>,
}

/// What names a request: under the same id an agent may ask something else.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct AgentKey {
    workspace: String,
    digest: String,
}

impl From<&AgentRequest<'_>> for AgentKey {
    fn from(request: &AgentRequest<'_>) -> Self {
        Self {
            workspace: request.workspace_id.clone().into_owned(),
            // Of all that is asked, the id too.
            digest: request.digest.clone().into_owned(),
        }
    }
}

impl AgentQueue {
    pub(super) fn front(&self) -> Option<&AgentRequest<'static>> {
        let is_next = |request: &&AgentRequest<'_>| !self.postponed.contains(&(*request).into());
        self.waiting.iter().find(is_next)
    }

    pub(super) fn is_first(&self, request: &AgentRequest<'_>) -> bool {
        self.front().is_some_and(|first| is_same(first, request))
    }

    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Takes over what agents wait for now; returns what no agent waits for any
    /// more.
    fn replace(&mut self, items: Vec<AgentRequest<'static>>) -> Vec<AgentRequest<'static>> {
        let listed: HashSet<AgentKey> = items.iter().map(AgentKey::from).collect();
        let is_listed = |request: &AgentRequest<'_>| listed.contains(&request.into());
        let (kept, gone): (Vec<_>, _) = self.waiting.drain(..).partition(is_listed);
        self.waiting = kept;
        // What has ended is forgotten, or it would pile up.
        self.settled.retain(|key| listed.contains(key));
        self.postponed.retain(|key| listed.contains(key));
        for item in items {
            let is_known = self.waiting.iter().any(|known| is_same(known, &item));
            if !is_known && !self.settled.contains(&(&item).into()) {
                self.waiting.push(item);
            }
        }
        gone
    }

    /// Asks about the others first.
    pub(super) fn postpone(&mut self, request: &AgentRequest<'_>) {
        self.postponed.insert(request.into());
    }

    /// Asks again about what was postponed.
    pub(super) fn recall(&mut self) {
        self.postponed.clear();
    }

    /// Takes one out for as long as servers list it.
    fn settle(&mut self, request: &AgentRequest<'_>) {
        self.remove(request);
        self.settled.insert(request.into());
    }

    fn remove(&mut self, request: &AgentRequest<'_>) {
        self.waiting.retain(|known| !is_same(known, request));
    }
}

impl PromptDialog<'_, '_> {
    /// Takes over what agents wait for.
    pub(super) fn take_in_agents(&mut self, agents: AgentInbox<'static>) -> Result<()> {
        for gone in self.agents.replace(agents.items) {
            self.report_agent(&gone, "waits no more")?;
        }
        Ok(())
    }

    /// Whether this is on the screen.
    pub(super) fn asks_for_agent(&self, request: &AgentRequest<'_>) -> bool {
        matches!(&self.asked, Some(OnScreen::Agent(asked)) if is_same(&asked.request, request))
    }

    /// Puts what an agent waits for on the screen.
    pub(super) fn show_agent(&mut self, request: AgentRequest<'static>) -> Result<()> {
        let asked = AskedAgent::new(request);
        self.leave_prompt()?;
        self.screen.line("")?;
        self.screen.lines(asked.lines(self.screen.style()))?;
        self.asked = Some(OnScreen::Agent(asked));
        self.begin_question();
        Ok(())
    }

    /// Takes in what was typed at it.
    pub(super) async fn take_for_agent(
        &mut self,
        mut asked: AskedAgent,
        typed: TypedReply,
    ) -> Result<()> {
        match asked.take(typed) {
            AgentStep::Answered(answer) => {
                return self.answer_agent(&asked.request, &answer).await;
            }
            AgentStep::Skip => {
                self.agents.settle(&asked.request);
                return self.report_agent(&asked.request, "skipped, it goes on waiting");
            }
            AgentStep::Early => self.say("That came before this could be read. Answer again.")?,
            AgentStep::Cut => self.say("It is not shown whole, and can only be rejected.")?,
            AgentStep::Next => {
                self.screen.lines(asked.question_lines())?;
                self.begin_question();
            }
            AgentStep::Unfit if self.keys.is_some() => self.say(UNFIT)?,
            AgentStep::Unfit => self.say(&asked.help())?,
            AgentStep::Nothing => {}
        }
        self.asked = Some(OnScreen::Agent(asked));
        Ok(())
    }

    async fn answer_agent(
        &mut self,
        request: &AgentRequest<'_>,
        answer: &AgentDecision,
    ) -> Result<()> {
        match approvals::answer_agent(self.client, request, answer).await {
            Ok(_) => {
                self.agents.settle(request);
                self.report_agent(request, answer.done())
            }
            Err(error) if error.exit() == ExitStatus::Token || error.is_closed_pipe() => Err(error),
            Err(error) => {
                // Answered by somebody else, or not what it was: what is asked
                // instead comes with the next event. All else can be tried again.
                if error.is_settled() {
                    self.agents.remove(request);
                }
                self.say(&error.text())
            }
        }
    }

    fn report_agent(&mut self, request: &AgentRequest<'_>, what: &str) -> Result<()> {
        let heading = request.heading();
        let (id, heading) = (escape::line(&request.id), escape::line(&heading));
        self.say(&format!("{id} {what}: {heading}"))
    }
}

fn is_same(one: &AgentRequest<'_>, other: &AgentRequest<'_>) -> bool {
    one.workspace_id == other.workspace_id && one.digest == other.digest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(digest: &str) -> AgentRequest<'static> {
        serde_json::from_value(serde_json::json!({
            "id": "per_1", "workspaceId": "ws_1", "digest": digest,
            "kind": "permission", "permission": "bash",
        }))
        .unwrap()
    }

    fn digests<'i>(items: &'i [AgentRequest<'static>]) -> Vec<&'i str> {
        items.iter().map(|item| &*item.digest).collect()
    }

    #[test]
    fn what_was_settled_is_asked_again_only_if_it_has_ended_meanwhile() {
        let mut queue = AgentQueue::default();
        assert!(queue.replace(["a", "b", "c"].map(item).into()).is_empty());
        queue.settle(&item("a"));
        assert_eq!(
            digests(&queue.replace(["c", "a", "d"].map(item).into())),
            ["b"]
        );
        assert_eq!(digests(&queue.waiting), ["c", "d"]);
        queue.replace(["d"].map(item).into());
        queue.replace(["d", "a"].map(item).into());
        assert_eq!(digests(&queue.waiting), ["d", "a"]);
        queue.remove(&item("d"));
        assert!(queue.is_first(&item("a")));
        assert_eq!(queue.len(), 1);
    }
}
