//! What the log says of requests.

use std::borrow::Cow;

use hyper::StatusCode;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use openwork_model::mask::mask_text;
use percent_encoding::percent_decode_str;
use tokio::time::Instant;

use crate::error::Failure;

/// Notes that a request was answered.
pub(super) fn answered(parts: &Parts, id: &HeaderValue, status: StatusCode, started: Instant) {
    let (ms, status) = (started.elapsed().as_millis(), status.as_u16());
    let (id, path) = (word(id), path(parts.uri.path()));
    tracing::info!(id, method = %parts.method, %path, status, ms, "request");
}

/// Notes that a client left before its request was answered, or that the server ended
/// before.
pub(super) fn gone(parts: &Parts, id: &HeaderValue, started: Instant) {
    let ms = started.elapsed().as_millis();
    let (id, path) = (word(id), path(parts.uri.path()));
    // No status: none was sent. Who looks for one finds the word.
    tracing::info!(id, method = %parts.method, %path, status = "gone", ms, "client gone");
}

/// Notes why a request failed, where that is not the client's doing.
pub(super) fn failed(parts: &Parts, id: &HeaderValue, status: StatusCode, failure: &Failure) {
    // What a client did wrong is in its answer; anybody could fill a log of it.
    if !status.is_server_error() {
        return;
    }
    let (id, path) = (word(id), path(parts.uri.path()));
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(id, method = %parts.method, %path, ?failure, "a request failed");
    } else {
        tracing::info!(id, method = %parts.method, %path, ?failure, "a request was put off");
    }
}

/// A request's name as a text. Only plain ones are made and taken.
fn word(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or_default()
}

/// A path without credentials: a plugin is named by its URL.
fn path(path: &str) -> Cow<'_, str> {
    // Decoded first: the `@` and the colon of a URL are escaped in a path, so a
    // search for credentials would find nothing in it.
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    match mask_text(&decoded) {
        Cow::Owned(masked) => Cow::Owned(masked),
        Cow::Borrowed(_) => Cow::Borrowed(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_left_out_of_paths() {
        for (given, expected) in [
            (
                "/workspace/x/plugins/a%2Fb%40c",
                "/workspace/x/plugins/a%2Fb%40c",
            ),
            (
                "/plugins/https%3A%2F%2Fanna%3As3cret%40host%2Fp",
                "/plugins/https://••••••@host/p",
            ),
            ("/plugins/https:%2f/a:b@h", "/plugins/https://••••••@h"),
        ] {
            assert_eq!(path(given), expected);
        }
    }
}
