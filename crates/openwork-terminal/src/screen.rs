//! Where a command writes, and in which form.

use std::io::{self, Write};

use serde::Serialize;
use tokio::io::AsyncBufRead;

use crate::error::{Result, TerminalError};
use crate::escape;
use crate::keyboard::Keyboard;
use crate::style::{TerminalStyle, TextTone};
use crate::table::TextTable;

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputForm {
    /// For people.
    Text,
    /// For programs: one JSON document, or one a line where there is a stream.
    Json,
}

/// What a command writes to.
pub struct Screen<'t> {
    /// What was asked for.
    pub out: &'t mut dyn Write,
    /// What went wrong, in the form for people.
    pub err: &'t mut dyn Write,
    /// The form of `out`.
    pub form: OutputForm,
    /// Whether colour is wanted.
    pub colour: bool,
    /// How many columns `out` has; `None` where it is no terminal, or one that does
    /// not tell.
    pub columns: Option<usize>,
    /// The time, in milliseconds since 1970.
    pub clock: fn() -> u64,
}

/// A screen and what belongs to a person in front of it.
pub struct Terminal<'t> {
    /// What is written to.
    pub screen: Screen<'t>,
    /// What the person types.
    pub input: &'t mut (dyn AsyncBufRead + Unpin),
    /// Whether a person sees the output and can type.
    pub interactive: bool,
    /// The same person's keys one by one, where the terminal can give them.
    pub keyboard: Option<&'t mut dyn Keyboard>,
    /// Shows a URL in the person's browser.
    pub open: &'t dyn Fn(&str) -> io::Result<()>,
}

impl Screen<'_> {
    /// Writes a line that is safe to print.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) -> Result<()> {
        writeln!(self.out, "{}", line.as_ref())?;
        // A program that reads a stream of lines waits for each of them.
        Ok(self.out.flush()?)
    }

    /// Writes lines that are safe to print.
    pub(crate) fn lines(&mut self, lines: impl IntoIterator<Item = impl AsRef<str>>) -> Result<()> {
        for line in lines {
            writeln!(self.out, "{}", line.as_ref())?;
        }
        Ok(self.out.flush()?)
    }

    /// Writes a table, as the screen has room for it.
    pub(crate) fn table(&mut self, table: &TextTable) -> Result<()> {
        self.lines(table.lines(self.columns))
    }

    /// Writes the beginning of a line.
    pub(crate) fn begin(&mut self, text: &str) -> Result<()> {
        write!(self.out, "{text}")?;
        Ok(self.out.flush()?)
    }

    /// Writes a document for programs.
    pub(crate) fn json(&mut self, document: &impl Serialize) -> Result<()> {
        let text = serde_json::to_string(document).map_err(io::Error::from)?;
        // JSON leaves most of the hidden characters as they are, and the document
        // may end up on a terminal.
        self.line(escape::json(&text))
    }

    /// Says what went wrong: to people on the error output, to programs as
    /// `{"error": {"code", "message", "help"?}}` where they read the result.
    pub(crate) fn fail(&mut self, error: &TerminalError) {
        if error.is_closed_pipe() {
            return;
        }
        // Nobody is left to tell if this fails.
        let _ = match self.form {
            OutputForm::Json => self.json(&serde_json::json!({ "error": error.json() })),
            OutputForm::Text => self.warn(&error.text()),
        };
    }

    /// Writes to people beside the output.
    pub(crate) fn warn(&mut self, text: &str) -> Result<()> {
        Ok(writeln!(self.err, "{text}")?)
    }

    /// The text in its tone.
    pub(crate) fn paint(&self, tone: TextTone, text: &str) -> String {
        self.style().paint(tone, text)
    }

    /// How texts are painted.
    pub(crate) fn style(&self) -> TerminalStyle {
        TerminalStyle::new(self.colour && self.form == OutputForm::Text)
    }

    /// The time, in milliseconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        (self.clock)()
    }
}
