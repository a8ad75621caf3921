//! Reads any header with the parser below serde-saphyr.
//!
//! Its events tell quoted from bare scalars, which decides whether `12` is text, and the places
//! of values, which edits need. Aliases of collections are never expanded, and those of texts
//! within a bound, so that a header costs what its length is.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use serde_saphyr::granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StructureStyle};

use super::events::{Anchored, HeaderEvents, LINES_BEFORE, Scalar, broken, broken_at};
use super::scalar::resolve;
use super::{FrontmatterError, HeaderEntry, HeaderField};

/// Returns the entries of a header.
pub(super) fn entries(header: &str) -> Result<Vec<HeaderEntry<'static>>, FrontmatterError> {
    refuse_control_characters(header)?;
    HeaderReader {
        header,
        events: HeaderEvents::new(Parser::new_from_str(header)),
    }
    .entries()
}

struct HeaderReader<'t, P> {
    header: &'t str,
    events: HeaderEvents<P, HeaderField>,
}

impl Anchored for HeaderField {
    const UNKNOWN: Self = Self::Other;

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'t, P> HeaderReader<'t, P>
where
    P: Iterator<Item = Result<(Event<'t>, Span), ScanError>>,
{
    fn entries(mut self) -> Result<Vec<HeaderEntry<'static>>, FrontmatterError> {
        let entries = match self.events.next_node()? {
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
        match self.events.next_node()? {
            None => Ok(entries),
            Some((_, span)) => Err(broken(&span, "a header is a single document")),
        }
    }

    fn mapping(&mut self, is_block: bool) -> Result<Vec<HeaderEntry<'static>>, FrontmatterError> {
        let mut entries: Vec<HeaderEntry<'static>> = Vec::new();
        let mut keys = HashSet::new();
        loop {
            let (key, at) = match self.events.node()? {
                (Event::MappingEnd, _) => return Ok(entries),
                (Event::Scalar(key, ..), at) => (key.into_owned(), at),
                (_, at) => return Err(broken(&at, "a key has to be text")),
            };
            // The engine's reader refuses a repeated key, and with it the whole file.
            if !keys.insert(key.clone()) {
                return Err(broken(&at, format!("the key {key:?} is there twice")));
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
        let (event, span) = self.events.node()?;
        let mut end = end_of(&span);
        let field = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let field = match Scalar::of(text, style, tag.as_deref()) {
                    Scalar::Bare(text) => resolve(&text),
                    Scalar::Text(text) => HeaderField::Text(text),
                    Scalar::Tagged => HeaderField::Other,
                };
                self.events.anchor(anchor, &field);
                field
            }
            Event::Alias(anchor) => self.events.repeat(anchor, &span)?,
            _ => {
                end = self.skip_collection()?;
                HeaderField::Other
            }
        };
        Ok((field, end))
    }

    /// Reads to the end of the collection that has just begun.
    fn skip_collection(&mut self) -> Result<Option<usize>, FrontmatterError> {
        let mut depth = 1_usize;
        loop {
            let (event, span) = self.events.node()?;
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
}

/// The engine's reader refuses them; the parser lets some pass.
fn refuse_control_characters(header: &str) -> Result<(), FrontmatterError> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    header.find(is_control).map_or(Ok(()), |at| {
        let before = header.get(..at).unwrap_or("").matches('\n').count();
        Err(broken_at(
            before + 1 + LINES_BEFORE,
            "a control character has to be escaped",
        ))
    })
}

fn end_of(span: &Span) -> Option<usize> {
    span.end.byte_offset()
}
