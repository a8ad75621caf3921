//! Some lines of what would happen to one file.

use openwork_api::approval::DiffPageResponse;
use openwork_approval::Request;
use openwork_change::preview::DiffPage;
use openwork_host::{PageReview, Subject};

use super::count;

/// A page as it was asked for; `None` if the request has no such file.
pub(crate) fn diff_page<'p>(
    request: &'p Request<Subject>,
    review: PageReview,
    page: &'p DiffPage,
) -> Option<DiffPageResponse<'p>> {
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
        format!("/approvals/{id}/files/{index}?from={from}&lines={lines}{reveal}").into()
    };
    Some(DiffPageResponse {
        index: count(index),
        path: change.path.as_str().into(),
        kind: change.kind.as_str().into(),
        added: count(change.added),
        removed: count(change.removed),
        from: count(page.from),
        lines: count(page.lines),
        total: count(page.total),
        diff: page.diff.as_str().into(),
        digest: page.digest.as_str().into(),
        next: page.next.map(next),
    })
}
