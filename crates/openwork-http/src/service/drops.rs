//! Files that clients bring, and files that agents have made for them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::Response;
use hyper::body::Body as HttpBody;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE};
use multer::{Constraints, Field, Multipart, SizeLimit};
use openwork_api::ItemList;
use openwork_api::drops::{DroppedFile, UploadResponse};
use openwork_change::store::StreamedFile;
use openwork_host::{DropBox, DropError, MOST_UPLOAD, Permission, Readable, Upload};
use openwork_model::client_path::client_path;
use openwork_model::mask::is_secret_file;
use openwork_model::path::RelPath;
use openwork_model::scope::Scope;

use super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds, BodyError};
use crate::error::{BadForm, Failure};
use crate::reply::{self, ReplyBody};
use crate::route::{DropEndpoint, RouteAccess};
use crate::served::{Disposition, served_file};

/// What a form may have beside its file.
const FORM: u64 = 64 << 10;
/// The most bytes of a path in a form.
const PATH: usize = 4 << 10;

impl ServiceState {
    pub(super) async fn drops<B>(
        &self,
        drop: DropEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        let id = context.matched.parameter("id")?;
        match drop {
            DropEndpoint::Inbox => self.dropped(&self.host.readable(id)?, DropBox::Inbox).await,
            DropEndpoint::Artifacts => {
                self.dropped(&self.host.readable(id)?, DropBox::Outbox)
                    .await
            }
            DropEndpoint::InboxItem => self.dropped_file(DropBox::Inbox, context).await,
            DropEndpoint::Artifact => self.dropped_file(DropBox::Outbox, context).await,
            DropEndpoint::Upload => self.upload(context, body).await,
            DropEndpoint::Resolve => self.resolve_targets(context, body).await,
        }
    }

    async fn dropped(
        &self,
        at: &Readable,
        folder: DropBox,
    ) -> Result<Response<ReplyBody>, Failure> {
        let files = self.host.dropped_files(at, folder).await?;
        let items = files.iter().map(|file| item(file, folder));
        reply::json(&ItemList::from(items.collect::<Vec<_>>()))
    }

    async fn dropped_file(
        &self,
        folder: DropBox,
        context: &RequestContext<'_>,
    ) -> Result<Response<ReplyBody>, Failure> {
        let at = self.host.readable(context.matched.parameter("id")?)?;
        let path = path_of(context.matched.parameter("item")?);
        let path = path.ok_or(Failure::DropId(folder))?;
        // What is called like a key is one for a viewer too, wherever it lies.
        if is_secret_file(&path) && !context.caller.may(Permission::ReadSecretsByName) {
            context
                .caller
                .reaches(RouteAccess::Client(Scope::Collaborator))?;
        }
        let whole = folder.path().join_path(&path);
        let opened = self.host.open_file(&at, whole).await?;
        let opened = opened.ok_or(Failure::DropNotFound(folder))?;
        let end = self.end_of_streams(context);
        Ok(served_file(opened, &path, Disposition::Attachment, end))
    }

