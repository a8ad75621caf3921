//! What a person is asked about.

use std::net::IpAddr;
use std::path::PathBuf;

use openwork_model::actor::Actor;
use openwork_model::change::{Action, Change};
use openwork_model::effect::{Effect, EffectKind, Level};
use openwork_model::plan::Plan;
use openwork_model::preview::{FileChange, Preview, preview, reveal};
use openwork_model::workspace::{Workspace, WorkspaceId};

/// What is said of a reload.
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
    /// What would be written, and what is risky about it.
    pub preview: Preview,
    /// The files of the preview in which something is masked, with nothing
    /// masked.
    pub revealed: Vec<FileChange>,
}

impl Subject {
    pub(crate) fn new(
        workspace: &Workspace,
        change: &Change,
        plan: &Plan,
        actor: Actor,
        address: Option<IpAddr>,
    ) -> Self {
        let preview = preview(change, plan);
        let masked = preview.changes.iter().zip(&plan.edits);
        let masked = masked.filter(|(shown, _)| !shown.masked.is_empty());
        let absolute = |path: &openwork_model::path::RelPath| path.below(&workspace.path);
        Self {
            workspace: workspace.id.clone(),
            workspace_name: workspace.name.clone(),
            action: plan.action.as_str(),
            summary: plan.summary.clone(),
            paths: plan.paths.iter().map(absolute).collect(),
            actor,
            address,
            revealed: masked.map(|(_, edit)| reveal(edit)).collect(),
            preview,
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
            preview: Preview {
                changes: Vec::new(),
                title: "Reload the engine".to_owned(),
                level: Level::High,
                effects: vec![Effect::new(EffectKind::Interrupts, Level::High, INTERRUPTS)],
                risk: vec![INTERRUPTS.to_owned()],
                rememberable: false,
                covers: String::new(),
            },
            revealed: Vec::new(),
        }
    }
}
