//! Plans: what a change does to which files, before it is done.
//!
//! [`plan`] is a pure function of a [`Proposal`] and of [`Files`]. The plan
//! alone says which paths are shown to the host, which are written and what is
//! recorded, so the three cannot disagree.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::change::{Action, Change, Proposal};
use openwork_model::audit::AuditNote;
use openwork_model::config::ReadError;
use openwork_model::digest::Digest;
use openwork_model::files::{FileError, Files};
use openwork_model::invalid::Invalid;
use openwork_model::path::RelPath;
use openwork_model::skill::SkillItem;
use uuid::Uuid;

mod accept;
mod agent;
mod command;
mod command_setting;
mod config;
mod config_text;
mod digest;
mod draft;
mod edit;
mod elsewhere;
mod engine_version;
mod entry_removal;
mod file;
mod folders;
mod import;
mod mcp;
mod names;
mod opencode;
mod opened;
mod patch;
mod plugin;
mod skill;
mod undo;
mod warning;

pub use self::config_text::plan_global;
pub use self::edit::{FileEdit, OldContents};
pub use self::undo::{UndoConflict, UndoFault};
pub use self::warning::{Warning, WarningCode, WrittenKeys};

/// What a change replaces, as the host was shown it.
///
/// It says which contents these were and does not hold them: many changes may
/// wait for an answer, each for long.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Precondition {
    /// The file.
    pub path: RelPath,
    /// Which part of it.
    pub part: GuardedPart,
}

/// The part of a file that must not move between consent and commit. Contents
/// without a digest are not there.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum GuardedPart {
    /// All of it.
    Whole(Option<Digest>),
    /// The value under one key, which the text names for people.
    Value(String, Option<Digest>),
    /// Whether it may be run as a program.
    Executable(bool),
}

/// What a change does.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its kind.
    pub action: Action,
    /// The change in a few words, in the imperative, for the host.
    pub summary: String,
    /// The files that the host is shown.
    pub paths: Vec<RelPath>,
    /// The files that change. Empty: everything is as wanted already.
    pub edits: Vec<FileEdit>,
    /// What must still hold when the edits are carried out.
    pub preconditions: Vec<Precondition>,
    /// The files among those that are written as they are which the text of a
    /// command, an agent or a skill names: it may run them.
    pub named_in_prompts: Vec<RelPath>,
    /// What it says in places where other files may say otherwise.
    pub written: WrittenKeys,
    /// What is recorded.
    pub audit: AuditNote,
    /// What the client is answered.
    pub receipt: PlanReceipt,
}

impl Plan {
    /// Whether carrying it out would change no file.
    pub fn is_noop(&self) -> bool {
        self.edits.is_empty()
    }

    /// The file that moved since something was shown, if this plan does not
    /// replace exactly that.
    pub fn moved_since(&self, shown: &[Precondition]) -> Option<RelPath> {
        if self.preconditions == shown {
            return None;
        }
        let lacking = |these: &[Precondition], those: &[Precondition]| {
            // A set, as an import guards thousands of files and each is looked up.
            let those: HashSet<&Precondition> = those.iter().collect();
            let lacking = these.iter().find(|part| !those.contains(part));
            lacking.map(|part| part.path.clone())
        };
        let moved =
            lacking(&self.preconditions, shown).or_else(|| lacking(shown, &self.preconditions));
        // The same parts in another order come of a plan that was made otherwise.
        // No file can be named for that, only the workspace.
        Some(moved.unwrap_or_else(RelPath::root))
    }

    /// What must still hold, without the rest.
    pub fn into_preconditions(self) -> Vec<Precondition> {
        self.preconditions
    }

    /// What may keep the plan from having the effect that was wanted.
    ///
    /// Nothing of it keeps the plan from being carried out, and finding it out
    /// means reading all layers around the workspace: so it is a question of
    /// its own, asked once, of a plan that is carried out.
    pub fn warnings(&self, files: &dyn Files) -> Vec<Warning> {
        self.written.warnings(files)
    }
}

/// What the client learns beside success.
// Not `non_exhaustive`: the host matches it without a wildcard, so that each
// kind of write gets an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum PlanReceipt {
    /// Only that it worked.
    Done,
    /// When the configuration was changed.
    Updated,
    /// Which file was written as a whole.
    Written {
        /// Where it is.
        path: PathBuf,
    },
    /// The default model as it is now.
    DefaultModel,
    /// The authorised folders as they are now.
    AuthorizedFolders,
    /// The skill as it is stored.
    Skill(SkillItem),
    /// The skill that is gone.
    SkillDeleted {
        /// Its name.
        name: String,
        /// Where it was.
        path: PathBuf,
    },
    /// The plugins as they are now.
    Plugins,
    /// The MCP entries as they are now.
    Mcp,
    /// The commands as they are now.
    Commands,
    /// The agents as they are now.
    Agents,
    /// Which change was taken back.
    Undone {
        /// Its entry in the audit log.
        entry: Uuid,
    },
}

