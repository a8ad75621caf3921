//! What is read of a workspace.

use std::sync::Arc;

use hyper::Response;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use openwork_api::view::ExportHead;
use openwork_change::query::Query;
use openwork_change::store::CachedView;
use openwork_host::Readable;
use openwork_model::command::CommandScope;

use super::{RequestContext, ServiceState};
use crate::auth::MissingCredential;
use crate::condition;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::ReadEndpoint;
use crate::wire;

/// Audit entries that are sent unless a number is given, and at most.
const AUDIT_ENTRIES: (usize, usize) = (50, 200);

impl ServiceState {
    pub(super) async fn read(
        &self,
        read: ReadEndpoint,
        asked: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let at = self.host.readable(asked.matched.id())?;
        let name = || asked.matched.name().to_owned();
        let include_global = asked.parameters().is("includeGlobal", "true");
        let query = match read {
            ReadEndpoint::Config => return self.config(&at, asked).await,
            ReadEndpoint::Audit => return self.audit(&at, asked).await,
            ReadEndpoint::Export => return self.export(&at, asked).await,
            ReadEndpoint::Events => return Box::pin(self.changes(&at, asked)).await,
            ReadEndpoint::Plugins => Query::Plugins { include_global },
            ReadEndpoint::Skills => {
                let skipped = asked.parameters().is("include", "skipped");
                Query::Skills {
                    include_global,
                    skipped,
                }
            }
            ReadEndpoint::Skill => Query::Skill {
                name: name(),
                include_global,
            },
            ReadEndpoint::Mcp => {
                let cached = self.view(&at, Query::Mcp { include_global }).await?;
                return if include_global {
                    reply::view(&for_caller(cached, asked))
                } else {
                    reply::view(&cached)
                };
            }
            ReadEndpoint::Commands => Query::Commands {
                scope: scope(asked)?,
                skipped: asked.parameters().is("include", "skipped"),
            },
            ReadEndpoint::Command => Query::Command { name: name() },
        };
        reply::view(&*self.view(&at, query).await?)
    }

    async fn config(
        &self,
        at: &Readable,
        asked: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let layers = asked.parameters().is("layers", "true");
        let cached = self.view(at, Query::Config { layers }).await?;
        // The revision knows nothing of the other layers.
        if layers {
            return reply::view(&for_caller(cached, asked));
        }
        let mut response =
            reply::tagged(&cached, |etag| condition::is_known(asked.headers(), etag))?;
        // A cache may keep it, but has to ask whether it still holds.
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
        Ok(response)
    }

    pub(super) async fn audit(
        &self,
        at: &Readable,
        asked: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let (default, most) = AUDIT_ENTRIES;
        let limit = asked.parameters().limit(default, most);
        let entries = self.view(at, Query::Audit { limit }).await?;
        reply::edited_view(&entries, |text| self.auth.conceal(text))
    }

    async fn export(
        &self,
        at: &Readable,
        asked: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let cached = self.view(at, Query::Export).await?;
        let head = ExportHead {
            workspace_id: at.workspace().id.as_str().into(),
            exported_at: self.options.clock.now_ms(),
        };
        reply::headed(&head, &for_caller(cached, asked))
    }

    /// What is known to be still true is there at once. Only the rest is worth
    /// the room that waiting takes in every connection.
    async fn view(&self, at: &Readable, query: Query) -> Result<Arc<CachedView>, Failure> {
        match self.host.warm(at, &query) {
            Some(cached) => Ok(cached),
            None => Ok(Box::pin(self.host.query(at, query)).await?),
        }
    }
}

/// A view is complete for the host, and for whoever asks for the secrets by
/// that word; for others those of exports and of files outside of the
/// workspace are masked.
fn for_caller(cached: Arc<CachedView>, asked: &RequestContext<'_>) -> Arc<CachedView> {
    if asked.caller.is_host || asked.parameters().is("sensitive", "include") {
        return cached;
    }
    let masked = || Arc::new(CachedView::new(wire::masked(&cached.view)));
    Arc::clone(cached.masked.get_or_init(masked))
}

/// Global commands are the host's own, so they need its token as well.
fn scope(asked: &RequestContext<'_>) -> Result<CommandScope, Failure> {
    match asked.parameters().is("scope", "global") {
        true if !asked.caller.is_host => Err(Failure::Unauthorized(MissingCredential::Host)),
        true => Ok(CommandScope::Global),
        false => Ok(CommandScope::Workspace),
    }
}
