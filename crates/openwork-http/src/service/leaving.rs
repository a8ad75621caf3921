//! Clients that leave before there is an answer.

use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use tokio::time::Instant;

use super::{ServiceState, log};
use crate::metrics::RouteSeen;

/// Notes that a client has left, if it is dropped before [`Leaving::has_stayed`].
pub(super) struct Leaving<'r> {
    service: &'r ServiceState,
    parts: &'r Parts,
    id: &'r HeaderValue,
    seen: &'r RouteSeen,
    started: Instant,
    stayed: bool,
}

impl<'r> Leaving<'r> {
    pub(super) fn watch(
        service: &'r ServiceState,
        parts: &'r Parts,
        id: &'r HeaderValue,
        seen: &'r RouteSeen,
        started: Instant,
    ) -> Self {
        Self {
            service,
            parts,
            id,
            seen,
            started,
            stayed: false,
        }
    }

    /// There is an answer, and who asked is still there.
    pub(super) fn has_stayed(mut self) {
        self.stayed = true;
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if self.stayed {
            return;
        }
        let service = self.service;
        service.tallies.count_gone(self.seen, &self.parts.method);
        if service.options.log_requests {
            log::gone(self.parts, self.id, self.started);
        }
    }
}
