//! The requests that a command names.
//!
//! An id that is written in full is taken as it is. Only the beginning of one
//! needs the list of what waits, and then the short form of it: whatever else
//! waits must not keep the host from an answer.

use openwork_api::approval::ApprovalItem;
use openwork_api::client::{ApiAnswer, ApiClient};
use uuid::Uuid;

use crate::error::{Result, TerminalError};
use crate::id;

use super::list;

/// A request, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AnswerTarget {
    pub(crate) id: String,
    pub(crate) summary: Option<String>,
}

impl From<&ApprovalItem<'_>> for AnswerTarget {
    fn from(item: &ApprovalItem<'_>) -> Self {
        Self {
            id: item.id.clone().into_owned(),
            summary: Some(item.summary.clone().into_owned()),
        }
    }
}

/// A request that cannot be answered.
pub(super) struct MissingTarget {
    /// The id as given.
    pub(super) id: String,
    pub(super) error: TerminalError,
}

/// Finds what one id means.
pub(super) async fn find(client: &ApiClient, given: &str) -> Result<AnswerTarget> {
    let mut found = find_all(client, &[given.to_owned()]).await?.into_iter();
    match found.next() {
        Some(Ok(target)) => Ok(target),
        Some(Err(missing)) => Err(missing.error),
        None => Err(TerminalError::NoRequest {
            id: given.to_owned(),
        }),
    }
}

/// Finds what several ids mean, in their order. Fails if one makes no sense.
pub(super) async fn find_all(
    client: &ApiClient,
    ids: &[String],
) -> Result<Vec<Result<AnswerTarget, MissingTarget>>> {
    let mut waiting = None;
    let mut targets = Vec::new();
    for given in ids {
        if let Some(id) = full(given) {
            targets.push(Ok(AnswerTarget { id, summary: None }));
            continue;
        }
        // Listed at the first short id and then kept, so that all ids of one
        // command mean requests of the same moment.
        let items: &Vec<ApprovalItem<'static>> = match &mut waiting {
            Some(items) => items,
            None => waiting.insert(list(client).await?),
        };
        targets.push(match id::find(items, |item| &item.id, given)? {
            Some(item) => Ok(item.into()),
            None => Err(MissingTarget {
                id: given.clone(),
                error: list::missing(client, given).await,
            }),
        });
    }
    Ok(targets)
}

/// Reads one request.
pub(crate) async fn fetch(
    client: &ApiClient,
    id: &str,
    reveal: bool,
) -> Result<ApiAnswer<ApprovalItem<'static>>> {
    match client.approval(id, reveal).await {
        Err(error) if error.is_not_found() => Err(list::missing(client, id).await),
        other => Ok(other?),
    }
}

/// The requests that wait, in their short form.
async fn list(client: &ApiClient) -> Result<Vec<ApprovalItem<'static>>> {
    Ok(client.approvals().await?.body.items)
}

/// An id that is written in full.
fn full(given: &str) -> Option<String> {
    // The parser takes other spellings, too. 32 digits without hyphens are the
    // beginning of an id that went wrong, and no id.
    let is_hyphenated = given.len() == uuid::fmt::Hyphenated::LENGTH;
    let id = Uuid::try_parse(given).ok().filter(|_| is_hyphenated)?;
    Some(id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_uuid_is_a_full_id() {
        let id = "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c11";
        assert_eq!(full(id).as_deref(), Some(id));
        assert_eq!(full(&id.to_ascii_uppercase()).as_deref(), Some(id));
        for other in [
            "7d3088e2",
            "7d3088e25c1f4a439b7e0d4f5b2a6c11",
            "7d3088e2-5c1f-4a43-9b7e-0d4f5b2a6c1g",
        ] {
            assert_eq!(full(other), None, "{other}");
        }
    }
}
