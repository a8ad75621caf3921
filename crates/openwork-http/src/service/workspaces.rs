//! Which workspaces are served.

use hyper::Response;
use openwork_api::workspace::{WorkspaceItem, WorkspacesResponse};
use openwork_host::{HostError, Permission};
use openwork_model::workspace::Workspace;

use super::{RequestContext, ServiceState};
use crate::error::Failure;
use crate::reply::{self, ReplyBody};

impl ServiceState {
    pub(super) fn workspaces(
        &self,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let shown = self.shown_workspaces(context)?;
        let items = shown.iter().map(|workspace| item(workspace, context));
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
    ) -> Result<Vec<&Workspace>, Failure> {
        let Ok(mount) = context.matched.parameter("id") else {
            return Ok(self.host.workspaces().collect());
        };
        let mut all = self.host.workspaces();
        let id = self.host.readable(mount)?.workspace().id.clone();
        let mounted = all.find(|workspace| workspace.id == id);
        Ok(vec![mounted.ok_or(HostError::UnknownWorkspace)?])
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
