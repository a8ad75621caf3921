//! Files that come and go, those of a workspace, and changes that were made.

use openwork_api::ErrorCode::*;
use openwork_api::ItemList;
use openwork_api::audit::{AuditEntryResponse, UndoneResponse};
use openwork_api::drops::{DroppedFile, ResolveRequest, ResolvedTarget, UploadResponse};
use openwork_api::files::{
    FileContentResponse, FileStatResponse, FileWritten, WriteContentRequest, WriteRawRequest,
};
use openwork_api::receipt::NotedResponse;
use openwork_api::route::{AuditEndpoint, DropEndpoint, FileEndpoint};
use serde_json::json;

use crate::errors::{BODY, FILES};
use crate::operation::Operation;
use crate::schemas::Schemas;
use crate::writes::WRITE;

pub(crate) fn audit(endpoint: AuditEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        AuditEndpoint::Show => {
            Operation::new("audit", "getAuditEntry").answers(&s.sent::<AuditEntryResponse<'_>>())
        }
        AuditEndpoint::Undo => Operation::new("audit", "undoChange")
            .answers(&s.sent::<NotedResponse<'_, UndoneResponse<'_>>>())
            .fails(&[&[AlreadyUndone, UndoConflict, HistoryGone, RequestTimeout]])
            .fails(WRITE),
    };
    made.fails(&[FILES, &[AuditEntryNotFound]])
}

pub(crate) fn drops(endpoint: DropEndpoint, s: &mut Schemas) -> Operation {
    let made = match endpoint {
        DropEndpoint::Inbox => Operation::new("files", "listInbox")
            .answers(&s.sent::<ItemList<DroppedFile<'_>>>())
            .leads_to("getInboxItem", "item", "/items/0/id"),
        DropEndpoint::InboxItem => Operation::new("files", "getInboxItem")
            .sends("application/octet-stream", "The bytes of the file.")
            .tells("Content-Disposition", "The name of the file.")
            .fails(&[&[InvalidInboxItem, InboxItemNotFound, Forbidden]]),
        DropEndpoint::Upload => Operation::new("files", "uploadToInbox")
            .text("path", "Where it is to lie, below the inbox.")
            .body(&json!({ "required": true, "content": { "multipart/form-data": { "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {
                        "type": "string", "contentMediaType": "application/octet-stream",
                        "description": "The file; its name counts where no path is given.",
                    },
                    "path": { "type": "string", "description": "Where it is to lie, below the inbox." },
                },
            } } } }))
            .answers(&s.sent::<UploadResponse<'_>>())
            .fails(&[
                BODY,
                &[FileRequired, UploadTooLarge, InboxFull, AuditUnavailable, StorageFull, NameTaken],
                &[InvalidFileName, FileNotAllowed, ShuttingDown],
            ]),
        DropEndpoint::Artifacts => Operation::new("files", "listArtifacts")
            .answers(&s.sent::<ItemList<DroppedFile<'_>>>())
            .leads_to("getArtifact", "item", "/items/0/id"),
        DropEndpoint::Artifact => Operation::new("files", "getArtifact")
            .sends("application/octet-stream", "The bytes of the file.")
            .tells("Content-Disposition", "The name of the file.")
            .fails(&[&[InvalidArtifact, ArtifactNotFound, Forbidden]]),
        DropEndpoint::Resolve => Operation::new("files", "resolveArtifacts")
            .takes(&s.taken::<ResolveRequest<'_>>())
            .answers(&s.sent::<ItemList<ResolvedTarget<'_>>>())
            .fails(&[BODY]),
    };
    made.fails(&[FILES, &[InboxDisabled]])
}

pub(crate) fn file(endpoint: FileEndpoint, s: &mut Schemas) -> Operation {
    let at = json!({ "type": "string", "minLength": 1 });
    let reads = |made: Operation| {
        let path = "Where it lies, below the workspace.";
        made.needs("path", &at, path)
    };
    let made = match endpoint {
        FileEndpoint::Content => reads(Operation::new("files", "getFileContent"))
            .answers(&s.sent::<FileContentResponse<'_>>())
            .fails(&[&[FileNotFound, FileNotText]]),
        FileEndpoint::Stat => {
            reads(Operation::new("files", "statFile")).answers(&s.sent::<FileStatResponse<'_>>())
        }
        FileEndpoint::Raw => reads(Operation::new("files", "getFileBytes"))
            .sends("*/*", "The bytes of the file, as what its name says it is.")
            .tells("Content-Disposition", "The name of the file.")
            .fails(&[&[FileNotFound]]),
        FileEndpoint::WriteContent => Operation::new("files", "writeFileContent")
            .takes(&s.taken::<WriteContentRequest<'_>>())
            .answers(&s.sent::<NotedResponse<'_, FileWritten<'_>>>())
            .fails(&[BODY])
            .fails(WRITE),
        FileEndpoint::WriteRaw => Operation::new("files", "writeFileBytes")
            .takes(&s.taken::<WriteRawRequest<'_>>())
            .answers(&s.sent::<NotedResponse<'_, FileWritten<'_>>>())
            .fails(&[BODY])
            .fails(WRITE),
    };
    made.fails(&[
        FILES,
        &[
            InvalidPayload,
            FileNotAllowed,
            UploadTooLarge,
            InvalidFileName,
        ],
    ])
}
