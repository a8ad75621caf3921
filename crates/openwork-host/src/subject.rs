//! What a person is asked about.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use openwork_change::change::{Action, Change, Proposal};
use openwork_change::effect::{Effect, EffectKind, Level};
use openwork_change::plan::{Plan, Precondition};
use openwork_change::preview::{Preview, preview};
use openwork_model::actor::Actor;
use openwork_model::audit::AmendedPart;
use openwork_model::digest::Digest;
use openwork_model::path::RelPath;
use openwork_model::workspace::{Workspace, WorkspaceId};

use crate::grant::Requester;
use crate::server_log::ServerAction;

mod digest;
mod summary;
mod weight;

/// The effect of a reload, as the person reads it.
const INTERRUPTS: &str = "Interrupts what the engine is doing in this workspace.";

/// A planned change, described for the person who is asked.
#[derive(Debug)]
pub struct Subject {
    /// The workspace that would change.
    pub workspace: WorkspaceId,
    /// What people call it.
    pub workspace_name: String,
    /// The kind of change.
    pub action: &'static str,
    /// The change in a few words.
    pub summary: String,
    /// The files concerned, absolute.
    pub paths: Vec<PathBuf>,
    /// Who asks.
    pub actor: Actor,
    /// From where.
    pub address: Option<IpAddr>,
    /// What the host has changed of what was asked for.
    pub amended: Vec<AmendedPart>,
    /// Tells what would be written from what another plan would write; `None` if it
    /// changes no file, or no longer waits.
    pub digest: Option<Digest>,
    /// What would be written, and what is risky about it.
    pub preview: Preview,
    /// What was planned, so that it can be looked at again for as long as it
    /// waits; `None` if it changes no file, or no longer waits.
    pub shown: Option<Arc<ShownPlan>>,
    /// What is no longer kept of it, once it has ended.
    pub left_out: LeftOut,
}

/// What is wanted, and what the plan that was shown rests on: not the contents.
#[derive(Debug)]
pub struct ShownPlan {
    pub(crate) proposal: Arc<Proposal>,
    pub(crate) preconditions: Vec<Precondition>,
}

/// How much of a subject is no longer kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// How many paths.
    pub paths: usize,
    /// How many files that change.
    pub changes: usize,
    /// How many effects.
    pub effects: usize,
}

impl Subject {
    /// Makes the preview, which may take a while.
    pub(crate) fn new(
        workspace: &Workspace,
        proposal: Arc<Proposal>,
        plan: Plan,
        actor: Actor,
        address: Option<IpAddr>,
    ) -> Self {
        let absolute = |path: &RelPath| path.below(&workspace.path);
        Self {
            workspace: workspace.id.clone(),
            workspace_name: workspace.name.clone(),
            action: plan.action.as_str(),
            summary: plan.summary.clone(),
            paths: plan.paths.iter().map(absolute).collect(),
            actor,
            address,
            amended: proposal.amended.clone(),
            digest: Some(plan.digest()),
            preview: preview(&proposal.change, &plan),
            shown: Some(Arc::new(ShownPlan {
                proposal,
                preconditions: plan.into_preconditions(),
            })),
            left_out: LeftOut::default(),
        }
    }

    /// The change that waits; `None` if it changes no file, or no longer waits.
    pub fn change(&self) -> Option<&Change> {
        Some(&self.shown.as_ref()?.proposal.change)
    }

    /// Something that is asked about and changes no file of the workspace.
    pub(crate) fn of_call(
        workspace: &Workspace,
        requester: &Requester,
        action: &'static str,
        summary: String,
        preview: Preview,
    ) -> Self {
        Self {
            workspace: workspace.id.clone(),
            workspace_name: workspace.name.clone(),
            action,
            summary,
            paths: Vec::new(),
            actor: requester.actor(),
            address: requester.address(),
            amended: Vec::new(),
            digest: None,
            preview,
            shown: None,
            left_out: LeftOut::default(),
        }
    }

    /// A reload of the engine: no file changes, and each one interrupts other
    /// work, so no answer is remembered.
    pub(crate) fn reload(workspace: &Workspace, actor: Actor, address: Option<IpAddr>) -> Self {
        Self {
            workspace: workspace.id.clone(),
            workspace_name: workspace.name.clone(),
            action: Action::EngineReload.as_str(),
            summary: "Reload the engine".to_owned(),
            paths: Vec::new(),
            actor,
            address,
            amended: Vec::new(),
            digest: None,
            preview: Preview {
                changes: Vec::new(),
                title: "Reload the engine".to_owned(),
                level: Level::High,
                effects: vec![Effect::new(EffectKind::Interrupts, Level::High, INTERRUPTS)],
                risk: vec![INTERRUPTS.to_owned()],
                rememberable: false,
                covers: String::new(),
            },
            shown: None,
            left_out: LeftOut::default(),
        }
    }
}

impl Subject {
    /// A change of what the server serves: no file of a workspace changes, and
    /// what it opens stays open, so no answer is remembered.
    pub(crate) fn of_server(
        workspace: &Workspace,
        action: ServerAction,
        summary: String,
        effects: Vec<Effect>,
        requester: &Requester,
    ) -> Self {
        let level = effects.iter().map(|effect| effect.level).max();
        Self {
            workspace: workspace.id.clone(),
            workspace_name: workspace.name.clone(),
            action: action.as_str(),
            summary: summary.clone(),
            paths: vec![workspace.path.clone()],
            actor: requester.actor(),
            address: requester.address(),
            amended: Vec::new(),
            digest: None,
            preview: Preview {
                changes: Vec::new(),
                title: summary,
                level: level.unwrap_or(Level::High),
                risk: effects.iter().map(|effect| effect.text.clone()).collect(),
                effects,
                rememberable: false,
                covers: String::new(),
            },
            shown: None,
            left_out: LeftOut::default(),
        }
    }
}

#[cfg(test)]
mod tests;
