//! Some lines of what would happen to one file.

use openwork_approval::Request;
use openwork_change::preview::DiffPage;
use openwork_host::{PageReview, Subject};
use serde::Serialize;

/// `GET /approvals/:id/files/:n`.
#[derive(Serialize)]
pub(crate) struct PageBody<'p> {
    index: usize,
    path: &'p str,
    kind: &'static str,
    added: usize,
    removed: usize,
    from: usize,
    lines: usize,
    total: usize,
    diff: &'p str,
    digest: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

impl<'p> PageBody<'p> {
    /// A page as it was asked for; `None` if the request has no such file.
    pub(crate) fn new(
        request: &'p Request<Subject>,
        review: PageReview,
        page: &'p DiffPage,
    ) -> Option<Self> {
        let change = request.subject.preview.changes.get(review.index)?;
        let PageReview {
            index,
            lines,
            reveal,
            ..
        } = review;
        let reveal = if reveal { "&reveal=true" } else { "" };
        let next = |from| {
            let id = request.id;
            format!("/approvals/{id}/files/{index}?from={from}&lines={lines}{reveal}")
        };
        Some(Self {
            index,
            path: change.path.as_str(),
            kind: change.kind.as_str(),
            added: change.added,
            removed: change.removed,
            from: page.from,
            lines: page.lines,
            total: page.total,
            diff: &page.diff,
            digest: &page.digest,
            next: page.next.map(next),
        })
    }
}
