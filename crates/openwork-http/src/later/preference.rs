//! What a client prefers (RFC 7240).

use std::time::Duration;

use hyper::HeaderMap;
use hyper::header::HeaderName;

/// Where a client says what it prefers.
pub(crate) static PREFER: HeaderName = HeaderName::from_static("prefer");

/// How long a client may have an answer wait.
const LONGEST: Duration = Duration::from_secs(60);

/// Whether the client comes back for an answer that takes a while.
pub(crate) fn prefers_async(headers: &HeaderMap) -> bool {
    find(headers, "respond-async").is_some()
}

/// How long the client wants to wait, a minute at most. A number that cannot be
/// read counts as none.
pub(crate) fn wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = find(headers, "wait")?.parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST))
}

/// The value of the first preference of a name; an empty one if it has none.
fn find<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let fields = headers.get_all(&PREFER).iter();
    let fields = fields.filter_map(|field| field.to_str().ok());
    let mut preferences = fields.flat_map(|field| field.split(',')).map(|preference| {
        // Parameters say nothing here.
        let preference = preference.split(';').next().unwrap_or(preference);
        preference.split_once('=').unwrap_or((preference, ""))
    });
    let found = preferences.find(|(name, _)| name.trim().eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn prefer(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(PREFER.clone(), HeaderValue::from_static(value))])
    }

    #[test]
    fn a_preference_is_found_among_others() {
        for (value, is_async, seconds) in [
            ("respond-async", true, None),
            (
                "return=minimal, Respond-Async ; x=1, wait=10",
                true,
                Some(10),
            ),
            ("wait=\"5\"", false, Some(5)),
            ("wait=100000", false, Some(60)),
            ("wait=-1", false, None),
            ("wait", false, None),
            ("respond-asynchronously", false, None),
            ("", false, None),
        ] {
            let headers = prefer(value);
            let waits = wait(&headers).map(|wait| wait.as_secs());
            assert_eq!(
                (prefers_async(&headers), waits),
                (is_async, seconds),
                "{value}"
            );
        }
        assert!(!prefers_async(&HeaderMap::new()));
    }
}
