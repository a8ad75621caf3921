//! Plain JSON objects, read and written whole: the format of `.opencode/openwork.json`.
//!
//! Key order and 64-bit integers survive; layout does not.
//!
//! ```
//! use openwork_model::plain_json::{parse, render};
//!
//! let settings = parse(b"{\"version\":1}")?;
//! assert_eq!(render(&settings), b"{\n  \"version\": 1\n}\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::sync::Arc;

use serde_json::{Map, Value};
use thiserror::Error;

/// Why bytes are no plain JSON object.
#[derive(Debug, Clone, Error)]
#[non_exhaustive]
pub enum PlainJsonError {
    /// They are not UTF-8.
    #[error("the text is not UTF-8 from byte {offset} on")]
    NotUtf8 {
        /// Index of the first byte that is not UTF-8.
        offset: usize,
    },
    /// They are not JSON.
    #[error("the text does not parse: {0}")]
    Syntax(#[source] Arc<serde_json::Error>),
    /// They are JSON, but no object.
    #[error("the top level is not an object")]
    NotAnObject,
}

/// Parses an object; a byte order mark before it is skipped.
pub fn parse(bytes: &[u8]) -> Result<Map<String, Value>, PlainJsonError> {
    let text = std::str::from_utf8(bytes).map_err(|error| PlainJsonError::NotUtf8 {
        offset: error.valid_up_to(),
    })?;
    // Editors on Windows write one, and `serde_json` takes it for a syntax error.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str(text).map_err(|error| PlainJsonError::Syntax(Arc::new(error)))? {
        Value::Object(object) => Ok(object),
        _ => Err(PlainJsonError::NotAnObject),
    }
}

/// Writes an object with two-space indentation and one line feed at the end.
pub fn render(object: &Map<String, Value>) -> Vec<u8> {
    openwork_jsonc::create(object)
}

#[cfg(test)]
mod tests {
    use super::{PlainJsonError, parse, render};

    #[test]
    fn keeps_order_integers_and_letters() {
        let text = "{\"z\":9223372036854775807,\"a\":18446744073709551615,\"ü\":[-9223372036854775808,{}]}";
        let written = String::from_utf8(render(&parse(text.as_bytes()).unwrap())).unwrap();
        assert_eq!(
            written,
            "{\n  \"z\": 9223372036854775807,\n  \"a\": 18446744073709551615,\n  \"ü\": [\n    -9223372036854775808,\n    {}\n  ]\n}\n"
        );
    }

    #[test]
    fn skips_a_byte_order_mark() {
        assert_eq!(render(&parse("\u{feff}{}".as_bytes()).unwrap()), b"{}\n");
    }

    #[test]
    fn refuses_comments_other_values_and_broken_bytes() {
        assert!(matches!(parse(b"{} // no"), Err(PlainJsonError::Syntax(_))));
        assert!(matches!(parse(b""), Err(PlainJsonError::Syntax(_))));
        assert!(matches!(parse(b"[1]"), Err(PlainJsonError::NotAnObject)));
        assert!(matches!(
            parse(b"{}\xff"),
            Err(PlainJsonError::NotUtf8 { offset: 2 })
        ));
    }
}
