//! The approvals page: three files, embedded, without anything from outside.
//!
//! The page is public; what it shows is not: its script reads the host token
//! from the link's fragment or from a form and sends it in a header. Over
//! plain HTTP a neighbour on the network could read that token, so the page is
//! served to this machine only unless the operator says otherwise.

use std::net::SocketAddr;

use bytes::Bytes;
use hyper::Response;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};

use crate::error::Failure;
use crate::options::ConsoleAccess;
use crate::reply::ReplyBody;
use crate::route::ConsoleAsset;

/// Marks an answer that pages of other origins have no business with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameOrigin;

/// The media type of a file, and its text.
fn content(asset: ConsoleAsset) -> (&'static str, &'static str) {
    match asset {
        ConsoleAsset::Page => (
            "text/html; charset=utf-8",
            include_str!("console/index.html"),
        ),
        ConsoleAsset::Style => (
            "text/css; charset=utf-8",
            include_str!("console/console.css"),
        ),
        ConsoleAsset::Script => (
            "text/javascript; charset=utf-8",
            include_str!("console/console.js"),
        ),
    }
}

/// Nothing is loaded from elsewhere, no text becomes markup or code, and no
/// other page can frame this one (Content Security Policy Level 3).
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; \
    frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

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
    asset: ConsoleAsset,
    access: ConsoleAccess,
    peer: SocketAddr,
) -> Result<Response<ReplyBody>, Failure> {
    let served = match access {
        ConsoleAccess::Local => peer.ip().to_canonical().is_loopback(),
        ConsoleAccess::Lan => true,
        ConsoleAccess::Off => false,
    };
    if !served {
        // As if there were none: who may not have the page need not know of it.
        return Err(Failure::NotFound);
    }
    let (content_type, text) = content(asset);
    let mut response = Response::new(ReplyBody::from(Bytes::from_static(text.as_bytes())));
    response.extensions_mut().insert(SameOrigin);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "127.0.0.1:9";
    const REMOTE: &str = "192.168.1.23:9";

    fn is_served(access: ConsoleAccess, peer: &str) -> bool {
        serve(ConsoleAsset::Page, access, peer.parse().unwrap()).is_ok()
    }

    #[test]
    fn the_page_is_for_this_machine_unless_the_operator_says_otherwise() {
        assert!(is_served(ConsoleAccess::Local, LOCAL));
        assert!(is_served(ConsoleAccess::Local, "[::ffff:127.0.0.1]:9"));
        assert!(!is_served(ConsoleAccess::Local, REMOTE));
        assert!(is_served(ConsoleAccess::Lan, REMOTE));
        assert!(!is_served(ConsoleAccess::Off, LOCAL));
    }

    #[test]
    fn the_page_is_small_and_needs_nothing_from_outside() {
        let all = [
            ConsoleAsset::Page,
            ConsoleAsset::Style,
            ConsoleAsset::Script,
        ]
        .map(|asset| content(asset).1);
        // Levels, the second step and the pages of long changes took 10 KiB of it,
        // what agents ask 6 KiB.
        assert!(all.iter().map(|text| text.len()).sum::<usize>() <= 54 << 10);
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
            assert!(all.iter().all(|text| !text.contains(banned)), "{banned}");
        }
    }

    #[test]
    fn every_file_carries_the_whole_policy() {
        for asset in [
            ConsoleAsset::Page,
            ConsoleAsset::Style,
            ConsoleAsset::Script,
        ] {
            let response = serve(asset, ConsoleAccess::Local, LOCAL.parse().unwrap()).unwrap();
            for (name, value) in HEADERS {
                assert_eq!(response.headers()[&name], value);
            }
        }
    }
}
