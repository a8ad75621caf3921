//! What a change sets off beyond its files.
//!
//! Notes are read off the edits, not off the request, so they speak of what
//! will be written. Only their tone follows the kind of change.

use serde_json::Value;

use super::extension;
use crate::change::{Action, Bundle, Change, Mode};
use crate::jsonc::Document;
use crate::name::Place;
use crate::path::RelPath;
use crate::plan::{Edit, Plan};

mod deletion;
mod engine;
mod power;
mod text;

/// The most notes on one change.
const MOST: usize = 40;
/// The most characters of one text that a note cites.
const LONGEST: usize = 400;

/// Notes for the host, and whether any of them is grave.
#[derive(Debug, Default)]
pub(super) struct Risk {
    /// One sentence each, in the order in which they are shown.
    pub(super) notes: Vec<String>,
    /// Whether the answer may hold for one request alone.
    pub(super) once: bool,
}

impl Risk {
    /// Notes what may happen again without a further question.
    fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        if self.notes.len() >= MOST {
            self.once = true;
            self.notes.truncate(MOST);
            self.notes
                .push("There is more than can be listed here: read all of the change.".to_owned());
        } else if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Notes what has to be asked for each time.
    fn warn(&mut self, note: impl Into<String>) {
        self.once = true;
        self.note(note);
    }
}

/// Weighs a plan.
pub(super) fn assess(change: &Change, plan: &Plan) -> Risk {
    let mut risk = Risk::default();
    if let Change::Import(bundle) = change {
        replacing(&mut risk, bundle);
    }
    deletion::assess(&mut risk, plan);
    for edit in &plan.edits {
        assess_edit(&mut risk, plan.action, edit);
    }
    risk
}

fn assess_edit(risk: &mut Risk, action: Action, edit: &Edit) {
    if is_engine(&edit.path) {
        let (before, after) = differing(edit);
        engine::assess(risk, &before, &after);
        if matches!(action, Action::ConfigPatch | Action::ConfigImport) {
            power::assess(risk, &before, &after);
        }
    }
    if let Some(after) = edit
        .after
        .as_deref()
        .filter(|_| extension(&edit.path) == Some("md"))
    {
        let before = edit.held().unwrap_or_default();
        text::assess(
            risk,
            &String::from_utf8_lossy(before),
            &String::from_utf8_lossy(after),
        );
    }
}

fn is_engine(path: &RelPath) -> bool {
    [Place::OpencodeJson, Place::OpencodeJsonc]
        .iter()
        .any(|place| place.path() == *path)
}

/// The settings that are not the same before and after: the others may be
/// many, and risk nothing that they did not risk before.
fn differing(edit: &Edit) -> (Value, Value) {
    let (before, after) = (read(edit.held()), read(edit.after.as_deref()));
    (before.unlike(&after).into(), after.unlike(&before).into())
}

/// What does not parse says nothing to the engine either.
fn read(bytes: Option<&[u8]>) -> Document {
    let document = bytes.map(Document::parse).and_then(Result::ok);
    document.unwrap_or_default()
}

/// An import that replaces is asked for each time.
fn replacing(risk: &mut Risk, bundle: &Bundle) {
    let replaces = |mode: Option<Mode>| mode == Some(Mode::Replace);
    let opencode = replaces(bundle.opencode.as_ref().map(|section| section.mode));
    let openwork = replaces(bundle.openwork.as_ref().map(|section| section.mode));
    let skills = replaces(bundle.skills.as_ref().map(|section| section.mode));
    let commands = replaces(bundle.commands.as_ref().map(|section| section.mode));
    risk.once |= skills || commands;
    if opencode {
        risk.warn("Replaces all of the engine's configuration.");
    }
    if openwork {
        risk.warn("Replaces all of the OpenWork settings.");
    }
}

/// A list for people, of which only the beginning is cited: a, b and 3 more.
fn listed(items: impl IntoIterator<Item = String>, most: usize) -> Option<String> {
    let mut items = items.into_iter();
    let cited: Vec<String> = items.by_ref().take(most).map(|item| short(&item)).collect();
    let list = cited.join(", ");
    match items.count() {
        _ if cited.is_empty() => None,
        0 => Some(list),
        more => Some(format!("{list} and {more} more")),
    }
}

/// A text short enough for a sentence.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
