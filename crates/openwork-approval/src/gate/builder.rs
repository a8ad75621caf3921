//! Making a gate.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::state::GateState;
use super::{Gate, GateShared};
use crate::clock::WallClock;
use crate::ledger::RequestSummary;
use crate::options::{ApprovalMode, GateOptions};
use crate::request::RequestIds;

/// What a gate is to be.
#[must_use = "a gate is there when it is built"]
pub struct GateBuilder<T> {
    options: GateOptions,
    wall: Arc<dyn WallClock>,
    ids: Arc<dyn RequestIds>,
    summary: Option<RequestSummary<T>>,
}

impl<T> GateBuilder<T> {
    /// A gate with the [default options](GateOptions) that dates its records
    /// by this clock and names its requests so.
    pub fn new(wall: Arc<dyn WallClock>, ids: Arc<dyn RequestIds>) -> Self {
        Self {
            options: GateOptions::default(),
            wall,
            ids,
            summary: None,
        }
    }

    /// How the gate behaves.
    pub fn options(self, options: GateOptions) -> Self {
        Self { options, ..self }
    }

    /// Whether people are asked at all; by default they are.
    pub fn mode(mut self, mode: ApprovalMode) -> Self {
        self.options.mode = mode;
        self
    }

    /// How long a request waits for an answer while nobody is there to give one;
    /// the default is 30 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.options.timeout = timeout;
        self
    }

    /// How long it waits while [somebody is](Gate::attend), if that is longer; the
    /// default is 5 minutes.
    pub fn watched_timeout(mut self, timeout: Duration) -> Self {
        self.options.watched_timeout = timeout;
        self
    }

    /// The clock that dates the records.
    pub fn clock(self, wall: Arc<dyn WallClock>) -> Self {
        Self { wall, ..self }
    }

    /// The names of the requests.
    pub fn ids(self, ids: Arc<dyn RequestIds>) -> Self {
        Self { ids, ..self }
    }

    /// What is kept of a subject once its request has ended; by default all of
    /// it. A history is long, and what waits may be large.
    pub fn summary(self, summary: RequestSummary<T>) -> Self {
        Self {
            summary: Some(summary),
            ..self
        }
    }

    /// The gate, at which nothing waits yet.
    pub fn build(self) -> Gate<T> {
        let state = Mutex::new(GateState::new(&self.options, self.summary));
        Gate {
            shared: Arc::new(GateShared {
                options: self.options,
                wall: self.wall,
                ids: self.ids,
                state,
            }),
        }
    }
}
