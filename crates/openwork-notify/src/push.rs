//! Web Push: messages to browsers that need not be open.
//!
//! The browser's maker runs a service that carries them. It learns when there is
//! one and how long it is, and nothing of what it says (RFC 8291); and by a key of
//! the sender it knows that all come from the same (VAPID, RFC 8292).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hyper::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use serde_json::json;

use crate::courier::DeliveryError;
use crate::notice::{Notice, NoticeKind};
use crate::post::HookUrlError;
use crate::web::WebClient;

mod seal;
mod subscription;
mod vapid;

pub use subscription::{BadSubscription, PushServices, PushSubscription};
pub use vapid::{BadPushKey, PushKeys};

/// How long a service keeps a message for a browser that is not there.
const TIME_TO_LIVE: HeaderName = HeaderName::from_static("ttl");
/// How much it is worth of a phone's battery.
const URGENCY: HeaderName = HeaderName::from_static("urgency");
/// Of messages with the same one that were not delivered yet the last counts.
const TOPIC: HeaderName = HeaderName::from_static("topic");

/// The longest that a message is kept, in seconds.
const LONGEST: u64 = 60 * 60;
/// And the shortest: clocks differ.
const SHORTEST: u64 = 30;
/// How long a topic may be.
const TOPIC_LENGTH: usize = 32;

/// Sends messages to browsers.
#[derive(Clone)]
pub struct PushSender {
    plain: WebClient,
    secure: WebClient,
    /// Whom services can write to.
    contact: String,
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PushOutcome {
    /// The service has it.
    Taken,
    /// The browser takes no more messages.
    Gone,
}

impl PushSender {
    /// A sender whom services can write to under a `mailto:` or `https:` URL.
    ///
    /// # Errors
    ///
    /// [`HookUrlError::NoRoots`] if the system does not say whom it trusts.
    pub fn new(contact: impl Into<String>) -> Result<Self, HookUrlError> {
        Ok(Self {
            plain: WebClient::new(false)?,
            secure: WebClient::new(true)?,
            contact: contact.into(),
        })
    }

    /// Sends a notice to one browser.
    ///
    /// # Errors
    ///
    /// [`DeliveryError`] if the service does not take it.
    pub async fn send(
        &self,
        keys: &PushKeys,
        to: &PushSubscription,
        notice: &Notice,
    ) -> Result<PushOutcome, DeliveryError> {
        let request = self.request(keys, to, notice).ok_or_else(unfit)?;
        let client = if to.is_secure() {
            &self.secure
        } else {
            &self.plain
        };
        match client.send(request).await? {
            status if status.is_success() => Ok(PushOutcome::Taken),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(PushOutcome::Gone),
            status => Err(DeliveryError::Refused {
                status: status.as_u16(),
            }),
        }
    }

    /// `None` if the system has no randomness, or a text fits into no header.
    fn request(
        &self,
        keys: &PushKeys,
        to: &PushSubscription,
        notice: &Notice,
    ) -> Option<Request<Vec<u8>>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
        let target: Uri = to.endpoint().parse().ok()?;
        let authorization = keys.authorization(&to.origin(), &self.contact, now)?;
        let mut request = Request::new(seal::seal(to.keys(), payload(notice).as_bytes())?);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = target;
        let headers = request.headers_mut();
        let mut authorization = HeaderValue::from_str(&authorization).ok()?;
        authorization.set_sensitive(true);
        headers.insert(AUTHORIZATION, authorization);
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        );
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("aes128gcm"));
        headers.insert(TIME_TO_LIVE, HeaderValue::from(time_to_live(notice, now)));
        headers.insert(URGENCY, HeaderValue::from_static("high"));
        headers.insert(TOPIC, HeaderValue::from_str(&topic(notice)).ok()?);
        Some(request)
    }
}

/// What the page's worker reads: what to show, and which request it leads to.
fn payload(notice: &Notice) -> String {
    let is_request = notice.kind == NoticeKind::Asked;
    json!({
        "id": notice.id,
        "title": notice.title,
        "body": notice.body(),
        "request": is_request.then_some(&notice.id),
    })
    .to_string()
}

/// A message about what waits no more only confuses.
fn time_to_live(notice: &Notice, now: Duration) -> u64 {
    let end = notice.expires_at.map(|end| end / 1_000);
    let left = end.map_or(LONGEST, |end| end.saturating_sub(now.as_secs()));
    left.clamp(SHORTEST, LONGEST)
}

fn topic(notice: &Notice) -> String {
    let plain = notice.id.chars().filter(char::is_ascii_alphanumeric);
    plain.take(TOPIC_LENGTH).collect()
}

fn unfit() -> DeliveryError {
    DeliveryError::Unready {
        reason: "a message could not be encrypted for a browser".to_owned(),
    }
}

#[cfg(test)]
mod tests;
