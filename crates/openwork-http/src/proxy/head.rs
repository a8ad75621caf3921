//! The head of a call, as the engine gets it.

use std::borrow::Cow;

use http_body_util::Empty;
use hyper::header::{
    AUTHORIZATION, CONNECTION, EXPECT, HOST, HeaderName, HeaderValue, ORIGIN, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use hyper::{HeaderMap, Method, Request};
use openwork_host::EngineError;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::{EngineTarget, SentBody, sent};

/// Where the engine reads the directory, too.
static DIRECTORY: HeaderName = HeaderName::from_static("x-opencode-directory");

/// What holds for one connection only (RFC 9110, 7.6.1), beside what the
/// `Connection` field names itself.
static OF_CONNECTION: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("proxy-authenticate"),
    HeaderName::from_static("proxy-authorization"),
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// What is meant for this server, or would choose another directory.
static OURS: [HeaderName; 4] = [AUTHORIZATION, HOST, ORIGIN, EXPECT];
const OURS_BEGIN: [&str; 2] = ["x-openwork-", "x-opencode-"];

/// How many fields are put in, on the way there and on the way back.
const PUT_IN: usize = 2;

/// The header fields of a call, as they go on.
///
/// # Errors
///
/// [`EngineError::Url`] if the directory cannot be put into a field.
pub(crate) fn engine_headers(
    given: &HeaderMap,
    target: &EngineTarget,
) -> Result<HeaderMap, EngineError> {
    let mut headers = passing(given, |name| !is_ours(name));
    let directory = HeaderValue::try_from(&*header_text(&target.directory));
    let directory = directory.map_err(|_| EngineError::Url {
        reason: "its directory cannot be put into a request",
    })?;
    headers.insert(DIRECTORY.clone(), directory);
    if let Some(authorization) = &target.authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    Ok(headers)
}

/// A call of our own, without a body.
///
/// # Errors
///
/// [`EngineError::Url`] if the target cannot be put into a request.
pub(crate) fn own_call(
    target: &EngineTarget,
    method: Method,
    path: &str,
) -> Result<Request<SentBody>, EngineError> {
    let query = engine_query(path, None, &target.directory);
    let mut request = Request::new(sent(Empty::new()));
    *request.method_mut() = method;
    *request.uri_mut() = target.uri(path, &query)?;
    *request.headers_mut() = engine_headers(&HeaderMap::new(), target)?;
    Ok(request)
}

fn is_ours(name: &HeaderName) -> bool {
    OURS.contains(name) || OURS_BEGIN.iter().any(|own| name.as_str().starts_with(own))
}

/// The fields that pass a proxy and `goes_on` lets pass, in their order.
///
/// They are gathered: to remove from a copy, each name would be looked for.
pub(crate) fn passing(given: &HeaderMap, goes_on: impl Fn(&HeaderName) -> bool) -> HeaderMap {
    let named: Vec<HeaderName> = given
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let mut passing = HeaderMap::with_capacity(given.len() + PUT_IN);
    for (name, value) in given {
        if !OF_CONNECTION.contains(name) && !named.contains(name) && goes_on(name) {
            passing.append(name.clone(), value.clone());
        }
    }
    passing
}

/// A path as the engine reads it from a header: escaped where it is not plain.
fn header_text(directory: &str) -> Cow<'_, str> {
    let plain = |b: u8| b != b'%' && (b == b' ' || b.is_ascii_graphic());
    if directory.bytes().all(plain) {
        return Cow::Borrowed(directory);
    }
    utf8_percent_encode(directory, NON_ALPHANUMERIC).into()
}

/// The query of a call with exactly one directory, the workspace's; all other pairs stay
/// byte for byte, but for those that lead to other directories.
pub(crate) fn engine_query(path: &str, given: Option<&str>, directory: &str) -> String {
    let own: Cow<'_, str> = utf8_percent_encode(directory, NON_ALPHANUMERIC).into();
    let mut query = String::new();
    for pair in given.unwrap_or("").split('&') {
        if pair.is_empty() || leads_elsewhere(pair) {
            continue;
        }
        query.push_str(pair);
        query.push('&');
    }
    query.extend(["directory=", &*own]);
    // The newer interface has the directory under a name of its own.
    if path.starts_with("/api/") {
        query.extend(["&location%5Bdirectory%5D=", &*own]);
    }
    query
}

