//! Events on standard error; standard output carries the boot lines alone.

use std::io::IsTerminal;

use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, fmt, registry};

use crate::environment::Environment;
use crate::settings::{LogFormat, LogLevel, LogSettings};

mod visible;

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
    // Events repeat what clients sent, so both forms write out what cannot be seen.
    let events = match settings.format {
        // The target is our crate's name, which means nothing to an operator.
        LogFormat::Pretty => fmt::layer()
            .with_writer(writer)
            .with_ansi(colour)
            .with_target(false)
            .fmt_fields(visible::fields())
            .boxed(),
        LogFormat::Json => fmt::layer()
            .with_writer(visible::JsonLines::new(writer))
            .json()
            .flatten_event(true)
            .boxed(),
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
        let settings = LogSettings {
            level,
            format,
            requests: false,
        };
        let subscriber = subscriber(settings, colour, move || writer.clone());
        tracing::subscriber::with_default(subscriber, events);
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
        assert_eq!(event["summary"], summary);
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
