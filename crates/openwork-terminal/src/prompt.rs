//! A person at a terminal answers requests as they come.

use std::time::Duration;

use openwork_api::approval::{ApprovalEvent, ApprovalItem, ApprovalSnapshot};
use openwork_api::client::ApiClient;
use tokio::io::AsyncBufReadExt;

use crate::details;
use crate::error::Result;
use crate::escape;
use crate::id;
use crate::keyboard::ScreenSize;
use crate::screen::{Screen, Terminal};
use crate::span;
use crate::watch::{ApprovalFeed, FeedNews};

mod agent;
mod asked;
mod asked_agent;
mod change;
mod key_agent;
mod key_change;
mod key_state;
mod keys;
mod line_input;
mod paging;
mod queue;
mod status;
mod typed;
mod typed_agent;

use agent::AgentQueue;
use asked::AskedRequest;
use asked_agent::AskedAgent;
use key_state::KeyState;
use queue::PromptQueue;
use typed::TypedAnswer;
use typed_agent::TypedReply;

/// An answer that comes sooner was meant for what was on the screen before.
const READING: Duration = Duration::from_millis(500);

/// Erases the line that the cursor is on, and goes to its beginning.
const ERASED: &str = "\r\u{1b}[K";

/// Shows each request and asks, until the input ends or the person has enough.
pub(crate) async fn run(
    client: &ApiClient,
    feed: ApprovalFeed<'_>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    match &mut terminal.keyboard {
        Some(keyboard) => keys::run(client, feed, &mut terminal.screen, &mut **keyboard).await,
        None => by_lines(client, feed, terminal).await,
    }
}

/// Takes answers line by line, where there are no single keys.
async fn by_lines(
    client: &ApiClient,
    mut feed: ApprovalFeed<'_>,
    terminal: &mut Terminal<'_>,
) -> Result<()> {
    let mut input = (&mut *terminal.input).lines();
    let mut dialog = PromptDialog::new(client, &mut terminal.screen);
    loop {
        // Either can be dropped half way and goes on where it was, so a person
        // who is typing misses no event and an event breaks no line.
        tokio::select! {
            news = feed.next() => dialog.handle(news?)?,
            line = input.next_line() => match line? {
                Some(line) => dialog.take(&line).await?,
                None => return dialog.screen.line(""),
            },
        }
        dialog.ask().await?;
    }
}

struct PromptDialog<'d, 't> {
    client: &'d ApiClient,
    screen: &'d mut Screen<'t>,
    queue: PromptQueue,
    agents: AgentQueue,
    asked: Option<OnScreen>,
    /// Whether the last line on the screen waits for an answer.
    is_prompted: bool,
    /// How far the server's clock is ahead, in ms.
    ahead: i64,
    /// Where answers are keys and not lines.
    keys: Option<KeyState>,
}

/// What the person is asked at the moment. No word that says yes to one of them
/// says anything to the other.
enum OnScreen {
    /// A request to change what agents can do.
    Change(AskedRequest),
    /// What an agent waits for.
    Agent(AskedAgent),
}

impl<'d, 't> PromptDialog<'d, 't> {
    fn new(client: &'d ApiClient, screen: &'d mut Screen<'t>) -> Self {
        let queue = PromptQueue::default();
        Self {
            client,
            screen,
            queue,
            agents: AgentQueue::default(),
            asked: None,
            is_prompted: false,
            ahead: 0,
            keys: None,
        }
    }

    /// Takes in what the server sends.
    fn handle(&mut self, news: FeedNews) -> Result<()> {
        let FeedNews::Event(event) = news else {
            return self.say("Connection lost. Trying again.");
        };
        let known = event.approval();
        match known.map_err(|cause| self.client.unknown_form(&cause))? {
            Some(ApprovalEvent::Snapshot(snapshot)) => self.begin(*snapshot),
            Some(ApprovalEvent::Asked(item)) => {
                self.queue.push(*item);
                Ok(())
            }
            Some(ApprovalEvent::Rescheduled { id, expires_at }) => {
                self.reschedule(&id, expires_at);
                Ok(())
            }
            Some(ApprovalEvent::AgentRequests(agents)) => self.take_in_agents(*agents),
            Some(event) => match change::ending(&event) {
                Some((id, ending)) => self.end(id, ending),
                None => Ok(()),
            },
            // A later server may send more kinds of events.
            None => Ok(()),
        }
    }

    /// A snapshot is the whole truth, at first and after a lost connection.
    fn begin(&mut self, snapshot: ApprovalSnapshot<'static>) -> Result<()> {
        // Deadlines are times of the server's clock, and this machine's may differ
        // by minutes. What is left is reckoned by the server's.
        self.ahead = snapshot
            .now
            .cast_signed()
            .saturating_sub(self.screen.now().cast_signed());
        self.say(&heading(self.client, &snapshot))?;
        for gone in self.queue.replace(snapshot.items) {
            self.report(&gone, "ended while the connection was lost")?;
        }
        if self.queue.front().is_none() {
            self.say("No requests are waiting. New ones appear here; Ctrl-C ends.")?;
        }
        Ok(())
    }

