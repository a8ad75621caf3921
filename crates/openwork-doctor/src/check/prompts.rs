//! Commands and agents whose headers the engine refuses or does not read.

use std::path::Path;

use openwork_frontmatter::FrontmatterError;
use openwork_model::files::Files;
use openwork_model::prompt_faults::{FaultyPrompt, PromptFault, PromptKind, faulty_prompts};
use openwork_model::schema::SchemaFault;

use super::REFUSED;
use crate::finding::DoctorFinding;
use crate::line;

/// How many faults of one file are told.
const MOST: usize = 20;

/// What is wrong with the headers of one kind.
pub(super) fn faulty(kind: PromptKind, files: &dyn Files) -> Vec<DoctorFinding> {
    // Directories that cannot be read are told of by the check of the workspaces.
    let prompts = faulty_prompts(files, kind, MOST).unwrap_or_default();
    let findings = |prompt: &FaultyPrompt| {
        let about = PromptSubject { kind, prompt };
        let faults = prompt.faults.iter();
        faults
            .map(|fault| about.finding(fault, files))
            .collect::<Vec<_>>()
    };
    prompts.iter().flat_map(findings).collect()
}

/// What a finding is about.
struct PromptSubject<'p> {
    kind: PromptKind,
    prompt: &'p FaultyPrompt,
}

impl PromptSubject<'_> {
    fn finding(&self, fault: &PromptFault, files: &dyn Files) -> DoctorFinding {
        match fault {
            PromptFault::Header(error) => self.header(error, files),
            PromptFault::Field(fault) => self.field(fault, files),
            PromptFault::NoEffect(key) => self.no_effect(key, files),
        }
    }

    fn field(&self, fault: &SchemaFault, files: &dyn Files) -> DoctorFinding {
        let SchemaFault {
            pointer,
            found,
            expected,
        } = fault;
        let field = pointer.trim_start_matches('/');
        let top = field.split('/').next().unwrap_or(field);
        let what = format!(
            "{}: `{field}` is {found}, and the engine takes {expected}",
            self.name()
        );
        let fix = match expected.as_str() {
            "a text" => "write a text in quotes, or take the line out".to_owned(),
            expected => format!("write {expected}, or take the line out"),
        };
        DoctorFinding::error(self.rule("field"), what)
            .at(self.path(), line::of_field(files, self.path(), top))
            .why(REFUSED)
            .fix(fix)
    }

    fn header(&self, error: &FrontmatterError, files: &dyn Files) -> DoctorFinding {
        let what = format!("{}: {error}", self.name());
        // No error: the engine starts, and uses the file for something else than was meant.
        DoctorFinding::warning(self.rule("frontmatter"), what)
            .at(self.path(), line::of_broken_header(files, self.path()))
            .why("the engine takes all of the file for the prompt, at the latest when it reads it once more, so nothing counts that the header says")
            .fix("mend the header: put texts with `: `, `#` or brackets in quotes, and name each field once")
    }

    fn no_effect(&self, key: &str, files: &dyn Files) -> DoctorFinding {
        let what = format!("{}: the engine does not read `{key}`", self.name());
        DoctorFinding::warning(self.rule("no_effect"), what)
            .at(self.path(), line::of_field(files, self.path(), key))
            .why("what it forbids is allowed; it goes to the model's provider as an option")
            .fix("write the rules as `permission`")
    }

    fn rule(&self, rule: &str) -> String {
        match self.kind {
            PromptKind::Command => format!("commands.{rule}"),
            PromptKind::Agent => format!("agents.{rule}"),
        }
    }

    fn name(&self) -> String {
        let kind = match self.kind {
            PromptKind::Command => "command",
            PromptKind::Agent => "agent",
        };
        format!("{kind} `{}`", self.prompt.stem)
    }

    fn path(&self) -> &Path {
        &self.prompt.path
    }
}
