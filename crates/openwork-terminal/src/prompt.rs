//! A person at a terminal answers requests as they come.

use std::collections::HashSet;

use openwork_api::approval::{AgentInbox, ApprovalEvent, ApprovalItem, ApprovalSnapshot};
use openwork_api::client::ApiClient;
use tokio::io::AsyncBufReadExt;

use crate::approvals::{self, AnswerTarget, OperatorAnswer};
use crate::details;
use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::id;
use crate::pages::PageSource;
use crate::screen::{Screen, Terminal};
use crate::span;
use crate::watch::{ApprovalFeed, FeedNews};

mod asked;
mod queue;
mod typed;

use asked::{AskedRequest, YesStep};
use queue::PromptQueue;
use typed::TypedAnswer;

/// Shows each request and asks, until the input ends.
pub(crate) async fn run(
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
    asked: Option<AskedRequest>,
    /// The digests of what agents wait for, as far as it was told.
    told: HashSet<String>,
    /// Whether the last line on the screen waits for an answer.
    is_prompted: bool,
    /// How far the server's clock is ahead, in ms.
    ahead: i64,
}

impl<'d, 't> PromptDialog<'d, 't> {
    fn new(client: &'d ApiClient, screen: &'d mut Screen<'t>) -> Self {
        let queue = PromptQueue::default();
        Self {
            client,
            screen,
            queue,
            asked: None,
            told: HashSet::new(),
            is_prompted: false,
            ahead: 0,
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
            Some(ApprovalEvent::AgentRequests(agents)) => self.tell_of_agents(&agents),
            Some(event) => match ending(&event) {
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

    /// Says what agents wait for since the last time.
    fn tell_of_agents(&mut self, agents: &AgentInbox<'_>) -> Result<()> {
        let told = std::mem::take(&mut self.told);
        for request in &agents.items {
            if !told.contains(&*request.digest) {
                self.say(&approvals::news(request))?;
            }
            self.told.insert(request.digest.clone().into_owned());
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

    /// Asks about the oldest request, unless that is done already.
    async fn ask(&mut self) -> Result<()> {
        let Some(item) = self.queue.front() else {
            self.asked = None;
            return Ok(());
        };
        let is_asked = |asked: &AskedRequest| asked.item.id == item.id;
        if !self.asked.as_ref().is_some_and(is_asked) {
            // Copied before the call, as it may leave the queue meanwhile.
            let item = self.with_all_effects(item.clone()).await?;
            self.screen.line("")?;
            let lines = details::render(&item, self.now(), self.screen.style());
            self.screen.lines(lines)?;
            self.asked = Some(AskedRequest::new(item));
            self.is_prompted = false;
        }
        self.prompt()
    }

    /// Events bound the effects that they list.
    async fn with_all_effects(&self, item: ApprovalItem<'static>) -> Result<ApprovalItem<'static>> {
        if item.more_effects == 0 {
            return Ok(item);
        }
        match approvals::fetch(self.client, &item.id, false).await {
            Ok(answer) => Ok(answer.body),
            Err(error) if error.exit() == ExitStatus::Token => Err(error),
            // It can still be denied.
            Err(_) => Ok(item),
        }
    }

    fn prompt(&mut self) -> Result<()> {
        let Some(asked) = self.asked.as_ref().filter(|_| !self.is_prompted) else {
            return Ok(());
        };
        let left = details::left(&asked.item, self.now());
        let more = match self.queue.len() {
            0 | 1 => String::new(),
            count => format!(", {} more", count - 1),
        };
        self.is_prompted = true;
        let question = asked.question(self.screen.style());
        self.screen.begin(&format!("{question} ({left}{more}) "))
    }

    /// Takes in what the person typed.
    async fn take(&mut self, line: &str) -> Result<()> {
        self.is_prompted = false;
        // The line may have been typed at a request that has ended since: it must
        // not answer the one that took its place on the screen.
        let is_waiting = |asked: &AskedRequest| {
            let front = self.queue.front();
            front.is_some_and(|item| item.id == asked.item.id)
        };
        let Some(mut asked) = self.asked.take().filter(is_waiting) else {
            return Ok(());
        };
        let typed = TypedAnswer::read(line);
        let target = (&asked.item).into();
        match typed {
            TypedAnswer::Allow { in_full } => match asked.say_yes(in_full) {
                YesStep::Meant => {
                    let allow = OperatorAnswer::Allow { span: None };
                    self.answer(&target, &allow).await?;
                }
                YesStep::Early => {
                    self.say("That came before this request could be read. Answer again.")?;
                }
                YesStep::Unseen => self.say("Not all of it was shown. Type f to see the rest.")?,
                YesStep::Again => {}
            },
            TypedAnswer::Full => self.show_rest(&mut asked).await?,
            TypedAnswer::Deny { message } => {
                self.answer(&target, &OperatorAnswer::Deny { message })
                    .await?;
            }
            TypedAnswer::Extend => self.extend(&mut asked).await?,
            TypedAnswer::Skip => {
                self.queue.skip(&asked.item.id);
                self.report(&asked.item, "skipped, it goes on waiting")?;
            }
            // Anything but the whole word takes a yes back, a bare Enter too.
            TypedAnswer::Nothing | TypedAnswer::Other if asked.take_back() => {
                self.say("Not allowed. It goes on waiting.")?;
            }
            TypedAnswer::Nothing => {}
            TypedAnswer::Other => self.say(&help(&asked))?,
        }
        self.asked = Some(asked);
        Ok(())
    }

    /// Shows what was left out at first.
    async fn show_rest(&mut self, asked: &mut AskedRequest) -> Result<()> {
        if !asked.has_rest() {
            return self.say("All of it is shown.");
        }
        let source = PageSource {
            client: self.client,
            reveal: false,
        };
        match source.print_rest(&asked.item, self.screen).await {
            Ok(()) => {
                asked.mark_files_shown();
                Ok(())
            }
            Err(error) if error.exit() == ExitStatus::Token || error.is_closed_pipe() => Err(error),
            Err(error) => self.say(&error.text()),
        }
    }

    /// Has a request wait longer for this person.
    async fn extend(&mut self, asked: &mut AskedRequest) -> Result<()> {
        match approvals::keep(self.client, &asked.item.id).await {
            Ok(expires_at) => {
                asked.item.expires_at = Some(expires_at);
                self.queue.reschedule(&asked.item.id, expires_at);
                Ok(())
            }
            Err(error) if error.exit() == ExitStatus::Token || error.is_closed_pipe() => Err(error),
            Err(error) => self.say(&error.text()),
        }
    }

    fn reschedule(&mut self, id: &str, expires_at: u64) {
        self.queue.reschedule(id, expires_at);
        if let Some(asked) = self.asked.as_mut().filter(|asked| asked.item.id == id) {
            asked.item.expires_at = Some(expires_at);
        }
    }

    async fn answer(&mut self, target: &AnswerTarget, answer: &OperatorAnswer) -> Result<()> {
        match approvals::answer(self.client, target, answer).await {
            Ok(reply) => {
                self.queue.remove(&target.id);
                self.say(&approvals::sentence(target, answer, &reply.body))
            }
            Err(error) if matches!(error.exit(), ExitStatus::Token) || error.is_closed_pipe() => {
                Err(error)
            }
            Err(error) => {
                // What was refused or did not arrive can be answered again.
                if matches!(error, TerminalError::NotWritten { .. })
                    || error.exit() == ExitStatus::Gone
                {
                    self.queue.remove(&target.id);
                }
                self.say(&error.text())
            }
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
        if std::mem::take(&mut self.is_prompted) {
            self.screen.line("")?;
        }
        self.screen.line(text)
    }

    /// The server's time.
    fn now(&self) -> u64 {
        self.screen.now().saturating_add_signed(self.ahead)
    }
}

fn help(asked: &AskedRequest) -> String {
    let letters = if asked.has_rest() { "f" } else { "a" };
    format!(
        "Type {letters}, d, s or e; e has it wait 5 minutes longer, and d may be followed by a message to the client."
    )
}

/// Which request an event ends, and how, in words.
fn ending<'e>(event: &'e ApprovalEvent<'_>) -> Option<(&'e str, &'static str)> {
    let (id, ending) = match event {
        ApprovalEvent::Replied { id, allowed, .. } if *allowed => (id, "allowed by someone else"),
        ApprovalEvent::Replied { id, .. } => (id, "denied by someone else, nothing was written"),
        ApprovalEvent::Expired { id } => (id, "expired, nothing was written"),
        ApprovalEvent::Withdrawn { id } => (id, "withdrawn, the client left: nothing was written"),
        ApprovalEvent::Aborted { id } => (id, "ended with the server, nothing was written"),
        ApprovalEvent::Applied { id } => (id, "allowed and written"),
        ApprovalEvent::Conflicted { id } => (id, "not written, the file had changed"),
        ApprovalEvent::Failed { id, .. } => (id, "allowed, but the write failed"),
        _ => return None,
    };
    Some((id, ending))
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
