//! Which pages may call the server (the fetch standard's CORS protocol).

use std::collections::HashSet;

use hyper::HeaderMap;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, HeaderName, HeaderValue, ORIGIN, VARY,
};

static ALLOW_HEADERS: HeaderValue = HeaderValue::from_static(
    "Authorization, Content-Type, X-OpenWork-Host-Token, X-OpenWork-Client-Id, If-Match, If-None-Match, \
     Last-Event-ID, Prefer, X-OpenCode-Directory, X-Request-Id",
);
static ALLOW_METHODS: HeaderValue = HeaderValue::from_static("GET,POST,PUT,PATCH,DELETE,OPTIONS");
static EXPOSE_HEADERS: HeaderValue = HeaderValue::from_static(
    "X-Next-Cursor, Link, ETag, Location, Preference-Applied, Retry-After, X-Request-Id",
);
static VARY_ORIGIN: HeaderValue = HeaderValue::from_static("Origin");
static ANY: HeaderValue = HeaderValue::from_static("*");

static REQUEST_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-request-private-network");
static ALLOW_PRIVATE_NETWORK: HeaderName =
    HeaderName::from_static("access-control-allow-private-network");
static TRUE: HeaderValue = HeaderValue::from_static("true");

/// The origins that are allowed.
pub(crate) struct CorsPolicy {
    any: bool,
    origins: HashSet<Vec<u8>>,
}

/// What the answer to one request says about origins.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CorsVerdict {
    origin: Option<HeaderValue>,
    private_network: bool,
}

impl CorsPolicy {
    pub(crate) fn new(origins: &[String]) -> Self {
        Self {
            any: origins.iter().any(|origin| origin == "*"),
            origins: origins
                .iter()
                .map(|origin| origin.clone().into_bytes())
                .collect(),
        }
    }

    /// Judges a request by the origin that it names.
    pub(crate) fn judge(&self, headers: &HeaderMap) -> CorsVerdict {
        let named = headers.get(ORIGIN);
        let listed = named.filter(|origin| self.origins.contains(origin.as_bytes()));
        // That every page may call is no reason to let the pages of the web
        // reach into a private network; for that an origin is named.
        let private_network = listed.is_some() && headers.contains_key(&REQUEST_PRIVATE_NETWORK);
        // A star and not the origin that was sent: the token is in a header that
        // pages set themselves, so there are no credentials a star would forbid.
        let origin = if self.any {
            Some(ANY.clone())
        } else {
            listed.cloned()
        };
        CorsVerdict {
            origin,
            private_network,
        }
    }
}

impl CorsVerdict {
    /// Adds the headers that every answer carries.
    pub(crate) fn apply(self, headers: &mut HeaderMap) {
        // Also where no origin is named: a cache must not give that answer to a
        // page that would get another one.
        headers.insert(VARY, VARY_ORIGIN.clone());
        let Some(origin) = self.origin else { return };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOW_HEADERS.clone());
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ALLOW_METHODS.clone());
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSE_HEADERS.clone());
        if self.private_network {
            headers.insert(ALLOW_PRIVATE_NETWORK.clone(), TRUE.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(allowed: &[&str], request: &[(HeaderName, &'static str)]) -> HeaderMap {
        let allowed: Vec<String> = allowed.iter().map(|&origin| origin.to_owned()).collect();
        let mut given = HeaderMap::new();
        for (name, value) in request {
            given.insert(name, HeaderValue::from_static(value));
        }
        let mut headers = HeaderMap::new();
        CorsPolicy::new(&allowed).judge(&given).apply(&mut headers);
        headers
    }

    #[test]
    fn a_star_allows_all() {
        let headers = answer(&["http://a.test", "*"], &[(ORIGIN, "http://b.test")]);
        assert_eq!(headers[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        assert_eq!(headers[VARY], "Origin");
        assert_eq!(answer(&["*"], &[])[ACCESS_CONTROL_ALLOW_ORIGIN], "*");
    }

    #[test]
    fn listed_origins_are_echoed_and_others_get_nothing() {
        let allowed = ["http://localhost:5173", "tauri://localhost"];
        for origin in allowed {
            assert_eq!(
                answer(&allowed, &[(ORIGIN, origin)])[ACCESS_CONTROL_ALLOW_ORIGIN],
                origin
            );
        }
        for origin in [
            "http://localhost",
            "http://LOCALHOST:5173",
            "http://localhost:5173/",
            "null",
        ] {
            let headers = answer(&allowed, &[(ORIGIN, origin)]);
            assert_eq!(headers.keys().collect::<Vec<_>>(), [VARY], "{origin}");
        }
    }

    #[test]
    fn private_networks_are_opened_to_named_origins_only() {
        let ask = |origin| [(ORIGIN, origin), (REQUEST_PRIVATE_NETWORK.clone(), "true")];
        let granted = |headers: HeaderMap| headers.contains_key(&ALLOW_PRIVATE_NETWORK);
        assert!(granted(answer(&["http://a.test"], &ask("http://a.test"))));
        assert!(!granted(answer(&["http://a.test"], &ask("http://b.test"))));
        assert!(!granted(answer(&["*"], &ask("http://b.test"))));
    }
}
