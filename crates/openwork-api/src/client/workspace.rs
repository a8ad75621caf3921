//! Calls as a client, about one workspace.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    ANSWER, ApiAnswer, ApiClient, ChangeReader, ClientError, ClientResult, segment, within,
};
use crate::receipt::{ReceiptNotes, WarningBody};

/// How long a change may take. It waits until the host has decided, for as long as
/// the server lets it.
const DECISION: Duration = Duration::from_secs(10 * 60);

/// A client's calls about one workspace. They take a client token, and the host's
/// goes along where the [`ApiClient`] has it.
///
/// A change waits for the host's answer: such a call takes up to 10 minutes.
/// Dropping it withdraws the change, unless that is being made already.
///
/// ```
/// use openwork_api::client::{ApiClient, BaseUrl, ClientResult};
/// use openwork_api::request::AddPluginRequest;
///
/// async fn add_notion(url: BaseUrl, token: String, workspace: &str) -> ClientResult<()> {
///     let client = ApiClient::new(url, None).with_client_token(Some(token));
///     let workspace = client.workspace(workspace);
///     let notion = AddPluginRequest {
///         spec: "opencode-notion".into(),
///         replace: false,
///     };
///     let added = workspace.add_plugin(&notion).await?;
///     for warning in &added.warnings {
///         println!("{}", warning.message);
///     }
///     for plugin in workspace.plugins().await?.body.items {
///         println!("{}", plugin.spec);
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct WorkspaceClient<'c> {
    client: &'c ApiClient,
    /// The path that those of all its calls begin with.
    base: String,
}

/// The answer to a change that was made.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeAnswer<T> {
    /// All of it, as JSON.
    pub document: Value,
    /// What may keep the change from having its effect.
    pub warnings: Vec<WarningBody<'static>>,
    /// What is known of the answer; `None` if the change was made and what should
    /// tell of it could not be. Nothing is to be sent again then.
    pub body: Option<T>,
}

impl ApiClient {
    /// The calls about a workspace, by its id.
    pub fn workspace(&self, id: &str) -> WorkspaceClient<'_> {
        WorkspaceClient {
            client: self,
            base: format!("/workspace/{}", segment(id)),
        }
    }
}

impl WorkspaceClient<'_> {
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> ClientResult<ApiAnswer<T>> {
        let answer = self.call(Method::GET, path, Bytes::new());
        let document = self.client.document(answer.await?);
        self.client.answer(self.in_time(document).await?)
    }

    /// What is at a path, as it is.
    pub(super) async fn get_bytes(&self, path: &str) -> ClientResult<Bytes> {
        let answer = self.call(Method::GET, path, Bytes::new()).await?;
        self.in_time(self.client.body(answer)).await
    }

    /// The answer to a question that takes a body, and changes nothing.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> ClientResult<ApiAnswer<T>> {
        let answer = self.call(Method::POST, path, self.json(body)?);
        let document = self.client.document(answer.await?);
        self.client.answer(self.in_time(document).await?)
    }

    /// Makes a change; a method that takes no body has none.
    pub(super) async fn change<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> ClientResult<ChangeAnswer<T>> {
        let request = self.request(method, path, body)?;
        self.changed(request).await
    }

    pub(super) async fn changed<T: DeserializeOwned>(
        &self,
        request: Request<Full<Bytes>>,
    ) -> ClientResult<ChangeAnswer<T>> {
        let exchange = async {
            let answer = self.accepted(self.client.send(request).await?).await?;
            self.client.document(answer).await
        };
        let exchange = within(DECISION, exchange).await;
        let document = exchange.map_err(|late| self.client.lost(late))??;
        let warnings = self.client.answer::<ReceiptNotes<'static>>(document)?;
        let document = warnings.document;
        // A change that is made without its list is told apart by this key alone.
        let is_unlisted = document.get("committed") == Some(&Value::Bool(true));
        let (document, body) = if is_unlisted {
            (document, None)
        } else {
            let answer = self.client.answer(document)?;
            (answer.document, Some(answer.body))
        };
        Ok(ChangeAnswer {
            document,
            warnings: warnings.body.warnings,
            body,
        })
    }

    pub(super) fn json(&self, body: &impl Serialize) -> ClientResult<Bytes> {
        let body = serde_json::to_vec(body).map_err(|cause| self.client.lost(cause))?;
        Ok(body.into())
    }

    pub(super) async fn changes_at(&self, path: &str) -> ClientResult<ChangeReader> {
        let mut request = self.request(Method::GET, path, Bytes::new())?;
        // Asked for by this alone: the same path has a list for others.
        let stream = HeaderValue::from_static("text/event-stream");
        request.headers_mut().insert(ACCEPT, stream);
        let answer = self.head_of(request).await?;
        Ok(ChangeReader::new(answer.into_body()))
    }

    /// The head of an answer that is no refusal.
    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> ClientResult<Response<Incoming>> {
        let request = self.request(method, path, body)?;
        self.head_of(request).await
    }

    async fn head_of(&self, request: Request<Full<Bytes>>) -> ClientResult<Response<Incoming>> {
        let exchange = async { self.accepted(self.client.send(request).await?).await };
        self.in_time(exchange).await
    }

    pub(super) fn request(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> ClientResult<Request<Full<Bytes>>> {
        let Some(token) = &self.client.client_token else {
            return Err(ClientError::ClientTokenMissing {
                url: self.client.url.to_string(),
            });
        };
        let path = format!("{}{path}", self.base);
        let host_token = self.client.host_token.as_deref();
        let mut request = self.client.request(method, &path, body, host_token)?;
        let bearer = HeaderValue::try_from(format!("Bearer {token}"));
        let mut bearer = bearer.map_err(|_| self.token_refused())?;
        bearer.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, json);
        Ok(request)
    }

    async fn accepted(&self, answer: Response<Incoming>) -> ClientResult<Response<Incoming>> {
        match answer.status() {
            status if status.is_success() => Ok(answer),
            StatusCode::UNAUTHORIZED => Err(self.token_refused()),
            _ => Err(self.client.refusal(answer).await),
        }
    }

    pub(super) fn lost(
        &self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> ClientError {
        self.client.lost(cause)
    }

    fn token_refused(&self) -> ClientError {
        ClientError::ClientTokenRefused {
            url: self.client.url.to_string(),
        }
    }

    async fn in_time<T>(&self, work: impl Future<Output = ClientResult<T>>) -> ClientResult<T> {
        let done = within(ANSWER, work).await;
        done.map_err(|late| self.client.lost(late))?
    }
}
