//! A workspace: a directory, opened.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use openwork_change::change::Proposal;
use openwork_change::query::{Query, View};
use openwork_change::store::{Store, VersionedView};
use openwork_host::ServedWorkspace;
use openwork_model::audit::AuditLine;
use openwork_model::command::{CommandItem, CommandScope};
use openwork_model::config::ConfigView;
use openwork_model::mcp::McpItem;
use openwork_model::plugin::PluginItem;
use openwork_model::skill::SkillItem;
use openwork_model::workspace::Workspace as Description;
use openwork_store::{FsOptions, FsStore};

use crate::error::Error;
use crate::proposed::Proposed;

/// A directory with an agent's files. Clones are the same workspace.
///
/// All calls block for as long as the disk takes.
#[derive(Clone)]
pub struct Workspace {
    description: Description,
    store: Arc<dyn Store>,
}

impl Workspace {
    /// Opens a directory, and settles what a crash has left in it.
    ///
    /// Nothing outside of it is read, the user's own configuration included;
    /// [`Self::open_with`] allows more.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if there is no such directory, or it cannot be opened.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(FsOptions::at(path)?)
    }

    /// Opens a workspace with options of the store: a name, an engine, the
    /// user's directories, a clock. Paths in them are absolute.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the directory is missing or not authorised, or
    /// cannot be opened.
    pub fn open_with(options: FsOptions) -> Result<Self, Error> {
        let description = options.workspace.clone();
        Ok(Self::over(description, FsStore::open(options)?))
    }

    /// A workspace over a store of your own, or the one in memory
    /// ([`MemoryStore`](crate::change::store::MemoryStore)).
    ///
    /// ```
    /// use openwork::{Workspace, change::store::MemoryStore};
    ///
    /// let store = MemoryStore::at("/srv/finance");
    /// let workspace = Workspace::over(store.description().clone(), store);
    /// assert!(workspace.plugins()?.is_empty());
    /// # Ok::<(), openwork::Error>(())
    /// ```
    pub fn over(description: Description, store: impl Store + 'static) -> Self {
        let store = Arc::new(store);
        Self { description, store }
    }

    /// Its name, its path and the id under which a server has it.
    pub fn description(&self) -> &Description {
        &self.description
    }

    /// Plans a change on the files as they are now. Nothing is written.
    ///
    /// Takes a [`Change`](crate::change::Change), or a [`Proposal`] that says which
    /// state of the configuration it is meant for.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the change cannot be made on these files.
    pub fn propose(&self, change: impl Into<Proposal>) -> Result<Proposed, Error> {
        let proposal = Arc::new(change.into());
        let plan = self.store.plan(&proposal)?;
        Ok(Proposed::new(Arc::clone(&self.store), proposal, plan))
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if it cannot be read.
    pub fn config(&self) -> Result<ConfigView, Error> {
        self.list(&Query::Config { layers: false }, |view| match view {
            View::Config(config) => Some(config.clone()),
            _ => None,
        })
    }

    /// The plugins.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if they cannot be read.
    pub fn plugins(&self) -> Result<Vec<PluginItem>, Error> {
        let include_global = false;
        self.list(&Query::Plugins { include_global }, |view| match view {
            View::Plugins(plugins) => Some(plugins.items.clone()),
            _ => None,
        })
    }

    /// The skills.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if they cannot be read.
    pub fn skills(&self) -> Result<Vec<SkillItem>, Error> {
        let query = Query::Skills {
            include_global: false,
            skipped: false,
        };
        self.list(&query, |view| match view {
            View::Skills(skills) => Some(skills.items.clone()),
            _ => None,
        })
    }

    /// The MCP entries.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if they cannot be read.
    pub fn mcp(&self) -> Result<Vec<McpItem>, Error> {
        let include_global = false;
        self.list(&Query::Mcp { include_global }, |view| match view {
            View::Mcp(entries) => Some(entries.clone()),
            _ => None,
        })
    }

    /// The commands.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if they cannot be read.
    pub fn commands(&self) -> Result<Vec<CommandItem>, Error> {
        let query = Query::Commands {
            scope: CommandScope::Workspace,
            skipped: false,
        };
        self.list(&query, |view| match view {
            View::Commands(view) => Some(view.items.clone()),
            _ => None,
        })
    }

    /// The newest changes on record, newest first, as lines of JSON.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the record cannot be read.
    pub fn audit(&self, limit: usize) -> Result<Vec<AuditLine>, Error> {
        Ok(self.store.audit(limit)?)
    }

    /// Answers any query. Answers are kept for as long as they are true.
    ///
    /// # Errors
    ///
    /// [`Error::Store`] if the files cannot be read.
    pub fn view(&self, query: &Query) -> Result<Arc<VersionedView>, Error> {
        Ok(self.store.view(query)?)
    }

    fn list<T>(&self, query: &Query, pick: impl FnOnce(&View) -> Option<T>) -> Result<T, Error> {
        // Each query has a view of its own.
        pick(&self.view(query)?.view).ok_or(Error::Lost)
    }
}

impl From<Workspace> for ServedWorkspace {
    fn from(Workspace { description, store }: Workspace) -> Self {
        Self {
            workspace: description,
            store,
        }
    }
}

impl fmt::Debug for Workspace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Workspace")
            .field(&self.description.path)
            .finish()
    }
}