    async fn upload<B>(
        &self,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
    {
        let at = self.host.writable(context.matched.parameter("id")?).await?;
        let content_type = context.headers().get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let boundary = multer::parse_boundary(content_type.unwrap_or(""));
        let boundary = boundary.map_err(|_| Failure::Form(BadForm::NotMultipart))?;
        check_length(context)?;
        let bounds = BodyBounds {
            bytes: usize::try_from(MOST_UPLOAD + FORM).unwrap_or(usize::MAX),
            ..self.usual_bounds()
        };
        let body = body::unread(body, bounds).await?;
        // What the form as a whole may be is bounded by the body, and the file by
        // the upload.
        let limit = SizeLimit::new().whole_stream(MOST_UPLOAD + FORM);
        let constraints = Constraints::new().size_limit(limit);
        let stream = body.into_data_stream();
        let mut form = Multipart::with_constraints(stream, boundary, constraints);
        let mut taken = None;
        let mut form_path = None;
        while let Some(mut field) = form.next_field().await.map_err(form_failure)? {
            match field.name() {
                Some("file") if taken.is_none() => {
                    let name = field.file_name().map(str::to_owned);
                    let mut upload = self.host.begin_upload(&at).await?;
                    take(&mut upload, &mut field).await?;
                    taken = Some((upload, name));
                }
                Some("path") if form_path.is_none() => form_path = Some(text(&mut field).await?),
                // Whatever else a form has is read past.
                _ => while field.chunk().await.map_err(form_failure)?.is_some() {},
            }
        }
        let (upload, name) = taken.ok_or(Failure::Form(BadForm::NoFile))?;
        let query = context.parameters().get("path");
        let filled = |text: &String| !text.trim().is_empty();
        let path = query.map(std::borrow::Cow::into_owned).filter(filled);
        let path = path.or_else(|| form_path.filter(filled)).or(name);
        let path = client_path(path.as_deref().unwrap_or(""))?;
        let requester = context.requester()?;
        let bytes = upload.finish(path.clone(), &requester).await?;
        reply::json(&UploadResponse {
            ok: true,
            path: path.as_str().into(),
            bytes,
        })
    }
}

/// Fails at a body that says it is larger than any file may be.
fn check_length(context: &RequestContext<'_>) -> Result<(), Failure> {
    let length = context.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match length {
        Some(size) if size > MOST_UPLOAD + FORM => Err(too_large(size).into()),
        _ => Ok(()),
    }
}

fn too_large(size: u64) -> DropError {
    DropError::TooLarge {
        limit: MOST_UPLOAD,
        size,
    }
}

async fn take(upload: &mut Upload, field: &mut Field<'_>) -> Result<(), Failure> {
    while let Some(chunk) = field.chunk().await.map_err(form_failure)? {
        upload.write(chunk).await?;
    }
    Ok(())
}

async fn text(field: &mut Field<'_>) -> Result<String, Failure> {
    let malformed = Failure::Form(BadForm::Malformed);
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(form_failure)? {
        if bytes.len() + chunk.len() > PATH {
            return Err(malformed);
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| malformed)
}

/// Why a form could not be read on.
fn form_failure(error: multer::Error) -> Failure {
    match error {
        multer::Error::StreamReadFailed(cause) => match cause.downcast::<BodyError>() {
            Ok(error) => match *error {
                BodyError::TooLarge { limit } => too_large(limit as u64 + 1).into(),
                error => error.into(),
            },
            Err(_) => Failure::Form(BadForm::Malformed),
        },
        multer::Error::StreamSizeExceeded { limit } => too_large(limit + 1).into(),
        _ => Failure::Form(BadForm::Malformed),
    }
}

fn item(file: &StreamedFile, folder: DropBox) -> DroppedFile<'_> {
    let name = file.path.file_name().map(Into::into);
    DroppedFile {
        id: URL_SAFE_NO_PAD.encode(file.path.as_str()).into(),
        name: name.filter(|_| folder == DropBox::Inbox),
        path: file.path.as_str().into(),
        size: file.facts.size,
        updated_at: file.facts.modified,
    }
}

/// The path that an id stands for: any that can be listed, whatever its names.
fn path_of(id: &str) -> Option<RelPath> {
    let bytes = URL_SAFE_NO_PAD
        .decode(id.trim().trim_end_matches('='))
        .ok()?;
    let path = RelPath::new(str::from_utf8(&bytes).ok()?).ok()?;
    (!path.is_root()).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_stands_for_a_path_below_its_folder() {
        let id = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let path = |id: &str| path_of(id).map(|path| path.to_string());
        assert_eq!(path(&id("a/ü.txt")).as_deref(), Some("a/ü.txt"));
        assert_eq!(path(&format!("{}=", id("ab"))).as_deref(), Some("ab"));
        for bad in [
            String::new(),
            "%%".to_owned(),
            id(""),
            id("../a"),
            id("/etc"),
            id("a//b"),
        ] {
            assert_eq!(path(&bad), None, "{bad}");
        }
    }
}
