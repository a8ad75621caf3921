//! Environment variables that are kept for the programs of this machine.
//!
//! They belong to the user and to no workspace. Whoever starts engines reads them
//! from the file; this server only keeps it. A variable that makes programs load
//! code is asked about even where the host's own changes are not: what asks with
//! the host's token need not be the person at the machine.

use std::sync::Arc;

use openwork_approval::ApprovalMode;
use openwork_change::change::Action;
use openwork_change::effect::{Effect, EffectKind, Level};
use openwork_change::preview::Preview;
use openwork_model::audit::AuditNote;
use openwork_model::env_name::EnvName;
use openwork_model::mask::loads_code;

use crate::access::Writable;
use crate::error::{HostError, SubmitError};
use crate::grant::Requester;
use crate::host::Host;
use crate::state::{NoState, StateDocument as _, StateError, StateFile};
use crate::subject::Subject;

mod document;

use document::EnvDocument;

/// How many variables there can be.
const MOST: usize = 1_000;
/// The most bytes of the file: less than is read of it.
const MOST_BYTES: usize = 2 << 20;

/// A variable that is kept. Its value may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvVariable {
    /// Its name, as it stands in the file.
    pub key: String,
    /// What it is set to.
    pub value: String,
    /// Since when, in ms since 1970.
    pub updated_at: u64,
}

/// A variable that is to be set. Its value may be a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct EnvEntry {
    /// Its name.
    pub name: EnvName,
    /// What to.
    pub value: String,
}

impl std::fmt::Debug for EnvVariable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // By hand, as a derived one would put the value into a log.
        f.debug_struct("EnvVariable")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for EnvEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EnvEntry")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Why variables were not read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EnvError {
    /// It was refused, or cannot be done now.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// What is kept could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// No variable has this name.
    #[error("no variable has this name")]
    NotFound,
    /// There would be more than are kept.
    #[error("there can be {limit} variables")]
    TooMany {
        /// How many there can be.
        limit: usize,
    },
    /// They would be longer than is kept.
    #[error("all variables together can be {limit} bytes")]
    TooLarge {
        /// The most bytes of the file.
        limit: usize,
    },
}

impl From<HostError> for EnvError {
    fn from(error: HostError) -> Self {
        Self::Submit(error.into())
    }
}

/// One edit of what is kept.
enum EnvEdit {
    Set(Vec<EnvEntry>),
    Remove(EnvName),
}

impl Host {
    /// All variables by name.
    ///
    /// # Errors
    ///
    /// [`EnvError::State`] if they cannot be read.
    pub async fn env_variables(&self) -> Result<Vec<EnvVariable>, EnvError> {
        Ok(self.env_document().await?.variables().collect())
    }

    /// Sets variables, all or none; they are durable afterwards.
    ///
    /// Dropping the future before a person has answered withdraws it.
    ///
    /// # Errors
    ///
    /// An [`EnvError`]; all is then as it was.
    pub async fn set_env(
        &self,
        requester: Requester,
        mut entries: Vec<EnvEntry>,
    ) -> Result<(), EnvError> {
        self.takes_env()?;
        let before = self.env_document().await?;
        // Nobody is asked about what is so already.
        entries.retain(|entry| !before.says(entry));
        if entries.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = entries.iter().map(|entry| entry.name.as_str()).collect();
        let names = names.join(", ");
        let loads = entries
            .iter()
            .any(|entry| loads_code(entry.name.as_str()).is_some());
        let asked = AskedEnv {
            action: Action::EnvSet,
            title: format!("Set the environment variables {names}"),
            note: format!("Set the environment variables {names}"),
            effects: entries.iter().map(effect).collect(),
            always: loads,
        };
        self.edit_env(requester, asked, EnvEdit::Set(entries)).await
    }

    /// Takes a variable away.
    ///
    /// # Errors
    ///
    /// [`EnvError::NotFound`] if there is none of this name, and what
    /// [`set_env`](Self::set_env) fails with.
    pub async fn remove_env(&self, requester: Requester, name: EnvName) -> Result<(), EnvError> {
        self.takes_env()?;
        let before = self.env_document().await?;
        if !before
            .variables()
            .any(|variable| variable.key == name.as_str())
        {
            return Err(EnvError::NotFound);
        }
        let text = format!("Programs that are started later do not get `{name}` any more.");
        let asked = AskedEnv {
            action: Action::EnvDelete,
            title: format!("Delete the environment variable {name}"),
            note: format!("Deleted the environment variable {name}"),
            effects: vec![Effect::new(EffectKind::Deletes, Level::Medium, text)],
            always: false,
        };
        self.edit_env(requester, asked, EnvEdit::Remove(name)).await
    }