    /// A request has ended, and not by this person's answer.
    fn end(&mut self, id: &str, ending: &str) -> Result<()> {
        match self.queue.remove(id) {
            Some(item) => self.report(&item, ending),
            None => Ok(()),
        }
    }

    /// Asks about what waits, unless that is done already. Clients wait for a
    /// limited time, so their requests go before what agents ask.
    async fn ask(&mut self) -> Result<()> {
        if self.queue.front().is_none() && self.agents.front().is_none() {
            self.queue.recall();
            self.agents.recall();
        }
        if let Some(item) = self.queue.front() {
            if !self.asks_for_change(&item.id) {
                // Copied before the call, as it may leave the queue meanwhile.
                let item = item.clone();
                self.show_change(item).await?;
            }
        } else if let Some(request) = self.agents.front() {
            if !self.asks_for_agent(request) {
                let request = request.clone();
                self.show_agent(request)?;
            }
        } else {
            self.asked = None;
            match &mut self.keys {
                // A line that was begun was for what has ended.
                Some(keys) => keys.typing = None,
                None => return Ok(()),
            }
        }
        self.prompt()
    }

    fn prompt(&mut self) -> Result<()> {
        if self.keys.is_some() {
            return self.draw();
        }
        let Some(asked) = self.asked.as_ref().filter(|_| !self.is_prompted) else {
            return Ok(());
        };
        let style = self.screen.style();
        let (question, left) = match asked {
            OnScreen::Change(asked) => (
                asked.question(style),
                Some(details::left(&asked.item, self.now())),
            ),
            OnScreen::Agent(asked) => (asked.question(style), None),
        };
        let beside: Vec<String> = left.into_iter().chain(self.more()).collect();
        self.is_prompted = true;
        self.screen.begin(&if beside.is_empty() {
            format!("{question} ")
        } else {
            format!("{question} ({}) ", beside.join(", "))
        })
    }

    /// How many wait besides the one on the screen.
    fn more(&self) -> Option<String> {
        match self.queue.len() + self.agents.len() {
            0 | 1 => None,
            count => Some(format!("{} more", count - 1)),
        }
    }

    /// Takes in what the person typed.
    async fn take(&mut self, line: &str) -> Result<()> {
        self.is_prompted = false;
        // The line may have been typed at a request that has ended since: it must
        // not answer the one that took its place on the screen.
        match self.asked.take() {
            Some(OnScreen::Change(asked)) if self.queue.is_first(&asked.item.id) => {
                self.take_for_change(asked, TypedAnswer::read(line)).await
            }
            Some(OnScreen::Agent(asked)) if self.agents.is_first(&asked.request) => {
                self.take_for_agent(asked, TypedReply::read(line)).await
            }
            _ => Ok(()),
        }
    }

    fn report(&mut self, item: &ApprovalItem<'_>, what: &str) -> Result<()> {
        let (id, summary) = (
            escape::line(id::alone(&item.id)),
            escape::line(&item.summary),
        );
        self.say(&format!("{id} {what}: {summary}"))
    }

    /// Says something that is safe to print, on lines of its own.
    fn say(&mut self, text: &str) -> Result<()> {
        self.leave_prompt()?;
        self.screen.line(text)
    }

    /// Ends the line that waits for an answer, if there is one.
    fn leave_prompt(&mut self) -> Result<()> {
        if let Some(keys) = &mut self.keys {
            let is_drawn = keys.drawn.take().is_some();
            return if is_drawn {
                self.screen.begin(ERASED)
            } else {
                Ok(())
            };
        }
        if std::mem::take(&mut self.is_prompted) {
            self.screen.line("")?;
        }
        Ok(())
    }

    /// Something new is on the screen: what was typed before is no answer to it.
    fn begin_question(&mut self) {
        if let Some(keys) = &mut self.keys {
            keys.begin();
        }
    }

    /// How much the screen holds.
    fn size(&self) -> ScreenSize {
        self.keys
            .as_ref()
            .map_or_else(ScreenSize::default, |keys| keys.size)
    }

    /// The server's time.
    fn now(&self) -> u64 {
        self.screen.now().saturating_add_signed(self.ahead)
    }
}

fn heading(client: &ApiClient, snapshot: &ApprovalSnapshot<'_>) -> String {
    let url = client.url();
    match (snapshot.read_only, &*snapshot.mode) {
        (true, _) => format!("Watching {url}. It is read-only: writes are refused."),
        (_, "auto") => {
            format!("Watching {url}. Approvals are off: every write is applied at once.")
        }
        _ => format!(
            "Watching {url}. A request waits {} for its answer.",
            span::words(snapshot.watched_timeout_ms.max(snapshot.timeout_ms))
        ),
    }
}
