//! Which workspaces are served.

use bytes::Bytes;
use hyper::body::Body as HttpBody;
use hyper::{Response, StatusCode};
use openwork_api::workspace::{
    ActivatedResponse, ServedResponse, WorkspaceDeletedResponse, WorkspaceItem, WorkspacesResponse,
};
use openwork_change::change::{Fields, JsonObject};
use openwork_host::{ListOutcome, NewWorkspace, Permission, Readable};
use openwork_model::invalid::Invalid;
use openwork_model::workspace::Workspace;

use super::{RequestContext, ServiceState};
use crate::body;
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::WorkspaceEndpoint;

/// The most characters that a workspace may be called by.
const NAME: usize = 200;

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

    pub(super) async fn serving<B>(
        &self,
        change: WorkspaceEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        match change {
            WorkspaceEndpoint::Add => self.add(context, body).await,
            WorkspaceEndpoint::Rename => self.rename(context, body).await,
            WorkspaceEndpoint::Activate => self.activate(context, body).await,
            WorkspaceEndpoint::Remove => self.remove(context, body).await,
        }
    }

    async fn add<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let fields = body::object(body, self.usual_bounds()).await?;
        let requester = context.requester()?;
        let added = self
            .host
            .add_workspace(&requester, wanted(&fields)?)
            .await?;
        let mut response = self.served(context, added.list)?;
        if added.is_new {
            *response.status_mut() = StatusCode::CREATED;
        }
        Ok(response)
    }

    async fn rename<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let id = context.matched.parameter("id")?;
        self.host.readable(id)?;
        let fields = body::object(body, self.usual_bounds()).await?;
        let name = display_name(&fields)?;
        let requester = context.requester()?;
        let renamed = self.host.rename_workspace(&requester, id, name).await?;
        self.served(context, renamed.list)
    }

    async fn remove<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let id = context.matched.parameter("id")?;
        self.host.readable(id)?;
        body::discard(body, self.usual_bounds()).await?;
        let requester = context.requester()?;
        let removal = self.host.remove_workspace(&requester, id).await?;
        let left = self.host.workspaces();
        reply::json(&WorkspaceDeletedResponse {
            ok: true,
            deleted: true,
            left: served(&left, context, removal.list),
        })
    }

    /// All workspaces as they are by now.
    fn served(
        &self,
        context: &RequestContext<'_>,
        list: ListOutcome,
    ) -> Result<Response<ReplyBody>, Failure> {
        reply::json(&served(&self.host.workspaces(), context, list))
    }

    /// Makes a workspace the active one.
    async fn activate<B>(
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
            warnings: warnings(activated.list),
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

fn served<'w>(
    all: &'w [Readable],
    context: &RequestContext<'_>,
    list: ListOutcome,
) -> ServedResponse<'w> {
    let items = all.iter().map(|at| item(at.workspace(), context));
    ServedResponse {
        served: WorkspacesResponse::new(items.collect()),
        persisted: list.persisted,
        warnings: warnings(list),
    }
}

fn warnings(list: ListOutcome) -> Vec<std::borrow::Cow<'static, str>> {
    list.warnings.into_iter().map(Into::into).collect()
}

/// Reads `{ "folderPath", "name"?, "preset"? }`.
fn wanted(fields: &Fields) -> Result<NewWorkspace, Failure> {
    let body = JsonObject::new(fields);
    let path = body.filled_text("folderPath")?;
    Ok(NewWorkspace {
        path: path.ok_or_else(|| missing("folderPath"))?.to_owned(),
        name: called(body.filled_text("name")?, "name")?,
        preset: called(body.filled_text("preset")?, "preset")?,
    })
}

/// Reads `{ "displayName" }`, a text or null.
fn display_name(fields: &Fields) -> Result<Option<String>, Failure> {
    const FIELD: &str = "displayName";

    let body = JsonObject::new(fields);
    if body.is_null(FIELD) {
        return Ok(None);
    }
    let name = body.text(FIELD)?.ok_or_else(|| missing(FIELD))?.trim();
    called((!name.is_empty()).then_some(name), FIELD)
}

fn called(name: Option<&str>, field: &'static str) -> Result<Option<String>, Failure> {
    if name.is_some_and(|name| name.chars().count() > NAME || name.contains(char::is_control)) {
        return Err(Failure::Invalid(Invalid::WrongType {
            field: field.to_owned(),
            expected: "a text of at most 200 characters in one line",
        }));
    }
    Ok(name.map(str::to_owned))
}

fn missing(field: &str) -> Failure {
    Failure::Invalid(Invalid::WrongType {
        field: field.to_owned(),
        expected: "a text",
    })
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
