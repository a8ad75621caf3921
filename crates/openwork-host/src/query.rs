//! The reads.

use std::sync::Arc;

use openwork_change::query::Query;
use openwork_change::store::CachedView;

use crate::access::Readable;
use crate::error::HostError;
use crate::host::Host;

impl Host {
    /// Answers a query at once where an earlier answer is known to be still
    /// true. Never blocks; `None` says nothing about the answer.
    pub fn warm(&self, at: &Readable, query: &Query) -> Option<Arc<CachedView>> {
        at.0.store.warm(query)
    }

    /// Answers a query.
    pub async fn query(&self, at: &Readable, query: Query) -> Result<Arc<CachedView>, HostError> {
        if let Some(known) = self.warm(at, &query) {
            return Ok(known);
        }
        let store = Arc::clone(&at.0.store);
        Ok(self
            .pool
            .run(&at.0.lane, move || store.view(&query))
            .await??)
    }

    /// Answers a query, taking twice the time that others may.
    pub(crate) async fn query_patiently(
        &self,
        at: &Readable,
        query: Query,
    ) -> Result<Arc<CachedView>, HostError> {
        if let Some(known) = self.warm(at, &query) {
            return Ok(known);
        }
        let store = Arc::clone(&at.0.store);
        let view = move || store.view(&query);
        Ok(self.pool.run_patiently(&at.0.lane, view).await??)
    }
}
