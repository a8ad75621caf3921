//! The description of the API for programs.

use std::sync::OnceLock;

use miniz_oxide::inflate::decompress_to_vec_zlib;

/// `openapi.json`, which the build script has made a tenth as large.
static COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.zlib"));

/// Every route, parameter, body, answer and failure, in the words of OpenAPI 3.1, as
/// JSON. Made once, when it is first asked for.
///
/// A test makes it of the types of this crate and of the table of routes, and sees that
/// it stays the same, so that no program has to link what makes it.
pub fn openapi() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| {
        // What the build has compressed can be read again; a test does so.
        let bytes = decompress_to_vec_zlib(COMPRESSED).unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    })
}
