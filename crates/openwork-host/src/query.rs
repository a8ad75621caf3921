//! The reads.

use std::sync::Arc;

use openwork_change::query::Query;
use openwork_change::store::VersionedView;

use crate::access::Readable;
use crate::error::HostError;
use crate::host::Host;

impl Host {
    /// Answers a query if an earlier answer is known to be still true. Never
    /// blocks; `None` says nothing about the answer.
    pub fn ready(&self, at: &Readable, query: &Query) -> Option<Arc<VersionedView>> {
        at.0.store.ready()?.view(query)
    }

    /// Answers a query.
    pub async fn query(
        &self,
        at: &Readable,
        query: Query,
    ) -> Result<Arc<VersionedView>, HostError> {
        if let Some(known) = self.ready(at, &query) {
            return Ok(known);
        }
        let store = Arc::clone(&at.0.store);
        let view = move || store.view(&query);
        Ok(self.pool.run(&at.0.limiter, view).await??)
    }

    /// The version of a workspace's engine; `None` if there is none that says it.
    /// Asked anew each time, and waited for as long as the engine's port does.
    pub async fn engine_version(&self, at: &Readable) -> Option<String> {
        let engine = self.options.engine.as_ref()?;
        at.workspace().base_url.as_ref()?;
        engine.version(at.workspace()).await
    }

    /// Answers a query, taking twice the time that others may.
    pub(crate) async fn query_patiently(
        &self,
        at: &Readable,
        query: Query,
    ) -> Result<Arc<VersionedView>, HostError> {
        if let Some(known) = self.ready(at, &query) {
            return Ok(known);
        }
        let store = Arc::clone(&at.0.store);
        let view = move || store.view(&query);
        Ok(self.pool.run_patiently(&at.0.limiter, view).await??)
    }
}