/// Whether a pair chooses a directory, or whose it is.
fn leads_elsewhere(pair: &str) -> bool {
    let key = pair.split_once('=').map_or(pair, |(key, _)| key);
    // As a form is read: the engine takes an escaped name for the same.
    let key = key.replace('+', " ");
    let key = percent_decode_str(&key).decode_utf8_lossy();
    let name = key.split_once('[').map_or(&*key, |(name, _)| name);
    // `scope=project` lists the sessions of all directories of a project, and
    // `auth_token` is how the engine's own page signs in.
    matches!(
        name,
        "directory" | "workspace" | "location" | "scope" | "auth_token"
    )
}

#[cfg(test)]
mod tests {
    use hyper::header::{ACCEPT, CONTENT_TYPE};
    use openwork_model::workspace::{EngineLogin, Workspace};

    use super::*;

    fn target(directory: &str) -> EngineTarget {
        let workspace = Workspace {
            base_url: Some("http://h".to_owned()),
            directory: Some(directory.to_owned()),
            login: EngineLogin {
                username: None,
                password: Some("secret".to_owned()),
            },
            ..Workspace::at("/srv/ws".as_ref())
        };
        EngineTarget::of(&workspace, &EngineLogin::default()).unwrap()
    }

    #[test]
    fn fields_that_are_not_the_engines_stay_behind() {
        let given: HeaderMap = [
            ("authorization", "Bearer client"),
            ("host", "us"),
            ("origin", "http://page"),
            ("x-openwork-host-token", "host"),
            ("x-openwork-client-id", "phone"),
            ("x-opencode-directory", "/etc"),
            ("x-opencode-workspace", "wrk_1"),
            ("connection", "close, X-Hop"),
            ("x-hop", "1"),
            ("te", "trailers"),
            ("upgrade", "websocket"),
            ("accept", "text/event-stream"),
            ("content-type", "application/json"),
        ]
        .into_iter()
        .map(|(name, value)| {
            let name = HeaderName::from_static(name);
            (name, HeaderValue::from_static(value))
        })
        .collect();
        let sent = engine_headers(&given, &target("/srv/ws")).unwrap();
        let value = HeaderValue::from_static;
        let expected = HeaderMap::from_iter([
            (ACCEPT, value("text/event-stream")),
            (CONTENT_TYPE, value("application/json")),
            (DIRECTORY.clone(), value("/srv/ws")),
            (AUTHORIZATION, value("Basic b3BlbmNvZGU6c2VjcmV0")),
        ]);
        assert_eq!(sent, expected);
    }

    #[test]
    fn a_directory_is_escaped_in_a_field_where_it_is_not_plain() {
        for (directory, text) in [
            ("/srv/my ws", "/srv/my ws"),
            ("/srv/ü", "%2Fsrv%2F%C3%BC"),
            ("/srv/50%41", "%2Fsrv%2F50%2541"),
        ] {
            assert_eq!(header_text(directory), text);
        }
    }

    #[test]
    fn there_is_one_directory_and_all_else_stays() {
        let own = "directory=%2Fs";
        for (given, kept) in [
            (None, ""),
            (Some(""), ""),
            (Some("limit=2&before=a%2Fb+c"), "limit=2&before=a%2Fb+c&"),
            (Some("directory=/etc"), ""),
            (Some("a=1&%64irectory=/etc&directory[]=/etc&b"), "a=1&b&"),
            (
                Some("location%5Bdirectory%5D=/etc&workspace=w&scope=project"),
                "",
            ),
            (Some("auth_token=x&directory"), ""),
            (Some("Directory=/etc"), "Directory=/etc&"),
        ] {
            let query = engine_query("/session", given, "/s");
            assert_eq!(query, format!("{kept}{own}"), "{given:?}");
            let newer = engine_query("/api/session", given, "/s");
            let own = format!("{own}&location%5Bdirectory%5D=%2Fs");
            assert_eq!(newer, format!("{kept}{own}"), "{given:?}");
        }
    }
}
