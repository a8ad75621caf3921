//! The YAML header of skills and commands, read as the engine reads it and written so that any
//! reader gets the same texts back.
//!
//! A header is a `---` line, a YAML map and another `---` line; the body follows. Text that does
//! not begin so, or whose header never ends, is body alone: the OpenWork API's rule. (The engine takes
//! a header without an end for one that reaches to the end of the file; nothing written here
//! depends on that.)
//!
//! The engine reads YAML 1.1, in which `2024-01-01` is a date and `12:30` a number, and refuses a
//! whole workspace over a field that is not text. So a value counts as [`HeaderField::Text`] only when
//! readers of YAML 1.1 and 1.2 agree that it is text, and is written in quotes unless they
//! certainly do.
//!
//! ```
//! use openwork_frontmatter::{FieldValue, parse, with_fields};
//!
//! let text = "---\nlicense: MIT # ours\ndescription: Old\n---\n# Body\n";
//! let edited = with_fields(text, &[("description", FieldValue::Text("12:30"))])?;
//! assert_eq!(edited, "---\nlicense: MIT # ours\ndescription: \"12:30\"\n---\n# Body\n");
//! let document = parse(&edited)?;
//! assert_eq!(document.text_of("description"), Some("12:30"));
//! assert_eq!(document.body(), "# Body\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | what it does |
//! | --- | --- |
//! | `fence` | text → header and body |
//! | `scan` | reads headers of plain `key: value` lines, which nearly all are |
//! | `yaml` | reads all others with a YAML parser |
//! | `scalar` | what an unquoted value means to the readers |
//! | `quote` | text → a scalar that means it |
//! | `edit` | setting fields in place, and taking them out |
//! | `value` | whole values, lists and maps included |

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

mod edit;
mod events;
mod fence;
mod quote;
mod scalar;
mod scan;
mod value;
mod yaml;

use std::borrow::Cow;
use std::ops::Range;

use thiserror::Error;

pub use self::edit::{with_fields, without_fields};
pub use self::fence::close_header;
use self::fence::{FENCE, HeaderParts};
pub use self::value::{HeaderValue, header_values};

const BYTE_ORDER_MARK: char = '\u{feff}';

/// What a header says about one key.
// Not `non_exhaustive`: effects match it without a wildcard, so that no value
// of a header goes unweighed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderField {
    /// A text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// A number, a date, a list, a map: nothing that a field of ours may be.
    Other,
}

/// A value to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldValue<'v> {
    /// A text.
    Text(&'v str),
    /// True or false.
    Bool(bool),
}

/// Why a header cannot be read or edited.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FrontmatterError {
    /// It is not YAML.
    #[error("the frontmatter is broken at line {line}: {message}")]
    Broken {
        /// Line in the file, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// It is YAML, but no map.
    #[error("the frontmatter is no map of fields")]
    NotAMap,
    /// Its layout has no line to edit: a map in braces, or a key marked with `?`.
    #[error("the field {key:?} cannot be set in a frontmatter written like this")]
    NotEditable {
        /// The key to be set.
        key: String,
    },
}

/// One key of a header, with the place of its value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct HeaderEntry<'t> {
    key: Cow<'t, str>,
    field: HeaderField,
    /// From after the colon to the value's last character, in the header; `None` when no colon
    /// follows the key on its line.
    value: Option<Range<usize>>,
}

/// A text split into its header's fields and its body.
#[derive(Debug, Clone)]
pub struct HeaderDocument<'t> {
    parts: HeaderParts<'t>,
    entries: Vec<HeaderEntry<'t>>,
}

/// Parses a text; a byte order mark before it is skipped.
pub fn parse(text: &str) -> Result<HeaderDocument<'_>, FrontmatterError> {
    let parts = fence::split(text);
    let entries = entries(parts.header.unwrap_or(""))?;
    Ok(HeaderDocument { parts, entries })
}

/// Writes a header of the fields, one a line, and the body after it.
pub fn render(fields: &[(&str, FieldValue<'_>)], body: &str) -> String {
    let lines: String = fields
        .iter()
        .flat_map(|(key, value)| [quote::line(key, *value), "\n".to_owned()])
        .collect();
    format!("{FENCE}\n{lines}{FENCE}\n{body}")
}

impl<'t> HeaderDocument<'t> {
    /// Tells whether the text begins with a header, be it empty.
    pub fn has_header(&self) -> bool {
        self.parts.header.is_some()
    }

    /// Returns the fields in the order of the header.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &HeaderField)> {
        let entries = self.entries.iter();
        entries.map(|entry| (entry.key.as_ref(), &entry.field))
    }

    /// Returns what the header says about a key.
    pub fn get(&self, key: &str) -> Option<&HeaderField> {
        self.fields()
            .find(|(name, _)| *name == key)
            .map(|(_, field)| field)
    }

    /// Returns a key's value if that is text.
    pub fn text_of(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(HeaderField::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Returns a key's value if that is true or false.
    pub fn bool_of(&self, key: &str) -> Option<bool> {
        match self.get(key) {
            Some(HeaderField::Bool(is)) => Some(*is),
            _ => None,
        }
    }

    /// Returns how a key's value is written, from after the colon to its last character; `None` for
    /// a key that is not there, or whose value has no place of its own.
    pub fn source_of(&self, key: &str) -> Option<&'t str> {
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        self.parts.header?.get(entry.value.clone()?)
    }

    /// Returns what follows the header, untrimmed.
    pub fn body(&self) -> &'t str {
        self.parts.body
    }
}

impl PartialEq<FieldValue<'_>> for HeaderField {
    fn eq(&self, value: &FieldValue<'_>) -> bool {
        match (self, value) {
            (Self::Text(text), FieldValue::Text(other)) => text == other,
            (Self::Bool(is), FieldValue::Bool(other)) => is == other,
            _ => false,
        }
    }
}

fn entries(header: &str) -> Result<Vec<HeaderEntry<'_>>, FrontmatterError> {
    // Nearly all headers are plain lines, which the scan reads in a fraction of
    // the time. A property test holds it to what the parser says.
    scan::entries(header).map_or_else(|| yaml::entries(header), Ok)
}
