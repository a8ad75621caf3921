//! What the server says of itself, and of whoever asks.

use bytes::Bytes;
use hyper::Response;
use openwork_api::openapi;
use openwork_api::server::{CapabilitiesResponse, HealthResponse, ServerAbilities};
use openwork_api::status::{ApprovalPolicy, ServerPlace, StatusResponse};
use openwork_api::token::{ScopedActor, WhoAmIResponse};
use openwork_host::Readable;

use super::workspaces::item;
use super::{RequestContext, ServiceState};
use crate::error::Failure;
use crate::options::ConsoleAccess;
use crate::reply::{self, ReplyBody};
use crate::wire::approval::mode;
use crate::wire::milliseconds;

impl ServiceState {
    pub(super) fn health(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        self.check_mount(context)?;
        reply::json(&HealthResponse {
            ok: true,
            version: self.options.version.as_str().into(),
            uptime_ms: self.uptime_ms(),
        })
    }

    pub(super) fn capabilities(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        self.check_mount(context)?;
        if let Some(made) = self.abilities.get() {
            return Ok(reply::bytes_of_json(made.clone()));
        }
        let made = reply::bytes(&self.abilities(), 1 << 10)?;
        let kept = self.abilities.get_or_init(|| made);
        Ok(reply::bytes_of_json(kept.clone()))
    }

    fn abilities(&self) -> CapabilitiesResponse {
        let gate = self.host.gate().options();
        CapabilitiesResponse::new(ServerAbilities {
            version: self.options.version.clone(),
            write: !self.host.is_read_only(),
            console: cfg!(feature = "console") && self.options.console != ConsoleAccess::Off,
            tokens: self.host.keeps_tokens(),
            approval_mode: mode(gate.mode),
            approval_timeout_ms: milliseconds(gate.timeout),
        })
    }

    pub(super) async fn status(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let (options, facts) = (&self.options, &self.options.facts);
        let gate = self.host.gate().options();
        let shown = self.shown_workspaces(context)?;
        let opencode_version = match shown.first() {
            Some(at) => self.versions.of(&self.host, at).await,
            None => None,
        };
        let active = shown
            .first()
            .map(|active| item(active.workspace(), context));
        let origins = options.cors_origins.iter();
        let added = self
            .host
            .workspaces()
            .into_iter()
            .filter(Readable::is_added);
        let added: Vec<_> = added.map(|at| at.workspace().path.clone()).collect();
        let roots = facts.authorized_roots.iter().chain(&added);
        let config = facts.config_path.as_ref();
        reply::json(&StatusResponse {
            ok: true,
            version: options.version.as_str().into(),
            opencode_version: opencode_version.map(Into::into),
            uptime_ms: self.uptime_ms(),
            read_only: self.host.is_read_only(),
            approval: ApprovalPolicy {
                mode: mode(gate.mode).into(),
                timeout_ms: milliseconds(gate.timeout),
            },
            cors_origins: origins.map(|origin| origin.as_str().into()).collect(),
            workspace_count: shown.len(),
            active_workspace_id: active.as_ref().map(|active| active.id.clone()),
            workspace: active,
            authorized_roots: roots.map(|root| root.to_string_lossy()).collect(),
            server: ServerPlace {
                host: facts.host.as_str().into(),
                port: facts.port,
                config_path: config.map(|path| path.to_string_lossy()),
            },
            token_source: facts.tokens,
        })
    }

    fn uptime_ms(&self) -> u64 {
        let uptime = self.options.started.elapsed().as_millis();
        u64::try_from(uptime).unwrap_or(u64::MAX)
    }
}

/// The description of the API.
pub(super) fn description() -> Response<ReplyBody> {
    reply::bytes_of_json(Bytes::from_static(openapi().as_bytes()))
}

/// Whoever asks.
pub(super) fn who_am_i(context: &RequestContext<'_>) -> Result<Response<ReplyBody>, Failure> {
    let requester = context.requester()?;
    reply::json(&WhoAmIResponse {
        ok: true,
        actor: ScopedActor {
            actor: requester.actor(),
            scope: requester.grant().scope(),
        },
    })
}
