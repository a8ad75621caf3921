//! Files of a workspace as answers: in pieces, and harmless in a browser.

use std::fmt::Write as _;

use bytes::Bytes;
use http_body_util::Channel;
use hyper::Response;
use hyper::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
    HeaderValue, X_CONTENT_TYPE_OPTIONS,
};
use openwork_host::{HostError, OpenedFile};
use openwork_model::path::RelPath;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::events::StreamEnd;
use crate::reply::ReplyBody;

/// A page may show a file of a workspace, but nothing in it runs, is loaded, or
/// counts as ours.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// What RFC 8187 lets stand as it is in `filename*`.
const EXTENDED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'_').remove(b'-');

/// What a browser is told to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// Save it, whatever it is.
    Attachment,
    /// Show it, if it is of a kind that is listed.
    Inline,
}

/// A file, read as fast as the client takes it.
pub(crate) fn served_file(
    file: OpenedFile,
    path: &RelPath,
    disposition: Disposition,
    end: StreamEnd,
) -> Response<ReplyBody> {
    let name = path.file_name().unwrap_or("file");
    let media = match disposition {
        Disposition::Attachment => "application/octet-stream",
        Disposition::Inline => media_type(name),
    };
    let length = file.facts().size;
    let mut response = Response::new(ReplyBody::stream(pieces(file, end)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    if let Ok(value) = HeaderValue::try_from(content_disposition(disposition, name)) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}

/// Why a file broke off on its way.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileCut {
    /// It could not be read on.
    #[error(transparent)]
    Host(#[from] HostError),
    /// It is shorter than it was when it was opened.
    #[error("the file became shorter")]
    Shorter,
    /// The reader may no longer read.
    #[error("the token was ended")]
    Ended,
}

/// The pieces of a file. One waits for the client at a time, so that a slow one
/// holds no more than that.
fn pieces(file: OpenedFile, end: StreamEnd) -> Channel<Bytes, FileCut> {
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let sent = async {
            let mut file = file;
            let mut left = file.facts().size;
            while left > 0 {
                let piece = file.next().await?;
                if piece.is_empty() {
                    return Err(FileCut::Shorter);
                }
                left = left.saturating_sub(piece.len() as u64);
                // The client has left, and with it whoever would read on.
                if sender.send_data(piece.into()).await.is_err() {
                    return Ok(());
                }
            }
            Ok(())
        };
        let sent = tokio::select! {
            sent = sent => sent,
            () = ended(end) => Err(FileCut::Ended),
        };
        if let Err(cut) = sent {
            tracing::debug!(error = %cut, "a file was not sent to its end");
            sender.abort(cut);
        }
    });
    body
}

/// When the token ends by which the file is read; never for the others.
async fn ended(end: StreamEnd) {
    match end.lease {
        Some(lease) => lease.ended().await,
        None => std::future::pending().await,
    }
}

/// The name of a file for browsers (RFC 6266): in ASCII, and as it is.
fn content_disposition(disposition: Disposition, name: &str) -> String {
    let kind = match disposition {
        Disposition::Attachment => "attachment",
        Disposition::Inline => "inline",
    };
    let is_plain =
        |letter: char| matches!(letter, ' '..='~') && !matches!(letter, '"' | '\\' | '%');
    let plain = |letter| if is_plain(letter) { letter } else { '_' };
    let mut value = format!("{kind}; filename=\"");
    value.extend(name.chars().map(plain));
    // Writing to a text cannot fail.
    let _ = write!(
        value,
        "\"; filename*=UTF-8''{}",
        utf8_percent_encode(name, EXTENDED)
    );
    value
}

/// How clients of the OpenWork API show a file, by the ending of its name.
pub(crate) fn preview_kind(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("md" | "mdx" | "markdown" | "mmd") => "markdown",
        Some("csv" | "tsv" | "xlsx" | "xls" | "ods") => "sheet",
        Some("ppt" | "pptx" | "pptm" | "pot" | "potx" | "odp" | "key" | "sxi") => "slides",
        Some("docx") => "document",
        Some("png" | "jpg" | "jpeg" | "gif" | "webp" | "svg") => "image",
        Some("pdf") => "pdf",
        Some("html" | "htm") => "html",
        Some("txt" | "log") => "text",
        _ if media_type(name).starts_with("text/plain") => "code",
        _ => "external",
    }
}

/// What a browser takes a file for by the ending of its name. What could run in
/// it is told as a text, but for pages, which the policy shuts in.
pub(crate) fn media_type(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("svg") => "image/svg+xml",
        Some("pdf") => "application/pdf",
        Some("html" | "htm") => "text/html; charset=utf-8",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("pptx") => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        Some("csv") => "text/csv; charset=utf-8",
        Some("tsv") => "text/tab-separated-values; charset=utf-8",
        Some(
            "md" | "mdx" | "markdown" | "mmd" | "txt" | "log" | "json" | "jsonc" | "yaml" | "yml"
            | "toml" | "xml" | "css" | "js" | "mjs" | "cjs" | "jsx" | "ts" | "tsx" | "rs" | "py"
            | "go" | "c" | "h" | "cpp" | "java" | "rb" | "sh" | "sql",
        ) => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_ascii_and_as_it_is() {
        let told = |name| content_disposition(Disposition::Attachment, name);
        assert_eq!(
            told("Bericht März \"1\".pdf"),
            "attachment; filename=\"Bericht M_rz _1_.pdf\"; filename*=UTF-8''Bericht%20M%C3%A4rz%20%221%22.pdf"
        );
        assert_eq!(
            content_disposition(Disposition::Inline, "a.txt"),
            "inline; filename=\"a.txt\"; filename*=UTF-8''a.txt"
        );
    }

    #[test]
    fn a_name_says_what_a_file_is() {
        for (name, expected) in [
            ("a.PNG", "image/png"),
            ("a.html", "text/html; charset=utf-8"),
            ("a.js", "text/plain; charset=utf-8"),
            (
                "a.docx",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ),
            ("a.zip", "application/octet-stream"),
            ("README", "application/octet-stream"),
        ] {
            assert_eq!(media_type(name), expected, "{name}");
        }
    }
}
