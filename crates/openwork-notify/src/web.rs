//! A client for a few requests a minute.

use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, StatusCode};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error};
use hyper_util::rt::TokioExecutor;

use crate::courier::DeliveryError;
use crate::post::HookUrlError;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// Sends requests, each on a connection of its own.
#[derive(Clone)]
pub(crate) enum WebClient {
    Plain(Client<HttpConnector, Full<Bytes>>),
    #[cfg(feature = "tls")]
    Secure(Client<hyper_rustls::HttpsConnector<HttpConnector>, Full<Bytes>>),
}

impl WebClient {
    pub(crate) fn new(is_secure: bool) -> Result<Self, HookUrlError> {
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(CONNECT));
        if is_secure {
            return secure(connector);
        }
        Ok(Self::Plain(builder().build(connector)))
    }

    /// Sends a request; gives the status of the answer.
    pub(crate) async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<StatusCode, DeliveryError> {
        let request = request.map(|body| Full::new(Bytes::from(body)));
        let answered = match self {
            Self::Plain(client) => client.request(request).await,
            #[cfg(feature = "tls")]
            Self::Secure(client) => client.request(request).await,
        };
        match answered {
            Ok(answer) => Ok(answer.status()),
            Err(error) => Err(unreachable(&error)),
        }
    }
}

fn builder() -> hyper_util::client::legacy::Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    // Between two requests a connection that is kept would have been cut.
    builder.pool_max_idle_per_host(0);
    builder
}

fn unreachable(error: &Error) -> DeliveryError {
    // The innermost says what happened; those around it that a request failed. It
    // names addresses at the most, and never the URL.
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    DeliveryError::Unreachable {
        reason: cause.to_string(),
    }
}

#[cfg(feature = "tls")]
fn secure(mut connector: HttpConnector) -> Result<WebClient, HookUrlError> {
    connector.enforce_http(false);
    let provider = rustls::crypto::ring::default_provider();
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_native_roots(provider)
        .map_err(|error| HookUrlError::NoRoots(error.to_string()))?
        .https_only()
        .enable_http1()
        .wrap_connector(connector);
    Ok(WebClient::Secure(builder().build(connector)))
}

#[cfg(not(feature = "tls"))]
fn secure(_: HttpConnector) -> Result<WebClient, HookUrlError> {
    Err(HookUrlError::NoTls)
}
