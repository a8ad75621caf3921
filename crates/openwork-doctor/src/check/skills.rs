//! Skills that are not listed.

use openwork_model::files::Files;
use openwork_model::skill::{SkillRule, list_skills};

use super::skipped::{SkipAdvice, SkipLine, finding, of_file};
use super::{DoctorCheck, once};
use crate::facts::DoctorFacts;
use crate::finding::DoctorFinding;

pub(super) const CHECK: DoctorCheck = DoctorCheck {
    name: "skills",
    title: "every skill is listed",
    is_quick: false,
    run,
};

fn run(facts: &DoctorFacts<'_>) -> Vec<DoctorFinding> {
    once(facts.readable().flat_map(|(_, files)| of_workspace(files)))
}

fn of_workspace(files: &dyn Files) -> Vec<DoctorFinding> {
    let skipped = list_skills(files, true).ok().and_then(|view| view.skipped);
    let skipped = skipped.unwrap_or_default();
    skipped
        .iter()
        .map(|skill| finding("skill", skill, &advice(skill.rule), files))
        .collect()
}

fn advice(rule: SkillRule) -> SkipAdvice {
    let (line, fix) = match rule {
        SkillRule::Frontmatter => (
            SkipLine::Header,
            "begin the file with `---`, `name: …` and `description: …`, and end the header with `---`",
        ),
        SkillRule::Name => (
            SkipLine::Field("name"),
            "write `name:` with lower-case words between hyphens, 64 characters at most",
        ),
        SkillRule::Folder => (
            SkipLine::Field("name"),
            "give the folder the skill's name, or the skill the folder's",
        ),
        SkillRule::Description => (
            SkipLine::Field("description"),
            "say in `description:`, in 1 to 1024 characters, when the skill is to be used",
        ),
        SkillRule::Shadowed => (
            SkipLine::Field("name"),
            "give one of the two skills another name and folder, or remove it",
        ),
        SkillRule::Outside => (
            SkipLine::Nowhere,
            "move the skill to `.opencode/skills` of the workspace",
        ),
        other => return of_file(other.as_str()),
    };
    SkipAdvice { line, fix }
}
