//! Which workspaces are served.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::workspace::{ActivatedResponse, WorkspaceItem, WorkspacesResponse};
use openwork_change::change::JsonObject;
use openwork_host::{Permission, Readable};
use openwork_model::workspace::Workspace;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};

impl ServiceState {
    pub(super) fn workspaces(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let shown = self.shown_workspaces(context)?;
        let items = shown.iter().map(|at| item(at.workspace(), context));
        reply::json(&WorkspacesResponse::new(items.collect()))
    }

    /// All workspaces, or the one that the request was mounted on.
    ///
    /// # Errors
    ///
    /// [`HostError::UnknownWorkspace`] if it was mounted on none.
    pub(super) fn shown_workspaces(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Vec<Readable>, Failure> {
        match context.matched.parameter("id") {
            Ok(mount) => Ok(vec![self.host.readable(mount)?]),
            Err(_) => Ok(self.host.workspaces()),
        }
    }

    /// Makes a workspace the active one.
    pub(super) async fn activate<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let id = context.matched.parameter("id")?;
        self.host.readable(id)?;
        let keep = self.keeps(context, body).await?;
        let activated = self.host.activate(id, keep).await?;
        let workspace = activated.workspace.workspace();
        reply::json(&ActivatedResponse {
            active_id: workspace.id.as_str().into(),
            workspace: item(workspace, context),
            persisted: activated.list.persisted,
            warnings: activated
                .list
                .warnings
                .into_iter()
                .map(Into::into)
                .collect(),
        })
    }

    /// Whether the query or the body wants it for the next start as well.
    async fn keeps<B>(&self, context: &RequestContext<'_>, body: B) -> Result<bool, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let by_query = match context.parameters().get("persist").as_deref() {
            None => false,
            Some("true" | "1" | "yes" | "on") => true,
            Some(_) => return Err(Failure::Persist),
        };
        if body.is_end_stream() {
            return Ok(by_query);
        }
        let fields = body::object(body, self.usual_bounds()).await?;
        let by_body = JsonObject::new(&fields).flag("persist")?;
        Ok(by_query || by_body == Some(true))
    }

    /// Fails if a request is mounted on a workspace that there is not.
    pub(super) fn check_mount(&self, context: &RequestContext<'_>) -> Result<(), Failure> {
        if let Ok(mount) = context.matched.parameter("id") {
            self.host.readable(mount)?;
        }
        Ok(())
    }
}

/// A workspace, with its engine's credentials for who may see them: clients
/// that speak to the engine themselves need them.
pub(super) fn item<'w>(
    workspace: &'w Workspace,
    context: &RequestContext<'_>,
) -> WorkspaceItem<'w> {
    let item = WorkspaceItem::from(workspace);
    if context.caller.may(Permission::ReadSecretsByName) {
        item.with_login(workspace)
    } else {
        item
    }
}
