//! Commands that engines were sent, so that none is sent twice.
//!
//! A client that hears nothing sends its message once more, under the same id.
//! It is then told what came of the first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use openwork_model::workspace::WorkspaceId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::Instant;

/// For how long a message is remembered.
const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);
/// How many are remembered; then the oldest is forgotten.
const MOST: usize = 4_096;
/// How many commands may be under way: each holds a connection to its engine.
const UNDER_WAY: usize = 64;

/// What names a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SentCommand {
    pub(crate) workspace: WorkspaceId,
    pub(crate) session: Option<String>,
    pub(crate) message: String,
}

/// What came of sending a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommandState {
    /// It is being sent.
    Sending,
    /// The engine has it, or may have it.
    Accepted,
    /// The engine does not have it.
    Failed,
}

/// The SHA-256 of a command's body.
pub(crate) type CommandDigest = [u8; 32];

/// Commands that were sent.
#[derive(Debug)]
pub(crate) struct SentCommands {
    notes: Arc<Mutex<CommandNotes>>,
    under_way: Arc<Semaphore>,
}

#[derive(Debug, Default)]
struct CommandNotes {
    known: HashMap<SentCommand, CommandNote>,
    /// The keys in the order in which they came.
    order: VecDeque<(Instant, SentCommand)>,
}

#[derive(Debug)]
struct CommandNote {
    digest: CommandDigest,
    state: watch::Receiver<CommandState>,
}

/// What is to be done about a command.
#[derive(Debug)]
pub(crate) enum CommandAdmission {
    /// It is to be sent.
    New(CommandTicket),
    /// It was sent before; its state is told.
    Known(watch::Receiver<CommandState>),
    /// Another one was sent under its name.
    Conflict,
    /// Too many are under way.
    Full,
}

/// The right to send one command; dropped without a word, it was not sent.
#[derive(Debug)]
pub(crate) struct CommandTicket {
    notes: Arc<Mutex<CommandNotes>>,
    key: Option<SentCommand>,
    state: watch::Sender<CommandState>,
    _under_way: OwnedSemaphorePermit,
}

impl Default for SentCommands {
    fn default() -> Self {
        Self {
            notes: Arc::default(),
            under_way: Arc::new(Semaphore::new(UNDER_WAY)),
        }
    }
}

impl SentCommands {
    /// Lets a command be sent once. One that has no name is always new.
    pub(crate) fn admit(
        &self,
        key: Option<SentCommand>,
        digest: CommandDigest,
    ) -> CommandAdmission {
        let mut notes = lock(&self.notes);
        notes.forget_old();
        if let Some(known) = key.as_ref().and_then(|key| notes.known.get(key)) {
            return if known.digest == digest {
                CommandAdmission::Known(known.state.clone())
            } else {
                CommandAdmission::Conflict
            };
        }
        let Ok(under_way) = Arc::clone(&self.under_way).try_acquire_owned() else {
            return CommandAdmission::Full;
        };
        let (state, told) = watch::channel(CommandState::Sending);
        if let Some(key) = key.clone() {
            notes.remember(
                key,
                CommandNote {
                    digest,
                    state: told,
                },
            );
        }
        CommandAdmission::New(CommandTicket {
            notes: Arc::clone(&self.notes),
            key,
            state,
            _under_way: under_way,
        })
    }
}

impl CommandNotes {
    fn remember(&mut self, key: SentCommand, note: CommandNote) {
        if self.order.len() >= MOST
            && let Some((_, oldest)) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back((Instant::now(), key.clone()));
        self.known.insert(key, note);
    }

    fn forget_old(&mut self) {
        while let Some((at, _)) = self.order.front()
            && at.elapsed() >= REMEMBERED
            && let Some((_, key)) = self.order.pop_front()
        {
            self.known.remove(&key);
        }
    }

    fn forget(&mut self, key: &SentCommand) {
        self.known.remove(key);
        self.order.retain(|(_, other)| other != key);
    }
}

impl CommandTicket {
    /// The engine has it, or may have it: it is not sent once more.
    pub(crate) fn accept(&self) {
        self.state.send_replace(CommandState::Accepted);
    }
}

impl Drop for CommandTicket {
    fn drop(&mut self) {
        if *self.state.borrow() != CommandState::Sending {
            return;
        }
        // Forgotten first: who is told that it failed may send it anew.
        if let Some(key) = &self.key {
            lock(&self.notes).forget(key);
        }
        self.state.send_replace(CommandState::Failed);
    }
}

fn lock(notes: &Mutex<CommandNotes>) -> MutexGuard<'_, CommandNotes> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(message: &str) -> SentCommand {
        SentCommand {
            workspace: WorkspaceId::of("/w".as_ref()),
            session: Some("ses_1".to_owned()),
            message: message.to_owned(),
        }
    }

    fn sent(commands: &SentCommands, message: &str) -> CommandTicket {
        match commands.admit(Some(key(message)), [0; 32]) {
            CommandAdmission::New(ticket) => ticket,
            other => panic!("{other:?}"),
        }
    }

    fn state(admission: &CommandAdmission) -> Option<CommandState> {
        match admission {
            CommandAdmission::Known(state) => Some(*state.borrow()),
            _ => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_is_sent_once_a_day() {
        let commands = SentCommands::default();
        let ticket = sent(&commands, "msg_1");
        let again = || commands.admit(Some(key("msg_1")), [0; 32]);
        assert_eq!(state(&again()), Some(CommandState::Sending));
        ticket.accept();
        drop(ticket);
        assert_eq!(state(&again()), Some(CommandState::Accepted));
        let other = commands.admit(Some(key("msg_1")), [1; 32]);
        assert!(matches!(other, CommandAdmission::Conflict));
        tokio::time::advance(REMEMBERED).await;
        assert!(matches!(again(), CommandAdmission::New(_)));
    }

    #[tokio::test]
    async fn what_was_not_sent_may_be_sent_again() {
        let commands = SentCommands::default();
        let ticket = sent(&commands, "msg_1");
        let waiting = commands.admit(Some(key("msg_1")), [0; 32]);
        drop(ticket);
        assert_eq!(state(&waiting), Some(CommandState::Failed));
        drop(sent(&commands, "msg_1"));
    }

    #[tokio::test]
    async fn no_more_than_so_many_are_remembered_or_under_way() {
        let commands = SentCommands::default();
        for n in 0..=MOST {
            sent(&commands, &n.to_string()).accept();
        }
        let admitted = |n: usize| commands.admit(Some(key(&n.to_string())), [0; 32]);
        assert!(matches!(admitted(0), CommandAdmission::New(_)));
        assert_eq!(state(&admitted(MOST)), Some(CommandState::Accepted));
        let held: Vec<_> = (0..UNDER_WAY)
            .map(|_| commands.admit(None, [0; 32]))
            .collect();
        let full = commands.admit(None, [0; 32]);
        assert!(matches!(full, CommandAdmission::Full));
        drop(held);
        assert!(matches!(
            commands.admit(None, [0; 32]),
            CommandAdmission::New(_)
        ));
    }
}
