//! `file://` URLs as the engine's runtime writes them.

use std::fmt::Write as _;
use std::path::Path;

/// The URL of an absolute path (WHATWG URL, path percent-encode set).
pub(super) fn file_url(path: &Path) -> String {
    // Not `Url::from_file_path`: the URL has to be equal, as a text, to the one
    // that the engine's runtime makes, and not every target has it.
    let text = path.to_string_lossy();
    let mut url = String::from("file://");
    for byte in text.bytes() {
        match byte {
            b'"' | b'#' | b'%' | b'<' | b'>' | b'?' | b'\\' | b'`' | b'{' | b'}' => {
                encode(&mut url, byte);
            }
            b'!'..=b'~' => url.push(char::from(byte)),
            _ => encode(&mut url, byte),
        }
    }
    url
}

fn encode(url: &mut String, byte: u8) {
    // Writing to a text cannot fail.
    let _ = write!(url, "%{byte:02X}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_path_cannot_hold_is_escaped() {
        for (path, url) in [
            ("/a/b.ts", "file:///a/b.ts"),
            ("/with space/%ü?.js", "file:///with%20space/%25%C3%BC%3F.js"),
            ("/a@1/[b]+c~'d'", "file:///a@1/[b]+c~'d'"),
        ] {
            assert_eq!(file_url(Path::new(path)), url);
        }
    }
}