    /// Asks where it has to be, records it in the log of the active workspace, and
    /// does it. Without a workspace there is no log, and nobody can be asked.
    async fn edit_env(
        &self,
        requester: Requester,
        asked: AskedEnv,
        edit: EnvEdit,
    ) -> Result<(), EnvError> {
        let is_asked = if asked.always {
            self.options.gate.mode == ApprovalMode::Manual
        } else {
            self.is_asked(requester.grant())
        };
        let (pool, limiter) = (Arc::clone(&self.pool), Arc::clone(&self.own_files));
        let (file, now) = (self.env_file(), self.options.clock.now_ms());
        let done = async move {
            let work = move || carry_out(&*file, &edit, now);
            // Not abandoned once it is begun, like a commit.
            pool.run_unbounded(&limiter, work).await?
        };
        let Some(active) = self.workspaces().into_iter().next() else {
            return if is_asked {
                Err(HostError::UnknownWorkspace.into())
            } else {
                done.await
            };
        };
        let at: Writable = self.writable(active.workspace().id.as_str()).await?;
        let subject = asked.subject(&at, &requester);
        let note = AuditNote {
            target: "env".to_owned(),
            summary: asked.note,
        };
        let recorded = (asked.action, note);
        self.carry_out_asked(at, requester, subject, recorded, is_asked, done)
            .await
    }

    async fn env_document(&self) -> Result<EnvDocument, EnvError> {
        let file = self.env_file();
        let read = move || EnvDocument::load(&*file);
        Ok(self.pool.run(&self.own_files, read).await??)
    }

    fn env_file(&self) -> Arc<dyn StateFile> {
        let file = self.options.env.clone();
        file.unwrap_or_else(|| Arc::new(NoState))
    }

    fn takes_env(&self) -> Result<(), HostError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly);
        }
        Ok(())
    }
}

/// An edit as a person is asked about it.
struct AskedEnv {
    action: Action,
    title: String,
    note: String,
    effects: Vec<Effect>,
    /// Whether it is asked about whoever wants it.
    always: bool,
}

impl AskedEnv {
    fn subject(&self, at: &Writable, requester: &Requester) -> Subject {
        let level = self.effects.iter().map(|effect| effect.level).max();
        let preview = Preview {
            title: self.title.clone(),
            level: level.unwrap_or_default(),
            risk: self
                .effects
                .iter()
                .map(|effect| effect.text.clone())
                .collect(),
            effects: self.effects.clone(),
            ..Preview::default()
        };
        let action = self.action.as_str();
        Subject::of_call(
            at.workspace(),
            requester,
            action,
            self.title.clone(),
            preview,
        )
    }
}

/// What a variable sets off. Its value is shown where programs may load code by
/// it, and is a secret otherwise.
fn effect(entry: &EnvEntry) -> Effect {
    let (name, value) = (&entry.name, &entry.value);
    let text = match loads_code(name.as_str()) {
        Some(reason) => format!(
            "Sets the environment variable `{name}` of all programs that are started later to `{value}`: it {reason}."
        ),
        None => format!(
            "Sets the environment variable `{name}` of all programs that are started later; its value is not shown."
        ),
    };
    Effect::new(EffectKind::SetsEnvironment, Level::High, text)
}

fn carry_out(file: &dyn StateFile, edit: &EnvEdit, now: u64) -> Result<(), EnvError> {
    let mut refused = None;
    let written = file.update(&mut |bytes| {
        let mut document = EnvDocument::of(file, bytes)?;
        match edit {
            EnvEdit::Set(entries) => entries.iter().for_each(|entry| document.set(entry, now)),
            EnvEdit::Remove(name) => {
                if !document.remove(name.as_str()) {
                    refused = Some(EnvError::NotFound);
                }
            }
        }
        document.changed(now);
        let after = document.to_bytes(file)?;
        if matches!(edit, EnvEdit::Set(_)) {
            if document.len() > MOST {
                refused = Some(EnvError::TooMany { limit: MOST });
            } else if after.len() > MOST_BYTES {
                refused = Some(EnvError::TooLarge { limit: MOST_BYTES });
            }
        }
        Ok(refused.is_none().then_some(after))
    });
    match refused {
        Some(error) => Err(error),
        None => Ok(written?),
    }
}
