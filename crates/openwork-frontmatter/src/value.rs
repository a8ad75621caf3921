//! Whole values of a header, lists and maps included.
//!
//! For those who judge a header by a schema. Aliases of lists and maps are not followed, so a
//! header costs what its length is.

use std::collections::HashSet;

use serde_saphyr::granit_parser::{Event, Parser, ScanError, Span};

use super::events::{Anchored, HeaderEvents, Scalar, broken};
use super::scalar::resolve;
use super::{FrontmatterError, HeaderField, fence};

/// How deep lists and maps may lie in one another.
const DEPTH: usize = 64;

/// The value of a key of a header.
#[derive(Debug, Clone, PartialEq)]
pub enum HeaderValue {
    /// A text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// A number.
    Number(f64),
    /// A list.
    List(Vec<HeaderValue>),
    /// A map, in the order of the text.
    Map(Vec<(String, HeaderValue)>),
    /// A date, or what a reference to a list or map stands for.
    Other,
}

/// Reads the header of a text with all that is in it; a text without one has no keys.
///
/// ```
/// use openwork_frontmatter::{HeaderValue, header_values};
///
/// let values = header_values("---\npermission:\n  edit: deny\n---\nBody\n")?;
/// let rules = vec![("edit".to_owned(), HeaderValue::Text("deny".to_owned()))];
/// assert_eq!(values, [("permission".to_owned(), HeaderValue::Map(rules))]);
/// # Ok::<(), openwork_frontmatter::FrontmatterError>(())
/// ```
pub fn header_values(text: &str) -> Result<Vec<(String, HeaderValue)>, FrontmatterError> {
    // The one reader of headers decides what is broken; this one only looks deeper.
    super::parse(text)?;
    let header = fence::split(text).header.unwrap_or("");
    let reader = ValueReader {
        events: HeaderEvents::new(Parser::new_from_str(header)),
    };
    reader.root()
}

impl Anchored for HeaderValue {
    const UNKNOWN: Self = Self::Other;

    fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

struct ValueReader<P> {
    events: HeaderEvents<P, HeaderValue>,
}

impl<'t, P> ValueReader<P>
where
    P: Iterator<Item = Result<(Event<'t>, Span), ScanError>>,
{
    fn root(mut self) -> Result<Vec<(String, HeaderValue)>, FrontmatterError> {
        match self.events.next_node()? {
            Some((Event::MappingStart(..), _)) => self.members(0),
            _ => Ok(Vec::new()),
        }
    }

    fn members(&mut self, depth: usize) -> Result<Vec<(String, HeaderValue)>, FrontmatterError> {
        let mut members = Vec::new();
        let mut keys = HashSet::new();
        loop {
            let (key, at) = match self.events.node()? {
                (Event::MappingEnd, _) => return Ok(members),
                (Event::Scalar(key, ..), at) => (key.into_owned(), at),
                (_, at) => return Err(broken(&at, "a key has to be text")),
            };
            // The engine's reader refuses a repeated key, and with it the whole file.
            if !keys.insert(key.clone()) {
                return Err(broken(&at, format!("the key {key:?} is there twice")));
            }
            let node = self.events.node()?;
            members.push((key, self.value(node, depth)?));
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<HeaderValue>, FrontmatterError> {
        let mut items = Vec::new();
        loop {
            match self.events.node()? {
                (Event::SequenceEnd, _) => return Ok(items),
                node => items.push(self.value(node, depth)?),
            }
        }
    }

    fn value(
        &mut self,
        (event, at): (Event<'t>, Span),
        depth: usize,
    ) -> Result<HeaderValue, FrontmatterError> {
        if depth == DEPTH {
            return Err(broken(&at, "lists and maps lie too deep in one another"));
        }
        match event {
            Event::MappingStart(..) => Ok(HeaderValue::Map(self.members(depth + 1)?)),
            Event::SequenceStart(..) => Ok(HeaderValue::List(self.items(depth + 1)?)),
            Event::Scalar(text, style, anchor, tag) => {
                let value = match Scalar::of(text, style, tag.as_deref()) {
                    Scalar::Bare(text) => plain(&text),
                    Scalar::Text(text) => HeaderValue::Text(text),
                    Scalar::Tagged => HeaderValue::Other,
                };
                self.events.anchor(anchor, &value);
                Ok(value)
            }
            Event::Alias(anchor) => self.events.repeat(anchor, &at),
            _ => Ok(HeaderValue::Other),
        }
    }
}

/// What an unquoted scalar means.
fn plain(text: &str) -> HeaderValue {
    match resolve(text) {
        HeaderField::Text(text) => HeaderValue::Text(text),
        HeaderField::Bool(is) => HeaderValue::Bool(is),
        HeaderField::Null => HeaderValue::Null,
        HeaderField::Other => number(text).map_or(HeaderValue::Other, HeaderValue::Number),
    }
}

/// A decimal number. Others, and dates, are nothing that people write into such headers.
fn number(text: &str) -> Option<f64> {
    let number: f64 = text.replace('_', "").parse().ok()?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> HeaderValue {
        HeaderValue::Text(text.to_owned())
    }

    #[test]
    fn values_are_read_with_all_that_is_in_them() {
        let header = "---\nsteps: 1_0\ntools: { a: true, \"b\": false }\nl: [x, '1', ~]\nday: 2024-01-01\nt: 0.5\n---\n";
        let tools = [("a", true), ("b", false)];
        let tools = tools.map(|(key, is)| (key.to_owned(), HeaderValue::Bool(is)));
        let expected = [
            ("steps", HeaderValue::Number(10.0)),
            ("tools", HeaderValue::Map(tools.to_vec())),
            (
                "l",
                HeaderValue::List(vec![text("x"), text("1"), HeaderValue::Null]),
            ),
            ("day", HeaderValue::Other),
            ("t", HeaderValue::Number(0.5)),
        ];
        let expected = expected.map(|(key, value)| (key.to_owned(), value));
        assert_eq!(header_values(header).unwrap(), expected);
        assert_eq!(header_values("Body\n").unwrap(), []);
    }

    #[test]
    fn what_repeats_or_lies_too_deep_is_refused() {
        let deep = format!("---\na: {}{}\n---\n", "[".repeat(70), "]".repeat(70));
        let twice = "---\na:\n  b: 1\n  b: 2\n---\n";
        for text in [deep.as_str(), twice, "---\na: [\n---\n"] {
            let refused = header_values(text);
            assert!(
                matches!(refused, Err(FrontmatterError::Broken { .. })),
                "{refused:?}"
            );
        }
    }
}
