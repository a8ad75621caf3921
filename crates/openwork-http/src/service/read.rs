//! What is read of a workspace.

use std::sync::Arc;

use hyper::Response;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use openwork_api::ItemList;
use openwork_change::query::Query;
use openwork_change::store::VersionedView;
use openwork_host::{Permission, Readable};
use openwork_model::command::CommandScope;
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;
use openwork_model::scope::Scope;

use super::{RequestContext, ServiceState};
use crate::condition;
use crate::error::Failure;
use crate::render::{RenderedView, SecretDisplay};
use crate::reply::{self, ReplyBody};
use crate::route::{ReadEndpoint, escape};

/// Audit entries that are sent unless a number is given, and at most.
const AUDIT_ENTRIES: (usize, usize) = (50, 200);

impl ServiceState {
    pub(super) async fn read(
        &self,
        read: ReadEndpoint,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let at = self.host.readable(context.matched.parameter("id")?)?;
        let name = || context.matched.parameter("name").map(str::to_owned);
        let include_global = context.parameters().is("includeGlobal", "true");
        let query = match read {
            ReadEndpoint::Config => return self.config(&at, context).await,
            ReadEndpoint::ConfigText if Self::asks_for_global_config(context)? => {
                return Box::pin(self.global_config()).await;
            }
            ReadEndpoint::ConfigText => Query::ConfigText,
            ReadEndpoint::DefaultModel => Query::DefaultModel,
            ReadEndpoint::AuthorizedFolders => Query::AuthorizedFolders,
            ReadEndpoint::Audit => return self.audit(&at, context).await,
            ReadEndpoint::Export => return self.export(&at, context).await,
            ReadEndpoint::Events => return Box::pin(self.changes(&at, context)).await,
            ReadEndpoint::Plugins => Query::Plugins { include_global },
            ReadEndpoint::Skills => {
                let skipped = context.parameters().is("include", "skipped");
                Query::Skills {
                    include_global,
                    skipped,
                }
            }
            ReadEndpoint::Skill => Query::Skill {
                name: name()?,
                include_global,
                files: context.parameters().is("files", "true"),
            },
            ReadEndpoint::SkillFile => Query::SkillFile {
                name: name()?,
                include_global,
                path: file_path(context)?,
            },
            ReadEndpoint::Mcp => Query::Mcp { include_global },
            ReadEndpoint::Commands => Query::Commands {
                scope: scope(context)?,
                skipped: context.parameters().is("include", "skipped"),
            },
            ReadEndpoint::Agents => Query::Agents {
                include_global,
                skipped: context.parameters().is("include", "skipped"),
            },
            ReadEndpoint::Agent => Query::Agent {
                name: name()?,
                include_global,
            },
            ReadEndpoint::Command => Query::Command { name: name()? },
        };
        // Of entries elsewhere in the system a client gets no secrets, nor of files
        // that are there for nothing else.
        let secrets = match query {
            Query::Mcp { .. }
            | Query::Agent { .. }
            | Query::Skill { files: true, .. }
            | Query::SkillFile { .. } => secrets_for(context),
            _ => own_secrets_for(context),
        };
        let rendered = self.rendered(&at, query, secrets).await?;
        Ok(reply::bytes_of_json(rendered.body))
    }

    async fn config(
        &self,
        at: &Readable,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let layers = context.parameters().is("layers", "true");
        let query = Query::Config { layers };
        if layers {
            let rendered = self.rendered(at, query, secrets_for(context)).await?;
            // Without its tag: the revision knows nothing of the other layers.
            return Ok(reply::bytes_of_json(rendered.body));
        }
        let rendered = self.rendered(at, query, own_secrets_for(context)).await?;
        let is_known = |etag: &HeaderValue| condition::is_known(context.headers(), etag);
        let mut response = reply::tagged(rendered, is_known);
        // A cache may keep it, but has to ask whether it still holds.
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        Ok(response)
    }

    pub(super) async fn audit(
        &self,
        at: &Readable,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let (default, most) = AUDIT_ENTRIES;
        let limit = context.parameters().limit(default, most);
        let query = Query::Audit { limit };
        let view = self.view(at, query).await?;
        // Looked through once, and not for each that asks.
        let conceal = |body| self.auth.conceal(body);
        let shown = SecretDisplay::Shown;
        let rendered = self.renders.render_through(&view, shown, conceal)?;
        Ok(reply::bytes_of_json(rendered.body))
    }

    /// The audit log of the server itself.
    pub(super) async fn server_audit(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let (default, most) = AUDIT_ENTRIES;
        let limit = context.parameters().limit(default, most);
        let entries = self.host.server_audit(limit).await;
        let entries = entries.map_err(Failure::ServerLog)?;
        let body = reply::bytes(&ItemList::from(entries), 1 << 10)?;
        Ok(reply::bytes_of_json(self.auth.conceal(body)))
    }

    pub(super) async fn rendered(
        &self,
        at: &Readable,
        query: Query,
        secrets: SecretDisplay,
    ) -> Result<RenderedView, Failure> {
        let view = self.view(at, query).await?;
        self.renders.render(&view, secrets)
    }

    async fn view(&self, at: &Readable, query: Query) -> Result<Arc<VersionedView>, Failure> {
        match self.host.ready(at, &query) {
            Some(view) => Ok(view),
            // Boxed, so that the many requests which are answered at once are
            // not as large as one that waits.
            None => Ok(Box::pin(self.host.query(at, query)).await?),
        }
    }
}

/// A view is complete for the host, and for whoever may and does ask for the
/// secrets by that word; for others those of exports and of files outside of
/// the workspace are masked.
pub(super) fn secrets_for(context: &RequestContext<'_>) -> SecretDisplay {
    let caller = &context.caller;
    if !caller.may(Permission::ReadSecretsByName) {
        SecretDisplay::Hidden
    } else if caller.may(Permission::ReadSecrets) || context.parameters().is("sensitive", "include")
    {
        SecretDisplay::Shown
    } else {
        SecretDisplay::Masked
    }
}

/// The secrets of a workspace's own files, which whoever may change the files
/// sees as they stand there.
fn own_secrets_for(context: &RequestContext<'_>) -> SecretDisplay {
    if context.caller.may(Permission::ReadSecretsByName) {
        SecretDisplay::Shown
    } else {
        SecretDisplay::Hidden
    }
}

/// The path of a file below a folder, each segment decoded by itself.
fn file_path(context: &RequestContext<'_>) -> Result<RelPath, Failure> {
    let raw = context.matched.parameter("path")?;
    raw.split('/').try_fold(RelPath::root(), |path, segment| {
        let name = escape::decode(segment).ok_or(Failure::BadEscape)?;
        // A slash that was escaped is none that parts two names.
        path.join(&name).map_err(|error| {
            Failure::Invalid(Invalid::SkillFile {
                path: raw.chars().take(64).collect(),
                reason: error.to_string(),
            })
        })
    })
}

/// Global commands are the host's own, so they need its token as well.
fn scope(context: &RequestContext<'_>) -> Result<CommandScope, Failure> {
    match context.parameters().is("scope", "global") {
        true if !context.caller.may(Permission::ReadGlobalCommands) => {
            Err(context.caller.lacks(Scope::Owner))
        }
        true => Ok(CommandScope::Global),
        false => Ok(CommandScope::Workspace),
    }
}
