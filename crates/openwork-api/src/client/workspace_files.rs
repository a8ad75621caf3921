//! Files that come and go, and those of the workspace as they are.

use bytes::Bytes;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderValue};

use super::{ApiAnswer, ChangeAnswer, ClientResult, WorkspaceClient, segment};
use crate::ItemList;
use crate::drops::{DroppedFile, ResolveRequest, ResolvedTarget, UploadResponse};
use crate::files::{
    FileContentResponse, FileStatResponse, FileWritten, WriteContentRequest, WriteRawRequest,
};

impl WorkspaceClient<'_> {
    /// The files that clients brought, those that changed last first.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn inbox(&self) -> ClientResult<ApiAnswer<ItemList<DroppedFile<'static>>>> {
        self.get("/inbox").await
    }

    /// The bytes of one of them, by its id; at most 64 MiB.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or if there are more.
    pub async fn inbox_file(&self, id: &str) -> ClientResult<Bytes> {
        self.get_bytes(&format!("/inbox/{}", segment(id))).await
    }

    /// Brings a file to a path below the folder of what is brought.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn upload(
        &self,
        path: &str,
        content: &[u8],
    ) -> ClientResult<ChangeAnswer<UploadResponse<'static>>> {
        let form = UploadForm::of(content);
        let path = format!("/inbox?path={}", segment(path));
        let mut request = self.request(Method::POST, &path, form.body)?;
        let content_type = HeaderValue::try_from(form.content_type);
        let content_type = content_type.map_err(|cause| self.lost(cause))?;
        request.headers_mut().insert(CONTENT_TYPE, content_type);
        self.changed(request).await
    }

    /// The files that agents made for clients.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn artifacts(&self) -> ClientResult<ApiAnswer<ItemList<DroppedFile<'static>>>> {
        self.get("/artifacts").await
    }

    /// The bytes of one of them, by its id; at most 64 MiB.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or if there are more.
    pub async fn artifact(&self, id: &str) -> ClientResult<Bytes> {
        self.get_bytes(&format!("/artifacts/{}", segment(id))).await
    }

    /// What stands at the paths that a text names.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn resolve(
        &self,
        request: &ResolveRequest<'_>,
    ) -> ClientResult<ApiAnswer<ItemList<ResolvedTarget<'static>>>> {
        self.ask("/artifacts/resolve", request).await
    }

    /// A text of the workspace, by its path below that.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn file_content(
        &self,
        path: &str,
    ) -> ClientResult<ApiAnswer<FileContentResponse<'static>>> {
        self.get(&format!("/files/content?path={}", segment(path)))
            .await
    }

    /// Writes a text.
    ///
    /// # Errors
    ///
    /// Fails without an answer, if the change is refused, or in a form that is not
    /// known.
    pub async fn write_content(
        &self,
        request: &WriteContentRequest<'_>,
    ) -> ClientResult<ChangeAnswer<FileWritten<'static>>> {
        self.change(Method::POST, "/files/content", self.json(request)?)
            .await
    }

    /// What stands at a path of the workspace.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or in a form that is not known.
    pub async fn file_stat(
        &self,
        path: &str,
    ) -> ClientResult<ApiAnswer<FileStatResponse<'static>>> {
        self.get(&format!("/files/stat?path={}", segment(path)))
            .await
    }

    /// The bytes of a file of the workspace; at most 64 MiB.
    ///
    /// # Errors
    ///
    /// Fails without an answer, with a refusal, or if there are more.
    pub async fn file_bytes(&self, path: &str) -> ClientResult<Bytes> {
        self.get_bytes(&format!("/files/raw?path={}", segment(path)))
            .await
    }

    /// Writes bytes.
    ///
    /// # Errors
    ///
    /// Fails without an answer, if the change is refused, or in a form that is not
    /// known.
    pub async fn write_bytes(
        &self,
        request: &WriteRawRequest<'_>,
    ) -> ClientResult<ChangeAnswer<FileWritten<'static>>> {
        self.change(Method::POST, "/files/raw", self.json(request)?)
            .await
    }
}

/// A form with one file (RFC 7578).
struct UploadForm {
    content_type: String,
    body: Bytes,
}

impl UploadForm {
    fn of(content: &[u8]) -> Self {
        // A number that no file can have foreseen, as it must not be in it.
        let boundary = uuid::Uuid::new_v4().simple().to_string();
        let mut body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            body: body.into(),
        }
    }
}
