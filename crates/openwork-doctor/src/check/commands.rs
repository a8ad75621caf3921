//! Commands that are not listed, and those that the engine refuses.

use openwork_model::command::{CommandRule, CommandScope, list_commands};
use openwork_model::files::Files;
use openwork_model::prompt_faults::PromptKind;

use super::prompts::faulty;
use super::skipped::{SkipAdvice, SkipLine, finding, of_file};
use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "commands",
    title: "every command is listed, and the engine takes it",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    let scopes = [CommandScope::Workspace, CommandScope::Global];
    once(facts.readable().flat_map(|(_, files)| {
        let findings = scopes.into_iter().flat_map(|scope| of_scope(files, scope));
        let faulty = faulty(PromptKind::Command, files);
        findings.chain(faulty).collect::<Vec<_>>()
    }))
}

fn of_scope(files: &dyn Files, scope: CommandScope) -> Vec<DoctorFinding> {
    let skipped = list_commands(files, scope)
        .ok()
        .and_then(|view| view.skipped);
    let skipped = skipped.unwrap_or_default();
    skipped
        .iter()
        .map(|command| finding("command", command, &advice(command.rule), files))
        .collect()
}

fn advice(rule: CommandRule) -> SkipAdvice {
    let fix = match rule {
        CommandRule::Name => {
            "give the file a shorter, plain name; folders in it are a part of the command's name"
        }
        CommandRule::Template => "write the text of the command as its `template`",
        other => return of_file(other.as_str()),
    };
    SkipAdvice {
        line: SkipLine::Entry(&["command", "commands"]),
        fix,
    }
}
