//! Reads any header with the parser below serde-saphyr.
//!
//! Its events tell quoted from bare scalars, which decides whether `12` is text, and the places
//! of values, which edits need. Aliases of collections are never expanded, and those of texts
//! within a bound, so that a header costs what its length is.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StructureStyle};

use super::scalar::resolve;
use super::{FrontmatterError, HeaderEntry, HeaderField};

/// The opening fence is the first line of the file.
const LINES_BEFORE: usize = 1;

/// How much text the aliases of a header may repeat, in bytes.
const REPEATED: usize = 64 << 10;

/// Returns the entries of a header.
pub(super) fn entries(header: &str) -> Result<Vec<HeaderEntry<'static>>, FrontmatterError> {
    refuse_control_characters(header)?;
    HeaderReader {
        header,
        events: Parser::new_from_str(header),
        anchors: HashMap::new(),
        repeated: 0,
    }
    .entries()
}

struct HeaderReader<'t, P> {
    header: &'t str,
    events: P,
    anchors: HashMap<usize, HeaderField>,
    repeated: usize,
}

impl<'t, P> HeaderReader<'t, P>
where
    P: Iterator<Item = Result<(Event<'t>, Span), ScanError>>,
{
    fn entries(mut self) -> Result<Vec<HeaderEntry<'static>>, FrontmatterError> {
        let entries = match self.next_node()? {
            None => return Ok(Vec::new()),
            Some((Event::MappingStart(style, ..), _)) => {
                self.mapping(style == StructureStyle::Block)?
            }
            Some((Event::Scalar(text, ScalarStyle::Plain, _, None), _))
                if resolve(&text) == HeaderField::Null =>
            {
                Vec::new()
            }
            Some(_) => return Err(FrontmatterError::NotAMap),
        };
        match self.next_node()? {
            None => Ok(entries),
            Some((_, span)) => Err(broken(line_of(&span), "a header is a single document")),
        }
    }

    fn mapping(&mut self, is_block: bool) -> Result<Vec<HeaderEntry<'static>>, FrontmatterError> {
        let mut entries: Vec<HeaderEntry<'static>> = Vec::new();
        let mut keys = HashSet::new();
        loop {
            let (key, at) = match self.node()? {
                (Event::MappingEnd, _) => return Ok(entries),
                (Event::Scalar(key, ..), at) => (key.into_owned(), at),
                (_, at) => return Err(broken(line_of(&at), "a key has to be text")),
            };
            // The engine's reader refuses a repeated key, and with it the whole file.
            if !keys.insert(key.clone()) {
                return Err(broken(
                    line_of(&at),
                    format!("the key {key:?} is there twice"),
                ));
            }
            let (field, end) = self.value()?;
            // A map in braces has no line of its own for a field, so it has no place to
            // edit.
            let value = if is_block { self.place(&at, end) } else { None };
            entries.push(HeaderEntry {
                key: Cow::Owned(key),
                field,
                value,
            });
        }
    }

    /// Reads one value and returns where it ends.
    fn value(&mut self) -> Result<(HeaderField, Option<usize>), FrontmatterError> {
        let (event, span) = self.node()?;
        let mut end = end_of(&span);
        let field = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let field = match tag {
                    None if style == ScalarStyle::Plain => resolve(&text),
                    None => HeaderField::Text(text.into_owned()),
                    Some(tag) if tag.is_yaml_core_schema_tag("str") => {
                        HeaderField::Text(text.into_owned())
                    }
                    Some(_) => HeaderField::Other,
                };
                // The parser counts anchors from 1.
                if anchor > 0 {
                    self.anchors.insert(anchor, field.clone());
                }
                field
            }
            Event::Alias(anchor) => self.repeat(anchor, &span)?,
            _ => {
                end = self.skip_collection()?;
                HeaderField::Other
            }
        };
        Ok((field, end))
    }

    /// Returns what an anchor stands for.
    fn repeat(&mut self, anchor: usize, at: &Span) -> Result<HeaderField, FrontmatterError> {
        let field = self
            .anchors
            .get(&anchor)
            .cloned()
            .unwrap_or(HeaderField::Other);
        if let HeaderField::Text(text) = &field {
            self.repeated += text.len();
        }
        // Aliases of aliases would make a short header long without bound.
        if self.repeated > REPEATED {
            return Err(broken(line_of(at), "aliases repeat too much text"));
        }
        Ok(field)
    }

    /// Reads to the end of the collection that has just begun.
    fn skip_collection(&mut self) -> Result<Option<usize>, FrontmatterError> {
        let mut depth = 1_usize;
        loop {
            let (event, span) = self.node()?;
            match event {
                Event::SequenceStart(..) | Event::MappingStart(..) => depth += 1,
                Event::SequenceEnd | Event::MappingEnd if depth == 1 => return Ok(end_of(&span)),
                Event::SequenceEnd | Event::MappingEnd => depth -= 1,
                _ => {}
            }
        }
    }

    /// Returns the range from after the key's colon to the last character of its value.
    fn place(&self, key: &Span, end: Option<usize>) -> Option<Range<usize>> {
        let after_key = end_of(key)?;
        let between = self.header.get(after_key..)?;
        let colon = between.len() - between.trim_start_matches([' ', '\t']).len();
        let start = after_key + colon + 1;
        let value = self.header.get(start..end?.max(start))?;
        between
            .get(colon..)?
            .starts_with(':')
            .then(|| start..start + value.trim_end().len())
    }

    fn node(&mut self) -> Result<(Event<'t>, Span), FrontmatterError> {
        self.next_node()?
            .ok_or_else(|| broken(LINES_BEFORE, "the header ends too early"))
    }

    /// Returns the next event inside a document, or that a next one begins.
    fn next_node(&mut self) -> Result<Option<(Event<'t>, Span)>, FrontmatterError> {
        for event in self.events.by_ref() {
            match event.map_err(|error| refused(&error))? {
                (
                    Event::StreamStart
                    | Event::StreamEnd
                    | Event::DocumentStart(..)
                    | Event::DocumentEnd,
                    _,
                ) => {}
                node => return Ok(Some(node)),
            }
        }
        Ok(None)
    }
}

/// The engine's reader refuses them; the parser lets some pass.
fn refuse_control_characters(header: &str) -> Result<(), FrontmatterError> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    header.find(is_control).map_or(Ok(()), |at| {
        let before = header.get(..at).unwrap_or("").matches('\n').count();
        Err(broken(
            before + 1 + LINES_BEFORE,
            "a control character has to be escaped",
        ))
    })
}

fn refused(error: &ScanError) -> FrontmatterError {
    broken(
        error.marker().line() + LINES_BEFORE,
        error.kind().to_string(),
    )
}

fn broken(line: usize, message: impl Into<String>) -> FrontmatterError {
    FrontmatterError::Broken {
        line,
        message: message.into(),
    }
}

fn line_of(span: &Span) -> usize {
    span.start.line() + LINES_BEFORE
}

fn end_of(span: &Span) -> Option<usize> {
    span.end.byte_offset()
}
