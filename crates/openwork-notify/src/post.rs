//! A URL that each notice is sent to.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::courier::{Delivery, DeliveryError};
use crate::notice::Notice;
use crate::ntfy;
use crate::web::WebClient;

/// The form of what is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NoticeFormat {
    /// The notice as it is, in JSON.
    #[default]
    Json,
    /// A message for ntfy; the last part of the URL's path is the topic.
    Ntfy,
}

/// A URL that each notice is sent to by `POST`. Redirects are not followed, no
/// proxy is used, and of the answer the status alone is looked at.
///
/// It may hold a password or the name of a secret topic, so its debug form is a mask.
#[derive(Clone)]
pub struct HookUrl {
    target: Uri,
    authorization: Option<HeaderValue>,
    /// The topic, where that is the form.
    topic: Option<String>,
    client: WebClient,
}

/// Why nothing can be sent to a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HookUrlError {
    /// It is no such URL.
    #[error("expected a URL that begins with `http://` or `https://`")]
    NoUrl,
    /// There is no topic in it.
    #[error("expected the URL of a topic, such as `https://ntfy.sh/TOPIC`")]
    NoTopic,
    /// This program cannot speak TLS.
    #[error("this program was built without TLS, so that it cannot call `https://` URLs")]
    NoTls,
    /// The system trusts nobody, or does not say whom.
    #[error("the certificates that this system trusts cannot be read: {0}")]
    NoRoots(String),
}

impl HookUrl {
    /// Reads a URL. A name and a password in it are sent as Basic credentials.
    ///
    /// # Errors
    ///
    /// The [`HookUrlError`] says why nothing could be sent there, without the URL.
    pub fn parse(text: &str, format: NoticeFormat) -> Result<Self, HookUrlError> {
        let mut url = Url::parse(text).map_err(|_| HookUrlError::NoUrl)?;
        let is_secure = match url.scheme() {
            "http" => false,
            "https" => true,
            _ => return Err(HookUrlError::NoUrl),
        };
        let topic = match format {
            NoticeFormat::Json => None,
            NoticeFormat::Ntfy => Some(split_topic(&mut url).ok_or(HookUrlError::NoTopic)?),
        };
        let authorization = credentials(&mut url);
        url.set_fragment(None);
        Ok(Self {
            target: url.as_str().parse().map_err(|_| HookUrlError::NoUrl)?,
            authorization,
            topic,
            client: WebClient::new(is_secure)?,
        })
    }

    fn request(&self, notice: &Notice) -> Request<Vec<u8>> {
        let body = match &self.topic {
            None => notice.json(),
            Some(topic) => ntfy::message(topic, notice).to_string(),
        };
        let mut request = Request::new(body.into_bytes());
        *request.method_mut() = Method::POST;
        request.uri_mut().clone_from(&self.target);
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.extend(
            self.authorization
                .clone()
                .map(|value| (AUTHORIZATION, value)),
        );
        request
    }
}

/// Takes the topic off the URL of its server, which is where messages in JSON go.
fn split_topic(url: &mut Url) -> Option<String> {
    let mut segments = url.path_segments()?;
    let last = segments.rfind(|segment| !segment.is_empty())?;
    let topic = percent_decode_str(last).decode_utf8().ok()?.into_owned();
    url.path_segments_mut().ok()?.pop_if_empty().pop().push("");
    url.set_query(None);
    Some(topic)
}

/// Takes name and password off a URL.
fn credentials(url: &mut Url) -> Option<HeaderValue> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let (name, password) = (decoded(url.username()), url.password().map(decoded));
    if name.is_empty() && password.is_none() {
        return None;
    }
    // Neither fails for a URL with a host.
    let _ = (url.set_username(""), url.set_password(None));
    let both = format!("{name}:{}", password.unwrap_or_default());
    let mut value = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(both))).ok()?;
    value.set_sensitive(true);
    Some(value)
}

impl Delivery for HookUrl {
    fn name(&self) -> &'static str {
        "notify.url"
    }

    async fn deliver(&self, notice: &Notice) -> Result<(), DeliveryError> {
        let status = self.client.send(self.request(notice)).await?;
        match status {
            status if status.is_success() => Ok(()),
            status if status.is_redirection() => Err(DeliveryError::Redirected {
                status: status.as_u16(),
            }),
            status => Err(refused(status)),
        }
    }
}

fn refused(status: StatusCode) -> DeliveryError {
    DeliveryError::Refused {
        status: status.as_u16(),
    }
}

impl fmt::Debug for HookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HookUrl(…)")
    }
}

#[cfg(test)]
mod tests;
