//! Events on standard error; standard output carries the boot lines alone.

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt, registry};

use crate::environment::Environment;
use crate::settings::{LogFormat, LogLevel, LogSettings};

/// Sends the events of this process to standard error from now on.
pub(crate) fn install(settings: LogSettings, environment: &Environment) {
    let colour = std::io::stderr().is_terminal() && environment.allows_colour();
    // Only a second call can fail, and the first one holds then.
    let _ = tracing::subscriber::set_global_default(subscriber(settings, colour, std::io::stderr));
}

fn subscriber<W>(settings: LogSettings, colour: bool, writer: W) -> impl Subscriber
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let events = fmt::layer().with_writer(writer).with_ansi(colour);
    let events = match settings.format {
        LogFormat::Pretty => events.with_target(false).boxed(),
        LogFormat::Json => events.json().flatten_event(true).boxed(),
    };
    registry().with(events).with(targets(settings.level))
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
        let sink = Sink::default();
        let writer = sink.clone();
        let settings = LogSettings {
            level,
            format,
            requests: false,
        };
        let subscriber = subscriber(settings, false, move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "openwork_http", "our detail");
            tracing::warn!(target: "openwork_http", port = 1, "our warning");
            tracing::info!(target: "hyper", "their detail");
            tracing::error!(target: "hyper", "their error");
        });
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
    fn json_events_are_objects() {
        let text = logged(LogLevel::Warn, LogFormat::Json);
        let event: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(event["level"], "WARN");
        assert_eq!(event["message"], "our warning");
        assert_eq!(event["port"], 1);
        assert_eq!(event["target"], "openwork_http");
    }
}
