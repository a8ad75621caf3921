//! The approvals page: a few files, embedded, without anything from outside.
//!
//! The page is public; what it shows is not: its script reads the host token
//! from the link's fragment or from a form and sends it in a header. Over
//! plain HTTP a neighbour on the network could read that token, so the page is
//! served to this machine only unless the operator says otherwise.

use std::net::SocketAddr;
use std::sync::LazyLock;

use bytes::Bytes;
use hyper::Response;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

use crate::error::Failure;
use crate::options::ConsoleAccess;
use crate::reply::ReplyBody;
use crate::route::{ConsoleAsset, MatchedRoute};

/// Marks an answer that pages of other origins have no business with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameOrigin;

/// One file of the page.
struct ConsoleFile {
    name: &'static str,
    media_type: &'static str,
    bytes: &'static [u8],
}

/// The file that is the page itself.
const PAGE: &str = "index.html";

/// The script that keeps the page for when the server cannot be reached.
const WORKER: &str = "worker.js";

/// Lets the worker, which lies below the page, answer for the page as well.
const WORKER_SCOPE: HeaderName = HeaderName::from_static("service-worker-allowed");

/// A row of the table of files: a name in `console/` and its media type.
macro_rules! embedded {
    ($name:literal, $media_type:literal) => {
        ConsoleFile {
            name: $name,
            media_type: $media_type,
            bytes: include_bytes!(concat!("console/", $name)),
        }
    };
}

/// All files of the page. The scripts are modules, one for each concept.
static FILES: &[ConsoleFile] = &[
    embedded!("index.html", "text/html; charset=utf-8"),
    embedded!("console.css", "text/css; charset=utf-8"),
    embedded!("manifest.json", "application/manifest+json"),
    embedded!("icon.svg", "image/svg+xml"),
    embedded!("icon.png", "image/png"),
    embedded!("agent.js", "text/javascript; charset=utf-8"),
    embedded!("alerts.js", "text/javascript; charset=utf-8"),
    embedded!("amend.js", "text/javascript; charset=utf-8"),
    embedded!("app.js", "text/javascript; charset=utf-8"),
    embedded!("card.js", "text/javascript; charset=utf-8"),
    embedded!("devices.js", "text/javascript; charset=utf-8"),
    embedded!("diff.js", "text/javascript; charset=utf-8"),
    embedded!("dom.js", "text/javascript; charset=utf-8"),
    embedded!("effects.js", "text/javascript; charset=utf-8"),
    embedded!("files.js", "text/javascript; charset=utf-8"),
    embedded!("pairing.js", "text/javascript; charset=utf-8"),
    embedded!("push.js", "text/javascript; charset=utf-8"),
    embedded!("queue.js", "text/javascript; charset=utf-8"),
    embedded!("record.js", "text/javascript; charset=utf-8"),
    embedded!("request.js", "text/javascript; charset=utf-8"),
    embedded!("server.js", "text/javascript; charset=utf-8"),
    embedded!("undo.js", "text/javascript; charset=utf-8"),
    embedded!("views.js", "text/javascript; charset=utf-8"),
    embedded!("words.js", "text/javascript; charset=utf-8"),
    embedded!("worker.js", "text/javascript; charset=utf-8"),
];

/// What the page loads only once it is needed.
#[cfg(test)]
const ON_DEMAND: [&str; 7] = [
    "agent.js",
    "amend.js",
    "devices.js",
    "pairing.js",
    "push.js",
    "record.js",
    "undo.js",
];

/// The files as they are sent, in the order of the table.
static SENT: LazyLock<Vec<Bytes>> = LazyLock::new(|| FILES.iter().map(sent).collect());

/// A file without what only its authors read: comments, indentation and, in the
/// style, blanks and line ends beside signs. A phone need not load them, and no
/// build step is needed to leave them out.
fn sent(file: &ConsoleFile) -> Bytes {
    let Ok(text) = std::str::from_utf8(file.bytes) else {
        return Bytes::from_static(file.bytes);
    };
    let lines = text.lines().map(str::trim_start);
    let kept = lines.filter(|line| !line.is_empty() && !line.starts_with("//"));
    let text = kept.collect::<Vec<_>>().join("\n");
    let text = if file.media_type.starts_with("text/css") {
        let signs = [
            ("; }", "}"),
            (": ", ":"),
            ("; ", ";"),
            (", ", ","),
            (" {", "{"),
            ("{ ", "{"),
            (" > ", ">"),
            ("{\n", "{"),
            (";\n", ";"),
            ("}\n", "}"),
            (",\n", ","),
            (";}", "}"),
        ];
        let tighten = |text: String, (long, short): (&str, &str)| text.replace(long, short);
        signs.into_iter().fold(text, tighten)
    } else {
        text
    };
    Bytes::from(text)
}

/// The name of the file that is asked for.
///
/// # Errors
///
/// [`Failure::Internal`] if the route has no such parameter.
pub(crate) fn name<'m>(
    asset: ConsoleAsset,
    matched: &'m MatchedRoute<'_>,
) -> Result<&'m str, Failure> {
    match asset {
        ConsoleAsset::Page => Ok(PAGE),
        ConsoleAsset::File => matched.parameter("file"),
    }
}

