//! `file://` URLs as the engine's runtime writes them.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;

/// The URL of an absolute path (WHATWG URL, path percent-encode set).
pub(super) fn file_url(path: &Path) -> String {
    // Not `Url::from_file_path`: the URL has to be equal, as a text, to the one
    // that the engine's runtime makes, and not every target has it.
    let mut url = String::from("file://");
    for byte in after_scheme(path).bytes() {
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

/// The URL of an absolute path with nothing escaped, as the OpenWork API shows
/// it.
pub(super) fn plain_file_url(path: &Path) -> String {
    format!("file://{}", after_scheme(path))
}

/// A path as it stands in a URL after `file://`.
fn after_scheme(path: &Path) -> Cow<'_, str> {
    let text = path.to_string_lossy();
    if cfg!(windows) {
        Cow::Owned(slashed(&text))
    } else {
        text
    }
}

/// A path of Windows as it stands in a URL: a drive comes after a `/`, a server
/// is the URL's host.
fn slashed(path: &str) -> String {
    let text = path.replace('\\', "/");
    match text.strip_prefix("//") {
        Some(share) => share.to_owned(),
        None => format!("/{}", text.trim_start_matches('/')),
    }
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

    #[test]
    fn drives_and_servers_have_their_places() {
        for (path, rest) in [
            (
                r"Z:\ws\.opencode\plugins\a.js",
                "/Z:/ws/.opencode/plugins/a.js",
            ),
            (r"\\server\share\a.js", "server/share/a.js"),
            ("C:/a.js", "/C:/a.js"),
            (r"\a.js", "/a.js"),
        ] {
            assert_eq!(slashed(path), rest);
        }
    }
}
