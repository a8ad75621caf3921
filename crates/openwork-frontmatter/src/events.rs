//! What the parser below serde-saphyr says of a header, one event after another,
//! and what its anchors stand for.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_saphyr::granit_parser::{Event, ScalarStyle, ScanError, Span, Tag};

use super::FrontmatterError;

/// The opening fence is the first line of the file.
pub(super) const LINES_BEFORE: usize = 1;

/// How much text the aliases of a header may repeat, in bytes.
const REPEATED: usize = 64 << 10;

/// What an alias can stand for.
pub(super) trait Anchored: Clone {
    /// What an alias of a list or a map is; those are not followed.
    const UNKNOWN: Self;

    /// The text, if it is one.
    fn as_text(&self) -> Option<&str>;
}

/// The events of a header. `V` is what is made of its scalars.
pub(super) struct HeaderEvents<P, V> {
    parser: P,
    anchors: HashMap<usize, V>,
    repeated: usize,
}

impl<'t, P, V> HeaderEvents<P, V>
where
    P: Iterator<Item = Result<(Event<'t>, Span), ScanError>>,
    V: Anchored,
{
    pub(super) fn new(parser: P) -> Self {
        Self {
            parser,
            anchors: HashMap::new(),
            repeated: 0,
        }
    }

    /// The next event inside a document, or that a next one begins.
    pub(super) fn next_node(&mut self) -> Result<Option<(Event<'t>, Span)>, FrontmatterError> {
        for event in self.parser.by_ref() {
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

    /// The next event, where there has to be one.
    pub(super) fn node(&mut self) -> Result<(Event<'t>, Span), FrontmatterError> {
        self.next_node()?
            .ok_or_else(|| broken_at(LINES_BEFORE, "the header ends too early"))
    }

    /// Notes what an anchor stands for.
    pub(super) fn anchor(&mut self, anchor: usize, value: &V) {
        // The parser counts anchors from 1.
        if anchor > 0 {
            self.anchors.insert(anchor, value.clone());
        }
    }

    /// What an anchor stands for.
    pub(super) fn repeat(&mut self, anchor: usize, at: &Span) -> Result<V, FrontmatterError> {
        let known = self.anchors.get(&anchor);
        let value = known.cloned().unwrap_or(V::UNKNOWN);
        self.repeated += value.as_text().map_or(0, str::len);
        // Many aliases, or aliases of aliases, would make a short header long.
        if self.repeated > REPEATED {
            return Err(broken(at, "aliases repeat too much text"));
        }
        Ok(value)
    }
}

/// What a scalar is by the way it is written.
pub(super) enum Scalar<'t> {
    /// It has no quotes: what it means is in its letters.
    Bare(Cow<'t, str>),
    /// A text, whatever it looks like.
    Text(String),
    /// Something that a tag makes of it.
    Tagged,
}

impl<'t> Scalar<'t> {
    pub(super) fn of(text: Cow<'t, str>, style: ScalarStyle, tag: Option<&Tag>) -> Self {
        match tag {
            None if style == ScalarStyle::Plain => Self::Bare(text),
            None => Self::Text(text.into_owned()),
            Some(tag) if tag.is_yaml_core_schema_tag("str") => Self::Text(text.into_owned()),
            Some(_) => Self::Tagged,
        }
    }
}

fn refused(error: &ScanError) -> FrontmatterError {
    let line = error.marker().line() + LINES_BEFORE;
    broken_at(line, error.kind().to_string())
}

/// A header that is broken at some place.
pub(super) fn broken(at: &Span, message: impl Into<String>) -> FrontmatterError {
    broken_at(at.start.line() + LINES_BEFORE, message)
}

/// A header that is broken in a line of its file.
pub(super) fn broken_at(line: usize, message: impl Into<String>) -> FrontmatterError {
    let message = message.into();
    FrontmatterError::Broken { line, message }
}