/// Nothing is loaded from elsewhere, no text becomes markup or code, and no
/// other page can frame this one (Content Security Policy Level 3). The one
/// policy of trusted types makes one address, that of the worker.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src 'self' data:; manifest-src 'self'; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types worker";

const HEADERS: [(HeaderName, &str); 5] = [
    (CONTENT_SECURITY_POLICY, POLICY),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-store"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
];

/// Serves a file of the page to those who may have it; to others there is no
/// such page.
pub(crate) fn serve(
    name: &str,
    access: ConsoleAccess,
    peer: SocketAddr,
) -> Result<Response<ReplyBody>, Failure> {
    let is_served = match access {
        ConsoleAccess::Local => peer.ip().to_canonical().is_loopback(),
        ConsoleAccess::Lan => true,
        ConsoleAccess::Off => false,
    };
    let mut files = FILES.iter().zip(SENT.iter());
    let found = files.find(|(file, _)| file.name == name);
    // As if there were none: who may not have the page need not know of it.
    let (file, bytes) = found.filter(|_| is_served).ok_or(Failure::NotFound)?;
    let mut response = Response::new(ReplyBody::from(bytes.clone()));
    response.extensions_mut().insert(SameOrigin);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(file.media_type));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if file.name == WORKER {
        headers.insert(WORKER_SCOPE, HeaderValue::from_static("/console"));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "127.0.0.1:9";
    const REMOTE: &str = "192.168.1.23:9";

    fn served(name: &str, access: ConsoleAccess, peer: &str) -> Option<Response<ReplyBody>> {
        serve(name, access, peer.parse().unwrap()).ok()
    }

    #[test]
    fn the_page_is_for_this_machine_unless_the_operator_says_otherwise() {
        let is_served = |access, peer| served(PAGE, access, peer).is_some();
        assert!(is_served(ConsoleAccess::Local, LOCAL));
        assert!(is_served(ConsoleAccess::Local, "[::ffff:127.0.0.1]:9"));
        assert!(!is_served(ConsoleAccess::Local, REMOTE));
        assert!(is_served(ConsoleAccess::Lan, REMOTE));
        assert!(!is_served(ConsoleAccess::Off, LOCAL));
    }

    #[test]
    fn there_are_no_files_but_those_of_the_table() {
        for name in ["", "console.js", "../console.rs", "app.js/", "APP.JS"] {
            assert!(served(name, ConsoleAccess::Lan, LOCAL).is_none(), "{name}");
        }
    }

    #[test]
    fn the_page_is_small_and_needs_nothing_from_outside() {
        let all = FILES.iter().zip(SENT.iter());
        let opened = all.filter(|(file, _)| !ON_DEMAND.contains(&file.name));
        assert!(opened.map(|(_, bytes)| bytes.len()).sum::<usize>() <= 60 << 10);
        for file in FILES.iter().filter(|file| file.name != "icon.png") {
            let text = std::str::from_utf8(file.bytes).unwrap();
            // The name of a language is no address.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            for banned in [
                "http:",
                "https:",
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "onclick=\"",
                "style=\"",
                "<style",
                "javascript:",
            ] {
                assert!(!text.contains(banned), "{banned} in {}", file.name);
            }
        }
    }

    #[test]
    fn what_only_authors_read_is_not_sent() {
        let file = |media_type, bytes| ConsoleFile {
            name: "x",
            media_type,
            bytes,
        };
        let script = sent(&file(
            "text/javascript",
            b"// Why.\nif (a) {\n\n  b('; c'); // d\n}\n",
        ));
        assert_eq!(script, "if (a) {\nb('; c'); // d\n}");
        let style = sent(&file(
            "text/css",
            b"a b, c:is(d) {\n  e: f, g;\n}\nh > k { i: j; }\n",
        ));
        assert_eq!(style, "a b,c:is(d){e:f,g}h>k{i:j}");
        // A text over several lines, or one that holds such signs, would be another one.
        for file in FILES.iter().filter(|file| file.name != "icon.png") {
            let text = std::str::from_utf8(file.bytes).unwrap();
            assert!(
                !text.contains(['`', '\t', '\r']) && !text.contains("/*"),
                "{}",
                file.name
            );
        }
    }

    #[test]
    fn the_service_worker_keeps_what_the_page_needs() {
        let worker = FILES.iter().find(|file| file.name == WORKER).unwrap();
        let text = std::str::from_utf8(worker.bytes).unwrap();
        // What only the system asks for, and the worker itself, are not needed to open it.
        let apart = [PAGE, WORKER, "manifest.json", "icon.png"];
        for file in FILES.iter().filter(|file| !apart.contains(&file.name)) {
            assert!(text.contains(file.name), "{}", file.name);
        }
    }

    #[test]
    fn every_file_carries_the_whole_policy() {
        for file in FILES {
            let response = served(file.name, ConsoleAccess::Local, LOCAL).unwrap();
            for (name, value) in HEADERS {
                assert_eq!(response.headers()[&name], value);
            }
            assert_eq!(response.headers()[CONTENT_TYPE], file.media_type);
            let scope = response.headers().get(WORKER_SCOPE);
            assert_eq!(scope.is_some(), file.name == WORKER, "{}", file.name);
        }
    }
}
