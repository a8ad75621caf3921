//! The whole of a change of which the server first sends the beginning.
//!
//! Lists and events carry a bounded part of each diff, and of many files only
//! the first. What they leave out is read page after page.

use std::borrow::Cow;

use openwork_api::approval::{ApprovalItem, DiffPageResponse, ProposedFile};
use openwork_api::client::ApiClient;

use crate::details;
use crate::diff;
use crate::error::{Result, TerminalError};
use crate::id;
use crate::screen::Screen;

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
    pub(crate) async fn print_all(
        self,
        item: &ApprovalItem<'_>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        for change in item.files() {
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
    pub(crate) async fn print_rest(
        self,
        item: &ApprovalItem<'_>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        for change in item.files().iter().filter(|change| change.truncated) {
            self.print_change(item, change, screen).await?;
        }
        self.print_unlisted(item, screen).await
    }

    /// Reads the whole diffs of the files that were not sent to their end.
    pub(crate) async fn read_rest(
        self,
        item: &ApprovalItem<'_>,
    ) -> Result<Vec<DiffPageResponse<'static>>> {
        let mut files = Vec::new();
        for change in item.files().iter().filter(|change| change.truncated) {
            files.push(self.read_file(item, first_page(item, change)?).await?);
        }
        for path in unlisted(item) {
            files.push(self.read_file(item, path).await?);
        }
        Ok(files)
    }

    async fn read_file(
        self,
        item: &ApprovalItem<'_>,
        path: String,
    ) -> Result<DiffPageResponse<'static>> {
        let (first, mut pages) = self.open(item, path).await?;
        let mut whole = first;
        while let Some(page) = pages.next().await? {
            whole.diff.to_mut().push_str(&page.diff);
        }
        // It is the whole diff now, so nothing follows.
        whole.next = None;
        Ok(whole)
    }

    async fn print_unlisted(self, item: &ApprovalItem<'_>, screen: &mut Screen<'_>) -> Result<()> {
        for path in unlisted(item) {
            self.print_file(item, path, screen).await?;
        }
        Ok(())
    }

    async fn print_change(
        self,
        item: &ApprovalItem<'_>,
        change: &ProposedFile<'_>,
        screen: &mut Screen<'_>,
    ) -> Result<()> {
        self.print_file(item, first_page(item, change)?, screen)
            .await?;
        screen.lines(details::masked(change))
    }

    async fn print_file(
        self,
        item: &ApprovalItem<'_>,
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
        // Page after page, so that a long change can be read from its beginning
        // while the rest still comes.
        screen.lines(diff::render(&first.diff, style))?;
        while let Some(page) = pages.next().await? {
            screen.lines(diff::render(&page.diff, style))?;
        }
        Ok(())
    }

    async fn open(
        self,
        item: &ApprovalItem<'_>,
        path: String,
    ) -> Result<(DiffPageResponse<'static>, DiffPages<'c>)> {
        let reveal = if self.reveal { "&reveal=true" } else { "" };
        let first = page(self.client, &format!("{path}?lines={LINES}{reveal}")).await?;
        let pages = DiffPages {
            client: self.client,
            id: id::alone(&item.id).to_owned(),
            digest: first.digest.clone().into_owned(),
            next: first.next.clone().map(Cow::into_owned),
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
    async fn next(&mut self) -> Result<Option<DiffPageResponse<'static>>> {
        let Some(path) = self.next.take() else {
            return Ok(None);
        };
        let page = page(self.client, &path).await?;
        // Each page is planned anew from the files as they are then, so two
        // pages of one diff may be of different changes.
        if page.digest != self.digest {
            let id = self.id.clone();
            return Err(TerminalError::FilesChanged { id });
        }
        self.next = page.next.clone().map(Cow::into_owned);
        Ok(Some(page))
    }
}

async fn page(client: &ApiClient, path: &str) -> Result<DiffPageResponse<'static>> {
    Ok(client.diff_page(path).await?.body)
}

/// Where the whole of a shortened change begins.
fn first_page(item: &ApprovalItem<'_>, change: &ProposedFile<'_>) -> Result<String> {
    let unknown = || TerminalError::RestUnavailable {
        id: id::alone(&item.id).to_owned(),
        path: change.path.clone().into_owned(),
    };
    change
        .full
        .as_deref()
        .map(str::to_owned)
        .ok_or_else(unknown)
}

/// Where the files begin that a request does not list.
fn unlisted(item: &ApprovalItem<'_>) -> impl Iterator<Item = String> {
    let listed = u64::try_from(item.files().len()).unwrap_or(u64::MAX);
    let all = listed.saturating_add(item.more_changes);
    // The list of files is cut at its end, so what is missing are the indices
    // that follow.
    (listed..all).map(move |index| ApiClient::diff_path(&item.id, index))
}
