//! What is known of a request while it is answered.

use std::net::SocketAddr;

use hyper::header::HeaderMap;
use hyper::http::request::Parts;
use openwork_host::{LaterAnswer, Requester};

use crate::auth::Caller;
use crate::error::Failure;
use crate::query::QueryParameters;
use crate::route::MatchedRoute;

/// A request on its way through the checks.
pub(super) struct RequestContext<'r> {
    pub(super) parts: &'r Parts,
    pub(super) matched: MatchedRoute<'r>,
    pub(super) caller: Caller,
    pub(super) peer: SocketAddr,
    /// How the client comes back for the answer, if it does not wait for it.
    pub(super) later: Option<LaterAnswer>,
}

impl RequestContext<'_> {
    pub(super) fn parameters(&self) -> QueryParameters<'_> {
        QueryParameters::of(self.parts)
    }

    pub(super) fn requester(&self) -> Result<Requester, Failure> {
        let requester = self.caller.requester(self.peer.ip())?;
        Ok(match &self.later {
            Some(later) => requester.answered_later(later.clone()),
            None => requester,
        })
    }

    pub(super) fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }
}
