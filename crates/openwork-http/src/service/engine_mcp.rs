//! What an engine knows of its MCP servers: how one is, and signing out of one.

use std::time::Duration;

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::{Method, Request, Response, StatusCode};
use openwork_api::receipt::DoneResponse;
use openwork_api::view::McpTestResponse;
use openwork_change::change::Fields;
use openwork_change::plan::PlanError;
use openwork_change::query::{Query, View};
use openwork_host::{EngineAsk, EngineRule, HostError, Readable, engine_route};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::proxy::{SHORT_ANSWER, url};
use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::{CallFailure, Failure};
use crate::proxy::{EngineFault, SentBody, own_call, read_json};
use crate::reply::{self, ReplyBody};
use crate::route::McpEndpoint;

/// How long an engine may take to say how its servers are.
const PATIENCE: Duration = Duration::from_secs(5);

impl ServiceState {
    pub(super) async fn mcp<B>(
        &self,
        mcp: McpEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match mcp {
            McpEndpoint::SignOut => self.sign_out(context, body).await,
            McpEndpoint::Test => {
                let at = self.host.readable(context.matched.parameter("id")?)?;
                body::discard(body, self.usual_bounds()).await?;
                let name = context.matched.parameter("name")?;
                reply::json(&self.test_mcp(&at, name).await?)
            }
        }
    }

    /// Has the engine forget what it is signed in with at a server: asked about and
    /// recorded as the same call through the proxy is.
    async fn sign_out<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.writable(context.matched.parameter("id")?).await?;
        body::discard(body, self.usual_bounds()).await?;
        let target = self.engine_target(at.workspace())?;
        let name = context.matched.parameter("name")?;
        let path = format!("/mcp/{}/auth", utf8_percent_encode(name, NON_ALPHANUMERIC));
        let method = Method::DELETE;
        let found = engine_route(method.as_str(), &path).ok_or(Failure::EngineRoute)?;
        let EngineRule::Ask(asked) = found.route.rule else {
            return Err(Failure::EngineRoute);
        };
        let ask = EngineAsk::new(&asked, method.as_str(), &path, &Fields::new())?;
        let request = own_call(&target, method, &path).map_err(url)?;
        let client = self.options.engine.client().clone();
        let done = async move { client.send(request).await.map_err(CallFailure::Engine) };
        let requester = context.requester()?;
        let answer = self.host.call_engine(at, requester, ask, done).await?;
        match answer.status() {
            status if status.is_success() => reply::json(&DoneResponse { ok: true }),
            StatusCode::NOT_FOUND => Err(no_such_server()),
            status => Err(Failure::Engine(EngineFault::NoAnswer(format!(
                "it answered with status {}",
                status.as_u16()
            )))),
        }
    }

    /// How a server is, as the engine says it. Nothing is started or called for it:
    /// a program runs here only if its host has allowed that.
    async fn test_mcp(
        &self,
        at: &Readable,
        name: &str,
    ) -> Result<McpTestResponse<'static>, Failure> {
        let query = Query::Mcp {
            include_global: true,
        };
        let view = Box::pin(self.host.query(at, query)).await?;
        let View::Mcp(items) = &view.view else {
            return Err(Failure::Internal);
        };
        let item = items.iter().find(|item| item.name == name);
        let item = item.ok_or_else(no_such_server)?;
        let config = item.effective.as_ref().unwrap_or(&item.config);
        let is = |key: &str, value: bool| config.get(key) == Some(&Value::Bool(value));
        let switched_off = item.switch.as_ref().is_some_and(|switch| !switch.enabled);
        if switched_off || is("enabled", false) || is("disabled", true) {
            return Ok(told("disabled", "mcp disabled in config"));
        }
        let target = self.engine_target(at.workspace())?;
        let request = own_call(&target, Method::GET, "/mcp").map_err(url)?;
        let known = tokio::time::timeout(PATIENCE, self.known_servers(request)).await;
        let Ok(Some(known)) = known else {
            return Ok(told(
                "unavailable",
                "engine /mcp status probe did not complete",
            ));
        };
        Ok(standing(known.get(name)))
    }

    /// What the engine says of all of its servers; `None` if that is no answer.
    async fn known_servers(&self, request: Request<SentBody>) -> Option<Value> {
        let answer = self.options.engine.client().send(request).await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        let known = read_json(answer.into_body(), SHORT_ANSWER).await.ok()?;
        known.is_object().then_some(known)
    }
}

/// What the engine's word for a server means to clients of the OpenWork API.
fn standing(server: Option<&Value>) -> McpTestResponse<'static> {
    let Some(server) = server else {
        return told("not_registered", "engine has no status for this MCP");
    };
    match server.get("status").and_then(Value::as_str) {
        Some("connected") => McpTestResponse {
            ok: true,
            status: "connected".into(),
            reason: None,
        },
        Some("disabled") => told("disabled", "mcp disabled in config"),
        Some("needs_auth") => told("needs_auth", "requires sign-in"),
        Some("needs_client_registration") => {
            told("needs_client_registration", "requires a registered client")
        }
        Some("failed") => {
            let error = server.get("error").and_then(Value::as_str);
            McpTestResponse {
                reason: Some(
                    error
                        .unwrap_or("the engine does not say why")
                        .to_owned()
                        .into(),
                ),
                ..told("failed", "")
            }
        }
        _ => told("unknown", "unrecognized engine status"),
    }
}

fn told(status: &'static str, reason: &'static str) -> McpTestResponse<'static> {
    McpTestResponse {
        ok: false,
        status: status.into(),
        reason: Some(reason.into()),
    }
}

fn no_such_server() -> Failure {
    HostError::from(PlanError::McpNotFound).into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_of_the_engine_have_their_meaning() {
        for (server, ok, status, reason) in [
            (json!({ "status": "connected" }), true, "connected", None),
            (
                json!({ "status": "needs_auth" }),
                false,
                "needs_auth",
                Some("requires sign-in"),
            ),
            (
                json!({ "status": "failed", "error": "no" }),
                false,
                "failed",
                Some("no"),
            ),
            (
                json!({ "status": "weird" }),
                false,
                "unknown",
                Some("unrecognized engine status"),
            ),
            (
                json!(1),
                false,
                "unknown",
                Some("unrecognized engine status"),
            ),
        ] {
            let told = standing(Some(&server));
            assert_eq!(
                (told.ok, &*told.status, told.reason.as_deref()),
                (ok, status, reason)
            );
        }
        assert_eq!(standing(None).status, "not_registered");
    }
}
