//! What the host is shown before consent: diffs, risks, nothing secret.
//!
//! A [`Preview`] is a pure function of a change and its [`Plan`]. Each file is
//! a unified diff in which secrets are masked and which stays small enough to
//! be listed; what consent means beyond the diff is said in plain sentences.
//! Texts are those of the file: whoever displays them escapes them.

use crate::change::Change;
use crate::effect::{Effect, EffectKind, Level};
use crate::path::RelPath;
use crate::plan::{Edit, Plan};

mod diff;
mod risk;
mod side;

/// The most lines of one file's diff that are shown.
pub const DIFF_LINES: usize = 400;
/// The most bytes of one file's diff that are shown.
pub const DIFF_BYTES: usize = 64 << 10;

/// The most masked places of one file's diff that are listed.
pub const LABELS: usize = 100;

/// What a person is shown who is asked to allow a change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preview {
    /// The files that change, in the plan's order.
    pub changes: Vec<FileChange>,
    /// The change in the plain words of its gravest effect.
    pub title: String,
    /// How much is at stake: the level of the gravest effect.
    pub level: Level,
    /// What the change sets off beyond its files, the gravest first.
    pub effects: Vec<Effect>,
    /// The sentences of the effects.
    pub risk: Vec<String>,
    /// Whether the answer may be remembered for a time.
    pub rememberable: bool,
    /// What an answer that is remembered would cover: changes of the same
    /// kinds of effects, and of the same MCP entry and host.
    pub covers: String,
}

/// What happens to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// Where, below the workspace.
    pub path: RelPath,
    /// What is done to it.
    pub kind: ChangeKind,
    /// How many lines come, those not shown included.
    pub added: usize,
    /// How many lines go, those not shown included.
    pub removed: usize,
    /// Unified hunks without file headers; secrets are masked.
    pub diff: String,
    /// Whether `diff` is only the beginning.
    pub truncated: bool,
    /// The SHA-256 of the whole diff, in hex, when it is truncated.
    pub digest: Option<String>,
    /// What is masked in the lines of the diff, sorted: JSON pointers, or
    /// `comment` or `text` for secrets that are in no value. At most
    /// [`LABELS`] of them.
    pub masked: Vec<String>,
}

/// What is done to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeKind {
    /// It is new.
    Create,
    /// It is there and changes.
    Modify,
    /// It is removed.
    Delete,
}

impl ChangeKind {
    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Modify => "modify",
            Self::Delete => "delete",
        }
    }
}

/// Shows what a plan does and what it risks.
pub fn preview(change: &Change, plan: &Plan) -> Preview {
    let risk = risk::assess(change, plan);
    let level = if risk.once {
        Level::High
    } else {
        Level::Medium
    };
    let effect = |note: &String| Effect::new(EffectKind::Unknown, level, note);
    Preview {
        changes: changes(plan),
        title: plan.summary.clone(),
        level,
        effects: risk.notes.iter().map(effect).collect(),
        risk: risk.notes,
        rememberable: !risk.once,
        covers: plan.action.as_str().to_owned(),
    }
}

/// Shows the files that a plan changes, in its order.
pub fn changes(plan: &Plan) -> Vec<FileChange> {
    plan.edits.iter().map(change).collect()
}

/// Shows one edit.
pub fn change(edit: &Edit) -> FileChange {
    diff::file_change(edit)
}

/// Shows one edit with its secrets.
pub fn reveal(edit: &Edit) -> FileChange {
    diff::revealed(edit)
}

/// What follows the last dot of a file's name.
fn extension(path: &RelPath) -> Option<&str> {
    path.file_name()?
        .rsplit_once('.')
        .map(|(_, extension)| extension)
}
