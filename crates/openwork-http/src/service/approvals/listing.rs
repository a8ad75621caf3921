//! Lists of requests: bounded, and that of those that wait put into JSON once
//! for as long as they are the same.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use openwork_api::ItemList;
use openwork_api::approval::{ApprovalItem, EndedItem};
use openwork_approval::{EndedRequest, Request};
use openwork_host::Subject;

use crate::error::Failure;
use crate::reply;
use crate::wire::approval::{ItemDetail, approval_item, ended_item, shares};

/// What a request takes in a list, in bytes, if it is an ordinary one.
const ITEM: usize = 384;

/// The most bytes of a list of requests, whatever waits.
const LIST: usize = 1_900_000;
/// The most bytes of the requests that a stream begins with.
const SNAPSHOT: usize = 7_500_000;
/// The most bytes of a list of requests that have ended.
const HISTORY: usize = 7_500_000;

/// The list as it was last sent, with the keys of the OpenWork API.
///
/// Clients ask for it again and again, and what is listed of a request never
/// changes, so the same requests make the same list.
#[derive(Default)]
pub(crate) struct ApprovalListing(Mutex<SentListing>);

#[derive(Default)]
struct SentListing {
    /// Weak, so that what has ended is let go; it also keeps a later request
    /// from lying at the same address.
    requests: Vec<Weak<Request<Subject>>>,
    body: Bytes,
}

impl ApprovalListing {
    /// The list of these requests, in JSON.
    pub(super) fn of(&self, requests: &[Arc<Request<Subject>>]) -> Result<Bytes, Failure> {
        // Made under the lock: of many clients that poll at once only the first
        // one makes the list.
        let mut sent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sent.body.is_empty() || !sent.lists(requests) {
            *sent = SentListing {
                requests: requests.iter().map(Arc::downgrade).collect(),
                body: list(requests, ItemDetail::Basic)?,
            };
        }
        Ok(sent.body.clone())
    }
}

impl SentListing {
    fn lists(&self, requests: &[Arc<Request<Subject>>]) -> bool {
        // By address: what is listed of a request never changes.
        let same = |(was, is): (&Weak<_>, &Arc<_>)| was.as_ptr() == Arc::as_ptr(is);
        self.requests.len() == requests.len() && self.requests.iter().zip(requests).all(same)
    }
}

/// A list of requests in JSON, each in so much detail.
pub(super) fn list(
    requests: &[Arc<Request<Subject>>],
    detail: ItemDetail,
) -> Result<Bytes, Failure> {
    let listed = items(requests, detail);
    reply::bytes(&listed, requests.len() * ITEM)
}

/// The requests that a stream begins with.
pub(super) fn snapshot(requests: &[Arc<Request<Subject>>]) -> ItemList<ApprovalItem<'_>> {
    bounded(requests, ItemDetail::Changes, SNAPSHOT)
}

/// The requests that have ended.
pub(super) fn history(
    ended: &[Arc<EndedRequest<Subject>>],
    detail: ItemDetail,
) -> ItemList<EndedItem<'_>> {
    shares(ended, HISTORY, |ended, bounds| {
        ended_item(ended, detail, bounds)
    })
}

/// The requests that wait, as a list has them.
pub(super) fn items(
    requests: &[Arc<Request<Subject>>],
    detail: ItemDetail,
) -> ItemList<ApprovalItem<'_>> {
    bounded(requests, detail, LIST)
}

fn bounded(
    requests: &[Arc<Request<Subject>>],
    detail: ItemDetail,
    bytes: usize,
) -> ItemList<ApprovalItem<'_>> {
    shares(requests, bytes, |request, bounds| {
        approval_item(request, detail, bounds)
    })
}
