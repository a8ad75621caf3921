//! The numbers that Prometheus asks for.

use bytes::Bytes;
use hyper::Response;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};

use super::ServiceState;
use crate::error::Failure;
use crate::metrics::{MEDIA_TYPE, MetricsSnapshot};
use crate::reply::ReplyBody;

impl ServiceState {
    pub(super) fn metrics(&self) -> Result<Response<ReplyBody>, Failure> {
        let snapshot = MetricsSnapshot {
            version: self.options.version.clone(),
            uptime_seconds: self.options.started.elapsed().as_secs_f64(),
            requests: self.tallies.counts(),
            waiting: self.host.gate().pending().len(),
            ended: self.host.gate().ended_counts(),
            commits: self.host.commit_counts(),
            syncs: self.options.syncs.map(|counted| counted()),
            engine: self.options.engine.client().counts(),
            streams: self.streams.counts(),
            watches: self.host.watch_counts(),
        };
        let text = snapshot.text().map_err(|error| {
            tracing::error!(%error, "the metrics could not be written");
            Failure::Internal
        })?;
        let mut response = Response::new(ReplyBody::from(Bytes::from(text)));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }
}
