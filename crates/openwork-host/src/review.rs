//! More of what waits for an answer: diffs in pages, and with their secrets.
//!
//! A request holds the change and not the texts that would come of it, so it
//! is planned again, on the files as they are, for whoever wants to see more.
//! If the files have changed so that another diff would come of it, the answer
//! is a conflict: what is shown always belongs to what was asked.

use std::path::PathBuf;
use std::sync::Arc;

use openwork_approval::{Request, RequestId};
use openwork_change::plan::{FileEdit, Plan};
use openwork_change::preview::{DiffPage, FileChange, PageBounds, page, page_digest, reveal};
use openwork_change::store::StoreError;
use openwork_model::path::RelPath;

use crate::error::HostError;
use crate::host::Host;
use crate::registry::WorkspaceHandle;
use crate::subject::{ShownPlan, Subject};

/// The most bytes of diffs that are revealed at once. Pages show the others.
const REVEALED_BYTES: usize = 1 << 20;

/// Which part of which file is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageReview {
    /// The file, by its place among those that change.
    pub index: usize,
    /// The first line, from 0.
    pub from: usize,
    /// The most lines.
    pub lines: usize,
    /// Whether secrets are shown.
    pub reveal: bool,
}

/// Files with their secrets.
#[derive(Debug)]
pub struct RevealedChanges {
    /// The request.
    pub request: Arc<Request<Subject>>,
    /// As many of its masked files as can be revealed at once.
    pub changes: Vec<FileChange>,
}

/// Why what waits cannot be looked at.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReviewError {
    /// No such request waits.
    #[error("no such request is waiting for an answer")]
    UnknownRequest,
    /// The request changes no such file.
    #[error("the request changes no such file")]
    UnknownFile,
    /// The files have moved: the change would be another one.
    #[error("{} changed after the host was shown what would happen to it", path.display())]
    Moved {
        /// The file.
        path: PathBuf,
    },
    /// The workspace could not be read.
    #[error(transparent)]
    Host(#[from] HostError),
}

impl Host {
    /// Shows some lines of what would happen to one file.
    pub async fn page(
        &self,
        id: RequestId,
        review: PageReview,
    ) -> Result<(Arc<Request<Subject>>, DiffPage), ReviewError> {
        let (request, again) = self.review(id)?;
        let PageReview {
            index,
            from,
            lines,
            reveal,
        } = review;
        if index >= request.subject.preview.changes.len() {
            return Err(ReviewError::UnknownFile);
        }
        let page = move |again: ReviewAgain| {
            let plan = again.plan()?;
            let (edit, change) = again.file(&plan, index)?;
            let page = page(edit, PageBounds::new(from, lines), reveal);
            again.check(change, &page.digest)?;
            Ok(page)
        };
        Ok((request, self.run_review(again, page).await?))
    }

    /// Shows the secrets of the files in which some are masked.
    pub async fn reveal(&self, id: RequestId) -> Result<RevealedChanges, ReviewError> {
        let (request, again) = self.review(id)?;
        let reveal = |again: ReviewAgain| again.reveal();
        let changes = self.run_review(again, reveal).await?;
        Ok(RevealedChanges { request, changes })
    }

    /// What it takes to plan a request again.
    fn review(&self, id: RequestId) -> Result<(Arc<Request<Subject>>, ReviewAgain), ReviewError> {
        let request = self.gate.get(id).ok_or(ReviewError::UnknownRequest)?;
        let subject = &request.subject;
        let shown = subject.shown.as_ref().ok_or(ReviewError::UnknownFile)?;
        let handle = self.registry.find(subject.workspace.as_str());
        let again = ReviewAgain {
            handle: handle.ok_or(HostError::UnknownWorkspace)?,
            shown: Arc::clone(shown),
            request: Arc::clone(&request),
        };
        Ok((request, again))
    }

    async fn run_review<T: Send + 'static>(
        &self,
        again: ReviewAgain,
        work: impl FnOnce(ReviewAgain) -> Result<T, ReviewError> + Send + 'static,
    ) -> Result<T, ReviewError> {
        let handle = Arc::clone(&again.handle);
        self.pool.run(&handle.limiter, move || work(again)).await?
    }
}

/// A request, to be planned again.
struct ReviewAgain {
    handle: Arc<WorkspaceHandle>,
    shown: Arc<ShownPlan>,
    request: Arc<Request<Subject>>,
}

impl ReviewAgain {
    /// Plans on the files as they are what was planned before.
    fn plan(&self) -> Result<Plan, ReviewError> {
        let ShownPlan {
            proposal,
            preconditions,
        } = &*self.shown;
        let plan = match self.handle.store.plan(proposal) {
            Ok(plan) => plan,
            // It could be planned before, so the files have changed; that says
            // more than the rule that they break now.
            Err(StoreError::Plan(_)) => return Err(self.moved(None)),
            Err(error) => return Err(HostError::from(error).into()),
        };
        if plan.preconditions == *preconditions {
            return Ok(plan);
        }
        let moved = plan
            .preconditions
            .iter()
            .find(|part| !preconditions.contains(part));
        Err(self.moved(moved.map(|part| &part.path)))
    }

    /// One of the files, as it would be written and as it was shown.
    fn file<'p>(
        &self,
        plan: &'p Plan,
        index: usize,
    ) -> Result<(&'p FileEdit, &FileChange), ReviewError> {
        let change = self.request.subject.preview.changes.get(index);
        let change = change.ok_or(ReviewError::UnknownFile)?;
        match plan.edits.get(index) {
            Some(edit) if edit.path == change.path => Ok((edit, change)),
            _ => Err(self.moved(Some(&change.path))),
        }
    }

    /// Fails if the diff is another one than the one that was shown.
    fn check(&self, change: &FileChange, now: &str) -> Result<(), ReviewError> {
        let same = match &change.digest {
            Some(shown) => shown == now,
            // The diff was too long to be kept. What the change replaces was
            // compared already, when it was planned.
            None if change.truncated => true,
            None => page_digest(&change.diff) == now,
        };
        if same {
            Ok(())
        } else {
            Err(self.moved(Some(&change.path)))
        }
    }

    fn reveal(&self) -> Result<Vec<FileChange>, ReviewError> {
        let plan = self.plan()?;
        let mut left = REVEALED_BYTES;
        let mut revealed = Vec::new();
        let changes = self.request.subject.preview.changes.iter().enumerate();
        for (index, _) in changes.filter(|(_, change)| !change.masked.is_empty()) {
            let (edit, change) = self.file(&plan, index)?;
            // The digest of a first page is of the whole diff, so one page is
            // enough to compare.
            self.check(change, &page(edit, PageBounds::default(), false).digest)?;
            let change = reveal(edit);
            let Some(rest) = left.checked_sub(change.diff.len()) else {
                break;
            };
            left = rest;
            revealed.push(change);
        }
        Ok(revealed)
    }

    fn moved(&self, path: Option<&RelPath>) -> ReviewError {
        let root = &self.handle.workspace.path;
        let path = path.map_or_else(|| root.clone(), |path| path.below(root));
        ReviewError::Moved { path }
    }
}
