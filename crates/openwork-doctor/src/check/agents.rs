//! Agents that are not listed, and those that the engine refuses.

use openwork_model::agent::{AgentRule, list_agents};
use openwork_model::files::Files;
use openwork_model::prompt_faults::PromptKind;

use super::prompts::faulty;
use super::skipped::{SkipAdvice, SkipLine, finding, of_file};
use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "agents",
    title: "every agent is listed, and the engine takes it",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| of_workspace(files)))
}

fn of_workspace(files: &dyn Files) -> Vec<DoctorFinding> {
    let skipped = list_agents(files, true).ok().and_then(|view| view.skipped);
    let skipped = skipped.unwrap_or_default();
    skipped
        .iter()
        // One that is switched off is meant to be.
        .filter(|agent| agent.rule != AgentRule::Off)
        .map(|agent| finding("agent", agent, &advice(agent.rule), files))
        .chain(faulty(PromptKind::Agent, files))
        .collect()
}

fn advice(rule: AgentRule) -> SkipAdvice {
    match rule {
        AgentRule::Lost => SkipAdvice {
            line: SkipLine::Entry(&["agents"]),
            fix: "give each field a value that the engine takes; the engine's documentation of agents lists them",
        },
        other => of_file(other.as_str()),
    }
}
