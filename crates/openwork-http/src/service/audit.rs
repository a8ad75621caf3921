//! One change that was made, and undoing it.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_host::UndoProspect;
use uuid::Uuid;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::AuditEndpoint;
use crate::wire::audit::entry_response;

/// About how many bytes a change takes in JSON.
const ENTRY: usize = 4 << 10;

impl ServiceState {
    pub(super) async fn audit_entry<B>(
        &self,
        audit: AuditEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match audit {
            AuditEndpoint::Show => self.show_entry(context).await,
            AuditEndpoint::Undo => self.undo(context, body).await,
        }
    }

    async fn show_entry(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let at = self.host.readable(context.matched.parameter("id")?)?;
        let prospect: UndoProspect = self.host.undo_prospect(&at, entry(context)?).await?;
        let body = reply::bytes(&entry_response(&prospect)?, ENTRY)?;
        Ok(reply::bytes_of_json(self.auth.conceal(body)))
    }

    async fn undo<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.writable(context.matched.parameter("id")?).await?;
        // An unread body would end the connection.
        body::discard(body, self.usual_bounds()).await?;
        let requester = context.requester()?;
        let outcome = self.host.undo(at, requester, entry(context)?).await?;
        reply::outcome(&outcome, &self.renders)
    }
}

fn entry(context: &RequestContext<'_>) -> Result<Uuid, Failure> {
    let given = context.matched.parameter("entry")?;
    given.parse().map_err(|_| Failure::AuditEntryNotFound)
}
