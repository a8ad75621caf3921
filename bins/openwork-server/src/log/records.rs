//! Events as OpenTelemetry log records, one JSON object a line.

use std::fmt;
use std::io::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use openwork_terminal::escape;
use serde::Serialize;
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;

use crate::environment::Environment;

/// Writes each event as a record.
pub(super) struct RecordLayer<W> {
    writers: W,
    resource: Map<String, Value>,
}

/// A record, as OpenTelemetry names its parts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogRecord<'r> {
    /// As text: a number of JSON cannot hold it in every reader.
    time_unix_nano: String,
    severity_text: &'static str,
    severity_number: u8,
    body: String,
    attributes: Map<String, Value>,
    resource: &'r Map<String, Value>,
}

/// What an event says.
#[derive(Default)]
struct EventFields {
    body: String,
    attributes: Map<String, Value>,
}

impl<W> RecordLayer<W> {
    pub(super) fn new(writers: W, resource: Map<String, Value>) -> Self {
        Self { writers, resource }
    }
}

impl<S, W> Layer<S> for RecordLayer<W>
where
    S: Subscriber,
    W: for<'w> MakeWriter<'w> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        let mut fields = EventFields::default();
        event.record(&mut fields);
        let target = Value::from(metadata.target());
        fields.attributes.insert("target".to_owned(), target);
        let (severity_text, severity_number) = severity(*metadata.level());
        let record = LogRecord {
            time_unix_nano: now(),
            severity_text,
            severity_number,
            body: fields.body,
            attributes: fields.attributes,
            resource: &self.resource,
        };
        // Of texts and numbers, so it can be put into JSON; and where the log is
        // gone there is nobody to tell.
        if let Ok(record) = serde_json::to_string(&record) {
            let line = format!("{}\n", escape::json(&record));
            let _ = self.writers.make_writer().write_all(line.as_bytes());
        }
    }
}

impl Visit for EventFields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value.into());
    }
}

impl EventFields {
    fn set(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(body)) => self.body = body,
            ("message", body) => self.body = body.to_string(),
            (name, value) => drop(self.attributes.insert(name.to_owned(), value)),
        }
    }
}

/// The severities of OpenTelemetry, the lowest number of each.
fn severity(level: Level) -> (&'static str, u8) {
    match level {
        Level::TRACE => ("TRACE", 1),
        Level::DEBUG => ("DEBUG", 5),
        Level::INFO => ("INFO", 9),
        Level::WARN => ("WARN", 13),
        Level::ERROR => ("ERROR", 17),
    }
}

fn now() -> String {
    // A clock that is set to before 1970 is wrong, and no reason to stop.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos()).to_string()
}

/// What this process is, for whoever collects records of many: what
/// `OTEL_RESOURCE_ATTRIBUTES` says, and its name, version and run.
pub(super) fn resource(environment: &Environment) -> Map<String, Value> {
    let text = |name: &str| environment.variable(name)?.to_str();
    let given = text("OTEL_RESOURCE_ATTRIBUTES").unwrap_or_default();
    let given = given.split(',').filter_map(|pair| pair.split_once('='));
    let mut resource: Map<String, Value> = given
        .map(|(name, value)| (name.trim().to_owned(), value.trim().into()))
        .collect();
    resource.insert("service.name".to_owned(), "openwork-server".into());
    resource.insert(
        "service.version".to_owned(),
        env!("CARGO_PKG_VERSION").into(),
    );
    if let Some(run) = text("OPENWORK_RUN_ID") {
        resource.insert("service.instance.id".to_owned(), run.into());
    }
    resource
}
