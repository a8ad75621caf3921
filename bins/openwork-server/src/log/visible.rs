//! Events in which nothing is hidden.

use std::io::{self, Write};

use openwork_terminal::escape;
use tracing::field::Field;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{FormatFields, Writer, debug_fn};

/// Formats fields as text, their hidden characters written out.
pub(super) fn fields() -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    debug_fn(|writer: &mut Writer<'_>, field: &Field, value| {
        let value = format!("{value:?}");
        let value = escape::line(&value);
        match field.name() {
            "message" => writer.write_str(&value),
            name if writer.has_ansi_escapes() => {
                write!(writer, "\u{1b}[3m{name}\u{1b}[0m\u{1b}[2m=\u{1b}[0m{value}")
            }
            name => write!(writer, "{name}={value}"),
        }
    })
    .delimited(" ")
}

/// Writers of events as JSON, their hidden characters escaped in its own way.
pub(super) struct JsonLines<W> {
    writers: W,
}

impl<W> JsonLines<W> {
    pub(super) fn new(writers: W) -> Self {
        Self { writers }
    }
}

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for JsonLines<W> {
    type Writer = LogEventent<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        LogEventent {
            inner: self.writers.make_writer(),
        }
    }
}

/// Writes one event. The formatter hands each over at once.
pub(super) struct LogEventent<W> {
    inner: W,
}

impl<W: Write> Write for LogEventent<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let (document, end) = match text.strip_suffix('\n') {
            Some(document) => (document, "\n"),
            None => (text.as_ref(), ""),
        };
        let shown = escape::json(document);
        self.inner.write_all(format!("{shown}{end}").as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
