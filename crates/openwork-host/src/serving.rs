//! Workspaces that come, are renamed and go while the server runs.
//!
//! Each of the three goes the way of a change: access, ask, record, keep, do.
//! What is kept is the list in the configuration file; nothing in a workspace's
//! own directory is touched.

use std::sync::Arc;

use openwork_change::effect::{Effect, EffectKind, Level};
use openwork_model::audit::Approval;
use openwork_model::workspace::{Workspace, WorkspaceId};

use crate::access::Readable;
use crate::consent::Consent;
use crate::error::{HostError, SubmitError};
use crate::grant::Requester;
use crate::host::Host;
use crate::registry::{ServedWorkspace, WorkspaceHandle};
use crate::server_log::{ServerAction, ServerLogError, ServerNote};
use crate::state::StateError;
use crate::subject::Subject;

mod keeper;
mod ports;

use keeper::{ServingCheck, ServingStep};
pub use ports::{ListOutcome, NewWorkspace, OpenError, WorkspaceList, WorkspaceOpener};

/// Why the list of workspaces is as it was.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ServeError {
    /// The server does not do it, or the person who was asked did not allow it.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The directory cannot be served.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// This server serves those that it was started with.
    #[error("this server takes no further workspaces")]
    Fixed,
    /// Somebody else had it served while a person was asked.
    #[error("the workspace is served already")]
    Twice,
    /// What is kept could not be read or written.
    #[error(transparent)]
    State(#[from] StateError),
    /// It could not be recorded.
    #[error("the audit log of the server cannot be written: {0}")]
    Audit(#[source] ServerLogError),
}

impl From<HostError> for ServeError {
    fn from(error: HostError) -> Self {
        Self::Submit(error.into())
    }
}

/// A workspace that is served by now, as it was asked for.
pub struct Served {
    /// The workspace.
    pub workspace: Readable,
    /// Whether it was not served before.
    pub is_new: bool,
    /// What became of the list that is kept.
    pub list: ListOutcome,
}

/// A workspace that is served no more.
pub struct Removal {
    /// What became of the list that is kept.
    pub list: ListOutcome,
}

impl Host {
    /// Serves one directory more, as the active workspace. One that is served
    /// already becomes the active one, and nobody is asked.
    ///
    /// # Errors
    ///
    /// [`ServeError`]; all is then as it was.
    pub async fn add_workspace(
        &self,
        requester: &Requester,
        wanted: NewWorkspace,
    ) -> Result<Served, ServeError> {
        self.takes_changes()?;
        let served = self.open_workspace(wanted).await?;
        if let Some(known) = self.served_at(&served.workspace) {
            self.registry.put_first(&known.workspace().id);
            return Ok(already(known));
        }
        let workspace = served.workspace.clone();
        let summary = format!("Serve the workspace {}", workspace.path.display());
        let effects = effects_of_adding(&workspace);
        let action = ServerAction::WorkspaceCreate;
        let subject = Subject::of_server(&workspace, action, summary, effects, requester);
        let (by, consent) = self.server_consent(subject, requester, None).await?;
        let now = self.options.clock.now_ms();
        let handle = WorkspaceHandle::new(served, &self.pool, now, true);
        let added = Arc::clone(&handle);
        let list = self.step(
            note(
                &workspace,
                action,
                requester,
                "Served a further workspace",
                by,
            ),
            consent,
            ServingStep {
                check: Box::new({
                    let id = workspace.id.clone();
                    move |registry| match registry.find(id.as_str()) {
                        Some(_) => Err(ServeError::Twice),
                        None => Ok(()),
                    }
                }),
                keep: Box::new(move |list| list.add(&workspace)),
                done: Box::new(move |registry| {
                    registry.add_first(handle);
                }),
            },
        );
        Ok(Served {
            list: list.await?,
            workspace: Readable(added),
            is_new: true,
        })
    }

    /// Calls a workspace something else for people; `None` takes that back.
    ///
    /// # Errors
    ///
    /// [`ServeError`]; all is then as it was.
    pub async fn rename_workspace(
        &self,
        requester: &Requester,
        id: &str,
        name: Option<String>,
    ) -> Result<Served, ServeError> {
        self.takes_changes()?;
        let at = self.readable(id)?;
        let workspace = at.workspace().clone();
        if workspace.display_name == name {
            return Ok(already(at));
        }
        let called = name.as_deref().unwrap_or(&workspace.name);
        let summary = format!("Call the workspace {} “{called}”", workspace.name);
        let effects = vec![Effect::new(
            EffectKind::Setting,
            Level::Low,
            format!("People see it as “{called}”."),
        )];
        let action = ServerAction::WorkspaceRename;
        let subject = Subject::of_server(&workspace, action, summary, effects, requester);
        let (by, consent) = self.server_consent(subject, requester, Some(&at)).await?;
        let (path, kept) = (workspace.path.clone(), name.clone());
        let (checked, done) = (workspace.id.clone(), workspace.id.clone());
        let list = self.step(
            note(
                &workspace,
                action,
                requester,
                &format!("Called it “{called}”"),
                by,
            ),
            consent,
            ServingStep {
                check: is_served(checked),
                keep: Box::new(move |list| list.rename(&path, kept.as_deref())),
                done: Box::new(move |registry| {
                    registry.describe(&done, |workspace| workspace.display_name = name);
                }),
            },
        );
        let list = list.await?;
        Ok(Served {
            workspace: self.readable(workspace.id.as_str())?,
            is_new: false,
            list,
        })
    }

    /// Serves a workspace no more. What waits in it ends, and so do its
    /// streams; its directory is left alone.
    ///
    /// # Errors
    ///
    /// [`ServeError`]; all is then as it was.
    pub async fn remove_workspace(
        &self,
        requester: &Requester,
        id: &str,
    ) -> Result<Removal, ServeError> {
        self.takes_changes()?;
        let at = self.readable(id)?;
        let workspace = at.workspace().clone();
        let summary = format!("No longer serve the workspace {}", workspace.path.display());
        let effects = vec![Effect::new(
            EffectKind::Interrupts,
            Level::Medium,
            "Whoever works in it through this server is cut off; its files stay as they are.",
        )];
        let action = ServerAction::WorkspaceDelete;
        let subject = Subject::of_server(&workspace, action, summary, effects, requester);
        let (by, consent) = self.server_consent(subject, requester, Some(&at)).await?;
        let others = self.registry.all();
        let others = others.iter().map(|other| other.workspace.path.clone());
        let others: Vec<_> = others.filter(|other| *other != workspace.path).collect();
        let (path, checked, done) = (
            workspace.path.clone(),
            workspace.id.clone(),
            workspace.id.clone(),
        );
        let list = self.step(
            note(&workspace, action, requester, "Served it no more", by),
            consent,
            ServingStep {
                check: is_served(checked),
                keep: Box::new(move |list| list.remove(&path, &others)),
                done: Box::new(move |registry| {
                    registry.remove(&done);
                }),
            },
        );
        let list = list.await?;
        // What was allowed for a time was allowed for the one that is gone.
        let rules = self.gate.rules().into_iter();
        for rule in rules.filter(|rule| rule.scope == workspace.id.as_str()) {
            self.gate.revoke(rule.id);
        }
        Ok(Removal { list })
    }

    fn takes_changes(&self) -> Result<(), HostError> {
        if self.options.read_only {
            return Err(HostError::ReadOnly);
        }
        Ok(())
    }

    async fn open_workspace(&self, wanted: NewWorkspace) -> Result<ServedWorkspace, ServeError> {
        let opener = self.options.workspace_opener.clone();
        let opener = opener.ok_or(ServeError::Fixed)?;
        let beside = self.registry.all().into_iter().next();
        let open = move || {
            let beside = beside.as_ref().map(|handle| &handle.workspace);
            opener.open(&wanted, beside)
        };
        Ok(self.pool.run(&self.own_files, open).await??)
    }

    /// The workspace of this directory, or of this id, if it is served.
    fn served_at(&self, workspace: &Workspace) -> Option<Readable> {
        let is_it = |handle: &Arc<WorkspaceHandle>| {
            handle.workspace.path == workspace.path || handle.workspace.id == workspace.id
        };
        self.registry.all().into_iter().find(is_it).map(Readable)
    }

    /// Asks a person about the list of workspaces, where one is asked. A request
    /// about a workspace ends with it.
    async fn server_consent(
        &self,
        subject: Subject,
        requester: &Requester,
        at: Option<&Readable>,
    ) -> Result<(Approval, Option<Consent>), ServeError> {
        if !self.is_asked(requester.grant()) {
            return Ok((self.unasked(requester.grant()).into(), None));
        }
        let asked = Box::pin(self.consent_of_server(subject, requester.asker()));
        let consent = match at {
            Some(at) => at.removed().run_until_cancelled(asked).await,
            None => Some(asked.await),
        };
        let consent = consent.ok_or(HostError::Removed)??;
        Ok((consent.approval(), Some(consent)))
    }
}

fn already(workspace: Readable) -> Served {
    Served {
        workspace,
        is_new: false,
        list: ListOutcome::default(),
    }
}

fn is_served(id: WorkspaceId) -> ServingCheck {
    Box::new(move |registry| match registry.find(id.as_str()) {
        Some(_) => Ok(()),
        None => Err(HostError::UnknownWorkspace.into()),
    })
}

/// What it sets off that a directory is served.
fn effects_of_adding(workspace: &Workspace) -> Vec<Effect> {
    let mut effects = vec![Effect::new(
        EffectKind::ReadsFile,
        Level::High,
        format!(
            "Everybody with a token reads the settings of agents in {}, and may ask to change them.",
            workspace.path.display()
        ),
    )];
    if let Some(url) = &workspace.base_url {
        effects.push(Effect::new(
            EffectKind::RunsCommand,
            Level::High,
            format!("Collaborators have the engine at {url} work in this directory."),
        ));
    }
    effects
}

fn note(
    workspace: &Workspace,
    action: ServerAction,
    requester: &Requester,
    summary: &str,
    approval: Approval,
) -> ServerNote {
    ServerNote {
        actor: requester.actor(),
        action,
        workspace: Some(workspace.id.to_string()),
        target: workspace.path.display().to_string(),
        summary: summary.to_owned(),
        approval: Some(approval),
    }
}
