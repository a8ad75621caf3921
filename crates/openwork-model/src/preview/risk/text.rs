//! Texts that agents read.

use super::{Risk, listed, short};
use crate::mask::mask_text;

/// What is said of every such text.
const INSTRUCTIONS: &str = "Agents will read this text as instructions.";

/// Weighs a skill, a command or a template against what was there.
pub(super) fn assess(risk: &mut Risk, before: &str, after: &str) {
    risk.note(INSTRUCTIONS);
    let known = shell(before);
    let added: Vec<String> = shell(after)
        .into_iter()
        .filter(|command| !known.contains(command))
        .map(|command| format!("`{}`", short(&mask_text(command))))
        .collect();
    if !added.is_empty() {
        risk.warn(format!(
            "Runs on this machine whenever it is used: {}",
            listed(&added, 5)
        ));
    }
}

/// What the engine runs in a shell before it sends a template: every text in
/// backticks after an exclamation mark.
fn shell(text: &str) -> Vec<&str> {
    let after = text.split("!`").skip(1);
    after
        .filter_map(|rest| rest.split_once('`'))
        .map(|(command, _)| command)
        .filter(|command| !command.is_empty())
        .collect()
}
