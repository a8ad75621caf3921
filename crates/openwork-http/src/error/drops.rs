//! Files that could not be brought or fetched.

use openwork_api::ErrorCode;
use openwork_host::{DropBox, DropError};
use serde_json::json;

use super::{BadForm, FailureReport, host};

pub(super) fn report(error: &DropError) -> FailureReport {
    match error {
        DropError::Host(error) => host::report(error),
        DropError::Unsupported => {
            FailureReport::new(ErrorCode::InboxDisabled, "Workspace inbox is disabled")
        }
        DropError::TooLarge { limit, size } => {
            FailureReport::new(ErrorCode::UploadTooLarge, "File exceeds upload limit")
                .details(json!({ "maxBytes": limit, "size": size }))
        }
        DropError::Full => FailureReport::new(
            ErrorCode::InboxFull,
            "The inbox of the workspace holds as much as it may; delete some of its files first",
        ),
    }
}

pub(super) fn form(bad: BadForm) -> FailureReport {
    match bad {
        BadForm::NotMultipart => {
            FailureReport::new(ErrorCode::InvalidPayload, "Expected multipart/form-data")
        }
        BadForm::Malformed => {
            FailureReport::new(ErrorCode::InvalidPayload, "Malformed multipart/form-data")
        }
        BadForm::NoFile => {
            FailureReport::new(ErrorCode::FileRequired, "Form field 'file' is required")
        }
    }
}

pub(super) fn bad_id(folder: DropBox) -> FailureReport {
    match folder {
        DropBox::Inbox => {
            FailureReport::new(ErrorCode::InvalidInboxItem, "Inbox item id is invalid")
        }
        DropBox::Outbox => FailureReport::new(ErrorCode::InvalidArtifact, "Artifact id is invalid"),
    }
}

pub(super) fn not_found(folder: DropBox) -> FailureReport {
    match folder {
        DropBox::Inbox => FailureReport::new(ErrorCode::InboxItemNotFound, "Inbox item not found"),
        DropBox::Outbox => FailureReport::new(ErrorCode::ArtifactNotFound, "Artifact not found"),
    }
}

pub(super) fn no_file() -> FailureReport {
    FailureReport::new(ErrorCode::FileNotFound, "File not found")
}

pub(super) fn no_text() -> FailureReport {
    FailureReport::new(
        ErrorCode::FileNotText,
        "The file holds no text in UTF-8; its bytes are at files/raw",
    )
}

#[cfg(test)]
mod tests {
    use openwork_host::HostError;

    use super::super::Failure;
    use super::super::tests::table;
    use super::*;

    #[test]
    fn files_that_are_not_brought_or_fetched() {
        let errors = [
            DropError::from(HostError::Overloaded),
            DropError::Unsupported,
            DropError::TooLarge {
                limit: 250_000_000,
                size: 250_000_001,
            },
            DropError::Full,
        ];
        let forms = [BadForm::NotMultipart, BadForm::Malformed, BadForm::NoFile];
        let folders = [DropBox::Inbox, DropBox::Outbox];
        let errors = errors.into_iter().map(Failure::Drop);
        let failures = errors
            .chain(forms.map(Failure::Form))
            .chain(folders.map(Failure::DropId))
            .chain(folders.map(Failure::DropNotFound))
            .chain([
                Failure::FileNotFound,
                Failure::FileNotText,
                Failure::SensitiveMode,
            ])
            .chain([Failure::SensitiveExport(Vec::new())]);
        insta::assert_snapshot!(table(failures));
    }
}
