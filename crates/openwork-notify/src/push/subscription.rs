//! A browser that wants messages, and whom it may have them carried by.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use url::Url;

use super::seal::seal;

/// The services of the usual browsers; one that begins with a dot stands for all
/// names below it.
const USUAL: [&str; 4] = [
    "fcm.googleapis.com",
    ".push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
];
/// The longest address that is taken.
const ENDPOINT: usize = 2048;

/// Where messages may be sent to. Browsers say themselves where theirs go, so
/// without this list anybody could have the server call any address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PushServices {
    /// Origins that are admitted besides, such as `https://push.example.org`.
    pub more: Vec<String>,
}

/// A browser that wants messages. Its address is a secret: who knows it and the
/// sender's key can send to it, so its debug form is a mask.
#[derive(Clone, PartialEq, Eq)]
pub struct PushSubscription {
    endpoint: Url,
    keys: BrowserKeys,
}

/// What messages to one browser are encrypted with.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct BrowserKeys {
    pub(super) public: [u8; 65],
    pub(super) auth: [u8; 16],
}

/// Why no messages can be sent to a browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadSubscription {
    /// Its address is none.
    #[error("endpoint must be the URL of a push service")]
    Endpoint,
    /// Its address is that of a service that is not admitted.
    #[error("messages are sent to the push services of the usual browsers and no other address")]
    Service,
    /// Its keys are none.
    #[error("keys must have p256dh and auth as the browser gives them")]
    Keys,
}

impl PushServices {
    fn admit(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        if self
            .more
            .iter()
            .any(|more| more.trim_end_matches('/') == origin)
        {
            return true;
        }
        let Some(host) = url.host_str() else {
            return false;
        };
        let fits = |service: &&str| match service.strip_prefix('.') {
            Some(_) => host.ends_with(*service),
            None => host == *service,
        };
        url.scheme() == "https" && url.port().is_none() && USUAL.iter().any(fits)
    }
}

impl PushSubscription {
    /// Reads what a browser says of itself: an address, and two keys in base64 for
    /// URLs.
    ///
    /// # Errors
    ///
    /// [`BadSubscription`] if nothing could be sent there, or may be.
    pub fn parse(
        endpoint: &str,
        p256dh: &str,
        auth: &str,
        services: &PushServices,
    ) -> Result<Self, BadSubscription> {
        if endpoint.len() > ENDPOINT {
            return Err(BadSubscription::Endpoint);
        }
        let endpoint = Url::parse(endpoint).map_err(|_| BadSubscription::Endpoint)?;
        if !services.admit(&endpoint) {
            return Err(BadSubscription::Service);
        }
        let keys = BrowserKeys {
            public: bytes(p256dh).ok_or(BadSubscription::Keys)?,
            auth: bytes(auth).ok_or(BadSubscription::Keys)?,
        };
        // Whether the key is a point of the curve shows when it is used.
        seal(&keys, b"").ok_or(BadSubscription::Keys)?;
        Ok(Self { endpoint, keys })
    }

    /// Its address.
    pub fn endpoint(&self) -> &str {
        self.endpoint.as_str()
    }

    pub(super) fn origin(&self) -> String {
        self.endpoint.origin().ascii_serialization()
    }

    pub(super) fn is_secure(&self) -> bool {
        self.endpoint.scheme() == "https"
    }

    pub(super) fn keys(&self) -> &BrowserKeys {
        &self.keys
    }
}

impl fmt::Debug for PushSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PushSubscription(…)")
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_services_of_the_usual_browsers_are_called() {
        let admits = |url: &str| PushServices::default().admit(&Url::parse(url).unwrap());
        for url in [
            "https://fcm.googleapis.com/fcm/send/a",
            "https://updates.push.services.mozilla.com/wpush/v2/a",
            "https://web.push.apple.com/a",
            "https://wns2-db5p.notify.windows.com/w/?token=a",
        ] {
            assert!(admits(url), "{url}");
        }
        for url in [
            "http://fcm.googleapis.com/a",
            "https://fcm.googleapis.com:8443/a",
            "https://fcm.googleapis.com.evil.test/a",
            "https://evilpush.apple.com/a",
            "https://127.0.0.1/a",
            "https://[::1]/a",
            "https://localhost/a",
            "https://user@evil.test/fcm.googleapis.com",
            "file:///etc/passwd",
        ] {
            assert!(!admits(url), "{url}");
        }
        let own = PushServices {
            more: vec!["http://127.0.0.1:9/".into(), "https://push.example".into()],
        };
        for (url, expected) in [
            ("http://127.0.0.1:9/a", true),
            ("http://127.0.0.1:8/a", false),
            ("https://push.example/a", true),
            ("http://push.example/a", false),
        ] {
            assert_eq!(own.admit(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
