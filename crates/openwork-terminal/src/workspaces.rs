//! `workspaces`: what is served, and what no more.

use openwork_api::client::ApiClient;
use openwork_api::workspace::{AddWorkspaceRequest, WorkspaceItem, WorkspacesResponse};

use crate::error::{Result, TerminalError};
use crate::escape;
use crate::exit::ExitStatus;
use crate::id;
use crate::screen::{OutputForm, Screen};
use crate::server::ServerAddress;
use crate::table::TextTable;

/// What is asked of the workspaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WorkspacesCommand {
    /// Lists those that are served.
    List,
    /// Serves one directory more.
    Add {
        /// Its path, absolute.
        path: String,
        /// What it is called, if not as its directory.
        name: Option<String>,
    },
    /// Serves one no more; its files stay.
    Remove {
        /// Its id, or the beginning of it.
        id: String,
    },
    /// Makes one the active one.
    Activate {
        /// Its id, or the beginning of it.
        id: String,
        /// Whether the next start is to know of it.
        persist: bool,
    },
}

/// Does one of the commands.
pub(crate) async fn run(
    command: &WorkspacesCommand,
    server: &ServerAddress,
    screen: &mut Screen<'_>,
) -> Result<ExitStatus> {
    if server.client_token.is_none() {
        let url = server.url.to_string();
        return Err(TerminalError::ClientTokenNeeded { url });
    }
    let client = server
        .client()
        .with_client_token(server.client_token.clone());
    match command {
        WorkspacesCommand::List => list(&client, screen).await?,
        WorkspacesCommand::Add { path, name } => {
            add(&client, path, name.as_deref(), screen).await?;
        }
        WorkspacesCommand::Remove { id } => remove(&client, id, screen).await?,
        WorkspacesCommand::Activate { id, persist } => {
            activate(&client, id, *persist, screen).await?;
        }
    }
    Ok(ExitStatus::Done)
}

async fn list(client: &ApiClient, screen: &mut Screen<'_>) -> Result<()> {
    let answer = client.workspaces().await?;
    match screen.form {
        OutputForm::Json => screen.json(&answer.document),
        OutputForm::Text if answer.body.items.is_empty() => {
            screen.line("No workspaces: add one with `openwork-server workspaces add PATH`.")
        }
        OutputForm::Text => screen.table(&rows(&answer.body)),
    }
}

async fn add(
    client: &ApiClient,
    path: &str,
    name: Option<&str>,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let request = AddWorkspaceRequest {
        folder_path: path.into(),
        name: name.map(Into::into),
        preset: None,
    };
    let answer = client.add_workspace(&request).await?;
    if screen.form == OutputForm::Json {
        return screen.json(&answer.document);
    }
    let served = answer.body;
    // The one that is added is the active one from then on, and so the first.
    if let Some(added) = served.served.items.first() {
        screen.line(format!(
            "{} is served: {}",
            named(added),
            escape::line(&added.path)
        ))?;
    }
    warn(screen, served.persisted, &served.warnings)
}

async fn remove(client: &ApiClient, given: &str, screen: &mut Screen<'_>) -> Result<()> {
    let workspace = find(client, given).await?;
    let answer = client.remove_workspace(&workspace.id).await;
    let answer = answer.map_err(|error| missing(error.into(), given))?;
    if screen.form == OutputForm::Json {
        return screen.json(&answer.document);
    }
    screen.line(format!(
        "{} is served no more; its files stay",
        named(&workspace)
    ))?;
    let left = answer.body.left;
    warn(screen, left.persisted, &left.warnings)
}

async fn activate(
    client: &ApiClient,
    given: &str,
    persist: bool,
    screen: &mut Screen<'_>,
) -> Result<()> {
    let workspace = find(client, given).await?;
    let answer = client.activate_workspace(&workspace.id, persist).await;
    let answer = answer.map_err(|error| missing(error.into(), given))?;
    if screen.form == OutputForm::Json {
        return screen.json(&answer.document);
    }
    screen.line(format!("{} is the active workspace", named(&workspace)))?;
    // Without `--persist` nobody wanted the next start to know.
    warn(
        screen,
        answer.body.persisted || !persist,
        &answer.body.warnings,
    )
}

/// Says why the next start may not know of it.
fn warn(
    screen: &mut Screen<'_>,
    persisted: bool,
    warnings: &[std::borrow::Cow<'_, str>],
) -> Result<()> {
    for warning in warnings {
        screen.warn(&format!("warning: {}", escape::line(warning)))?;
    }
    if !persisted && warnings.is_empty() {
        screen.warn("warning: the next start does not know of it")?;
    }
    Ok(())
}

/// The workspace that an id, or the beginning of one, means.
async fn find(client: &ApiClient, given: &str) -> Result<WorkspaceItem<'static>> {
    let mut items = client.workspaces().await?.body.items;
    // Whole first: people give ids of any length, one the beginning of another.
    let whole = items.iter().position(|item| item.id == given);
    let at = if whole.is_some() {
        whole
    } else {
        let found = id::find(&items, |item| &item.id, given)?;
        found.and_then(|found| items.iter().position(|item| item.id == found.id))
    };
    at.map(|at| items.swap_remove(at))
        .ok_or_else(|| unknown(given))
}

fn missing(error: TerminalError, given: &str) -> TerminalError {
    match error {
        // It went between the list and the call.
        TerminalError::Client(client) if client.is_not_found() => unknown(given),
        other => other,
    }
}

fn unknown(given: &str) -> TerminalError {
    TerminalError::NoWorkspace {
        given: given.to_owned(),
    }
}

/// What people call a workspace, with its id.
fn named(workspace: &WorkspaceItem<'_>) -> String {
    let name = workspace.display_name.as_ref().unwrap_or(&workspace.name);
    format!("{} ({})", escape::line(name), escape::line(&workspace.id))
}

fn rows(served: &WorkspacesResponse<'_>) -> TextTable {
    let active = served.active_id.as_deref();
    let row = |item: &WorkspaceItem<'_>| {
        let name = item.display_name.as_ref().unwrap_or(&item.name);
        [
            item.id.clone().into_owned(),
            if active == Some(&*item.id) { "yes" } else { "" }.to_owned(),
            name.clone().into_owned(),
            item.engine.base_url.as_deref().unwrap_or("-").to_owned(),
            item.path.clone().into_owned(),
        ]
    };
    let rows: Vec<_> = served.items.iter().map(row).collect();
    TextTable::new(["ID", "ACTIVE", "NAME", "ENGINE", "PATH"], &rows)
}
