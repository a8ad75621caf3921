//! The calls about which workspaces are served.

use bytes::Bytes;
use hyper::Method;

use super::{ApiAnswer, ApiClient, ClientResult, segment};
use crate::workspace::{
    ActivatedResponse, AddWorkspaceRequest, RenameWorkspaceRequest, ServedResponse,
    WorkspaceDeletedResponse, WorkspacesResponse,
};

impl ApiClient {
    /// The workspaces that are served, the active one first.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn workspaces(&self) -> ClientResult<ApiAnswer<WorkspacesResponse<'static>>> {
        self.get("/workspaces").await
    }

    /// Makes a workspace the active one; `persist` for the next start as well.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn activate_workspace(
        &self,
        id: &str,
        persist: bool,
    ) -> ClientResult<ApiAnswer<ActivatedResponse<'static>>> {
        let path = format!("/workspaces/{}/activate", segment(id));
        self.post(&path, &serde_json::json!({ "persist": persist }))
            .await
    }

    /// Has the server serve one directory more, as the active workspace.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn add_workspace(
        &self,
        request: &AddWorkspaceRequest<'_>,
    ) -> ClientResult<ApiAnswer<ServedResponse<'static>>> {
        self.post("/workspaces/local", request).await
    }

    /// Calls a workspace something else for people; `None` takes that back.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn rename_workspace(
        &self,
        id: &str,
        name: Option<&str>,
    ) -> ClientResult<ApiAnswer<ServedResponse<'static>>> {
        let request = RenameWorkspaceRequest {
            display_name: name.map(Into::into),
        };
        let path = format!("/workspaces/{}/display-name", segment(id));
        self.patch(&path, &request).await
    }

    /// Has the server serve a workspace no more; its files stay.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn remove_workspace(
        &self,
        id: &str,
    ) -> ClientResult<ApiAnswer<WorkspaceDeletedResponse<'static>>> {
        let path = format!("/workspaces/{}", segment(id));
        self.answer(self.call(Method::DELETE, &path, Bytes::new()).await?)
    }
}
