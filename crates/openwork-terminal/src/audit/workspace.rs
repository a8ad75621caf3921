//! The workspace that a command is about.

use openwork_api::approval::ApprovalEvent;
use openwork_api::client::{ApiClient, ClientError};
use openwork_api::workspace::WorkspaceItem;

use crate::error::{Result, TerminalError};

/// The id of the workspace of this id, name or path; of the only one, if none is
/// given.
pub(super) async fn find(client: &ApiClient, given: Option<&str>) -> Result<String> {
    let served = served(client).await?;
    let is_it = |one: &&WorkspaceItem<'_>| {
        given.is_none_or(|given| {
            [&one.id, &one.name, &one.path]
                .iter()
                .any(|it| **it == given)
        })
    };
    let fits: Vec<_> = served.iter().filter(is_it).collect();
    match (fits.as_slice(), given) {
        ([only], _) => Ok(only.id.clone().into_owned()),
        ([], given) => Err(TerminalError::NoWorkspace {
            given: given.unwrap_or("").to_owned(),
        }),
        (several, _) => Err(TerminalError::SeveralWorkspaces {
            names: several
                .iter()
                .map(|one| format!("{} ({})", one.id, one.path))
                .collect(),
        }),
    }
}

/// All workspaces. The host's token alone does not list them, but what the host
/// watches begins with them.
pub(crate) async fn served(client: &ApiClient) -> Result<Vec<WorkspaceItem<'static>>> {
    let broken = |cause: String| {
        TerminalError::Client(ClientError::UnknownAnswer {
            url: client.url().to_string(),
            reason: cause,
        })
    };
    let mut events = client.events_and_agents().await?;
    let first = events
        .next()
        .await
        .map_err(|error| broken(error.to_string()))?;
    let first = first.ok_or_else(|| broken("it ended at once".to_owned()))?;
    match first
        .approval()
        .map_err(|error| broken(error.to_string()))?
    {
        Some(ApprovalEvent::Snapshot(snapshot)) => Ok(snapshot.workspaces),
        _ => Err(broken("it begins with no snapshot".to_owned())),
    }
}
