//! `approvals show ID`: a request in full.

use serde_json::{Value, json};

use crate::client::Client;
use crate::details;
use crate::error::Result;
use crate::pages::Source;
use crate::screen::{Form, Screen};
use crate::wire::{Item, Page};

use super::target;

/// How much of a request is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// Masked values, too.
    pub(super) reveal: bool,
    /// Every file to its end.
    pub(super) full: bool,
}

/// Shows a request with its diff.
pub(super) async fn show(
    client: &Client,
    given: &str,
    extent: Extent,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let id = target::find(client, given).await?.id;
    let query = if extent.reveal { "?reveal=true" } else { "" };
    let mut document = target::fetch(client, &id, query).await?;
    let item: Item = client.read(&document)?;
    let reveal = extent.reveal;
    let source = Source { client, reveal };
    match screen.form {
        Form::Json => {
            if let Some(document) = document.as_object_mut().filter(|_| extent.full) {
                let files = source.read_rest(&item).await?.iter().map(file).collect();
                document.insert("files".to_owned(), files);
            }
            return screen.json(&document);
        }
        Form::Text if extent.full => {
            screen.lines(details::head(&item, screen.now(), screen.style()))?;
            source.print_all(&item, screen).await?;
        }
        Form::Text => screen.lines(details::render(&item, screen.now(), screen.style()))?,
    }
    screen.line("")?;
    screen.line(details::how_to_answer(&item, extent.full))
}

/// The whole change of one file, for programs.
fn file(page: &Page) -> Value {
    json!({
        "path": page.path, "kind": page.kind, "added": page.added, "removed": page.removed,
        "diff": page.diff, "digest": page.digest,
    })
}
