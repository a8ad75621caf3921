//! Events: for people on standard error, as records on standard output after
//! the boot lines.

use std::io::IsTerminal;

use serde_json::{Map, Value};
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{fmt, registry};

use crate::environment::Environment;
use crate::settings::{LogFormat, LogLevel, LogSettings};

mod held;
mod records;
mod visible;

pub(crate) use held::release;

/// Sends the events of this process where they belong from now on.
pub(crate) fn install(settings: LogSettings, environment: &Environment) {
    // Only a second call can fail, and the first one holds then.
    let _ = match settings.format {
        LogFormat::Pretty => {
            let colour = std::io::stderr().is_terminal() && environment.allows_colour();
            let events = pretty(settings.level, colour, std::io::stderr);
            tracing::subscriber::set_global_default(events)
        }
        LogFormat::Json => {
            let resource = records::resource(environment);
            let events = json(settings.level, resource, held::HeldOutput);
            tracing::subscriber::set_global_default(events)
        }
    };
}

// Events repeat what clients sent, so both forms write out what cannot be seen.
fn pretty<W>(level: LogLevel, colour: bool, writer: W) -> impl Subscriber
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    // The target is our crate's name, which means nothing to an operator.
    let events = fmt::layer()
        .with_writer(writer)
        .with_ansi(colour)
        .with_target(false)
        .fmt_fields(visible::fields());
    registry().with(events).with(targets(level))
}

fn json<W>(level: LogLevel, resource: Map<String, Value>, writer: W) -> impl Subscriber
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let events = records::RecordLayer::new(writer, resource);
    registry().with(events).with(targets(level))
}

/// Our own events from the chosen level on; those of libraries, which only
/// their developers can read, from warnings on.
fn targets(level: LogLevel) -> Targets {
    let level = filter(level);
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("openwork", level)
}

fn filter(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
        LogLevel::Trace => LevelFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Sink(Arc<Mutex<Vec<u8>>>);

    impl Write for Sink {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(level: LogLevel, format: LogFormat) -> String {
        log(level, format, false, || {
            tracing::debug!(target: "openwork_http", "our detail");
            tracing::warn!(target: "openwork_http", port = 1, "our warning");
            tracing::info!(target: "hyper", "their detail");
            tracing::error!(target: "hyper", "their error");
        })
    }

    fn log(level: LogLevel, format: LogFormat, colour: bool, events: impl FnOnce()) -> String {
        let sink = Sink::default();
        let writer = sink.clone();
        let writer = move || writer.clone();
        match format {
            LogFormat::Pretty => {
                tracing::subscriber::with_default(pretty(level, colour, writer), events);
            }
            LogFormat::Json => {
                let environment = Environment {
                    vars: [
                        ("OPENWORK_RUN_ID".into(), "run-1".into()),
                        (
                            "OTEL_RESOURCE_ATTRIBUTES".into(),
                            "host.name=nas, x=y".into(),
                        ),
                    ]
                    .into(),
                    ..Environment::default()
                };
                let resource = records::resource(&environment);
                tracing::subscriber::with_default(json(level, resource, writer), events);
            }
        }
        let bytes = sink.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn libraries_are_heard_from_warnings_on() {
        for (level, expected) in [
            (LogLevel::Error, &["their error"][..]),
            (LogLevel::Info, &["our warning", "their error"]),
            (
                LogLevel::Trace,
                &["our detail", "our warning", "their error"],
            ),
        ] {
            let text = logged(level, LogFormat::Pretty);
            assert_eq!(text.lines().count(), expected.len(), "{text}");
            for (line, message) in text.lines().zip(expected) {
                assert!(line.contains(message), "{line}");
            }
        }
    }

    #[test]
    fn json_events_are_records() {
        let text = logged(LogLevel::Warn, LogFormat::Json);
        let records = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        let mut records: Vec<_> = records.collect();
        let time = records[0]["timeUnixNano"].take();
        let time: u64 = time.as_str().unwrap().parse().unwrap();
        assert!(time > 1_600_000_000_000_000_000);
        assert_eq!(
            records[0],
            serde_json::json!({
                "timeUnixNano": null,
                "severityText": "WARN",
                "severityNumber": 13,
                "body": "our warning",
                "attributes": { "port": 1, "target": "openwork_http" },
                "resource": {
                    "host.name": "nas",
                    "x": "y",
                    "service.name": "openwork-server",
                    "service.version": env!("CARGO_PKG_VERSION"),
                    "service.instance.id": "run-1",
                },
            })
        );
        assert_eq!(records[1]["severityNumber"], 17);
        assert_eq!(records.len(), 2);
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        let summary = "Add a\u{fe01}\u{e0101}\u{202e}b\nAdd c";
        let asked = || tracing::warn!(target: "openwork_http", %summary, "asked");
        let text = log(LogLevel::Warn, LogFormat::Pretty, false, asked);
        assert!(
            text.ends_with("summary=Add a\\u{fe01}\\u{e0101}\\u{202e}b\\u{a}Add c\n"),
            "{text}"
        );
        let text = log(LogLevel::Warn, LogFormat::Json, false, asked);
        assert!(
            text.contains(r"a\ufe01\udb40\udd01\u202eb\nAdd c"),
            "{text}"
        );
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["attributes"]["summary"], summary);
    }

    #[test]
    fn only_the_formatter_sets_colours() {
        let summary = "a\u{1b}[2Jb\u{9b}31m";
        let asked = || tracing::warn!(target: "openwork_http", %summary, "asked");
        let text = log(LogLevel::Warn, LogFormat::Pretty, true, asked);
        assert!(text.contains("\u{1b}[33m"), "{text:?}");
        assert!(text.contains(r"a\u{1b}[2Jb\u{9b}31m"), "{text:?}");
    }
}
