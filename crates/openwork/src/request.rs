//! What an approver of a server is asked.

use openwork_approval::Request;
use openwork_change::change::Change;
use openwork_change::effect::{Effect, Level};
use openwork_host::Subject;

/// A request that waits for an answer: what is wanted, and what it sets off.
#[derive(Debug, Clone, Copy)]
pub struct ChangeRequest<'r> {
    request: &'r Request<Subject>,
}

impl<'r> ChangeRequest<'r> {
    pub(crate) fn new(request: &'r Request<Subject>) -> Self {
        Self { request }
    }

    /// The change; `None` if the engine is to be reloaded, which changes no file.
    pub fn change(self) -> Option<&'r Change> {
        self.request.subject.change()
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