/// Plans a change.
///
/// ```
/// use openwork_change::change::Change;
/// use openwork_model::files::MemoryFiles;
/// use openwork_model::name::PluginSpec;
/// use openwork_change::plan::plan;
///
/// let files = MemoryFiles::new().with("opencode.json", "{\n  // mine\n  \"plugin\": [\"a\"]\n}\n");
/// let change = Change::AddPlugin(PluginSpec::parse("b")?);
/// let plan = plan(&change.into(), &files)?;
/// assert_eq!(plan.summary, "Add plugin b");
/// let after = plan.edits[0].after.as_deref();
/// assert_eq!(after, Some(&b"{\n  // mine\n  \"plugin\": [\"a\", \"b\"]\n}\n"[..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn plan(proposal: &Proposal, files: &dyn Files) -> Result<Plan, PlanError> {
    config::check_revision(proposal.only_if.as_deref(), files)?;
    let plan = match &proposal.change {
        Change::PatchConfig(patch) => config::patch(patch, files),
        Change::WriteConfig(text) => config_text::write(text, files),
        Change::SetDefaultModel(model) => config::set_default_model(model.as_ref(), files),
        Change::SetAuthorizedFolders(folders) => folders::set(folders, files),
        Change::AddPlugin(spec) => plugin::add(spec, files),
        Change::ReplacePlugin(spec) => plugin::replace(spec, files),
        Change::RemovePlugin(name) => plugin::remove(name, files),
        Change::UpsertSkill(draft) => skill::upsert(draft, files),
        Change::DeleteSkill(name) => skill::delete(name, files),
        Change::AddMcp(draft) => mcp::add(draft, files),
        Change::RemoveMcp(name) => mcp::remove(name, files),
        Change::SetMcpEnabled { name, enabled } => mcp::set_enabled(name, *enabled, files),
        Change::UpsertCommand(draft) => command::upsert(draft, files),
        Change::DeleteCommand(name) => command::delete(name, files),
        Change::UpsertAgent(draft) => agent::upsert(draft, files),
        Change::DeleteAgent(name) => agent::delete(name, files),
        Change::WriteFile(file) => file::write(file, files),
        Change::Import(bundle) => import::import(bundle, files),
        Change::Undo(draft) => undo::undo(draft, files),
    }?;
    // Now and not only at the commit: nobody should be asked about a write that
    // is refused anyway.
    names::check(&plan.edits, files)?;
    check_targets(&plan, files)?;
    Ok(plan)
}

/// Links and special files are refused before anyone is asked.
fn check_targets(plan: &Plan, files: &dyn Files) -> Result<(), PlanError> {
    plan.edits
        .iter()
        .try_for_each(|edit| Ok(files.check_target(&edit.path)?))
}

/// Why a change cannot be planned on these files.
// Not `non_exhaustive`: `openwork-http` matches it without a wildcard, so
// that a new error cannot be left without a status of its own.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PlanError {
    /// The change is no good anywhere.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// A file that the change needs cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file's text cannot be edited at the wanted place.
    #[error("{}: {source}", path.display())]
    Edit {
        /// The file.
        path: PathBuf,
        /// Why.
        source: openwork_jsonc::EditError,
    },
    /// A setting has a shape that the change cannot work with.
    #[error("The setting `{key}` is not {expected}; correct it first")]
    Shape {
        /// The setting.
        key: String,
        /// What it ought to be, with its article.
        expected: &'static str,
    },
    /// The result would be larger than what is read.
    #[error("The changed file would be larger than {limit} bytes")]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// What is read at most, in bytes.
        limit: u64,
    },
    /// The file is not the one that the client has seen.
    #[error("File changed since it was loaded")]
    Moved {
        /// When the one that was seen last changed, in ms since 1970.
        base: u64,
        /// When the one that is there did.
        current: u64,
    },
    /// No such skill in the workspace.
    #[error("Skill not found")]
    SkillNotFound,
    /// No such MCP entry.
    #[error("MCP server not found")]
    McpNotFound,
    /// No such agent.
    #[error("Agent not found")]
    AgentNotFound,
    /// What is to be removed stands only where this server does not write.
    #[error("It is defined outside of this workspace; remove it there, or switch it off")]
    DefinedElsewhere {
        /// The file that has it.
        path: PathBuf,
    },
    /// A file or directory has the name already, in another spelling that the
    /// file system does not tell from it.
    #[error("The name {name} is taken by {taken_by}: the file system does not tell the two apart")]
    NameTaken {
        /// The name that was wanted.
        name: String,
        /// The name that is there, or comes with the same change.
        taken_by: String,
        /// Where that is.
        path: PathBuf,
    },
    /// The configuration is not the one that the client meant.
    #[error("The configuration has changed; read it again")]
    Precondition,
    /// A change cannot be taken back, as others changed the same since.
    #[error("It cannot be undone: {}", UndoConflict::sentence(.conflicts))]
    UndoConflict {
        /// Where, the first few of them.
        conflicts: Vec<UndoConflict>,
    },
    /// What a file held before a change is no longer kept.
    #[error("It cannot be undone: what {path} was before is no longer kept")]
    HistoryGone {
        /// The file.
        path: RelPath,
    },
}

impl From<FileError> for PlanError {
    fn from(source: FileError) -> Self {
        Self::Read(source.into())
    }
}
