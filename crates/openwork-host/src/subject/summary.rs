//! What is kept of a subject once its request has ended.
//!
//! Two hundred of these are kept, whatever they were about, so each is bounded
//! in bytes: effects come first, then paths, then diffs.

use std::path::PathBuf;

use openwork_change::effect::Effect;
use openwork_change::preview::{FileChange, Preview, page_digest};
use openwork_model::audit::AmendedPart;

use super::weight::{of_amended, of_change, of_effect};
use super::{LeftOut, Subject};

/// The most bytes that are kept of one subject, its few words not counted.
const BYTES: usize = 64 << 10;
/// The most bytes of them that effects take.
const EFFECT_BYTES: usize = 32 << 10;
/// The most bytes of them that paths take.
const PATH_BYTES: usize = 8 << 10;
/// The most effects that are kept.
const EFFECTS: usize = 100;
/// The most paths and files that are kept.
const FILES: usize = 20;
/// The most bytes of one text.
const TEXT: usize = 2 << 10;

impl Subject {
    /// The same with so much left out that a long history of them is small.
    pub(crate) fn summary(&self) -> Self {
        let Self {
            preview, left_out, ..
        } = self;
        let mut budget = BYTES;
        let effects = kept_effects(&preview.effects, &mut budget);
        let paths = kept_paths(&self.paths, &mut budget);
        let amended = kept_amended(&self.amended, &mut budget);
        let changes = kept_changes(&preview.changes, &mut budget);
        Self {
            workspace: self.workspace.clone(),
            workspace_name: self.workspace_name.clone(),
            action: self.action,
            summary: cut(&self.summary),
            actor: self.actor.clone(),
            address: self.address,
            amended,
            digest: None,
            shown: None,
            left_out: LeftOut {
                paths: left_out.paths + self.paths.len() - paths.len(),
                changes: left_out.changes + preview.changes.len() - changes.len(),
                effects: left_out.effects + preview.effects.len() - effects.len(),
            },
            paths,
            preview: Preview {
                changes,
                title: cut(&preview.title),
                level: preview.level,
                risk: effects.iter().map(|effect| effect.text.clone()).collect(),
                effects,
                rememberable: preview.rememberable,
                covers: cut(&preview.covers),
            },
        }
    }
}

/// Takes bytes out of a budget; false if they do not fit.
fn take(budget: &mut usize, bytes: usize) -> bool {
    let left = budget.checked_sub(bytes);
    *budget = left.unwrap_or(*budget);
    left.is_some()
}

fn kept_amended(amended: &[AmendedPart], budget: &mut usize) -> Vec<AmendedPart> {
    let short = amended.iter().take(FILES).map(|amended| AmendedPart {
        part: cut(&amended.part),
        change: amended.change,
    });
    let fits = |amended: &AmendedPart| take(budget, of_amended(amended));
    short.take_while(fits).collect()
}

/// The first effects, in short words. Their sentences are kept twice.
fn kept_effects(effects: &[Effect], budget: &mut usize) -> Vec<Effect> {
    let mut own = EFFECT_BYTES;
    let short = effects.iter().take(EFFECTS).map(brief);
    let fits = |effect: &Effect| {
        let bytes = of_effect(effect) + size_of::<String>() + effect.text.len();
        take(&mut own, bytes) && take(budget, bytes)
    };
    short.take_while(fits).collect()
}

fn kept_paths(paths: &[PathBuf], budget: &mut usize) -> Vec<PathBuf> {
    let mut own = PATH_BYTES;
    let fits = |path: &&PathBuf| {
        let bytes = size_of::<PathBuf>() + path.as_os_str().len();
        take(&mut own, bytes) && take(budget, bytes)
    };
    paths.iter().take(FILES).take_while(fits).cloned().collect()
}

/// The first files, with their diffs for as long as those fit.
fn kept_changes(changes: &[FileChange], budget: &mut usize) -> Vec<FileChange> {
    let few = changes.iter().take(FILES);
    // All names before the first diff: one long diff must not hide which other
    // files were changed.
    let mut bare: Vec<FileChange> = few
        .clone()
        .map(without_diff)
        .take_while(|change| take(budget, of_change(change)))
        .collect();
    for (kept, change) in bare.iter_mut().zip(few) {
        if take(budget, change.diff.len()) {
            kept.diff.clone_from(&change.diff);
            kept.truncated = change.truncated;
        } else if kept.digest.is_none() {
            // A diff that is gone can still be told from another one.
            kept.digest = Some(page_digest(&change.diff));
        }
    }
    bare
}

fn without_diff(change: &FileChange) -> FileChange {
    FileChange {
        path: change.path.clone(),
        kind: change.kind,
        level: change.level,
        added: change.added,
        removed: change.removed,
        diff: String::new(),
        truncated: true,
        digest: change.digest.clone(),
        masked: change
            .masked
            .iter()
            .take(FILES)
            .map(|label| cut(label))
            .collect(),
    }
}

fn brief(effect: &Effect) -> Effect {
    let brief = |text: &Option<String>| text.as_deref().map(cut);
    Effect {
        text: cut(&effect.text),
        path: brief(&effect.path),
        from: brief(&effect.from),
        to: brief(&effect.to),
        command: brief(&effect.command),
        host: brief(&effect.host),
        file: brief(&effect.file),
        kind: effect.kind,
        level: effect.level,
    }
}

/// The beginning of a text, with a sign where it was longer.
fn cut(text: &str) -> String {
    if text.len() <= TEXT {
        return text.to_owned();
    }
    let end = (0..=TEXT).rev().find(|&end| text.is_char_boundary(end));
    let beginning = end.and_then(|end| text.get(..end));
    format!("{}…", beginning.unwrap_or(""))
}
