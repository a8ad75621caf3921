//! The functions that answer what is asked on a server.

use openwork_approval::{Reply, Request};
use openwork_host::{Host, Subject};
use tokio::task::JoinHandle;

use crate::request::{ChangeRequest, Question, ReloadRequest};

type ChangeApprover = Box<dyn FnMut(ChangeRequest<'_>) -> Option<Reply> + Send>;
type ReloadApprover = Box<dyn FnMut(ReloadRequest<'_>) -> Option<Reply> + Send>;

/// One function for each kind of question. Where there is none, the question
/// waits for people.
#[derive(Default)]
pub(crate) struct Approvers {
    pub(crate) change: Option<ChangeApprover>,
    pub(crate) reload: Option<ReloadApprover>,
}

impl Approvers {
    /// Answers what the host asks until its gate is shut; `None` if there is
    /// nothing that it would answer.
    pub(crate) fn spawn(mut self, host: &Host) -> Option<JoinHandle<()>> {
        if self.change.is_none() && self.reload.is_none() {
            return None;
        }
        let decide = move |request: &_| self.decide(request);
        Some(tokio::spawn(host.gate().clone().approve_with(decide)))
    }

    fn decide(&mut self, request: &Request<Subject>) -> Option<Reply> {
        match Question::of(request)? {
            Question::Change(request) => self.change.as_mut()?(request),
            Question::Reload(request) => self.reload.as_mut()?(request),
        }
    }
}
