//! Texts that agents read.

use std::collections::HashSet;

use super::{Risk, listed};
use crate::mask::mask_text;

/// What is said of every such text.
const INSTRUCTIONS: &str = "Agents will read this text as instructions.";

/// Weighs a skill, a command or a template against what was there.
pub(super) fn assess(risk: &mut Risk, before: &str, after: &str) {
    risk.note(INSTRUCTIONS);
    let known: HashSet<&str> = shell(before).collect();
    let added = shell(after).filter(|command| !known.contains(command));
    if let Some(added) = listed(added.map(|command| format!("`{}`", mask_text(command))), 5) {
        risk.warn(format!("Runs on this machine whenever it is used: {added}"));
    }
}

/// What the engine runs in a shell before it sends a template: every text in
/// backticks after an exclamation mark.
fn shell(text: &str) -> impl Iterator<Item = &str> {
    let after = text.split("!`").skip(1);
    let commands = after.filter_map(|rest| rest.split_once('`'));
    commands
        .map(|(command, _)| command)
        .filter(|command| !command.is_empty())
}
