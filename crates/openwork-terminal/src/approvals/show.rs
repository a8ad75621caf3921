//! `approvals show ID`: a request in full, also after its end.

use openwork_api::approval::DiffPageResponse;
use openwork_api::client::{ApiAnswer, ApiClient};
use serde_json::{Value, json};

use crate::details;
use crate::error::{Result, TerminalError};
use crate::pages::PageSource;
use crate::screen::{OutputForm, Screen};

use super::{ended, target};

/// How much of a request is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShownExtent {
    /// Masked values, too.
    pub(super) reveal: bool,
    /// Every file to its end.
    pub(super) full: bool,
}

/// Shows a request with its diff.
pub(super) async fn show(
    client: &ApiClient,
    given: &str,
    extent: ShownExtent,
    screen: &mut Screen<'_>,
) -> Result<()> {
    match waiting(client, given, extent, screen).await {
        Err(TerminalError::RequestEnded { .. }) => ended::show(client, given, screen).await,
        other => other,
    }
}

async fn waiting(
    client: &ApiClient,
    given: &str,
    extent: ShownExtent,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let id = target::find(client, given).await?.id;
    let ApiAnswer {
        mut document,
        body: item,
    } = target::fetch(client, &id, extent.reveal).await?;
    let reveal = extent.reveal;
    let source = PageSource { client, reveal };
    match screen.form {
        OutputForm::Json => {
            // The server's own document with one more key, so that a program
            // finds everything else where it is without `--full`.
            if let Some(document) = document.as_object_mut().filter(|_| extent.full) {
                let files = source.read_rest(&item).await?.iter().map(file).collect();
                document.insert("files".to_owned(), files);
            }
            return screen.json(&document);
        }
        OutputForm::Text if extent.full => {
            screen.lines(details::head(&item, screen.now(), screen.style()))?;
            source.print_all(&item, screen).await?;
        }
        OutputForm::Text => screen.lines(details::render(&item, screen.now(), screen.style()))?,
    }
    screen.line("")?;
    screen.line(details::how_to_answer(&item, extent.full))
}

/// The whole change of one file, for programs.
fn file(page: &DiffPageResponse<'_>) -> Value {
    json!({
        "path": page.path, "kind": page.kind, "added": page.added, "removed": page.removed,
        "diff": page.diff, "digest": page.digest,
    })
}
