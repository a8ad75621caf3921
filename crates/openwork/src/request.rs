//! What an approver of a server is asked.

use openwork_approval::Request;
use openwork_change::change::{Action, Change};
use openwork_change::effect::{Effect, Level};
use openwork_host::Subject;

/// A change of files that waits for an answer: what is wanted, and what it sets
/// off.
#[derive(Debug, Clone, Copy)]
pub struct ChangeRequest<'r> {
    request: &'r Request<Subject>,
    change: &'r Change,
}

impl<'r> ChangeRequest<'r> {
    /// The change.
    pub fn change(self) -> &'r Change {
        self.change
    }

    /// What it sets off beyond its files, the gravest first.
    pub fn effects(self) -> &'r [Effect] {
        &self.request.subject.preview.effects
    }

    /// How much is at stake: the level of the gravest effect.
    pub fn level(self) -> Level {
        self.request.subject.preview.level
    }

    /// It in a few words, for people.
    pub fn summary(self) -> &'r str {
        &self.request.subject.summary
    }

    /// Everything else: who asks, from where, for which workspace, the diffs.
    pub fn request(self) -> &'r Request<Subject> {
        self.request
    }
}

/// A reload of the engine that waits for an answer. It changes no file, and
/// interrupts what the engine does in a workspace.
#[derive(Debug, Clone, Copy)]
pub struct ReloadRequest<'r> {
    request: &'r Request<Subject>,
}

impl<'r> ReloadRequest<'r> {
    /// What people call the workspace.
    pub fn workspace_name(self) -> &'r str {
        &self.request.subject.workspace_name
    }

    /// Everything else: who asks, from where, for which workspace.
    pub fn request(self) -> &'r Request<Subject> {
        self.request
    }
}

/// A question of the host's gate, by what it is about.
pub(crate) enum Question<'r> {
    Change(ChangeRequest<'r>),
    Reload(ReloadRequest<'r>),
}

impl<'r> Question<'r> {
    /// The question of a request; `None` for one of a kind that is not known here.
    pub(crate) fn of(request: &'r Request<Subject>) -> Option<Self> {
        if let Some(change) = request.subject.change() {
            return Some(Self::Change(ChangeRequest { request, change }));
        }
        // By its name and not by the change that it lacks: what is asked about
        // some day in a newer version must not be taken for a reload.
        let is_reload = request.subject.action == Action::EngineReload.as_str();
        is_reload.then_some(Self::Reload(ReloadRequest { request }))
    }
}
