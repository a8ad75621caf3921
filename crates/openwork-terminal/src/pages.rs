//! The whole of a change of which the server first sends the beginning.
//!
//! Lists and events carry a bounded part of each diff, and of many files only
//! the first. What they leave out is read page after page.

use crate::client::ApiClient;
use crate::details;
use crate::diff;
use crate::error::{Result, TerminalError};
use crate::id;
use crate::screen::Screen;
use crate::wire::{RemoteChange, RemoteItem, RemotePage};

/// As many lines as the server gives at once.
const LINES: u32 = 2000;

/// Where the whole of a request is read from.
#[derive(Clone, Copy)]
pub(crate) struct PageSource<'c> {
    pub(crate) client: &'c ApiClient,
    /// Whether masked values are shown.
    pub(crate) reveal: bool,
}

impl<'c> PageSource<'c> {
    /// Prints every file to its end.
    pub(crate) async fn print_all(self, item: &RemoteItem, screen: &mut Screen<'_>) -> Result<()> {
        for change in &item.changes {
            if change.truncated {
                self.print_change(item, change, screen).await?;
            } else {
                screen.line("")?;
                screen.lines(details::file(change, screen.style()))?;
            }
        }
        self.print_unlisted(item, screen).await
    }

    /// Prints the files that were not shown to their end.
    pub(crate) async fn print_rest(self, item: &RemoteItem, screen: &mut Screen<'_>) -> Result<()> {
        for change in item.changes.iter().filter(|change| change.truncated) {
            self.print_change(item, change, screen).await?;
        }
        self.print_unlisted(item, screen).await
    }

    /// Reads the whole diffs of the files that were not sent to their end.
    pub(crate) async fn read_rest(self, item: &RemoteItem) -> Result<Vec<RemotePage>> {
        let mut files = Vec::new();
        for change in item.changes.iter().filter(|change| change.truncated) {
            files.push(self.read_file(item, first_page(item, change)?).await?);
        }
        for path in unlisted(item) {
            files.push(self.read_file(item, path).await?);
        }
        Ok(files)
    }

    async fn read_file(self, item: &RemoteItem, path: String) -> Result<RemotePage> {
        let (first, mut pages) = self.open(item, path).await?;
        let mut whole = first;
        while let Some(page) = pages.next().await? {
            whole.diff.push_str(&page.diff);
        }
        whole.next = None;
        Ok(whole)
    }

    async fn print_unlisted(self, item: &RemoteItem, screen: &mut Screen<'_>) -> Result<()> {
        for path in unlisted(item) {
            self.print_file(item, path, screen).await?;
        }
        Ok(())
    }

    async fn print_change(
        self,
        item: &RemoteItem,
        change: &RemoteChange,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        self.print_file(item, first_page(item, change)?, screen)
            .await?;
        screen.lines(details::masked(change))
    }

    async fn print_file(
        self,
        item: &RemoteItem,
        path: String,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        let (first, mut pages) = self.open(item, path).await?;
        let style = screen.style();
        screen.line("")?;
        screen.line(details::file_heading(
            &first.path,
            &first.kind,
            (first.added, first.removed),
            style,
        ))?;
        screen.lines(diff::render(&first.diff, style))?;
        while let Some(page) = pages.next().await? {
            screen.lines(diff::render(&page.diff, style))?;
        }
        Ok(())
    }

    async fn open(self, item: &RemoteItem, path: String) -> Result<(RemotePage, DiffPages<'c>)> {
        let reveal = if self.reveal { "&reveal=true" } else { "" };
        let first = page(self.client, &format!("{path}?lines={LINES}{reveal}")).await?;
        let pages = DiffPages {
            client: self.client,
            id: id::alone(&item.id).to_owned(),
            digest: first.digest.clone(),
            next: first.next.clone(),
        };
        Ok((first, pages))
    }
}

/// The pages of one file that follow its first.
struct DiffPages<'c> {
    client: &'c ApiClient,
    id: String,
    digest: String,
    next: Option<String>,
}

impl DiffPages<'_> {
    async fn next(&mut self) -> Result<Option<RemotePage>> {
        let Some(path) = self.next.take() else {
            return Ok(None);
        };
        let page = page(self.client, &path).await?;
        if page.digest != self.digest {
            let id = self.id.clone();
            return Err(TerminalError::Moved { id });
        }
        self.next.clone_from(&page.next);
        Ok(Some(page))
    }
}

async fn page(client: &ApiClient, path: &str) -> Result<RemotePage> {
    client.read(&client.get(path).await?)
}

/// Where the whole of a shortened change begins.
fn first_page(item: &RemoteItem, change: &RemoteChange) -> Result<String> {
    let unknown = || TerminalError::NoRest {
        id: id::alone(&item.id).to_owned(),
        path: change.path.clone(),
    };
    change.full.clone().ok_or_else(unknown)
}

/// Where the files begin that a request does not list.
fn unlisted(item: &RemoteItem) -> impl Iterator<Item = String> {
    let request = crate::client::request_path(&item.id);
    let listed = u64::try_from(item.changes.len()).unwrap_or(u64::MAX);
    let all = listed.saturating_add(item.more_changes);
    (listed..all).map(move |index| format!("{request}/files/{index}"))
}
