//! What the host is shown before consent: diffs, effects, nothing secret.
//!
//! A [`Preview`] is a pure function of a change and its [`Plan`]. Each file is
//! a unified diff in which secrets are masked and which stays small enough to
//! be listed; what consent means beyond the diff is said in plain sentences.
//! Texts are those of the file: whoever displays them escapes them.

use crate::change::Change;
use crate::effect::{Effect, Level, weigh};
use crate::plan::{FileEdit, Plan};
use openwork_model::path::RelPath;

mod compare;
mod diff;
mod lines;
mod page;
mod side;

pub use self::page::{
    DiffPage, MOST_PAGE_LINES, PAGE_BYTES, PAGE_LINES, PageBounds, page, page_digest,
};
use self::side::RevealMode;

/// The most lines of one file's diff that are shown.
pub const DIFF_LINES: usize = 400;
/// The most bytes of one file's diff that are shown.
pub const DIFF_BYTES: usize = 64 << 10;
/// The most bytes of all diffs of one change that are shown.
pub const CHANGE_BYTES: usize = 256 << 10;
/// Less than this is no room for a diff.
const LEAST_ROOM: usize = 1 << 10;

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
    /// How much is at stake in it, where the change was weighed.
    pub level: Option<Level>,
    /// How many lines come, those not shown included.
    pub added: usize,
    /// How many lines go, those not shown included.
    pub removed: usize,
    /// Unified hunks without file headers; secrets are masked.
    pub diff: String,
    /// Whether `diff` is only the beginning, or left out as there was no room
    /// after those of other files. All of it is on its [pages](page()).
    pub truncated: bool,
    /// The digest of the whole diff, as its [pages](page()) say it, when there
    /// is a beginning that is truncated. A diff that was left out was not made,
    /// and has its digest on its pages only.
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

/// Shows what a plan does and what it sets off.
pub fn preview(change: &Change, plan: &Plan) -> Preview {
    let weight = weigh(change, plan);
    let mut changes = preview_edits(plan);
    for (change, level) in changes.iter_mut().zip(&weight.edits) {
        change.level = Some(*level);
    }
    // What nobody could read to its end must not be answered for the next time.
    let is_whole = changes.iter().all(|change| !change.truncated);
    Preview {
        title: weight.title,
        level: weight.level,
        risk: weight
            .effects
            .iter()
            .map(|effect| effect.text.clone())
            .collect(),
        rememberable: is_whole && !weight.once && weight.level != Level::High,
        effects: weight.effects,
        covers: weight.covers,
        changes,
    }
}

/// Shows the files that a plan changes, in its order. Their diffs share
/// [`CHANGE_BYTES`]; files after those have their lines counted.
pub fn preview_edits(plan: &Plan) -> Vec<FileChange> {
    let mut room = CHANGE_BYTES;
    let mut show = |edit: &FileEdit| {
        // A few lines of a diff mislead more than none. The pages have all of it.
        if room < LEAST_ROOM {
            return diff::counted(edit);
        }
        let shown = diff::file_change(edit, RevealMode::Nothing, room);
        room -= shown.diff.len();
        shown
    };
    plan.edits.iter().map(&mut show).collect()
}

/// Shows one edit.
pub fn preview_edit(edit: &FileEdit) -> FileChange {
    diff::file_change(edit, RevealMode::Nothing, DIFF_BYTES)
}

/// Shows one edit with the secrets of the lines that come or go.
pub fn reveal(edit: &FileEdit) -> FileChange {
    diff::file_change(edit, RevealMode::ChangedLines, DIFF_BYTES)
}

/// What follows the last dot of a file's name.
fn extension(path: &RelPath) -> Option<&str> {
    path.file_name()?
        .rsplit_once('.')
        .map(|(_, extension)| extension)
}
