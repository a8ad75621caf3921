//! What a change sets off, all of it.

use std::collections::BTreeSet;

use super::findings::{Findings, WeighedParts};
use super::{Effect, EffectKind, Level, deletion, edit, title, workspace_file};
use crate::change::{Action, Change, ImportBundle, ImportMode};
use crate::plan::{FileEdit, Plan};

/// What a change sets off and how it is to be asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Weight {
    /// The change in the plain words of its gravest effect, at most 120
    /// characters.
    pub title: String,
    /// The level of the gravest effect.
    pub level: Level,
    /// All effects, the gravest first. At most 2,000 of them with 1 MiB of
    /// text; where there are more, the first says so and is grave.
    pub effects: Vec<Effect>,
    /// How much is at stake in each edit, in the plan's order. What goes is
    /// counted as a whole, so a file that is deleted has the lowest level, unless
    /// it said what an agent may not do.
    pub edits: Vec<Level>,
    /// What an answer that is remembered covers: the level, the kinds of
    /// effects, and the MCP entries with their hosts.
    pub covers: String,
    /// Whether the answer may hold for this change alone, whatever its level.
    pub once: bool,
}

/// Weighs a plan, by what its edits will write.
///
/// ```
/// use openwork_change::change::Change;
/// use openwork_change::effect::{Level, weigh};
/// use openwork_model::files::MemoryFiles;
/// use openwork_model::name::PluginSpec;
/// use openwork_change::plan::plan;
///
/// let files = MemoryFiles::new().with("opencode.json", "{}");
/// let change = Change::AddPlugin(PluginSpec::parse("opencode-notion")?);
/// let weight = weigh(&change, &plan(&change.clone().into(), &files)?);
/// assert_eq!(weight.level, Level::High);
/// assert_eq!(weight.title, "Run a plugin: opencode-notion");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn weigh(change: &Change, plan: &Plan) -> Weight {
    let mut findings = Findings::default();
    if let Change::Import(bundle) = change {
        weigh_replacing(&mut findings, bundle);
    }
    deletion::weigh(&mut findings, plan);
    let mut weigh_edit = |written: &FileEdit| {
        findings.level_of(|findings| {
            if matches!(plan.action, Action::FileWrite | Action::AuditUndo)
                && written.after.is_some()
            {
                workspace_file::weigh(findings, plan, written);
            } else {
                edit::weigh(findings, written);
            }
        })
    };
    let edits = plan.edits.iter().map(&mut weigh_edit).collect();
    let parts = findings.into_parts();
    let level = parts.found.iter().map(|found| found.effect.level).max();
    // Nothing was found, so nothing is changed; what no rule knows would have been
    // found as unknown.
    let level = level.unwrap_or(Level::Low);
    Weight {
        title: title::title(&parts.found).unwrap_or_else(|| plan.summary.clone()),
        level,
        covers: covers(level, &parts),
        once: parts.once,
        edits,
        effects: parts.found.into_iter().map(|found| found.effect).collect(),
    }
}

/// An import that replaces is asked about each time: what it leaves out goes.
fn weigh_replacing(findings: &mut Findings, bundle: &ImportBundle) {
    let replaces = |mode: Option<ImportMode>| mode == Some(ImportMode::Replace);
    let sections = [
        (
            bundle.opencode().map(|section| section.mode),
            Some("Replaces all of the engine's configuration."),
        ),
        (
            bundle.openwork().map(|section| section.mode),
            Some("Replaces all of the OpenWork settings."),
        ),
        (bundle.skills().map(|section| section.mode), None),
        (bundle.commands().map(|section| section.mode), None),
        (bundle.agents().map(|section| section.mode), None),
    ];
    for (mode, text) in sections {
        if !replaces(mode) {
            continue;
        }
        findings.only_once();
        if let Some(text) = text {
            let effect = Effect::new(EffectKind::Deletes, Level::Low, text);
            findings.add("Replace the configuration", effect);
        }
    }
}

fn covers(level: Level, parts: &WeighedParts) -> String {
    // Sorted and each once: the text is compared with the one of an earlier answer.
    let kinds: BTreeSet<&str> = parts
        .found
        .iter()
        .map(|found| found.effect.kind.as_str())
        .collect();
    let kinds: Vec<&str> = kinds.into_iter().collect();
    let mut covers = format!("{level}: {}", kinds.join(", "));
    for entry in &parts.entries {
        covers.push_str("; ");
        covers.push_str(entry);
    }
    covers
}
