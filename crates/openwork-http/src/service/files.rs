//! Files of a workspace as they are.

use bytes::Bytes;
use hyper::Response;
use hyper::body::Body as HttpBody;
use openwork_api::files::{FileContentResponse, FileStatResponse, FileWritten};
use openwork_api::receipt::ReceiptNotes;
use openwork_change::change::{Change, read};
use openwork_change::store::FileFacts;
use openwork_host::{DropBox, OpenedFile, Readable};
use openwork_model::client_path::client_path;
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;
use openwork_model::workspace_file::{ReservedFile, reserved};

use super::resolve::kind_word;
use super::write::submission;
use super::{RequestContext, ServiceState};
use crate::body::{self, BodyBounds};
use crate::error::Failure;
use crate::reply::{self, ReplyBody};
use crate::route::FileEndpoint;
use crate::served::{Disposition, served_file};

/// The largest text that is answered whole, in bytes: larger ones are read in
/// pieces, as bytes.
const MOST_TEXT: u64 = 1_000_000;

impl ServiceState {
    pub(super) async fn file<B>(
        &self,
        file: FileEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        if matches!(file, FileEndpoint::WriteContent | FileEndpoint::WriteRaw) {
            return self.write_file(file, context, body).await;
        }
        let at = self.host.readable(context.matched.parameter("id")?)?;
        let path = context.parameters().get("path");
        let path = client_path(path.as_deref().unwrap_or(""))?;
        check_readable(&path)?;
        match file {
            FileEndpoint::Stat => {
                let facts = self.host.file_facts(&at, path.clone()).await?;
                reply::json(&stat(&path, facts))
            }
            FileEndpoint::Content => {
                let opened = self.opened(&at, &path).await?;
                content(&path, opened).await
            }
            FileEndpoint::Raw | FileEndpoint::WriteContent | FileEndpoint::WriteRaw => {
                let opened = self.opened(&at, &path).await?;
                let end = self.end_of_streams(context);
                Ok(served_file(opened, &path, Disposition::Inline, end))
            }
        }
    }

    async fn opened(&self, at: &Readable, path: &RelPath) -> Result<OpenedFile, Failure> {
        let opened = self.host.open_file(at, path.clone()).await?;
        opened.ok_or(Failure::FileNotFound)
    }

    async fn write_file<B>(
        &self,
        file: FileEndpoint,
        context: &RequestContext<'_>,
        body: B,
    ) -> Result<Response<ReplyBody>, Failure>
    where
        B: HttpBody<Data = Bytes>,
    {
        let at = self.host.writable(context.matched.parameter("id")?).await?;
        let bounds = BodyBounds {
            bytes: self.options.limits.import,
            ..self.usual_bounds()
        };
        let is_text = file == FileEndpoint::WriteContent;
        let made = body::made(body, bounds, move |fields| {
            if is_text {
                read::write_text(&fields)
            } else {
                read::write_bytes(&fields)
            }
        });
        let made = made.await?;
        let change = made.value?;
        let Change::WriteFile(draft) = &change else {
            return Err(Failure::Internal);
        };
        let (path, size) = (draft.path().clone(), draft.contents().len() as u64);
        let readable = at.readable();
        let submission = submission(change, context)?;
        let outcome = self.host.submit_holding(at, submission, made.held).await?;
        // By now another program may have changed it again, or taken it away.
        let facts = self.host.file_facts(&readable, path.clone()).await?;
        let updated_at = facts.map_or(0, |facts| facts.modified);
        let written = FileWritten {
            ok: true,
            path: path.as_str().into(),
            bytes: size,
            updated_at,
            revision: format!("{updated_at}:{size}").into(),
        };
        reply::json(&ReceiptNotes::from(outcome.warnings.as_slice()).on(written))
    }
}

/// Fails at what no client reads as it is; what came and goes as files is none of
/// that, wherever it lies.
fn check_readable(path: &RelPath) -> Result<(), Failure> {
    let is_dropped = [DropBox::Inbox, DropBox::Outbox]
        .iter()
        .any(|folder| path.is_below(&folder.path()));
    match reserved(path) {
        Some(whose) if !(is_dropped && whose == ReservedFile::Engine) => {
            let path = path.to_string();
            Err(Invalid::ReservedFile { path, whose }.into())
        }
        _ => Ok(()),
    }
}

fn stat(path: &RelPath, facts: Option<FileFacts>) -> FileStatResponse<'_> {
    FileStatResponse {
        ok: true,
        path: path.as_str().into(),
        exists: facts.is_some(),
        kind: facts.map(|facts| kind_word(facts.kind).into()),
        size: facts.map(|facts| facts.size),
        updated_at: facts.map(|facts| facts.modified),
    }
}

async fn content(path: &RelPath, mut opened: OpenedFile) -> Result<Response<ReplyBody>, Failure> {
    let FileFacts { size, modified, .. } = opened.facts();
    if size > MOST_TEXT {
        let limit = MOST_TEXT;
        return Err(Invalid::FileTooLarge { limit, size }.into());
    }
    let mut bytes = Vec::new();
    loop {
        let piece = opened.next().await?;
        if piece.is_empty() {
            break;
        }
        bytes.extend_from_slice(&piece);
    }
    let content = str::from_utf8(&bytes).map_err(|_| Failure::FileNotText)?;
    reply::json(&FileContentResponse {
        path: path.as_str().into(),
        content: content.into(),
        bytes: bytes.len() as u64,
        updated_at: modified,
    })
}
