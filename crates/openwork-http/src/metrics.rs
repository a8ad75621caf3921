//! What the server counts, and how it tells that to Prometheus.
//!
//! A request costs three atomic additions. Everything else is looked up when
//! somebody asks for the numbers.

mod exposition;
mod requests;

use std::time::Duration;

use openwork_approval::EndedCounts;
use openwork_host::{CommitCounts, WatchCounts};
use openwork_model::scope::Scope;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::registry::Registry;

pub(crate) use requests::{RequestTallies, RouteSeen};

use crate::proxy::EngineCounts;
use crate::route::RouteAccess;
use requests::RequestCount;

/// The media type of the text that Prometheus reads.
pub(crate) const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Who may read the numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MetricsAccess {
    /// Whoever has the host token, or an owner's.
    #[default]
    Host,
    /// Everybody who can reach the port.
    Open,
}

impl From<MetricsAccess> for RouteAccess {
    fn from(access: MetricsAccess) -> Self {
        match access {
            MetricsAccess::Host => Self::Host(Scope::Owner),
            MetricsAccess::Open => Self::Open,
        }
    }
}

/// All numbers as they are at one time.
#[derive(Debug)]
pub(crate) struct MetricsSnapshot {
    pub(crate) version: String,
    pub(crate) uptime_seconds: f64,
    pub(crate) requests: Vec<RequestCount>,
    /// How many requests wait for a person.
    pub(crate) waiting: usize,
    pub(crate) ended: EndedCounts,
    pub(crate) commits: CommitCounts,
    /// None where nobody counts them.
    pub(crate) syncs: Option<SyncCounts>,
    pub(crate) engine: EngineCounts,
    pub(crate) streams: StreamCounts,
    pub(crate) watches: WatchCounts,
}

/// How often the disk was waited for until something outlives a power loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncCounts {
    /// How often.
    pub count: u64,
    /// For how long, all together.
    pub waited: Duration,
}

/// How many event streams are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamCounts {
    pub(crate) clients: usize,
    pub(crate) hosts: usize,
}

impl MetricsSnapshot {
    /// The numbers in the text format of Prometheus.
    pub(crate) fn text(self) -> Result<String, std::fmt::Error> {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(self));
        let mut text = String::with_capacity(16 << 10);
        prometheus_text::encode(&mut text, &registry)?;
        Ok(text)
    }
}
